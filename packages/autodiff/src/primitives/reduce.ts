import type { DotDimensionNumbers, DType, OpName } from '@proj/backend'
import type { NDArray } from '../array.ts'
import * as lax from '../lax/index.ts'
import { known, linear } from './makers.ts'
import { type Axis, addTangents, family, isLinear, type Linear, pastBatch, type Rules, type Tangent } from './rules.ts'

type Axes = { readonly axes: readonly number[] }
type Reduce = 'reduceSum' | 'reduceProd' | 'reduceMax' | 'reduceMin' | 'reduceAnd' | 'reduceOr'
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i)

/** Puts the reduced axes back, repeating along them. */
function repeatAlong(x: NDArray, shape: readonly number[], axes: readonly number[]): NDArray {
  return lax.broadcastInDim(
    x,
    shape,
    range(shape.length).filter((i) => !axes.includes(i)),
  )
}

/** Where the batch axis at `axis` lies once `axes` (of the batched array) are gone. */
const afterReduce = (axis: number, axes: readonly number[]): number => axis - axes.filter((a) => a < axis).length

const batchReduce =
  (reduce: (x: NDArray, axes: readonly number[]) => NDArray): Rules<Reduce>['batch'] =>
  (_size, [x], [axis], { axes }) => {
    const shifted = axes.map((a) => pastBatch(a, axis as number))
    return [[reduce(x, shifted)], [afterReduce(axis as number, shifted)]]
  }

/** The tangent of a maximum or minimum: the mean of the tangents at the places that attain it. */
function chooserTangent(t: NDArray, x: NDArray, out: NDArray, axes: readonly number[]): NDArray {
  const attained = lax.convertElementType(lax.eq(x, repeatAlong(out, x.shape, axes)), t.dtype)
  return lax.div(lax.reduceSum(lax.mul(t, attained), axes), lax.reduceSum(attained, axes))
}

const chooser = (reduce: (x: NDArray, axes: readonly number[]) => NDArray): Rules<Reduce> => ({
  jvp: ([x], [t], { axes }) => {
    const out = reduce(x, axes)
    return [[out], [t === null ? null : chooserTangent(t, x, out, axes)]]
  },
  batch: batchReduce(reduce),
})

const noTangent = (reduce: (x: NDArray, axes: readonly number[]) => NDArray): Rules<Reduce> => ({
  jvp: ([x], _ts, { axes }) => [[reduce(x, axes)], [null]],
  batch: batchReduce(reduce),
})

/** The product and its tangent over the last axis, by halving: no division, so zeros are right. */
function productTangent(x: NDArray, t: NDArray): NDArray {
  const n = x.shape.at(-1) as number
  const last = x.ndim - 1
  if (n === 0) return lax.full(x.shape.slice(0, -1), 0, x.dtype)
  if (n === 1) return lax.squeeze(t, [last])
  const half = Math.floor(n / 2)
  const part = (a: NDArray, from: number, to: number): NDArray => lax.sliceInDim(a, from, to, 1, last)
  const [x1, x2, t1, t2] = [part(x, 0, half), part(x, half, 2 * half), part(t, 0, half), part(t, half, 2 * half)]
  const [product, tangent] = [lax.mul(x1, x2), lax.add(lax.mul(t1, x2), lax.mul(x1, t2))]
  if (n % 2 === 0) return productTangent(product, tangent)
  return productTangent(
    lax.concatenate([product, part(x, n - 1, n)], last),
    lax.concatenate([tangent, part(t, n - 1, n)], last),
  )
}

/** `x` with `axes` moved to the end and joined into one. */
function flattenAxes(x: NDArray, axes: readonly number[]): NDArray {
  const kept = range(x.ndim).filter((i) => !axes.includes(i))
  const moved = lax.transpose(x, [...kept, ...axes])
  const count = axes.reduce((n, axis) => n * (x.shape[axis] as number), 1)
  return lax.reshape(moved, [...kept.map((i) => x.shape[i] as number), count])
}

const argReduce = (reduce: (x: NDArray, axis: number, indexDtype: DType) => NDArray): Rules<'argmax' | 'argmin'> => ({
  jvp: ([x], _ts, { axis, indexDtype }) => [[reduce(x, axis, indexDtype)], [null]],
  batch: (_size, [x], [at], { axis, indexDtype }) => {
    const shifted = pastBatch(axis, at as number)
    return [[reduce(x, shifted, indexDtype)], [afterReduce(at as number, [shifted])]]
  },
})

const toNumbers = (n: DotDimensionNumbers): lax.DotNumbers => [
  [n.lhsContracting, n.rhsContracting],
  [n.lhsBatch, n.rhsBatch],
]

const freeDims = (rank: number, contracting: readonly number[], batch: readonly number[]): number[] =>
  range(rank).filter((i) => !contracting.includes(i) && !batch.includes(i))

/** The cotangent of the left operand of a dot: the result's cotangent dotted with the right one, dimensions put back in order. */
function dotTransposeLhs(ct: NDArray, lhs: Linear, rhs: NDArray, n: DotDimensionNumbers): NDArray {
  const lhsFree = freeDims(lhs.shape.length, n.lhsContracting, n.lhsBatch)
  const rhsFree = freeDims(rhs.ndim, n.rhsContracting, n.rhsBatch)
  const batch = range(n.lhsBatch.length)
  const ctRhsFree = rhsFree.map((_, i) => batch.length + lhsFree.length + i)
  const product = lax.dotGeneral(ct, lax.convertElementType(rhs, ct.dtype), [
    [ctRhsFree, rhsFree],
    [batch, n.rhsBatch],
  ])
  // The product has batch dimensions, the free ones of lhs, then the contracted ones in the order they have in rhs.
  const byRhs = [...n.rhsContracting.keys()].sort(
    (a, b) => (n.rhsContracting[a] as number) - (n.rhsContracting[b] as number),
  )
  const order = [...n.lhsBatch, ...lhsFree, ...byRhs.map((i) => n.lhsContracting[i] as number)]
  return lax.transpose(
    lax.convertElementType(product, lhs.aval.dtype),
    range(order.length).map((dim) => order.indexOf(dim)),
  )
}

/** The same seen from the right: swap the operands, and the two groups of free dimensions of the cotangent. */
function dotTransposeRhs(ct: NDArray, lhs: NDArray, rhs: Linear, n: DotDimensionNumbers): NDArray {
  const batch = n.lhsBatch.length
  const lhsFree = lhs.ndim - batch - n.lhsContracting.length
  const ctSwapped = lax.transpose(ct, [
    ...range(batch),
    ...range(ct.ndim).slice(batch + lhsFree),
    ...range(ct.ndim).slice(batch, batch + lhsFree),
  ])
  const swapped = {
    lhsContracting: n.rhsContracting,
    rhsContracting: n.lhsContracting,
    lhsBatch: n.rhsBatch,
    rhsBatch: n.lhsBatch,
  }
  return dotTransposeLhs(ctSwapped, rhs, lhs, swapped)
}

/** A dot of operands that may each hold a batch; the result's batch axis is where its dimension falls. */
function dotBatch(
  lhs: NDArray,
  rhs: NDArray,
  [l, r]: readonly [Axis, Axis],
  n: DotDimensionNumbers,
  dtype: DType,
): readonly [NDArray, number] {
  const shift = (dims: readonly number[], axis: Axis): number[] =>
    axis === null ? [...dims] : dims.map((dim) => pastBatch(dim, axis))
  const contracting = [shift(n.lhsContracting, l), shift(n.rhsContracting, r)] as const
  const lhsBatch = shift(n.lhsBatch, l)
  const rhsBatch = shift(n.rhsBatch, r)
  if (l !== null && r !== null)
    return [
      lax.dotGeneral(
        lhs,
        rhs,
        [
          contracting,
          [
            [l, ...lhsBatch],
            [r, ...rhsBatch],
          ],
        ],
        dtype,
      ),
      0,
    ]
  const out = lax.dotGeneral(lhs, rhs, [contracting, [lhsBatch, rhsBatch]], dtype)
  const lhsFree = freeDims(lhs.ndim, contracting[0], lhsBatch)
  if (l !== null) return [out, lhsBatch.length + lhsFree.indexOf(l)]
  return [out, lhsBatch.length + lhsFree.length + freeDims(rhs.ndim, contracting[1], rhsBatch).indexOf(r as number)]
}

/** The rule of one op from one that serves several alike. */
const as = <K extends OpName>(rules: unknown): Rules<K> => rules as Rules<K>

export const reduce = family({
  reduceSum: linear('reduceSum', (ct, x, { axes }) => repeatAlong(ct, x.shape, axes), batchReduce(lax.reduceSum)),
  reduceProd: {
    jvp: ([x], [t], { axes }: Axes) => {
      const tangent: Tangent = t === null ? null : productTangent(flattenAxes(x, axes), flattenAxes(t, axes))
      return [[lax.reduceProd(x, axes)], [tangent]]
    },
    batch: batchReduce(lax.reduceProd),
  },
  reduceMax: as<'reduceMax'>(chooser(lax.reduceMax)),
  reduceMin: as<'reduceMin'>(chooser(lax.reduceMin)),
  reduceAnd: as<'reduceAnd'>(noTangent(lax.reduceAnd)),
  reduceOr: as<'reduceOr'>(noTangent(lax.reduceOr)),
  argmax: as<'argmax'>(argReduce(lax.argmax)),
  argmin: as<'argmin'>(argReduce(lax.argmin)),
  dotGeneral: {
    jvp: ([x, y], [tx, ty], { dimensionNumbers, preferredElementType }) => {
      const numbers = toNumbers(dimensionNumbers)
      const dot = (a: NDArray, b: NDArray): NDArray => lax.dotGeneral(a, b, numbers, preferredElementType)
      const fromLeft = tx === null ? null : dot(tx, y)
      const fromRight = ty === null ? null : dot(x, ty)
      return [[dot(x, y)], [addTangents(fromLeft, fromRight, lax.add)]]
    },
    transpose: ([ct], [x, y], { dimensionNumbers }) => {
      if (ct === null) return [null, null]
      if (isLinear(x)) return [dotTransposeLhs(ct, x, known(y), dimensionNumbers), null]
      return [null, dotTransposeRhs(ct, x, y as Linear, dimensionNumbers)]
    },
    batch: (_size, [x, y], axes, { dimensionNumbers, preferredElementType }) => {
      const [out, axis] = dotBatch(x, y, axes, dimensionNumbers, preferredElementType)
      return [[out], [axis]]
    },
  },
})
