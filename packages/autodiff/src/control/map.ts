import { type AnyFunction, flattenArrays, unflattenArrays, type Widened } from '../api/leaves.ts'
import { vmap } from '../api/vmap.ts'
import type { NDArray } from '../array.ts'
import { TransformError } from '../errors.ts'
import { concatenate, reshape, sliceInDim } from '../lax/index.ts'
import { scan } from './scan.ts'

export interface MapOptions {
  /** How many rows are done side by side, as by `vmap`. Default: one after the other. */
  readonly batchSize?: number
}

// biome-ignore lint/suspicious/noExplicitAny: parameters are contravariant, so only `any` accepts every function
type One = (x: any) => unknown

const bodies = new WeakMap<AnyFunction, (carry: null, x: unknown) => readonly [null, unknown]>()

/** The body of a scan, the same object for the same function. */
function bodyOf(f: One): (carry: null, x: unknown) => readonly [null, unknown] {
  let body = bodies.get(f)
  if (body === undefined) bodies.set(f, (body = (_carry, x) => [null, f(x)] as const))
  return body
}

const batched = new WeakMap<AnyFunction, One>()
function batchedOf(f: One): One {
  let made = batched.get(f)
  if (made === undefined) batched.set(f, (made = vmap(f) as One))
  return made
}

/**
 * `f` of each row of `xs`, one after the other: like `vmap`, in the memory of one example.
 *
 * @returns the results stacked along a new leading dimension
 * @throws {TransformError} when rows differ in number
 * @example lax.map((x: NDArray) => x.exp(), np.array([1, 2, 3]))
 */
export function map<F extends One>(
  f: F,
  xs: Widened<[Parameters<F>[0]]>[0],
  { batchSize }: MapOptions = {},
): ReturnType<F> {
  if (batchSize === undefined) return scan(bodyOf(f), null, xs as never)[1] as never
  if (!Number.isInteger(batchSize) || batchSize < 1)
    throw new TransformError('map', `batchSize is ${batchSize}`, 'give a positive integer')
  return inBatches(f, xs, batchSize) as never
}

function inBatches(f: One, xs: unknown, batchSize: number): unknown {
  const rows = flattenArrays(xs)
  const length = rows.arrays[0]?.shape[0] ?? 0
  const whole = length - (length % batchSize)
  const part = (change: (x: NDArray) => NDArray): unknown => unflattenArrays(rows, rows.arrays.map(change))
  const batches = part((x) => reshape(sliceInDim(x, 0, whole), [whole / batchSize, batchSize, ...x.shape.slice(1)]))
  const [, stacked] = scan(bodyOf(batchedOf(f)), null, batches as never)
  const done = flattenArrays(stacked)
  const flat = done.arrays.map((y) => reshape(y, [whole, ...y.shape.slice(2)]))
  if (whole === length) return unflattenArrays(done, flat)
  const rest = flattenArrays(batchedOf(f)(part((x) => sliceInDim(x, whole, length)))).arrays
  return unflattenArrays(
    done,
    flat.map((y, i) => concatenate([y, rest[i] as NDArray], 0)),
  )
}
