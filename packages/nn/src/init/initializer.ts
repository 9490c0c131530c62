import type { Aval, NDArray } from '@proj/autodiff'

type DType = Aval['dtype']

/** Makes the first values of a weight of that shape; float32 unless told. */
export type Initializer = (key: NDArray, shape: readonly number[], dtype?: DType) => NDArray

export interface InitializerOptions {
  /** What is made when the call does not say; float32 unless told. */
  readonly dtype?: DType
}
