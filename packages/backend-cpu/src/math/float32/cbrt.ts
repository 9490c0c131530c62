import type { Graph, Node } from '../../lane/graph.ts'
import { copySign } from './sign.ts'

/** Of a float32: a third of the exponent, taken in the bits, then a step of Halley's and one of Newton's as a correction. At most 0.51 ulp. */
export function cbrt(g: Graph, x: Node): Node {
  const size = g.op('abs', x)
  const isTiny = g.op('lt', size, g.f32(2 ** -100))
  const scaled = g.select(isTiny, g.mul(size, g.f32(2 ** 24)), size)
  const third = g.mul(g.op('toF32_s', g.op('bits', scaled)), g.f32(1 / 3))
  const guess = g.op('float', g.op('toI32_s', g.add(third, g.f32(709921077)))) // (2/3) bias · 2²³, less 0.03
  // A quarter of the cube, as that of the largest floats may be none.
  const quarterOf = (y: Node) => g.mul(y, g.f32(0.25))
  const [cube, quarter] = [g.mul(g.mul(guess, guess), quarterOf(guess)), quarterOf(scaled)]
  const top = g.madd(quarter, g.f32(2), cube)
  const better = g.mul(guess, g.div(top, g.madd(cube, g.f32(2), quarter)))
  const [wide, goal] = [g.op('promote', better), g.op('promote', scaled)]
  const excess = g.op('demote', g.sub(g.mul(g.mul(wide, wide), wide), goal))
  const root = g.sub(better, g.div(excess, g.mul(g.mul(better, better), g.f32(3))))
  const sized = g.select(isTiny, g.mul(root, g.f32(2 ** -8)), root)
  const isPlain = g.op('and', g.op('gt', size, g.f32(0)), g.op('lt', size, g.f32(Infinity)))
  return g.select(isPlain, copySign(g, sized, x), x)
}
