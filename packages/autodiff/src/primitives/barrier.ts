import type { NDArray } from '../array.ts'
import { bind } from '../trace.ts'
import { isPresent, negate, present, scatter, where } from './derived.ts'
import { family, type Tangent } from './rules.ts'

/** The same values; no equation is merged with, or moved to, the other side. */
export const hold = (xs: readonly NDArray[]): readonly NDArray[] =>
  xs.length === 0 ? [] : bind('optimizationBarrier', xs, {})
const holdTangents = (ts: readonly Tangent[]): readonly Tangent[] => scatter(hold(present(ts)), isPresent(ts))

export const marks = family({
  optimizationBarrier: {
    jvp: (xs, ts) => [hold(xs), holdTangents(ts)],
    transpose: (cts) => holdTangents(cts),
    batch: (_size, xs, axes) => [hold(xs), axes],
    // What is known does not wait for what is not: it would count as linear with it.
    partial: (unknown, operands) => ({
      outs: scatter(hold(where(operands, negate(unknown))), negate(unknown)),
      pending: { op: 'optimizationBarrier', operands: where(operands, unknown), params: {} },
    }),
  },
  // A name is for the value: tangents go without.
  name: {
    jvp: ([x], [t], params) => [bind('name', [x], params), [t]],
    transpose: ([ct]) => [ct],
    batch: (_size, [x], [axis], params) => [bind('name', [x], params), [axis]],
  },
})
