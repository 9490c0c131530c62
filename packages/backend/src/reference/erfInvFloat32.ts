const { fround } = Math

/** `x · y + z`, rounded to float32 once: the product of two float32 is exact in float64. */
const fma = (x: number, y: number, z: number): number => fround(x * y + z)

/** Highest power first, in Horner's scheme. */
const polynomial = (coefficients: readonly number[], x: number): number =>
  coefficients.reduce((sum, coefficient) => fma(sum, x, fround(coefficient)), 0)

const bits = new Uint32Array(1)
const single = new Float32Array(bits.buffer)

/** A positive normal float32 as a significand in [√½, √2) and the power of two that goes with it. */
function split(x: number): readonly [significand: number, exponent: number] {
  single[0] = x
  const word = bits[0] as number
  const exponent = (word >>> 23) - 126
  bits[0] = (word & 0x7fffff) | 0x3f000000
  const significand = single[0]
  return significand < fround(Math.SQRT1_2) ? [significand * 2, exponent - 1] : [significand, exponent]
}

/** Of log(1 + x) in three thirds, and log 2 in two parts. */
const logThirds = [
  [7.0376836292e-2, -1.151461031e-1, 1.167699874e-1],
  [-1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1],
  [2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1],
] as const
const logTwo = [0.693359375, fround(-2.1219444e-4)] as const

/** Source: Moshier, Cephes Mathematical Library, `logf`; the order of operations is XLA's on CPU. For positive normal `x`. */
function log(x: number): number {
  const [significand, exponent] = split(x)
  const t = fround(significand - 1)
  const square = fround(t * t)
  const cube = fround(square * t)
  const [high, middle, low] = logThirds.map((third) => polynomial(third, t)) as [number, number, number]
  const tail = fma(fma(fma(high, cube, middle), cube, low), cube, fround(exponent * logTwo[1]))
  return fma(exponent, logTwo[0], fround(fma(square, -0.5, t) + tail))
}

// biome-ignore format: as published
const denominator = [
  1, 1.5062909083469192043167e1, 8.3047565967967209469434e1, 2.2176239823732856465394e2, 3.0909872225312059774938e2,
  2.1642788614495947685003e2, 6.0118660497603843919306e1,
]
// biome-ignore format: as published
const numerator = [
  4.5270000862445199635215e-5, 4.9854102823193375972212e-1, 6.5787325942061044846969, 2.9911919328553073277375e1,
  6.0949667980987787057556e1, 5.7112963590585538103336e1, 2.0039553499201281259648e1,
]

/** Source: Moshier, Cephes, `log1p`, its rational function in float32, as XLA has it. */
function log1p(x: number): number {
  if (!(Math.abs(x) < fround(Math.SQRT2 - 1))) return log(fround(1 + x))
  const square = fround(x * x)
  const quotient = fround(polynomial(numerator, x) / polynomial(denominator, x))
  return fround(x + fma(square, -0.5, fround(fround(x * square) * quotient)))
}

// biome-ignore format: as published
const central = [2.81022636e-8, 3.43273939e-7, -3.5233877e-6, -4.39150654e-6, 0.00021858087, -0.00125372503, -0.00417768164, 0.246640727, 1.50140941]
// biome-ignore format: as published
const tails = [-0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613, 0.00943887047, 1.00167406, 2.83297682]

/**
 * The inverse of `erf` in float32 arithmetic, operation for operation as XLA does it on CPU, so that normal random numbers are JAX's to
 * the bit. Within four units in the last place of the true value, near ±1 within some tens: `x²` is rounded.
 *
 * Source: Giles, "Approximating the erfinv function", GPU Computing Gems Jade Edition, 2011, single precision.
 *
 * @param x a float32
 */
export function erfInvFloat32(x: number): number {
  if (!(Math.abs(x) < 1)) return Math.abs(x) === 1 ? x * Infinity : NaN
  const w = -log1p(-fround(x * x))
  const isCentral = w < 5
  const t = isCentral ? fround(w - 2.5) : fround(fround(Math.sqrt(w)) - 3)
  return fround(polynomial(isCentral ? central : tails, t) * x)
}
