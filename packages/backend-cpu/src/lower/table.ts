import type { DType, OpName, OpTable, Params } from '@proj/backend'
import { cond } from '../control/cond.ts'
import type { ControlLowering } from '../control/lowering.ts'
import { scan } from '../control/scan.ts'
import { whileLoop } from '../control/while.ts'
import { cumulative } from '../whole/cumulative.ts'
import { dynamicSlice, dynamicUpdateSlice } from '../whole/dynamicSlice.ts'
import { fft } from '../whole/fourier.ts'
import { gather } from '../whole/gather.ts'
import type { WholeLowering } from '../whole/lowering.ts'
import { scatter } from '../whole/scatter.ts'
import { sort } from '../whole/sort.ts'
import { topK } from '../whole/topK.ts'
import { type ElementLowering, elementwise } from './elementwise.ts'
import { type Accumulator, reductions } from './reduce.ts'

/** What becomes of an op on its way to code. */
export type Lowering<K extends OpName> =
  | { readonly kind: 'element'; readonly lower: ElementLowering<K> }
  | { readonly kind: 'reduction'; accumulator(dtype: DType, params: Params<K>): Accumulator }
  /** One equation by itself, on dense buffers. */
  | ({ readonly kind: 'whole' } & WholeLowering)
  /** Runs Jaxprs of its own. */
  | ({ readonly kind: 'control' } & ControlLowering)
  /** The reference does it, on views of the memory. */
  | { readonly kind: 'host' }
  /** Done before any code is made: by the planner, by the clean-up passes, or by a transform. */
  | { readonly kind: 'planned' }

type Rows<Source, Row> = { readonly [K in keyof Source]: Row }

const elements = Object.fromEntries(
  Object.entries(elementwise).map(([op, lower]) => [op, { kind: 'element', lower }]),
) as Rows<typeof elementwise, { readonly kind: 'element'; readonly lower: never }>
const folds = Object.fromEntries(
  Object.entries(reductions).map(([op, accumulator]) => [op, { kind: 'reduction', accumulator }]),
) as Rows<typeof reductions, { readonly kind: 'reduction'; readonly accumulator: never }>
const planned = { kind: 'planned' } as const
const host = { kind: 'host' } as const

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
  reduceWindow: planned,
  convGeneralDilated: planned,
  gather: { kind: 'whole', ...gather },
  scatter: { kind: 'whole', ...scatter },
  dynamicSlice: { kind: 'whole', ...dynamicSlice },
  dynamicUpdateSlice: { kind: 'whole', ...dynamicUpdateSlice },
  sort: { kind: 'whole', ...sort },
  topK: { kind: 'whole', ...topK },
  cumulative: { kind: 'whole', ...cumulative },
  cholesky: host,
  triangularSolve: host,
  lu: host,
  qr: host,
  eigh: host,
  svd: host,
  fft: { kind: 'whole', ...fft },
  callback: host,
  while: { kind: 'control', ...whileLoop },
  scan: { kind: 'control', ...scan },
  cond: { kind: 'control', ...cond },
  jit: planned,
  customCall: planned,
  checkpoint: planned,
  name: planned,
  optimizationBarrier: planned,
  allReduce: planned,
  allGather: planned,
  ppermute: planned,
  axisIndex: planned,
} satisfies OpTable<unknown>
