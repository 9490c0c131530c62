import { isFloat } from '@proj/backend'
import type { NDArray } from '../array.ts'
import * as lax from '../lax/index.ts'
import { bind } from '../trace.ts'
import { alignBatch, family, moveBatchAxis, pastBatch, type Tangent } from './rules.ts'

/** `x` with its elements along `axis` at the positions `order`, line by line. */
function permuteAlong(x: NDArray, order: NDArray, axis: number): NDArray {
  const others = x.shape.map((_, d) => d).filter((d) => d !== axis)
  return lax.gather(
    x,
    lax.expandDims(order, [order.ndim]),
    {
      offsetDims: [],
      collapsedSliceDims: [axis],
      startIndexMap: [axis],
      operandBatchingDims: others,
      startIndicesBatchingDims: others,
    },
    x.shape.map((n) => Math.min(1, n)),
  )
}

export const sort = family({
  sort: {
    jvp: (xs, ts, params) => {
      if (ts.every((t) => t === null)) return [bind('sort', xs, params), ts]
      const [first] = xs as readonly [NDArray]
      const positions = lax.broadcastedIota('int32', first.shape, params.dimension)
      const sorted = bind('sort', [...xs, positions], params)
      const order = sorted.at(-1) as NDArray
      const tangents = ts.map((t): Tangent => (t === null ? null : permuteAlong(t, order, params.dimension)))
      return [sorted.slice(0, -1), tangents]
    },
    batch: (size, xs, axes, { dimension, ...params }) => {
      const [aligned, axis] = alignBatch(size, xs, axes)
      const outs = bind('sort', aligned, { ...params, dimension: pastBatch(dimension, axis) })
      return [outs, outs.map(() => axis)]
    },
  },
  topK: {
    jvp: ([x], [t], params) => {
      const [values, indices] = bind('topK', [x], params)
      const isFlat = t === null || !isFloat(x.dtype)
      return [
        [values, indices],
        [isFlat ? null : permuteAlong(t, indices, x.ndim - 1), null],
      ]
    },
    batch: (size, [x], [axis], params) => [bind('topK', [moveBatchAxis(size, x, axis, 0)], params), [0, 0]],
  },
})
