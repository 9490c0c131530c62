import { erfInvFloat32 } from './erfInvFloat32.ts'

/** `exp(-x²)` to the last bits: `x²` rounded would lose `x²` units in the last place, so its exact part goes first. */
function expMinusSquare(x: number): number {
  const head = Math.fround(x) // 24 bits: its square is exact
  return Math.exp(-head * head) * Math.exp((head - x) * (head + x))
}

const twoOverSqrtPi = 2 / Math.sqrt(Math.PI)

/** `erf` by a series of positive terms: 2/√π e^(-x²) Σ 2ⁿ x^(2n+1) / (2n+1)!!. Source: Abramowitz & Stegun 7.1.6. For |x| < 1. */
function erfSeries(x: number): number {
  const terms = [x]
  for (let n = 1; n < 40; n++) terms.push(((terms[n - 1] as number) * 2 * x * x) / (2 * n + 1))
  return twoOverSqrtPi * expMinusSquare(x) * terms.reduceRight((sum, term) => sum + term, 0)
}

/**
 * `erfc` by Laplace's continued fraction e^(-x²)/√π · 1/(x + (1/2)/(x + 1/(x + (3/2)/(x + …)))). Source: Abramowitz & Stegun 7.1.14. For
 * x >= 1/2, where 200/x² levels leave an error below 2⁻⁵³.
 */
function erfcFraction(x: number): number {
  if (x > 28) return 0 // below the least float64
  let tail = x
  for (let k = Math.ceil(200 / (x * x)) + 20; k >= 1; k--) tail = x + k / 2 / tail
  return expMinusSquare(x) / (Math.sqrt(Math.PI) * tail)
}

/** `2/√π ∫₀ˣ exp(-t²) dt`. */
export function erf(x: number): number {
  if (Number.isNaN(x) || x === 0) return x
  if (Math.abs(x) < 1) return erfSeries(x)
  return x > 0 ? 1 - erfcFraction(x) : erfcFraction(-x) - 1
}

/** `1 - erf(x)`, to full relative precision for large `x`. */
export function erfc(x: number): number {
  if (Number.isNaN(x)) return x
  if (x >= 0.5) return erfcFraction(x)
  return x <= -1 ? 2 - erfcFraction(-x) : 1 - erf(x)
}

/**
 * The inverse of `erf` in float64: Giles' approximation, then Newton's steps on `erf`, or on `erfc` where `erf` is flat.
 */
export function erfInv(x: number): number {
  const size = Math.abs(x)
  if (!(size < 1) || size === 0) return size === 1 ? x * Infinity : size === 0 ? x : NaN
  let y = -Math.log1p(-size) > 12 ? Math.sqrt(-Math.log1p(-size)) : erfInvFloat32(size)
  for (let step = 0; step < 8; step++) {
    const error = size < 0.5 ? erf(y) - size : 1 - size - erfc(y)
    const slope = twoOverSqrtPi * expMinusSquare(y)
    const newton = error / slope
    y -= newton / (1 + y * newton) // Halley's correction: erf'' = -2 y erf'
  }
  return x < 0 ? -y : y
}

/** As C and XLA: `pow(1, y)` and `pow(-1, ±∞)` are 1, where JavaScript says NaN. */
export function pow(x: number, y: number): number {
  if (x === 1 || (x === -1 && Math.abs(y) === Infinity)) return 1
  return x ** y
}

/** `1 / (1 + exp(-x))`, without overflow. */
export function logistic(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x))
  const e = Math.exp(x)
  return e / (1 + e)
}
