import type { GatherDimensionNumbers, Params, ScatterDimensionNumbers } from '@proj/backend'
import type { NDArray } from '../array.ts'
import { TransformError } from '../errors.ts'
import * as lax from '../lax/index.ts'
import { bind } from '../trace.ts'
import {
  type Axis,
  addTangents,
  family,
  instantiate,
  isLinear,
  type Linear,
  moveBatchAxis,
  type Rules,
  type Tangent,
} from './rules.ts'

// The formulas are those of JAX's lax rules, so that derivatives agree with it where indices meet or leave the array.

type GatherParams = Params<'gather'>
type ScatterParams = Params<'scatter'>
const past = (dims: readonly number[]): number[] => dims.map((d) => d + 1)
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i)

const gather = (x: NDArray, indices: NDArray, params: GatherParams): NDArray => bind('gather', [x, indices], params)[0]
const scatter = (x: NDArray, indices: NDArray, updates: NDArray, params: ScatterParams): NDArray =>
  bind('scatter', [x, indices, updates], params)[0]

const toScatter = (n: GatherDimensionNumbers): ScatterDimensionNumbers => ({
  updateWindowDims: n.offsetDims,
  insertedWindowDims: n.collapsedSliceDims,
  scatterDimsToOperandDims: n.startIndexMap,
  operandBatchingDims: n.operandBatchingDims,
  scatterIndicesBatchingDims: n.startIndicesBatchingDims,
})

const toGather = (n: ScatterDimensionNumbers): GatherDimensionNumbers => ({
  offsetDims: n.updateWindowDims,
  collapsedSliceDims: n.insertedWindowDims,
  startIndexMap: n.scatterDimsToOperandDims,
  operandBatchingDims: n.operandBatchingDims,
  startIndicesBatchingDims: n.scatterIndicesBatchingDims,
})

/** The gather that reads what a scatter of updates of this shape writes; 0 where an update was dropped. */
function inverseGather(
  x: NDArray,
  indices: NDArray,
  updatesShape: readonly number[],
  { dimensionNumbers, mode }: ScatterParams,
): NDArray {
  if (x.size === 0) return lax.full(updatesShape, 0, x.dtype)
  const { insertedWindowDims, operandBatchingDims, updateWindowDims } = dimensionNumbers
  const window = updateWindowDims.map((d) => updatesShape[d] as number).values()
  const sliceSizes = x.shape.map((_, d) =>
    insertedWindowDims.includes(d) || operandBatchingDims.includes(d) ? 1 : (window.next().value as number),
  )
  return gather(x, indices, { dimensionNumbers: toGather(dimensionNumbers), sliceSizes, mode, fillValue: 0 })
}

function gatherTranspose(ct: NDArray, x: Linear, indices: NDArray, { dimensionNumbers, mode }: GatherParams): NDArray {
  return scatter(lax.full(x.shape, 0, ct.dtype), indices, ct, {
    kind: 'add',
    dimensionNumbers: toScatter(dimensionNumbers),
    mode,
    uniqueIndices: false,
    indicesAreSorted: false,
  })
}

function gatherBatch(
  size: number,
  [x, indices]: readonly [NDArray, NDArray],
  [xAxis, indexAxis]: readonly [Axis, Axis],
  params: GatherParams,
): NDArray {
  const n = params.dimensionNumbers
  const operand = xAxis === null ? x : moveBatchAxis(size, x, xAxis, 0)
  const vectors = indexAxis === null ? indices : moveBatchAxis(size, indices, indexAxis, 0)
  const isPaired = xAxis !== null && indexAxis !== null
  const ofOperand = (dims: readonly number[]): readonly number[] => (xAxis === null ? dims : past(dims))
  const dimensionNumbers = {
    offsetDims: xAxis !== null && indexAxis === null ? [0, ...past(n.offsetDims)] : past(n.offsetDims),
    collapsedSliceDims: ofOperand(n.collapsedSliceDims),
    startIndexMap: ofOperand(n.startIndexMap),
    operandBatchingDims: [...(isPaired ? [0] : []), ...ofOperand(n.operandBatchingDims)],
    startIndicesBatchingDims: [
      ...(isPaired ? [0] : []),
      ...(indexAxis === null ? n.startIndicesBatchingDims : past(n.startIndicesBatchingDims)),
    ],
  }
  const own = xAxis === null ? [] : [isPaired ? Math.min(1, size) : size]
  return gather(operand, vectors, { ...params, dimensionNumbers, sliceSizes: [...own, ...params.sliceSizes] })
}

function scatterBatch(
  size: number,
  [x, indices, updates]: readonly [NDArray, NDArray, NDArray],
  [xAxis, indexAxis, updateAxis]: readonly [Axis, Axis, Axis],
  params: ScatterParams,
): NDArray {
  const n = params.dimensionNumbers
  const isShared = indexAxis === null
  const own = isShared ? [] : [0]
  const dimensionNumbers = {
    updateWindowDims: [...(isShared ? [0] : []), ...past(n.updateWindowDims)],
    insertedWindowDims: past(n.insertedWindowDims),
    scatterDimsToOperandDims: past(n.scatterDimsToOperandDims),
    operandBatchingDims: [...own, ...past(n.operandBatchingDims)],
    scatterIndicesBatchingDims: [
      ...own,
      ...(isShared ? n.scatterIndicesBatchingDims : past(n.scatterIndicesBatchingDims)),
    ],
  }
  return scatter(
    moveBatchAxis(size, x, xAxis, 0),
    isShared ? indices : moveBatchAxis(size, indices, indexAxis, 0),
    moveBatchAxis(size, updates, updateAxis, 0),
    { ...params, dimensionNumbers },
  )
}

type ScatterTangent = (
  xs: readonly [x: NDArray, indices: NDArray, updates: NDArray],
  ts: readonly [tx: Tangent, tUpdates: Tangent],
  params: ScatterParams,
  out: NDArray,
) => Tangent

const linearTangent: ScatterTangent = ([x, indices, updates], [tx, tu], params) =>
  scatter(instantiate(tx, x), indices, instantiate(tu, updates), params)

/**
 * Of overlapping updates only the one that stays has a derivative: each window gets a number, the numbers are scattered alike, and read back they
 * tell who won.
 */
const setTangent: ScatterTangent = (xs, [tx, tu], params) => {
  const [x, indices, updates] = xs
  if (params.uniqueIndices) return linearTangent(xs, [tx, tu], params, x)
  const windowDims = params.dimensionNumbers.updateWindowDims
  const idShape = updates.shape.map((n, d) => (windowDims.includes(d) ? 1 : n))
  const count = idShape.reduce((a, b) => a * b, 1)
  const numbered = lax.add(lax.reshape(lax.iota('int32', count), idShape), 1)
  const ids = lax.broadcastInDim(numbered, updates.shape, range(updates.ndim))
  const winners = scatter(lax.full(x.shape, 0, 'int32'), indices, ids, params)
  const kept = tx === null ? lax.fullLike(x, 0) : lax.select(lax.eq(winners, 0), tx, 0)
  if (tu === null) return kept
  const won = lax.eq(ids, inverseGather(winners, indices, updates.shape, params))
  return scatter(kept, indices, lax.select(won, tu, 0), { ...params, kind: 'add' })
}

const mulTangent: ScatterTangent = ([x, indices, updates], [tx, tu], params) => {
  const fromX = tx === null ? null : scatter(tx, indices, updates, params)
  if (tu === null) return fromX
  if (!params.uniqueIndices)
    throw new TransformError(
      'scatterMul',
      'a derivative by factors that may meet at one element',
      'promise that they do not, with { uniqueIndices: true }',
    )
  const factors = scatter(lax.fullLike(x, 0), indices, tu, { ...params, kind: 'add' })
  return addTangents(fromX, lax.mul(x, factors), lax.add)
}

/** Those that attain the extremum, the element itself among them, share its derivative equally. */
const extremeTangent: ScatterTangent = ([x, indices, updates], [tx, tu], params, out) => {
  const read = (from: NDArray): NDArray => inverseGather(from, indices, updates.shape, params)
  const addUp = (to: NDArray, what: NDArray): NDArray => scatter(to, indices, what, { ...params, kind: 'add' })
  const [zeros, ones, nothing] = [lax.fullLike(x, 0), lax.fullLike(updates, 1), lax.fullLike(updates, 0)]
  const target = read(out)
  const [wins, stays] = [lax.eq(updates, target), lax.eq(read(x), target)]
  const winners = read(addUp(zeros, lax.select(wins, ones, nothing)))
  const share = lax.div(ones, lax.select(stays, lax.add(winners, 1), lax.max(winners, 1)))
  const ofX = lax.div(lax.sub(lax.select(stays, share, nothing), 1), lax.max(read(addUp(zeros, ones)), 1))
  const tangent = instantiate(tx, x)
  const change = lax.mul(read(tangent), ofX)
  const updated = tu === null ? change : lax.add(change, lax.mul(tu, lax.select(wins, share, nothing)))
  return addUp(tangent, updated)
}

const scatterTangents: { readonly [K in ScatterParams['kind']]: ScatterTangent } = {
  set: setTangent,
  add: linearTangent,
  mul: mulTangent,
  min: extremeTangent,
  max: extremeTangent,
}

/** Cotangents of a scatter that is linear in `x` and `updates`, or, multiplying, in `x`. */
function scatterTranspose(
  ct: NDArray,
  x: NDArray | Linear,
  indices: NDArray,
  updates: NDArray | Linear,
  params: ScatterParams,
): readonly [Tangent, Tangent, Tangent] {
  const ofUpdates = isLinear(updates) ? inverseGather(ct, indices, updates.shape, params) : null
  if (!isLinear(x) || params.kind === 'add') return [isLinear(x) ? ct : null, null, ofUpdates]
  const known = params.kind === 'mul' ? (updates as NDArray) : lax.full(updates.shape, 0, ct.dtype)
  return [scatter(ct, indices, known, params), null, ofUpdates]
}

/** Scalar starts as one index vector for each example. */
function startVectors(size: number, starts: readonly NDArray[], axes: readonly Axis[]): readonly [NDArray, Axis] {
  const isBatched = axes.some((axis) => axis !== null)
  if (starts.length === 0) return [lax.full([0], 0, 'int32'), null]
  const columns = starts.map((start, i) => {
    const all = isBatched ? moveBatchAxis(size, start, axes[i] as Axis, 0) : start
    return lax.expandDims(all, [all.ndim])
  })
  return [lax.concatenate(columns, isBatched ? 1 : 0), isBatched ? 0 : null]
}

const dynamicSlice = (x: NDArray, starts: readonly NDArray[], sliceSizes: readonly number[]): NDArray =>
  bind('dynamicSlice', [x, ...starts], { sliceSizes })[0]
const dynamicUpdateSlice = (x: NDArray, update: NDArray, starts: readonly NDArray[]): NDArray =>
  bind('dynamicUpdateSlice', [x, update, ...starts], {})[0]

const dynamicSliceRules: Rules<'dynamicSlice'> = {
  jvp: (xs, ts, { sliceSizes }) => {
    const [x, ...starts] = xs
    const [t] = ts
    return [[dynamicSlice(x, starts, sliceSizes)], [t === null ? null : dynamicSlice(t, starts, sliceSizes)]]
  },
  transpose: ([ct], xs) => {
    const [x, ...starts] = xs
    const none = starts.map(() => null)
    if (ct === null || !isLinear(x)) return [null, ...none]
    return [dynamicUpdateSlice(lax.full(x.shape, 0, ct.dtype), ct, starts as readonly NDArray[]), ...none]
  },
  batch: (size, xs, axes, { sliceSizes }) => {
    const [x, ...starts] = xs
    const [axis, ...startAxes] = axes
    if (startAxes.every((a) => a === null)) {
      const whole = starts.toSpliced(axis as number, 0, lax.full([], 0, 'int32'))
      return [[dynamicSlice(x, whole, sliceSizes.toSpliced(axis as number, 0, size))], [axis]]
    }
    const [vectors, vectorAxis] = startVectors(size, starts, startAxes)
    const dims = range(sliceSizes.length)
    const dimensionNumbers = {
      offsetDims: dims,
      collapsedSliceDims: [],
      startIndexMap: dims,
      operandBatchingDims: [],
      startIndicesBatchingDims: [],
    }
    const params: GatherParams = { dimensionNumbers, sliceSizes, mode: 'clip', fillValue: null }
    return [[gatherBatch(size, [x, vectors], [axis, vectorAxis], params)], [0]]
  },
}

const dynamicUpdateSliceRules: Rules<'dynamicUpdateSlice'> = {
  jvp: (xs, ts) => {
    const [x, update, ...starts] = xs
    const [tx, tUpdate] = ts
    const out = dynamicUpdateSlice(x, update, starts)
    if (tx === null && tUpdate === null) return [[out], [null]]
    return [[out], [dynamicUpdateSlice(instantiate(tx, x), instantiate(tUpdate, update), starts)]]
  },
  transpose: ([ct], xs) => {
    const [x, update, ...rest] = xs
    const starts = rest as readonly NDArray[]
    const none = starts.map(() => null)
    if (ct === null) return [null, null, ...none]
    return [
      isLinear(x) ? dynamicUpdateSlice(ct, lax.full(update.shape, 0, ct.dtype), starts) : null,
      isLinear(update) ? dynamicSlice(ct, starts, update.shape) : null,
      ...none,
    ]
  },
  batch: (size, xs, axes) => {
    const [x, update, ...starts] = xs
    const [xAxis, updateAxis, ...startAxes] = axes
    if (startAxes.every((a) => a === null)) {
      const whole = [lax.full([], 0, 'int32'), ...starts]
      const all = moveBatchAxis(size, x, xAxis, 0)
      return [[dynamicUpdateSlice(all, moveBatchAxis(size, update, updateAxis, 0), whole)], [0]]
    }
    const [vectors, vectorAxis] = startVectors(size, starts, startAxes)
    const dims = range(starts.length)
    const dimensionNumbers = {
      updateWindowDims: dims,
      insertedWindowDims: [],
      scatterDimsToOperandDims: dims,
      operandBatchingDims: [],
      scatterIndicesBatchingDims: [],
    }
    const params: ScatterParams = {
      kind: 'set',
      dimensionNumbers,
      mode: 'clip',
      uniqueIndices: true,
      indicesAreSorted: true,
    }
    return [[scatterBatch(size, [x, vectors, update], [xAxis, vectorAxis, updateAxis], params)], [0]]
  },
}

export const indexing = family({
  gather: {
    jvp: ([x, indices], [t], params) => [
      [gather(x, indices, params)],
      [t === null ? null : gather(t, indices, { ...params, fillValue: 0 })],
    ],
    transpose: ([ct], [x, indices], params) => [
      ct === null || !isLinear(x) ? null : gatherTranspose(ct, x, indices as NDArray, params),
      null,
    ],
    batch: (size, xs, axes, params) => [[gatherBatch(size, xs, axes, params)], [0]],
  },
  scatter: {
    jvp: (xs, [tx, , tu], params) => {
      const out = scatter(...xs, params)
      if (tx === null && tu === null) return [[out], [null]]
      return [[out], [scatterTangents[params.kind](xs, [tx, tu], params, out)]]
    },
    transpose: ([ct], [x, indices, updates], params) =>
      ct === null ? [null, null, null] : scatterTranspose(ct, x, indices as NDArray, updates, params),
    batch: (size, xs, axes, params) => [[scatterBatch(size, xs, axes, params)], [0]],
  },
  dynamicSlice: dynamicSliceRules,
  dynamicUpdateSlice: dynamicUpdateSliceRules,
})
