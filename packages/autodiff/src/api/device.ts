import type { Backend, TypedArray } from '@proj/backend'
import { tree } from '@proj/tree'
import type { NDArray } from '../array.ts'
import { getBackend } from '../backends.ts'
import { ConcreteArray } from '../concrete.ts'
import { concrete, read } from '../reading.ts'
import { flattenArrays, leafArray, type Narrowed, unflattenArrays } from './leaves.ts'

// A device is a backend here. Arrays move to the one that computes when they are used; these functions say when.

/**
 * The tree with its numbers and typed arrays as arrays whose data lie on `backend`, the one that computes unless told. Tracers stay as they are.
 *
 * @throws {BackendError} for an array whose memory was given up
 * @example devicePut({ x: Float32Array.of(1, 2) }).x.shape // [2]
 */
export function devicePut<T>(
  x: T,
  backend: Backend = getBackend(),
): T extends number | boolean | TypedArray ? NDArray : Narrowed<T> {
  const flat = flattenArrays(x)
  for (const array of flat.arrays) if (array instanceof ConcreteArray) array.bufferOn(backend)
  return unflattenArrays(flat, flat.arrays) as never
}

/**
 * The tree with a typed array, a copy of the values, in place of each array. All are asked for at once.
 *
 * @throws {TracerError} inside a function that is being traced
 * @example await deviceGet({ x: np.ones([2]) }) // { x: [1, 1] }; a Float32Array
 */
export async function deviceGet(x: unknown): Promise<unknown> {
  const [leaves, def] = tree.flatten(x)
  const values = leaves.map((leaf) => {
    const array = leafArray(leaf)
    return array === undefined ? leaf : read(concrete('deviceGet', array))
  })
  return tree.unflatten(def, await Promise.all(values))
}

/**
 * The same tree, once all that its arrays wait for has been computed: for timing, since a backend may answer before it is done.
 *
 * @example await blockUntilReady(x.mul(2)) // [2, 4, 6]
 */
export async function blockUntilReady<T>(x: T): Promise<T> {
  // A device that cannot be waited for has done its work when what it made can be read.
  await Promise.all(tree.leaves(x).map((leaf) => (leaf instanceof ConcreteArray ? leaf.read() : null)))
  return x
}
