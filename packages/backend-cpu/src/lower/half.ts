import type { Graph, Node } from '../lane/graph.ts'

/**
 * float16 is computed in float32, which has more than twice its bits: rounding once more after `+ - * / sqrt` gives the result that one rounding
 * would. A half in a lane is the float32 of the same value.
 */
const halves = new WeakSet<Node>()

const known = (node: Node): Node => {
  halves.add(node)
  return node
}

const signBit = 0x8000_0000

/** The half whose bits are those of an integer. */
export function decodeHalf(g: Graph, bits: Node): Node {
  const size = g.op('and', bits, g.i32(0x7fff))
  const shifted = g.shift('shl', size, 13)
  const finite = g.mul(g.op('float', shifted), g.f32(2 ** 112))
  const endless = g.op('float', g.op('or', shifted, g.i32(0x7f80_0000)))
  const value = g.select(g.op('ge_s', size, g.i32(0x7c00)), endless, finite)
  const sign = g.shift('shl', g.op('and', bits, g.i32(0x8000)), 16)
  return known(g.op('float', g.op('or', g.op('bits', value), sign)))
}

/** The bits of a half. */
export function encodeHalf(g: Graph, x: Node): Node {
  const bits = g.op('bits', x)
  const size = g.op('and', bits, g.i32(0x7fff_ffff))
  const finite = g.shift('shr_u', g.op('bits', g.mul(g.op('float', size), g.f32(2 ** -112))), 13)
  const endless = g.select(g.op('gt_s', size, g.i32(0x7f80_0000)), g.i32(0x7e00), g.i32(0x7c00))
  const sign = g.op('and', g.shift('shr_u', bits, 16), g.i32(0x8000))
  return g.op('or', g.select(g.op('ge_s', size, g.i32(0x4780_0000)), endless, finite), sign)
}

/** Adding and taking away a number whose last bit is the half's last bit rounds to it, ties to even. */
const inFloat32 = (g: Graph, x: Node): Node => {
  const bits = g.op('bits', x)
  const size = g.op('float', g.op('and', bits, g.i32(0x7fff_ffff)))
  const exponent = g.op('and', bits, g.i32(0x7f80_0000))
  const least = g.i32(113 << 23) // of 2⁻¹⁴, the least normal half
  const clamped = g.select(g.op('lt_s', exponent, least), least, exponent)
  const shifter = g.op('float', g.add(clamped, g.i32(13 << 23)))
  const rounded = g.select(g.op('ge', size, g.f32(65520)), g.f32(Infinity), g.sub(g.add(size, shifter), shifter))
  return g.op('float', g.op('or', g.op('bits', rounded), g.op('and', bits, g.i32(signBit))))
}

/** The same from float64, where rounding to float32 first could go wrong. */
const inFloat64 = (g: Graph, x: Node): Node => {
  const bits = g.op('bits', x)
  const size = g.op('float', g.op('and', bits, g.i64(0x7fff_ffff_ffff_ffffn)))
  const exponent = g.op('and', bits, g.i64(0x7ff0_0000_0000_0000n))
  const least = g.i64(1009n << 52n)
  const clamped = g.select(g.op('lt_s', exponent, least), least, exponent)
  const shifter = g.op('float', g.add(clamped, g.i64(42n << 52n)))
  const rounded = g.select(g.op('ge', size, g.f64(65520)), g.f64(Infinity), g.sub(g.add(size, shifter), shifter))
  const signed = g.op('float', g.op('or', g.op('bits', rounded), g.op('and', bits, g.i64(1n << 63n))))
  return g.op('demote', signed)
}

/** The half nearest to a number in float32 or float64, ties to even. */
export const roundToHalf = (g: Graph, x: Node): Node =>
  halves.has(x) ? x : known(x.type === 'f64' ? inFloat64(g, x) : inFloat32(g, x))

/** The half next to `x` on the way to `y`. */
export function nextHalf(g: Graph, x: Node, y: Node): Node {
  const bits = encodeHalf(g, x)
  const size = g.op('and', bits, g.i32(0x7fff))
  const grows = g.op('not', g.op('xor', g.op('gt', y, x), g.op('gt', x, g.f32(0))))
  const stepped = g.add(bits, g.select(grows, g.i32(1), g.i32(-1)))
  const fromZero = g.select(g.op('gt', y, g.f32(0)), g.i32(1), g.i32(0x8001))
  const moved = decodeHalf(g, g.select(g.op('eq', size, g.i32(0)), fromZero, stepped))
  const isStill = g.op('eq', x, y)
  const isNaN = g.op('or', g.op('ne', x, x), g.op('ne', y, y))
  return known(g.select(isNaN, g.add(x, y), g.select(isStill, y, moved)))
}
