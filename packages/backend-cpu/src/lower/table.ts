import type { DType, OpName, OpTable, Params } from '@proj/backend'
import { type ElementLowering, elementwise } from './elementwise.ts'
import { type Accumulator, reductions } from './reduce.ts'

/** What becomes of an op on its way to code. */
export type Lowering<K extends OpName> =
  | { readonly kind: 'element'; readonly lower: ElementLowering<K> }
  | { readonly kind: 'reduction'; accumulator(dtype: DType, params: Params<K>): Accumulator }
  /** Done before any code is made: by the planner, or by the clean-up passes. */
  | { readonly kind: 'planned' }

type Rows<Source, Row> = { readonly [K in keyof Source]: Row }

const elements = Object.fromEntries(
  Object.entries(elementwise).map(([op, lower]) => [op, { kind: 'element', lower }]),
) as Rows<typeof elementwise, { readonly kind: 'element'; readonly lower: never }>
const folds = Object.fromEntries(
  Object.entries(reductions).map(([op, accumulator]) => [op, { kind: 'reduction', accumulator }]),
) as Rows<typeof reductions, { readonly kind: 'reduction'; readonly accumulator: never }>
const planned = { kind: 'planned' } as const

/** Total over the vocabulary. */
export const lowerings = {
  ...elements,
  ...folds,
  iota: planned,
  broadcastInDim: planned,
  reshape: planned,
  transpose: planned,
  slice: planned,
  pad: planned,
  concatenate: planned,
  rev: planned,
  dotGeneral: planned,
  jit: planned,
} satisfies OpTable<unknown>
