import { type DType, dtypes } from '@proj/backend'
import type { Width } from '../lower/copy.ts'
import type { Run } from './keys.ts'

/** An array's line at hand: the local that holds where it starts, and bytes from one element to the next. */
export interface Line {
  readonly pointer: number
  readonly step: number
  readonly dtype: DType
}

export const widthOf = (dtype: DType): Width => dtypes[dtype].bytes as Width

export const runOf = ({ pointer, step, dtype }: Line): Run => ({
  base: { local: pointer, offset: 0 },
  step: step / widthOf(dtype),
  dtype,
})
