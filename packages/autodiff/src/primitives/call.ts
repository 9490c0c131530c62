import type { Aval, Jaxpr } from '@proj/backend'
import type { NDArray } from '../array.ts'
import { evalJaxpr, type Staged, stage } from '../interpreters/staging.ts'
import { bind } from '../trace.ts'
import {
  type Axis,
  type Backward,
  type Batch,
  family,
  isLinear,
  type Jvp,
  Linear,
  type PartialCall,
  type Split,
  type Tangent,
} from './rules.ts'

/** One result for each Jaxpr and key, kept as long as the Jaxpr lives. */
function memo<T>(): (jaxpr: Jaxpr, key: string, make: () => T) => T {
  const cache = new WeakMap<Jaxpr, Map<string, T>>()
  return (jaxpr, key, make) => {
    let byKey = cache.get(jaxpr)
    if (byKey === undefined) cache.set(jaxpr, (byKey = new Map()))
    let value = byKey.get(key)
    if (value === undefined) byKey.set(key, (value = make()))
    return value
  }
}

const avalsOf = (jaxpr: Jaxpr): readonly Aval[] => jaxpr.inputs.map((input) => input.aval)
const where = <T>(list: readonly T[], mask: readonly boolean[]): T[] => list.filter((_, i) => mask[i] === true)
const present = (ts: readonly Tangent[]): NDArray[] => ts.filter((t) => t !== null)
const call = (staged: Staged, operands: readonly NDArray[], name: string): readonly NDArray[] =>
  bind('jit', [...staged.consts, ...operands], { jaxpr: staged.jaxpr, name })

/** `null` where `mask` is false, else the next of `items`. */
function scatter<T>(items: readonly T[], mask: readonly boolean[]): (T | null)[] {
  let next = 0
  return mask.map((kept) => (kept ? (items[next++] as T) : null))
}

interface JvpJaxpr extends Staged {
  readonly outMask: readonly boolean[]
}
const jvpMemo = memo<JvpJaxpr>()

/** From primals and the tangents that `mask` marks to results and the tangents that `outMask` marks. */
function jvpJaxpr(jaxpr: Jaxpr, mask: readonly boolean[], jvp: Jvp): JvpJaxpr {
  return jvpMemo(jaxpr, mask.join(), () => {
    let outMask: readonly boolean[] = []
    const avals = avalsOf(jaxpr)
    const staged = stage(
      'jvp',
      (xs) => {
        const [outs, ts] = jvp(
          (primals) => evalJaxpr(jaxpr, primals),
          xs.slice(0, avals.length),
          scatter(xs.slice(avals.length), mask),
        )
        outMask = ts.map((t) => t !== null)
        return [...outs, ...present(ts)]
      },
      [...avals, ...where(avals, mask)],
    )
    return { ...staged, outMask }
  })
}

interface BatchJaxpr extends Staged {
  readonly outAxes: readonly Axis[]
}
const batchMemo = memo<BatchJaxpr>()

function batchJaxpr(
  jaxpr: Jaxpr,
  size: number,
  operands: readonly NDArray[],
  axes: readonly Axis[],
  batch: Batch,
): BatchJaxpr {
  return batchMemo(jaxpr, `${size}:${axes.join()}`, () => {
    let outAxes: readonly Axis[] = []
    const staged = stage(
      'vmap',
      (xs) => {
        const [outs, at] = batch((examples) => evalJaxpr(jaxpr, examples), size, xs, axes)
        outAxes = at
        return outs
      },
      operands.map((x) => x.aval),
    )
    return { ...staged, outAxes }
  })
}

const partialMemo = memo<PartialCall>()

function partialJaxpr(jaxpr: Jaxpr, unknown: readonly boolean[], split: Split): PartialCall {
  return partialMemo(jaxpr, unknown.join(), () => {
    const avals = avalsOf(jaxpr)
    const isKnown = unknown.map((u) => !u)
    let cut: ReturnType<Split> = { known: [], residuals: [], rest: () => [] }
    const known = stage(
      'linearize',
      (xs) => {
        const operands = scatter(xs, isKnown).map((x, i) => x ?? new Linear(avals[i] as Aval))
        cut = split((ys) => evalJaxpr(jaxpr, ys), operands)
        return [...present(cut.known), ...cut.residuals]
      },
      where(avals, isKnown),
    )
    const { residuals } = cut
    const rest = stage('linearize', (xs) => cut.rest(xs.slice(0, residuals.length), xs.slice(residuals.length)), [
      ...residuals.map((r) => r.aval),
      ...where(avals, unknown),
    ])
    return {
      known: known.jaxpr,
      knownConsts: known.consts,
      rest: rest.jaxpr,
      restConsts: rest.consts,
      outUnknown: cut.known.map((k) => k === null),
    }
  })
}

interface BackwardJaxpr extends Staged {
  readonly outMask: readonly boolean[]
}
const backwardMemo = memo<BackwardJaxpr>()

/** From the known operands and the cotangents that `ctMask` marks to the cotangents of linear operands that `outMask` marks. */
function backwardJaxpr(
  jaxpr: Jaxpr,
  isLinearAt: readonly boolean[],
  ctMask: readonly boolean[],
  backward: Backward,
): BackwardJaxpr {
  return backwardMemo(jaxpr, `${isLinearAt.join()};${ctMask.join()}`, () => {
    const avals = avalsOf(jaxpr)
    const isKnown = isLinearAt.map((l) => !l)
    const knownAvals = where(avals, isKnown)
    let outMask: readonly boolean[] = []
    const staged = stage(
      'grad',
      (xs) => {
        const operands = scatter(xs.slice(0, knownAvals.length), isKnown).map(
          (x, i) => x ?? new Linear(avals[i] as Aval),
        )
        const cts = backward((ys) => evalJaxpr(jaxpr, ys), operands, scatter(xs.slice(knownAvals.length), ctMask))
        outMask = cts.map((ct) => ct !== null)
        return present(cts)
      },
      [
        ...knownAvals,
        ...where(
          jaxpr.outputs.map((output) => output.aval),
          ctMask,
        ),
      ],
    )
    return { ...staged, outMask }
  })
}

export const calls = family({
  jit: {
    jvp: (xs, ts, { jaxpr, name }, jvp) => {
      const staged = jvpJaxpr(
        jaxpr,
        ts.map((t) => t !== null),
        jvp,
      )
      const outs = call(staged, [...xs, ...present(ts)], name)
      const count = jaxpr.outputs.length
      return [outs.slice(0, count), scatter(outs.slice(count), staged.outMask)]
    },
    transpose: (cts, xs, { jaxpr, name }, backward) => {
      const staged = backwardJaxpr(
        jaxpr,
        xs.map(isLinear),
        cts.map((ct) => ct !== null),
        backward,
      )
      const known = xs.filter((x): x is NDArray => !isLinear(x))
      return scatter(call(staged, [...known, ...present(cts)], name), staged.outMask)
    },
    batch: (size, xs, axes, { jaxpr, name }, batch) => {
      const staged = batchJaxpr(jaxpr, size, xs, axes, batch)
      return [call(staged, xs, name), staged.outAxes]
    },
    partial: (unknown, { jaxpr }, split) => partialJaxpr(jaxpr, unknown, split),
  },
})
