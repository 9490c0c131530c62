import type { NDArray } from '../../array.ts'
import { fullLike } from '../constant.ts'
import {
  abs,
  add,
  bitwiseAnd,
  cos,
  div,
  eq,
  floor,
  gt,
  isFinite,
  le,
  log,
  log1p,
  lt,
  mul,
  neg,
  select,
  sin,
  square,
  sub,
} from '../elementwise.ts'

// Lanczos' approximation with g = 7 and nine terms, which XLA uses in both precisions. Coefficients: P. Godfrey; reflected below ½.
const g = 7
const base = 0.99999999999980993227684700473478
const lanczos = [
  676.520368121885098567009190444019, -1259.13921672240287047156078755283, 771.3234287776530788486528258894,
  -176.61502916214059906584551354, 12.507343278686904814458936853, -0.13857109526572011689554707,
  9.984369578019570859563e-6, 1.50563273514931155834e-7,
]
const logOfShift = Math.log(g + 0.5)

/** `z` with `Γ(z + 1)` to be found, `z + g + ½` and its logarithm. */
function shifted(x: NDArray): {
  readonly reflect: NDArray
  readonly z: NDArray
  readonly t: NDArray
  readonly logT: NDArray
} {
  const reflect = lt(x, 0.5)
  const z = select(reflect, neg(x), sub(x, 1))
  return { reflect, z, t: add(z, g + 0.5), logT: add(log1p(div(z, g + 0.5)), logOfShift) }
}

/** `log |Γ(x)|`; +∞ at the poles and at both infinities. */
export function lgammaValue(x: NDArray): NDArray {
  const { reflect, z, t, logT } = shifted(x)
  const series = lanczos.reduce((sum, c, i) => add(sum, div(c, add(z, i + 1))), fullLike(z, base))
  // (z + ½ - t / log t) log t is (z + ½) log t - t without its overflow.
  const direct = add(add(mul(sub(add(z, 0.5), div(t, logT)), logT), 0.5 * Math.log(2 * Math.PI)), log(series))
  const size = abs(x)
  const fraction = sub(size, floor(size))
  const reduced = select(gt(fraction, 0.5), sub(1, fraction), fraction)
  const logSine = log(sin(mul(reduced, Math.PI)))
  const reflected = select(isFinite(logSine), sub(sub(Math.log(Math.PI), logSine), direct), neg(logSine))
  return select(eq(size, Infinity), Infinity, select(reflect, reflected, direct))
}

/** `d log |Γ(x)| / dx`; NaN at the poles. */
export function digammaValue(x: NDArray): NDArray {
  const { reflect, z, t, logT } = shifted(x)
  const [numerator, denominator] = lanczos.reduce<readonly [NDArray, NDArray]>(
    ([num, den], c, i) => {
      const at = add(z, i + 1)
      return [sub(num, div(c, square(at))), add(den, div(c, at))]
    },
    [fullLike(z, 0), fullLike(z, base)],
  )
  const direct = sub(add(logT, div(numerator, denominator)), div(g, t))
  // The cotangent of πx, with x brought near 0 first, where π loses nothing.
  const angle = mul(add(x, abs(floor(add(x, 0.5)))), Math.PI)
  const reflected = sub(direct, div(mul(cos(angle), Math.PI), sin(angle)))
  const isPole = bitwiseAnd(le(x, 0), eq(x, floor(x)))
  return select(isPole, Number.NaN, select(reflect, reflected, direct))
}
