import type { Monoid, Params } from '@proj/backend'
import type { NDArray } from '../array.ts'
import { bindConv } from '../lax/convolution.ts'
import * as lax from '../lax/index.ts'
import { dilateSize } from '../lax/padding.ts'
import { bindReduceWindow, identityOf, windowSlices } from '../lax/window.ts'
import { known } from './makers.ts'
import { type Axis, addTangents, family, isLinear, type Linear, moveBatchAxis } from './rules.ts'

type WindowParams = Params<'reduceWindow'>
type ConvParams = Params<'convGeneralDilated'>
const at = (list: readonly number[], d: number): number => list[d] as number

/** Each cotangent spread over its window: windows of the dilated cotangent, padded so that the result has the shape of `x`. */
function sumTranspose(ct: NDArray, shape: readonly number[], params: WindowParams): NDArray {
  const pads = backPads({
    inShape: shape,
    window: params.windowDimensions,
    outShape: ct.shape,
    strides: params.windowStrides,
    low: params.low,
    inDilation: params.baseDilation,
    windowDilation: params.windowDilation,
  })
  return bindReduceWindow(ct, {
    kind: 'add',
    windowDimensions: params.windowDimensions,
    windowStrides: params.baseDilation,
    low: pads.map((pair) => pair[0]),
    high: pads.map((pair) => pair[1]),
    baseDilation: params.windowStrides,
    windowDilation: params.windowDilation,
  })
}

interface Geometry {
  readonly inShape: readonly number[]
  readonly window: readonly number[]
  readonly outShape: readonly number[]
  readonly strides: readonly number[]
  readonly low: readonly number[]
  readonly inDilation: readonly number[]
  readonly windowDilation: readonly number[]
}

/** Padding of the dilated result under which its windows, turned round, go back over the operand. Source: JAX's `_conv_general_vjp_lhs_padding`. */
function backPads({ inShape, window, outShape, strides, low, inDilation, windowDilation }: Geometry) {
  return inShape.map((n, d) => {
    const size = dilateSize(at(window, d), at(windowDilation, d))
    const before = size - at(low, d) - 1
    const span = dilateSize(n, at(inDilation, d)) + size - 1
    return [before, span - dilateSize(at(outShape, d), at(strides, d)) - before] as const
  })
}

type Dual = readonly [value: NDArray, tangent: NDArray]

/** The first of equals keeps its tangent; a NaN, once met, stays. */
const firstExtreme =
  (isBeyond: (x: NDArray, y: NDArray) => NDArray) =>
  ([x, tx]: Dual, [y, ty]: Dual): Dual => {
    const isNew = lax.bitwiseAnd(lax.eq(x, x), lax.bitwiseOr(isBeyond(y, x), lax.ne(y, y)))
    return [lax.select(isNew, y, x), lax.select(isNew, ty, tx)]
  }

const combineDuals: { readonly [M in Exclude<Monoid, 'add'>]: (x: Dual, y: Dual) => Dual } = {
  mul: ([x, tx], [y, ty]) => [lax.mul(x, y), lax.add(lax.mul(tx, y), lax.mul(x, ty))],
  max: firstExtreme(lax.gt),
  min: firstExtreme(lax.lt),
}

/** Windows taken apart: one array for each place in a window, combined as dual numbers. */
function windowTangent(x: NDArray, t: NDArray, params: WindowParams, out: NDArray): NDArray {
  if (params.kind === 'add') return bindReduceWindow(t, params)
  const values = windowSlices(x, params, lax.full([], identityOf(params.kind, x.dtype), x.dtype))
  const tangents = windowSlices(t, params, 0)
  const pairs = values.map((value, i): Dual => [value, tangents[i] as NDArray])
  if (pairs.length === 0) return lax.fullLike(out, 0)
  return pairs.reduce(combineDuals[params.kind])[1]
}

/** Parameters of a windowed op with one more dimension, which no window looks along. */
function widen(params: WindowParams, axis: number): WindowParams {
  const insert = (list: readonly number[], item: number): number[] => list.toSpliced(axis, 0, item)
  return {
    kind: params.kind,
    windowDimensions: insert(params.windowDimensions, 1),
    windowStrides: insert(params.windowStrides, 1),
    low: insert(params.low, 0),
    high: insert(params.high, 0),
    baseDilation: insert(params.baseDilation, 1),
    windowDilation: insert(params.windowDilation, 1),
  }
}

/** Channels and output channels in each other's place. */
const swap = (x: NDArray): NDArray => lax.transpose(x, [1, 0, ...x.shape.slice(2).map((_, i) => i + 2)])

/** Dimension `axis` as two, the first of size `count`. */
const splitDim = (x: NDArray, axis: number, count: number): NDArray =>
  lax.reshape(x, x.shape.toSpliced(axis, 1, count, at(x.shape, axis) / count))
/** Dimension `axis` and the next as one. */
const joinDims = (x: NDArray, axis: number): NDArray =>
  lax.reshape(x, x.shape.toSpliced(axis, 2, at(x.shape, axis) * at(x.shape, axis + 1)))
/** Dimension `from` moved before the one at `to` of the rest, and joined with it. */
const joinInto = (x: NDArray, from: number, to: number): NDArray => joinDims(moveBatchAxis(0, x, from, to), to)

/** Groups of dimension 0 moved into dimension 1: `[g·o, i]` to `[o, g·i]`. */
const regroup = (x: NDArray, groups: number): NDArray => (groups === 1 ? x : joinInto(splitDim(x, 0, groups), 0, 1))

/** The cotangent convolved with the kernel turned round, its channels swapped. */
function convTransposeLhs(ct: NDArray, lhs: Linear, rhs: NDArray, params: ConvParams): NDArray {
  const { windowStrides, lhsDilation, rhsDilation, featureGroupCount, batchGroupCount } = params
  const groups = Math.max(featureGroupCount, batchGroupCount)
  const space = rhs.shape.slice(2).map((_, i) => i + 2)
  const kernel = swap(regroup(lax.rev(rhs, space), groups))
  const pads = backPads({
    inShape: lhs.shape.slice(2),
    window: rhs.shape.slice(2),
    outShape: ct.shape.slice(2),
    strides: windowStrides,
    low: params.low,
    inDilation: lhsDilation,
    windowDilation: rhsDilation,
  })
  const out = bindConv(ct, lax.convertElementType(kernel, ct.dtype), {
    windowStrides: lhsDilation,
    low: pads.map((pair) => pair[0]),
    high: pads.map((pair) => pair[1]),
    lhsDilation: windowStrides,
    rhsDilation,
    featureGroupCount: groups,
    batchGroupCount: 1,
    preferredElementType: ct.dtype,
  })
  const grouped = batchGroupCount === 1 ? out : joinInto(splitDim(out, 1, batchGroupCount), 1, 0)
  return lax.convertElementType(grouped, lhs.aval.dtype)
}

/** The operand convolved with the cotangent: batch and channels change places in both. */
function convTransposeRhs(ct: NDArray, lhs: NDArray, rhs: Linear, params: ConvParams): NDArray {
  const { windowStrides, low, lhsDilation, rhsDilation, featureGroupCount, batchGroupCount } = params
  if (ct.size === 0) return lax.full(rhs.shape, 0, rhs.aval.dtype)
  const high = low.map((before, d) => {
    const window = dilateSize(at(rhs.shape, d + 2), at(rhsDilation, d))
    const outSpan = dilateSize(at(ct.shape, d + 2), at(windowStrides, d))
    return outSpan - dilateSize(at(lhs.shape, d + 2), at(lhsDilation, d)) + window - before - 1
  })
  const out = bindConv(swap(lax.convertElementType(lhs, ct.dtype)), swap(ct), {
    windowStrides: rhsDilation,
    low,
    high,
    lhsDilation,
    rhsDilation: windowStrides,
    featureGroupCount: batchGroupCount,
    batchGroupCount: featureGroupCount,
    preferredElementType: ct.dtype,
  })
  return lax.convertElementType(swap(out), rhs.aval.dtype)
}

type Pair = readonly [lhs: NDArray, rhs: NDArray]

/** Both batched: each example is a group. */
function convBatchBoth(size: number, [lhs, rhs]: Pair, [l, r]: readonly [number, number], params: ConvParams): NDArray {
  const { batchGroupCount, featureGroupCount } = params
  const kernels = joinDims(moveBatchAxis(size, rhs, r, 0), 0)
  const isByExamples = batchGroupCount > 1
  const inputs = isByExamples ? joinInto(lhs, l, 0) : joinInto(lhs, l, 1)
  const groups = isByExamples
    ? { batchGroupCount: batchGroupCount * size }
    : { featureGroupCount: featureGroupCount * size }
  return splitDim(bindConv(inputs, kernels, { ...params, ...groups }), 1, size)
}

/** Only the operand batched: more examples, inside their groups. */
function convBatchLhs(size: number, [lhs, rhs]: Pair, l: number, params: ConvParams): NDArray {
  const front = moveBatchAxis(size, lhs, l, 0)
  const grouped = moveBatchAxis(size, splitDim(front, 1, params.batchGroupCount), 1, 0)
  return splitDim(bindConv(joinDims(joinDims(grouped, 0), 0), rhs, params), 0, size)
}

/** Only the kernel batched: more output channels, inside their groups. */
function convBatchRhs(size: number, [lhs, rhs]: Pair, r: number, params: ConvParams): NDArray {
  const groups = Math.max(params.featureGroupCount, params.batchGroupCount)
  const grouped = moveBatchAxis(size, splitDim(moveBatchAxis(size, rhs, r, 0), 1, groups), 1, 0)
  const kernels = joinDims(joinDims(grouped, 0), 0)
  const out = splitDim(splitDim(bindConv(lhs, kernels, params), 1, groups), 2, size)
  return joinDims(moveBatchAxis(size, out, 2, 1), 2)
}

function convBatch(
  size: number,
  xs: Pair,
  [l, r]: readonly [Axis, Axis],
  params: ConvParams,
): readonly [NDArray, number] {
  if (l === null) return [convBatchRhs(size, xs, r as number, params), 1]
  if (r === null) return [convBatchLhs(size, xs, l, params), 0]
  return [convBatchBoth(size, xs, [l, r], params), 1]
}

export const window = family({
  reduceWindow: {
    jvp: ([x], [t], params) => {
      const out = bindReduceWindow(x, params)
      return [[out], [t === null ? null : windowTangent(x, t, params, out)]]
    },
    transpose: ([ct], [x], params) => [ct === null ? null : sumTranspose(ct, x.shape, params)],
    batch: (_size, [x], [axis], params) => [[bindReduceWindow(x, widen(params, axis as number))], [axis]],
  },
  convGeneralDilated: {
    jvp: ([lhs, rhs], [tl, tr], params) => {
      const fromLeft = tl === null ? null : bindConv(tl, rhs, params)
      const fromRight = tr === null ? null : bindConv(lhs, tr, params)
      return [[bindConv(lhs, rhs, params)], [addTangents(fromLeft, fromRight, lax.add)]]
    },
    transpose: ([ct], [lhs, rhs], params) => {
      if (ct === null) return [null, null]
      if (isLinear(lhs)) return [convTransposeLhs(ct, lhs, known(rhs), params), null]
      return [null, convTransposeRhs(ct, lhs, rhs as Linear, params)]
    },
    batch: (size, [lhs, rhs], [l, r], params) => {
      const [out, axis] = convBatch(size, [lhs, rhs], [l, r], params)
      return [[out], [axis]]
    },
  },
})
