import { formatAval } from '@proj/backend'
import { flattenArrays, unflattenArrays } from '../api/leaves.ts'
import type { NDArray } from '../array.ts'
import { TransformError } from '../errors.ts'
import { add, bitwiseOr, concatenate, pad, rev, sliceInDim } from '../lax/index.ts'

export interface AssociativeScanOptions {
  /** From the end to the beginning. Default false. */
  readonly reverse?: boolean
  /** The dimension that is run over; negative counts from the end. Default 0. */
  readonly axis?: number
}

type Combine = (a: readonly NDArray[], b: readonly NDArray[]) => readonly NDArray[]

/** Every second element along `axis`, from `start` to `limit`. */
const every = (x: NDArray, axis: number, start: number, limit: number, stride: number): NDArray =>
  sliceInDim(x, start, limit, stride, axis)

/** `even[0], odd[0], even[1], odd[1] …` along `axis`. */
function interleave(even: NDArray, odd: NDArray, axis: number): NDArray {
  const [n, m] = [even.shape[axis] as number, odd.shape[axis] as number]
  const spread = (x: NDArray, low: number, high: number): NDArray =>
    pad(
      x,
      x.dtype === 'bool' ? false : 0,
      x.shape.map((_, i) => (i === axis ? [low, high, 1] : [0, 0, 0]) as [number, number, number]),
    )
  const [a, b] = [spread(even, 0, n === m ? 1 : 0), spread(odd, 1, n === m ? 0 : 1)]
  return a.dtype === 'bool' ? bitwiseOr(a, b) : add(a, b)
}

/** Blelloch's scan: pairs are combined, their scan gives every second result, and one more step the others. */
function run(combine: Combine, xs: readonly NDArray[], axis: number): readonly NDArray[] {
  const count = xs[0]?.shape[axis] as number
  if (count < 2) return xs
  const part = (list: readonly NDArray[], start: number, limit: number, stride = 1): NDArray[] =>
    list.map((x) => every(x, axis, start, limit, stride))
  const pairs = combine(part(xs, 0, count - 1, 2), part(xs, 1, count, 2))
  const odd = run(combine, pairs, axis)
  const half = odd[0]?.shape[axis] as number
  const later = count % 2 === 0 ? part(odd, 0, half - 1) : odd
  const rest = half === 1 && count === 2 ? [] : combine(later, part(xs, 2, count, 2))
  const even = part(xs, 0, 1).map((first, i) => (rest[i] === undefined ? first : concatenate([first, rest[i]], axis)))
  return even.map((x, i) => interleave(x, odd[i] as NDArray, axis))
}

/**
 * The running combination of elements by an associative function, in a number of steps that grows with the logarithm of their number: like `scan`
 * without order.
 *
 * @param f combines two trees, elementwise over any leading dimension
 * @param elems a tree whose leaves have one size along `axis`
 * @throws {TransformError} when there are no leaves, or sizes along the axis differ
 * @example lax.associativeScan((a: NDArray, b: NDArray) => a.mul(b), np.array([1, 2, 3, 4])) // [1, 2, 6, 24]
 */
export function associativeScan<T>(f: (a: T, b: T) => T, elems: T, options: AssociativeScanOptions = {}): T {
  const flat = flattenArrays(elems)
  const axis = axisOf(flat.arrays, options.axis ?? 0)
  const combine: Combine = (a, b) => {
    const out = flattenArrays(f(unflattenArrays(flat, a) as T, unflattenArrays(flat, b) as T))
    if (out.def === flat.def) return out.arrays
    throw new TransformError(
      'associativeScan',
      `the function made ${out.def} of ${flat.def}`,
      'return the same structure',
    )
  }
  const turn = (xs: readonly NDArray[]) => (options.reverse === true ? xs.map((x) => rev(x, [axis])) : xs)
  return unflattenArrays(flat, turn(run(combine, turn(flat.arrays), axis))) as T
}

function axisOf(xs: readonly NDArray[], given: number): number {
  const [first] = xs
  if (first === undefined) throw new TransformError('associativeScan', 'the tree has no arrays', 'give at least one')
  const axis = given < 0 ? given + first.ndim : given
  for (const x of xs)
    if (!(axis in x.shape) || x.shape[axis] !== first.shape[axis])
      throw new TransformError(
        'associativeScan',
        `${formatAval(x.aval)} beside ${formatAval(first.aval)} along axis ${given}`,
        'give all leaves one size along the axis',
      )
  return axis
}
