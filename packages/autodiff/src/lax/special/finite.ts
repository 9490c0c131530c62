import type { NDArray } from '../../array.ts'

/** What rounds in a float dtype: the distance from 1 to the next number, the least normal number and the largest. */
export interface Finite {
  readonly eps: number
  readonly tiny: number
  readonly max: number
}

const single: Finite = { eps: 2 ** -23, tiny: 2 ** -126, max: (2 - 2 ** -23) * 2 ** 127 }
const double: Finite = { eps: 2 ** -52, tiny: 2 ** -1022, max: Number.MAX_VALUE }

/** Of the dtype that special functions are computed in: half precision is done in single. */
export const finite = (x: NDArray): Finite => (x.dtype === 'float64' ? double : single)
