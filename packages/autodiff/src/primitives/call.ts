import { hasEffect, type Jaxpr } from '@proj/backend'
import type { NDArray } from '../array.ts'
import type { Staged } from '../interpreters/staging.ts'
import { bind } from '../trace.ts'
import {
  backwardJaxpr,
  batchJaxpr,
  isPresent,
  jvpJaxpr,
  negate,
  partialJaxpr,
  present,
  scatter,
  where,
} from './derived.ts'
import {
  type Axis,
  type Backward,
  type Batch,
  type Cut,
  family,
  isLinear,
  type Jvp,
  type Linear,
  type PendingOp,
  type Split,
  type Tangent,
} from './rules.ts'

/** Runs a staged program as one call; one that gives nothing and does nothing is left out. */
export function call({ jaxpr, consts }: Staged, operands: readonly NDArray[], name: string): readonly NDArray[] {
  if (jaxpr.outputs.length === 0 && !jaxpr.eqns.some(hasEffect)) return []
  return bind('jit', [...consts, ...operands], { jaxpr, name })
}

/** The results of a call and their tangents. */
export function callJvp(
  jaxpr: Jaxpr,
  name: string,
  xs: readonly NDArray[],
  ts: readonly Tangent[],
  jvp: Jvp,
): readonly [readonly NDArray[], readonly Tangent[]] {
  const staged = jvpJaxpr(jaxpr, isPresent(ts), jvp)
  const outs = call(staged, [...xs, ...present(ts)], name)
  const count = jaxpr.outputs.length
  return [outs.slice(0, count), scatter(outs.slice(count), staged.outMask)]
}

export function callTranspose(
  jaxpr: Jaxpr,
  name: string,
  cts: readonly Tangent[],
  xs: readonly (NDArray | Linear)[],
  backward: Backward,
): readonly Tangent[] {
  const staged = backwardJaxpr(jaxpr, xs.map(isLinear), isPresent(cts), backward)
  const known = xs.filter((x): x is NDArray => !isLinear(x))
  return scatter(call(staged, [...known, ...present(cts)], name), staged.outMask)
}

export function callBatch(
  jaxpr: Jaxpr,
  name: string,
  size: number,
  xs: readonly NDArray[],
  axes: readonly Axis[],
  batch: Batch,
): readonly [readonly NDArray[], readonly Axis[]] {
  const staged = batchJaxpr(
    jaxpr,
    size,
    xs.map((x) => x.aval),
    axes,
    batch,
  )
  return [call(staged, xs, name), staged.outAxes]
}

/** Runs the known half of a call; the other waits. */
export function callPartial(
  jaxpr: Jaxpr,
  name: string,
  unknown: readonly boolean[],
  operands: readonly NDArray[],
  split: Split,
): Cut {
  const { known, rest, outUnknown } = partialJaxpr(jaxpr, unknown, split)
  const outs = call(known, where(operands, negate(unknown)), name)
  const count = outUnknown.filter((u) => !u).length
  const waiting = [...rest.consts, ...outs.slice(count), ...where(operands, unknown)]
  const pending: PendingOp | null =
    rest.jaxpr.outputs.length === 0 ? null : { op: 'jit', operands: waiting, params: { jaxpr: rest.jaxpr, name } }
  return { outs: scatter(outs, negate(outUnknown)), pending }
}

export const calls = family({
  jit: {
    jvp: (xs, ts, { jaxpr, name }, jvp) => callJvp(jaxpr, name, xs, ts, jvp),
    transpose: (cts, xs, { jaxpr, name }, backward) => callTranspose(jaxpr, name, cts, xs, backward),
    batch: (size, xs, axes, { jaxpr, name }, batch) => callBatch(jaxpr, name, size, xs, axes, batch),
    partial: (unknown, operands, { jaxpr, name }, split) => callPartial(jaxpr, name, unknown, operands, split),
  },
})
