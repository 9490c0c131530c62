import type { NDArray } from '../array.ts'
import * as lax from '../lax/index.ts'
import { linear } from './makers.ts'
import { type Axis, alignBatch, family, isLinear, moveBatchAxis, pastBatch, type Tangent } from './rules.ts'

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i)
const inverse = (permutation: readonly number[]): number[] => permutation.map((_, i) => permutation.indexOf(i))

/** Sums what a broadcast repeated: new dimensions, and those grown from 1. */
function broadcastTranspose(ct: NDArray, shape: readonly number[], dims: readonly number[]): NDArray {
  const grown = dims.filter((dim, i) => shape[i] === 1 && ct.shape[dim] !== 1)
  const added = range(ct.ndim).filter((dim) => !dims.includes(dim))
  return lax.reshape(lax.reduceSum(ct, [...added, ...grown]), shape)
}

/** Puts a strided slice back among zeros. */
function sliceTranspose(
  ct: NDArray,
  shape: readonly number[],
  start: readonly number[],
  strides: readonly number[],
): NDArray {
  const config = shape.map((n, i) => {
    const [from, by, count] = [start[i] as number, strides[i] as number, ct.shape[i] as number]
    const covered = count === 0 ? 0 : (count - 1) * by + 1
    return [from, n - from - covered, by - 1] as const
  })
  return lax.pad(ct, 0, config)
}

/** The part of a padded array that came from the operand. */
function unpad(ct: NDArray, low: readonly number[], high: readonly number[], interior: readonly number[]): NDArray {
  const cropped = lax.pad(
    ct,
    0,
    low.map((n, i) => [-n, -(high[i] as number), 0] as const),
  )
  return lax.slice(
    cropped,
    low.map(() => 0),
    cropped.shape,
    interior.map((n) => n + 1),
  )
}

/** Batches an op of one operand whose parameters name dimensions: the batch axis stays where it is. */
const inPlace =
  <P>(run: (x: NDArray, axis: number, size: number, params: P) => readonly [out: NDArray, axis: number]) =>
  (
    size: number,
    [x]: readonly [NDArray],
    [axis]: readonly [Axis],
    params: P,
  ): readonly [readonly [NDArray], readonly [Axis]] => {
    const [out, at] = run(x, axis as number, size, params)
    return [[out], [at]]
  }

const insert = (list: readonly number[], at: number, item: number): number[] => list.toSpliced(at, 0, item)

/** `transpose` with the batch axis brought to the front. */
const batchToFront = (size: number, x: NDArray, axis: Axis): NDArray => moveBatchAxis(size, x, axis, 0)

export const movement = family({
  iota: {
    jvp: (_xs, _ts, { dtype, shape, dimension }) => [[lax.broadcastedIota(dtype, shape, dimension)], [null]],
    batch: (_size, _xs, _axes, { dtype, shape, dimension }) => [[lax.broadcastedIota(dtype, shape, dimension)], [null]],
  },
  broadcastInDim: linear(
    'broadcastInDim',
    (ct, x, { broadcastDimensions }) => broadcastTranspose(ct, x.shape, broadcastDimensions),
    (size, [x], [axis], { shape, broadcastDimensions }) => {
      const dims = [0, ...broadcastDimensions.map((dim) => dim + 1)]
      return [[lax.broadcastInDim(batchToFront(size, x, axis), [size, ...shape], dims)], [0]]
    },
  ),
  reshape: linear(
    'reshape',
    (ct, x) => lax.reshape(ct, x.shape),
    (size, [x], [axis], { newSizes }) => [[lax.reshape(batchToFront(size, x, axis), [size, ...newSizes])], [0]],
  ),
  transpose: linear(
    'transpose',
    (ct, _x, { permutation }) => lax.transpose(ct, inverse(permutation)),
    inPlace((x, axis, _size, { permutation }) => [
      lax.transpose(x, [axis, ...permutation.map((dim) => pastBatch(dim, axis))]),
      0,
    ]),
  ),
  slice: linear(
    'slice',
    (ct, x, { startIndices, strides }) => sliceTranspose(ct, x.shape, startIndices, strides),
    inPlace((x, axis, size, { startIndices, limitIndices, strides }) => [
      lax.slice(x, insert(startIndices, axis, 0), insert(limitIndices, axis, size), insert(strides, axis, 1)),
      axis,
    ]),
  ),
  rev: linear(
    'rev',
    (ct, _x, { dimensions }) => lax.rev(ct, dimensions),
    inPlace((x, axis, _size, { dimensions }) => [
      lax.rev(
        x,
        dimensions.map((dim) => pastBatch(dim, axis)),
      ),
      axis,
    ]),
  ),
  pad: {
    jvp: ([x, fill], [tx, tfill], params) => {
      const config = params.low.map((low, i) => [low, params.high[i] as number, params.interior[i] as number] as const)
      const out = lax.pad(x, fill, config)
      if (tx === null && tfill === null) return [[out], [null]]
      const zero = lax.full([], 0, fill.dtype)
      return [[out], [lax.pad(tx ?? lax.fullLike(x, 0), tfill ?? zero, config)]]
    },
    transpose: ([ct], [x, fill], { low, high, interior }) => {
      if (ct === null) return [null, null]
      const inner = unpad(ct, low, high, interior)
      const total = (a: NDArray): NDArray => lax.reduceSum(a, range(a.ndim))
      return [isLinear(x) ? inner : null, isLinear(fill) ? lax.sub(total(ct), total(inner)) : null]
    },
    batch: (size, [x, fill], [axis, fillAxis], { low, high, interior }) => {
      const config = low.map((n, i) => [n, high[i] as number, interior[i] as number] as const)
      if (fillAxis === null) return [[lax.pad(x, fill, config.toSpliced(axis as number, 0, [0, 0, 0]))], [axis]]
      return [[padEach(moveBatchAxis(size, x, axis, 0), moveBatchAxis(size, fill, fillAxis, 0), config)], [0]]
    },
  },
  concatenate: {
    jvp: (xs, ts, { dimension }) => {
      const out = lax.concatenate(xs, dimension)
      if (ts.every((t) => t === null)) return [[out], [null]]
      return [
        [out],
        [
          lax.concatenate(
            xs.map((x, i) => ts[i] ?? lax.fullLike(x, 0)),
            dimension,
          ),
        ],
      ]
    },
    transpose: ([ct], xs, { dimension }): readonly Tangent[] => {
      let start = 0
      return xs.map((x) => {
        const from = start
        start += x.shape[dimension] as number
        return ct === null || !isLinear(x) ? null : lax.sliceInDim(ct, from, start, 1, dimension)
      })
    },
    batch: (size, xs, axes, { dimension }) => {
      const [aligned, axis] = alignBatch(size, xs, axes)
      return [[lax.concatenate(aligned, pastBatch(dimension, axis))], [axis]]
    },
  },
})

/** Pads each example with its own fill: pad a mask alike, and choose. Both have their examples along axis 0. */
function padEach(x: NDArray, fill: NDArray, config: lax.PaddingConfig): NDArray {
  const whole = [[0, 0, 0] as const, ...config]
  const padded = lax.pad(x, lax.full([], 0, x.dtype), whole)
  const inside = lax.pad(lax.full(x.shape, true, 'bool'), lax.full([], false, 'bool'), whole)
  return lax.select(inside, padded, lax.broadcastInDim(fill, padded.shape, [0]))
}
