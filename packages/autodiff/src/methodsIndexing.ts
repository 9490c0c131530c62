import type { NDArray } from './array.ts'
import { type IndexedArray, at as indexed, sliceOf } from './numpy/indexing.ts'
import type { Index } from './numpy/indexSyntax.ts'

/** What arrays do by index. */
export interface IndexingMethods {
  /**
   * The part that an index selects, as Python's `x[index]`: an entry for each dimension, the missing ones whole. An entry is an integer, a slice as
   * text, `null` for a whole dimension, `'...'`, `np.newaxis`, an array of integers or a boolean mask. Negative integers count from the end;
   * out of bounds the nearest element is taken.
   *
   * @throws {ShapeError} for more entries than dimensions, or index arrays that do not broadcast
   * @throws {TracerError} for a boolean mask under a transform that knows no values
   * @example np.arange(6).reshape(2, 3).slice(1, '::-1') // [5, 4, 3]
   */
  slice(...index: readonly Index[]): NDArray
  /**
   * The same part, to be replaced: `x.at(0, '1:3').set(7)`, and `add sub mul div pow min max apply`. The array itself never changes.
   *
   * @example np.zeros([3]).at([0, 2]).add(1) // [1, 0, 1]
   */
  at(...index: readonly Index[]): IndexedArray
}

/** `this` is the array. */
export const indexingMethods: IndexingMethods & ThisType<NDArray> = {
  slice(...index) {
    return sliceOf(this, ...index)
  },
  at(...index) {
    return indexed(this, ...index)
  },
}
