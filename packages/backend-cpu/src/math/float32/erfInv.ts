import type { Graph, Helper, Node } from '../../lane/graph.ts'

/** `x · y + z` of float32s rounded once, as XLA's CPU code does it; through float64, where the product is exact, if nothing is fused. */
function fma(g: Graph, x: Node, y: Node, z: Node): Node {
  if (g.isFused) return g.madd(x, y, z)
  const [wideX, wideY, wideZ] = [x, y, z].map((one) => g.op('promote', one)) as [Node, Node, Node]
  return g.op('demote', g.add(g.mul(wideX, wideY), wideZ))
}

/** Highest power first. */
function polynomial(g: Graph, x: Node, coefficients: readonly number[]): Node {
  const [first, ...rest] = coefficients.map((c) => g.f32(c)) as [Node, ...Node[]]
  return rest.reduce((sum, c) => fma(g, sum, x, c), first)
}

/** Of log(1 + x) in three thirds, and log 2 in two parts. Source: Moshier, Cephes, `logf`. */
const logThirds = [
  [7.0376836292e-2, -1.151461031e-1, 1.167699874e-1],
  [-1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1],
  [2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1],
] as const
const logTwo = [0.693359375, -2.1219444e-4] as const

/** Of a positive normal float32, in XLA's order of operations. */
function log(g: Graph, x: Node): Node {
  const root = g.i32(0x3f3504f3) // √½
  const above = g.sub(g.op('bits', x), root)
  const exponent = g.op('toF32_s', g.shift('shr_s', above, 23))
  const t = g.sub(g.op('float', g.add(g.op('and', above, g.i32(0x7fffff)), root)), g.f32(1))
  const square = g.mul(t, t)
  const cube = g.mul(square, t)
  const [high, middle, low] = logThirds.map((third) => polynomial(g, t, third)) as [Node, Node, Node]
  const rest = g.mul(exponent, g.f32(logTwo[1]))
  const tail = fma(g, fma(g, fma(g, high, cube, middle), cube, low), cube, rest)
  return fma(g, exponent, g.f32(logTwo[0]), g.add(fma(g, square, g.f32(-0.5), t), tail))
}

/** Highest power first. Source: Moshier, Cephes, `log1p`. */
const denominator = [
  1, 1.5062909083469192043167e1, 8.3047565967967209469434e1, 2.2176239823732856465394e2, 3.0909872225312059774938e2,
  2.1642788614495947685003e2, 6.0118660497603843919306e1,
]
const numerator = [
  4.5270000862445199635215e-5, 4.9854102823193375972212e-1, 6.5787325942061044846969, 2.9911919328553073277375e1,
  6.0949667980987787057556e1, 5.7112963590585538103336e1, 2.0039553499201281259648e1,
]

/** Of a float32 from -1 to 0, in XLA's order of operations. */
function log1p(g: Graph, x: Node): Node {
  const square = g.mul(x, x)
  const quotient = g.div(polynomial(g, x, numerator), polynomial(g, x, denominator))
  const near = g.add(x, fma(g, square, g.f32(-0.5), g.mul(g.mul(x, square), quotient)))
  return g.select(g.op('lt', g.op('abs', x), g.f32(Math.SQRT2 - 1)), near, log(g, g.add(g.f32(1), x)))
}

/** Highest power first. Source: Giles, "Approximating the erfinv function", GPU Computing Gems Jade Edition, 2011, single precision. */
const central = [
  2.81022636e-8, 3.43273939e-7, -3.5233877e-6, -4.39150654e-6, 0.00021858087, -0.00125372503, -0.00417768164,
  0.246640727, 1.50140941,
]
const tails = [
  -0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613, 0.00943887047,
  1.00167406, 2.83297682,
]

const atTails: Helper = {
  name: 'erfInv at the tails',
  params: ['f32'],
  result: 'f32',
  body: (g, [w]) => polynomial(g, g.sub(g.op('sqrt', w as Node), g.f32(3)), tails),
}

const outside: Helper = {
  name: 'erfInv outside (-1, 1)',
  params: ['f32'],
  result: 'f32',
  body: (g, [x]) =>
    g.select(g.op('eq', g.op('abs', x as Node), g.f32(1)), g.mul(x as Node, g.f32(Infinity)), g.f32(NaN)),
}

/**
 * Of a float32, operation for operation as XLA does it on CPU, so that normal random numbers are JAX's to the bit. Within four units in
 * the last place of the true value, near ±1 within some tens: `x²` is rounded.
 */
export function erfInv(g: Graph, x: Node): Node {
  const w = g.op('neg', log1p(g, g.op('neg', g.mul(x, x))))
  const middle = polynomial(g, g.sub(w, g.f32(2.5)), central)
  const factor = g.rare(g.op('ge', w, g.f32(5)), middle, atTails, w)
  const isInside = g.op('lt', g.op('abs', x), g.f32(1))
  return g.rare(g.op('not', isInside), g.mul(factor, x), outside, x)
}
