import { type Aval, formatAval, makeAval, sameShape } from '../aval.ts'
import { DTypeError, ShapeError } from '../errors.ts'
import type { GatherDimensionNumbers, GatherScatterMode, ScatterDimensionNumbers } from '../ops.ts'
import { checkAxes, checkDistinct, checkKinds, checkOneOf, checkRank, checkSameDType, shapeFamily } from './rule.ts'

const modes: readonly GatherScatterMode[] = ['clip', 'fillOrDrop', 'promiseInBounds']
const kinds = ['set', 'add', 'mul', 'min', 'max'] as const

function checkIndices(where: string, indices: Aval): void {
  if (indices.dtype !== 'int32')
    throw new DTypeError(where, `indices ${formatAval(indices)}`, 'they are int32; cast first')
}

/** The dimensions of `x` that are in none of the lists. */
const others = (x: Aval, ...lists: readonly (readonly number[])[]): number[] =>
  x.shape.map((_, d) => d).filter((d) => !lists.some((list) => list.includes(d)))

const sizesAt = ({ shape }: Aval, dims: readonly number[]): number[] => dims.map((d) => shape[d] as number)

/** What gather and scatter have in common: which operand dimensions index vectors move along, which run side by side, which are left out. */
interface Layout {
  readonly moved: readonly number[]
  readonly dropped: readonly number[]
  readonly operandBatching: readonly number[]
  readonly indexBatching: readonly number[]
}

function checkLayout(
  where: string,
  x: Aval,
  indices: Aval,
  { moved, dropped, operandBatching, indexBatching }: Layout,
) {
  checkIndices(where, indices)
  if (indices.shape.length === 0)
    throw new ShapeError(where, `indices ${formatAval(indices)}`, 'the last dimension holds the index vectors')
  checkAxes(where, dropped, x.shape.length)
  checkAxes(where, operandBatching, x.shape.length)
  checkDistinct(where, [...dropped, ...operandBatching], x.shape.length)
  checkDistinct(where, [...moved, ...operandBatching], x.shape.length)
  checkDistinct(where, indexBatching, indices.shape.length - 1)
  if (indices.shape.at(-1) !== moved.length)
    throw new ShapeError(
      where,
      `index vectors of ${indices.shape.at(-1)} in ${formatAval(indices)} for dimensions [${moved.join()}]`,
      'give one entry for each dimension',
    )
  if (!sameShape(sizesAt(x, operandBatching), sizesAt(indices, indexBatching)))
    throw new ShapeError(
      where,
      `batching dimensions [${operandBatching.join()}] of ${formatAval(x)} and [${indexBatching.join()}] of ${formatAval(indices)}`,
      'they must pair up with equal sizes',
    )
}

function gather(
  x: Aval,
  indices: Aval,
  numbers: GatherDimensionNumbers,
  sliceSizes: readonly number[],
  where: string,
): Aval {
  const { offsetDims, collapsedSliceDims, startIndexMap, operandBatchingDims, startIndicesBatchingDims } = numbers
  checkLayout(where, x, indices, {
    moved: startIndexMap,
    dropped: collapsedSliceDims,
    operandBatching: operandBatchingDims,
    indexBatching: startIndicesBatchingDims,
  })
  checkRank(where, 'sliceSizes', sliceSizes, x)
  sliceSizes.forEach((n, d) => {
    const isSingle = collapsedSliceDims.includes(d) || operandBatchingDims.includes(d)
    const size = x.shape[d] as number
    const fits = Number.isInteger(n) && n >= 0 && n <= size && (!isSingle || n === Math.min(1, size))
    if (!fits)
      throw new ShapeError(
        where,
        `sliceSizes [${sliceSizes.join()}] of ${formatAval(x)}, dimension ${d}`,
        isSingle ? 'a dimension that leaves the slice has size 1 there' : 'a slice is no larger than the operand',
      )
  })
  const offsets = others(x, collapsedSliceDims, operandBatchingDims).map((d) => sliceSizes[d] as number)
  const batch = indices.shape.slice(0, -1)
  if (offsets.length !== offsetDims.length)
    throw new ShapeError(
      where,
      `offsetDims [${offsetDims.join()}] for slices [${offsets.join()}]`,
      `give ${offsets.length}, one for each dimension of a slice`,
    )
  const rank = offsets.length + batch.length
  checkAxes(where, offsetDims, rank)
  return makeAval(merge(rank, offsetDims, offsets, batch), x.dtype)
}

/** `inside` at the dimensions `dims`, `outside` at the rest, each in order. */
function merge(rank: number, dims: readonly number[], inside: readonly number[], outside: readonly number[]): number[] {
  const [within, without] = [inside.values(), outside.values()]
  return Array.from({ length: rank }, (_, d) => (dims.includes(d) ? within : without).next().value as number)
}

function scatter(x: Aval, indices: Aval, updates: Aval, numbers: ScatterDimensionNumbers, where: string): Aval {
  const { updateWindowDims, insertedWindowDims, scatterDimsToOperandDims } = numbers
  const { operandBatchingDims, scatterIndicesBatchingDims } = numbers
  checkSameDType(where, [x, updates])
  checkLayout(where, x, indices, {
    moved: scatterDimsToOperandDims,
    dropped: insertedWindowDims,
    operandBatching: operandBatchingDims,
    indexBatching: scatterIndicesBatchingDims,
  })
  checkAxes(where, updateWindowDims, updates.shape.length)
  const window = sizesAt(x, others(x, insertedWindowDims, operandBatchingDims))
  const sizes = sizesAt(updates, updateWindowDims)
  const batch = indices.shape.slice(0, -1)
  const scattered = sizesAt(updates, others(updates, updateWindowDims))
  if (sizes.length !== window.length || sizes.some((n, i) => n > (window[i] as number)))
    throw new ShapeError(
      where,
      `windows [${sizes.join()}] of updates ${formatAval(updates)} in ${formatAval(x)}`,
      `a window has ${window.length} dimensions, within [${window.join()}]`,
    )
  if (!sameShape(scattered, batch))
    throw new ShapeError(
      where,
      `updates ${formatAval(updates)} with windows at [${updateWindowDims.join()}] for indices ${formatAval(indices)}`,
      `the other dimensions of the updates are [${batch.join()}]`,
    )
  return makeAval(x.shape, x.dtype)
}

function checkStarts(where: string, x: Aval, starts: readonly Aval[]): void {
  if (starts.length !== x.shape.length)
    throw new ShapeError(where, `${starts.length} starts for ${formatAval(x)}`, `give ${x.shape.length}`)
  for (const start of starts) {
    checkIndices(where, start)
    if (start.shape.length > 0) throw new ShapeError(where, `a start ${formatAval(start)}`, 'starts are scalars')
  }
}

function checkWithin(where: string, name: string, sizes: readonly number[], x: Aval): void {
  checkRank(where, name, sizes, x)
  if (sizes.some((n, d) => !Number.isInteger(n) || n < 0 || n > (x.shape[d] as number)))
    throw new ShapeError(where, `${name} [${sizes.join()}] of ${formatAval(x)}`, 'it must fit into the operand')
}

export const indexingShapes = shapeFamily({
  gather: ([x, indices], { dimensionNumbers, sliceSizes, mode, fillValue }, where) => {
    checkOneOf(where, 'mode', mode, modes)
    if (fillValue !== null && typeof fillValue !== 'number')
      throw new DTypeError(where, `fillValue ${String(fillValue)}`, 'give a number, or null for the default')
    return [gather(x, indices, dimensionNumbers, sliceSizes, where)]
  },
  scatter: ([x, indices, updates], { kind, dimensionNumbers, mode }, where) => {
    checkOneOf(where, 'mode', mode, modes)
    checkOneOf(where, 'kind', kind, kinds)
    if (kind === 'add' || kind === 'mul') checkKinds(where, [x], ['float', 'int', 'uint'])
    return [scatter(x, indices, updates, dimensionNumbers, where)]
  },
  dynamicSlice: (ins, { sliceSizes }, where) => {
    const [x, ...starts] = ins
    checkStarts(where, x, starts)
    checkWithin(where, 'sliceSizes', sliceSizes, x)
    return [makeAval(sliceSizes, x.dtype)]
  },
  dynamicUpdateSlice: (ins, _params, where) => {
    const [x, update, ...starts] = ins
    checkSameDType(where, [x, update])
    checkStarts(where, x, starts)
    checkWithin(where, 'update', update.shape, x)
    return [makeAval(x.shape, x.dtype)]
  },
})
