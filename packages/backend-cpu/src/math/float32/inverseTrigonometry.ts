import type { Graph, Node } from '../../lane/graph.ts'
import { copySign } from './sign.ts'

/** Polynomials in x²: scripts/polynomials.py. Of (asin(x) - x) / x³ for |x| <= 0.55, error 2⁻²⁸. */
const sine = [
  0.1666664034128189, 0.07501623034477234, 0.04431222379207611, 0.033431075513362885, 0.00862615555524826,
  0.04522812366485596,
]
/** Of (atan(x) - x) / x³ for |x| <= 1, error 2⁻²⁸. */
const tangent = [
  -0.33333298563957214, 0.1999853104352951, -0.14264051616191864, 0.10951175540685654, -0.08400480449199677,
  0.05790668725967407, -0.031127188354730606, 0.010887479409575462, -0.0017875764751806855,
]
/** π/2 as a float32 and what it lacks. */
const halfPi = [1.5707963705062866, -4.371139000186241e-8] as const

/** x + x z P(z) for z = x². */
const odd = (g: Graph, x: Node, z: Node, series: readonly number[]): Node =>
  g.madd(g.mul(x, z), g.polynomial(z, series), x)

/** Beyond this, the angle of `partOfSine` is below ½, and twice its error small. */
const nearest = 0.5405

/** asin of small |x|, or of √((1 - |x|)/2), which is ¼ π - ½ asin |x|. */
function partOfSine(g: Graph, x: Node): { readonly isNear: Node; readonly angle: Node } {
  const size = g.op('abs', x)
  const isNear = g.op('lt', size, g.f32(nearest))
  const far = g.mul(g.sub(g.f32(1), size), g.f32(0.5))
  const z = g.select(isNear, g.mul(x, x), far)
  return { isNear, angle: odd(g, g.select(isNear, size, g.op('sqrt', far)), z, sine) }
}

/** Of a float32. At most 2 ulp. */
export function asin(g: Graph, x: Node): Node {
  const { isNear, angle } = partOfSine(g, x)
  const far = g.sub(g.f32(halfPi[0]), g.sub(g.add(angle, angle), g.f32(halfPi[1])))
  return copySign(g, g.select(isNear, angle, far), x)
}

/** Of a float32. At most 2 ulp. */
export function acos(g: Graph, x: Node): Node {
  const { isNear, angle } = partOfSine(g, x)
  const isNegative = g.op('lt', x, g.f32(0))
  const twice = g.add(angle, angle)
  const signed = copySign(g, angle, x)
  const near = g.sub(g.f32(halfPi[0]), g.sub(signed, g.f32(halfPi[1])))
  const obtuse = g.sub(g.f32(2 * halfPi[0]), g.sub(twice, g.f32(2 * halfPi[1])))
  return g.select(isNear, near, g.select(isNegative, obtuse, twice))
}

/** Of a float32: of |x|, or ½ π - atan(1/|x|). At most 2 ulp. */
export function atan(g: Graph, x: Node): Node {
  const size = g.op('abs', x)
  const isLarge = g.op('gt', size, g.f32(1))
  const part = g.select(isLarge, g.div(g.f32(1), size), size)
  const angle = odd(g, part, g.mul(part, part), tangent)
  const rest = g.sub(g.f32(halfPi[0]), g.sub(angle, g.f32(halfPi[1])))
  return copySign(g, g.select(isLarge, rest, angle), x)
}
