import type { Graph, Node } from '../lane/graph.ts'

/** Of a float64: a third of the exponent, taken in the bits of the high word, then three of Halley's steps. At most 1 ulp. */
export function cbrt(g: Graph, x: Node): Node {
  const size = g.op('abs', x)
  const isTiny = g.op('lt', size, g.f64(2 ** -1022))
  const isHuge = g.op('gt', size, g.f64(2 ** 1000))
  const choose = (tiny: number, huge: number) => g.select(isTiny, g.f64(tiny), g.select(isHuge, g.f64(huge), g.f64(1)))
  const scaled = g.mul(size, choose(2 ** 54, 2 ** -54))
  const high = g.op('toF64_s', g.op('high', g.op('bits', scaled)))
  const guess = g.op('toI32_s', g.add(g.mul(high, g.f64(1 / 3)), g.f64(715094163))) // (2/3) bias · 2²⁰, less 0.03
  let t = g.op('float', g.shift('shl', g.op('toI64_u', guess), 32))
  for (let step = 0; step < 2; step++) {
    const cube = g.mul(t, t, t)
    t = g.mul(t, g.div(g.add(cube, g.add(scaled, scaled)), g.add(g.add(cube, cube), scaled)))
  }
  // The last step as a correction, with t² exact: t cut to 26 bits.
  const cut = g.op('float', g.op('and', g.op('bits', t), g.i64(-0x8000000n)))
  const quotient = g.div(scaled, g.mul(cut, cut))
  const root = g.add(cut, g.mul(cut, g.div(g.sub(quotient, cut), g.add(g.add(cut, cut), quotient))))
  const sized = g.mul(root, choose(2 ** -18, 2 ** 18))
  const value = g.select(g.op('lt', x, g.f64(0)), g.op('neg', sized), sized)
  const isPlain = g.op('and', g.op('gt', size, g.f64(0)), g.op('lt', size, g.f64(Infinity)))
  return g.select(isPlain, value, x)
}
