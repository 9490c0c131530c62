import { type Aval, rowMajorStrides, sizeOf } from '../aval.ts'
import { type DType, dtypes, isFloat, type TypedArray } from '../dtype.ts'
import type { Kernel, KernelInput, KernelTable } from '../kernel.ts'
import { allocate, encode, generate, read } from './element.ts'
import { integerRange } from './elementwise.ts'
import { monoids } from './monoid.ts'
import { dense, type View, walk } from './walk.ts'

const at = (list: readonly number[], i: number): number => list[i] as number

/** Where windows of an array begin, and what becomes of those that would leave it. */
interface Windows {
  /** The dimension that each entry of an index vector moves along. */
  readonly moved: readonly number[]
  readonly operandBatching: readonly number[]
  readonly indexBatching: readonly number[]
  /** The size of a window, by dimension of the operand. */
  readonly sizes: readonly number[]
  readonly clips: boolean
}

/**
 * For each index vector, in row-major order: how far into the operand its window begins, or `undefined` where it does not fit.
 */
function windowStarts(x: Aval, indices: KernelInput<TypedArray>, windows: Windows): (number | undefined)[] {
  const { moved, operandBatching, indexBatching, sizes, clips } = windows
  const strides = rowMajorStrides(x.shape)
  const batch = indices.aval.shape.slice(0, -1)
  const batchStrides = rowMajorStrides(batch)
  const startOf = (n: number): number | undefined => {
    let start = 0
    for (const [k, d] of operandBatching.entries()) {
      const along = at(indexBatching, k)
      start += (Math.floor(n / at(batchStrides, along)) % at(batch, along)) * at(strides, d)
    }
    for (const [k, d] of moved.entries()) {
      const wanted = indices.buffer[n * moved.length + k] as number
      const fitting = Math.min(Math.max(wanted, 0), at(x.shape, d) - at(sizes, d))
      if (wanted !== fitting && !clips) return undefined
      start += fitting * at(strides, d)
    }
    return start
  }
  return Array.from({ length: sizeOf(batch) }, (_, n) => startOf(n))
}

/** The dimensions from 0 to `rank` that are in none of the lists. */
const others = (rank: number, ...lists: readonly (readonly number[])[]): number[] =>
  Array.from({ length: rank }, (_, d) => d).filter((d) => !lists.some((list) => list.includes(d)))

const pick = (list: readonly number[], dims: readonly number[]): number[] => dims.map((d) => at(list, d))

/** Calls `visit` for each index vector with the place in an array of `shape` where its window begins; the window lies along `windowDims`. */
function eachWindow(shape: readonly number[], windowDims: readonly number[], visit: (n: number, to: number) => void) {
  const batchDims = others(shape.length, windowDims)
  const batch = pick(shape, batchDims)
  walk(batch, dense(batch), { offset: 0, strides: pick(rowMajorStrides(shape), batchDims) }, visit)
}

function defaultFill(dtype: DType): number {
  if (isFloat(dtype)) return NaN
  if (dtype === 'bool') return 1
  return integerRange(dtype)[dtypes[dtype].kind === 'int' ? 0 : 1]
}

const gather: Kernel<'gather', TypedArray> = (
  [x, indices],
  { dimensionNumbers, sliceSizes, mode, fillValue },
  [out],
) => {
  const { offsetDims, collapsedSliceDims, operandBatchingDims } = dimensionNumbers
  const starts = windowStarts(x.aval, indices, {
    moved: dimensionNumbers.startIndexMap,
    operandBatching: operandBatchingDims,
    indexBatching: dimensionNumbers.startIndicesBatchingDims,
    sizes: sliceSizes,
    clips: mode !== 'fillOrDrop',
  })
  const kept = others(x.aval.shape.length, collapsedSliceDims, operandBatchingDims)
  const slice = pick(sliceSizes, kept)
  const from = pick(rowMajorStrides(x.aval.shape), kept)
  const to = pick(rowMajorStrides(out.shape), offsetDims)
  const result = allocate(out).fill(encode(out.dtype)(fillValue ?? defaultFill(out.dtype)))
  eachWindow(out.shape, offsetDims, (n, offset) => {
    const start = starts[n]
    if (start === undefined) return
    walk(slice, { offset: start, strides: from }, { offset, strides: to }, (source, target) => {
      result[target] = x.buffer[source] as number
    })
  })
  return [result]
}

/** Floats are combined in float64 and rounded once. */
const scatter: Kernel<'scatter', TypedArray> = ([x, indices, updates], { kind, dimensionNumbers, mode }, [out]) => {
  const { updateWindowDims, insertedWindowDims, operandBatchingDims } = dimensionNumbers
  const { shape, dtype } = x.aval
  const kept = others(shape.length, insertedWindowDims, operandBatchingDims)
  const window = pick(updates.aval.shape, updateWindowDims)
  const starts = windowStarts(x.aval, indices, {
    moved: dimensionNumbers.scatterDimsToOperandDims,
    operandBatching: operandBatchingDims,
    indexBatching: dimensionNumbers.scatterIndicesBatchingDims,
    sizes: shape.map((_, d) => window[kept.indexOf(d)] ?? 1),
    clips: mode === 'clip',
  })
  const from = pick(rowMajorStrides(updates.aval.shape), updateWindowDims)
  const to = pick(rowMajorStrides(shape), kept)
  const combine = kind === 'set' ? (_old: number, update: number) => update : monoids[kind].combine(dtype)
  const results = Float64Array.from({ length: sizeOf(shape) }, (_, i) => read(x)(i))
  const update = read(updates)
  eachWindow(updates.aval.shape, updateWindowDims, (n, offset) => {
    const start = starts[n]
    if (start === undefined) return
    walk(window, { offset, strides: from }, { offset: start, strides: to }, (source, target) => {
      results[target] = combine(results[target] as number, update(source))
    })
  })
  return [generate(out, (i) => results[i] as number)]
}

/** The part of `x` of shape `sizes` that begins at `starts`, moved so that it fits. */
function windowOf(x: Aval, starts: readonly KernelInput<TypedArray>[], sizes: readonly number[]): View {
  const strides = rowMajorStrides(x.shape)
  const offset = starts.reduce((sum, start, d) => {
    const fitting = Math.min(Math.max(start.buffer[0] as number, 0), at(x.shape, d) - at(sizes, d))
    return sum + fitting * at(strides, d)
  }, 0)
  return { offset, strides }
}

const dynamicSlice: Kernel<'dynamicSlice', TypedArray> = ([x, ...starts], { sliceSizes }, [out]) => {
  const result = allocate(out)
  walk(sliceSizes, dense(sliceSizes), windowOf(x.aval, starts, sliceSizes), (to, from) => {
    result[to] = x.buffer[from] as number
  })
  return [result]
}

const dynamicUpdateSlice: Kernel<'dynamicUpdateSlice', TypedArray> = ([x, update, ...starts]) => {
  const { shape } = update.aval
  const result = x.buffer.slice()
  walk(shape, dense(shape), windowOf(x.aval, starts, shape), (from, to) => {
    result[to] = update.buffer[from] as number
  })
  return [result]
}

type IndexingOp = 'gather' | 'scatter' | 'dynamicSlice' | 'dynamicUpdateSlice'

export const indexing: KernelTable<TypedArray, IndexingOp> = { gather, scatter, dynamicSlice, dynamicUpdateSlice }
