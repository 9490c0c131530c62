import { DTypeError, dtypes, isInteger } from '@proj/backend'
import type { ArrayLike, NDArray } from '../array.ts'
import { whileLoop } from '../control/index.ts'
import * as lax from '../lax/index.ts'
import { absolute, floorDivide } from './arithmetic.ts'
import { numeric, promote } from './coerce.ts'
import { any } from './reduce.ts'

/** Two integer arrays of one dtype and shape, without signs. */
function sizes(where: string, x: ArrayLike, y: ArrayLike): readonly [NDArray, NDArray] {
  const [a, b] = promote(where, x, y)
  if (!isInteger(a.dtype)) throw new DTypeError(where, `arrays of dtype ${a.dtype}`, 'use integers')
  return [absolute(a), absolute(b)]
}

/**
 * The greatest common divisor, by Euclid's algorithm; of 0 and 0, 0. The two broadcast together.
 *
 * @throws {DTypeError} for floats and bool
 * @example np.gcd(12, np.array([6, 9, 0], 'int32')) // [6, 3, 12]
 */
export function gcd(x: ArrayLike, y: ArrayLike): NDArray {
  type State = readonly [NDArray, NDArray]
  const [divisor] = whileLoop(
    ([, b]: State) => any(lax.ne(b, 0)),
    ([a, b]: State): State => {
      const going = lax.ne(b, 0)
      return [lax.select(going, b, a), lax.select(going, lax.rem(a, lax.select(going, b, 1)), 0)]
    },
    sizes('gcd', x, y) as State,
  )
  return divisor
}

/**
 * The least common multiple; 0 where either is 0. The two broadcast together.
 *
 * @throws {DTypeError} for floats and bool
 * @example np.lcm(4, np.array([6, 9, 0], 'int32')) // [12, 36, 0]
 */
export function lcm(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = sizes('lcm', x, y)
  const divisor = gcd(a, b)
  const none = lax.eq(divisor, 0)
  return lax.select(none, 0, lax.mul(a, floorDivide(b, lax.select(none, 1, divisor))))
}

/**
 * How many bits of `|x|` are 1, uint8. Of booleans, 1 or 0.
 *
 * @throws {DTypeError} for floats
 * @example np.bitwiseCount(np.array([0, 7, -7], 'int32')) // [0, 3, 3]
 */
export function bitwiseCount(x: ArrayLike): NDArray {
  const array = numeric('bitwiseCount', x)
  const size = dtypes[array.dtype].kind === 'int' ? lax.abs(array) : array
  return lax.convertElementType(lax.populationCount(size), 'uint8')
}
