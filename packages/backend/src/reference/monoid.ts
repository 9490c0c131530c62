import { type DType, isFloat } from '../dtype.ts'
import type { Monoid } from '../ops.ts'
import { integerRange } from './elementwise.ts'

/** How numbers of a dtype are combined; results are still to be stored. */
export interface Combination {
  /** The result over no elements. */
  readonly identity: (dtype: DType) => number
  readonly combine: (dtype: DType) => (x: number, y: number) => number
}

const least = (dtype: DType): number => (isFloat(dtype) ? -Infinity : dtype === 'bool' ? 0 : integerRange(dtype)[0])
const most = (dtype: DType): number => (isFloat(dtype) ? Infinity : dtype === 'bool' ? 1 : integerRange(dtype)[1])

export const monoids: { readonly [M in Monoid]: Combination } = {
  add: { identity: () => 0, combine: () => (x, y) => x + y },
  mul: { identity: () => 1, combine: (dtype) => (isFloat(dtype) ? (x, y) => x * y : Math.imul) },
  max: { identity: least, combine: () => Math.max },
  min: { identity: most, combine: () => Math.min },
}
