import { type Atom, type Aval, formatAval, type Jaxpr, makeVar, type Var } from '@proj/backend'
import { isTracer, type NDArray } from '../array.ts'
import { evalJaxpr, type Staged, stage } from '../interpreters/staging.ts'
import { full } from '../lax/index.ts'
import {
  type Axis,
  type Backward,
  type Batch,
  instantiate,
  type Jvp,
  Linear,
  moveBatchAxis,
  type Split,
  type Tangent,
} from './rules.ts'

// Jaxprs made of Jaxprs: the derivative of one, one for many examples, one cut in two, one run backwards. Each is made once and kept as long
// as what it was made of.

/** One result for each Jaxpr and key. What closed over tracers is good for this one time only. */
export function memo<T>(constsOf: (value: T) => readonly NDArray[]): (jaxpr: Jaxpr, key: string, make: () => T) => T {
  const cache = new WeakMap<Jaxpr, Map<string, T>>()
  return (jaxpr, key, make) => {
    const found = cache.get(jaxpr)?.get(key)
    if (found !== undefined) return found
    const value = make()
    if (constsOf(value).some(isTracer)) return value
    if (!cache.has(jaxpr)) cache.set(jaxpr, new Map())
    cache.get(jaxpr)?.set(key, value)
    return value
  }
}
const constsOfStaged = ({ consts }: Staged): readonly NDArray[] => consts

export const inputAvals = (jaxpr: Jaxpr): readonly Aval[] => jaxpr.inputs.map((input) => input.aval)
export const outputAvals = (jaxpr: Jaxpr): readonly Aval[] => jaxpr.outputs.map((output) => output.aval)

/** The items where `mask` holds. */
export const where = <T>(list: readonly T[], mask: readonly boolean[]): T[] => list.filter((_, i) => mask[i] === true)
export const present = <T>(list: readonly (T | null)[]): T[] => list.filter((x) => x !== null)
export const isPresent = (list: readonly unknown[]): boolean[] => list.map((x) => x !== null)
export const negate = (mask: readonly boolean[]): boolean[] => mask.map((x) => !x)
export const either = (a: readonly boolean[], b: readonly boolean[]): boolean[] => a.map((x, i) => x || b[i] === true)

/** `null` where `mask` is false, else the next of `items`. */
export function scatter<T>(items: readonly T[], mask: readonly boolean[]): (T | null)[] {
  let next = 0
  return mask.map((kept) => (kept ? (items[next++] as T) : null))
}

/** The least mask above `start` that `grow` leaves as it is: what a loop carries round. */
export function fixpoint(
  start: readonly boolean[],
  grow: (mask: readonly boolean[]) => readonly boolean[],
): readonly boolean[] {
  for (let mask = start; ; ) {
    const next = either(mask, grow(mask))
    if (next.every((x, i) => x === mask[i])) return mask
    mask = next
  }
}

interface Order {
  readonly inputs?: readonly number[]
  readonly outputs?: readonly number[]
}
const rearrangedMemo = memo<Jaxpr>(() => [])

/** The same program with its inputs and outputs in another order, or some outputs left out; the consts stay first. */
export function rearranged({ jaxpr, consts }: Staged, order: Order): Staged {
  const count = consts.length
  const make = (): Jaxpr => {
    const rest = jaxpr.inputs.slice(count)
    const { inputs = range(rest.length), outputs = range(jaxpr.outputs.length) } = order
    return {
      inputs: [...jaxpr.inputs.slice(0, count), ...inputs.map((i) => rest[i] as Var)],
      eqns: jaxpr.eqns,
      outputs: outputs.map((i) => jaxpr.outputs[i] as Atom),
    }
  }
  return { jaxpr: rearrangedMemo(jaxpr, `${count};${order.inputs?.join()};${order.outputs?.join()}`, make), consts }
}

const extendedMemo = memo<Jaxpr>(() => [])

/** The same program with more inputs behind, which it ignores. */
export const extended = (jaxpr: Jaxpr, avals: readonly Aval[]): Jaxpr =>
  avals.length === 0
    ? jaxpr
    : extendedMemo(jaxpr, avals.map(formatAval).join(), () => ({
        ...jaxpr,
        inputs: [...jaxpr.inputs, ...avals.map(makeVar)],
      }))

export const range = (n: number, from = 0): number[] => Array.from({ length: n }, (_, i) => from + i)

/** A list cut into parts of these lengths; what is left over is the last part. */
export function parts<T>(list: readonly T[], ...lengths: readonly number[]): T[][] {
  let start = 0
  const cut = lengths.map((length) => list.slice(start, (start += length)))
  return [...cut, list.slice(start)]
}

interface JvpJaxpr extends Staged {
  readonly outMask: readonly boolean[]
}
const jvpMemo = memo<JvpJaxpr>(constsOfStaged)

/** From primals and the tangents that `mask` marks to results and the tangents that `outMask` marks, those that `forced` marks among them. */
export function jvpJaxpr(jaxpr: Jaxpr, mask: readonly boolean[], jvp: Jvp, forced: readonly boolean[] = []): JvpJaxpr {
  return jvpMemo(jaxpr, `${mask.join()};${forced.join()}`, () => {
    let outMask: readonly boolean[] = []
    const avals = inputAvals(jaxpr)
    const staged = stage(
      'jvp',
      (xs) => {
        const [outs, found] = jvp(
          (primals) => evalJaxpr(jaxpr, primals),
          xs.slice(0, avals.length),
          scatter(xs.slice(avals.length), mask),
        )
        const ts = found.map((t, i) => (forced[i] ? instantiate(t, outs[i] as NDArray) : t))
        outMask = isPresent(ts)
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
const batchMemo = memo<BatchJaxpr>(constsOfStaged)

/** For `size` examples at once. With `forced`, batched results have their axis in front, and those that it marks are batched. */
export function batchJaxpr(
  jaxpr: Jaxpr,
  size: number,
  avals: readonly Aval[],
  axes: readonly Axis[],
  batch: Batch,
  forced?: readonly boolean[],
): BatchJaxpr {
  const key = `${size}:${axes.join()}:${forced?.join() ?? '-'}:${batch.axisName ?? ''}`
  return batchMemo(jaxpr, key, () => {
    let outAxes: readonly Axis[] = []
    const staged = stage(
      'vmap',
      (xs) => {
        const [outs, at] = batch((examples) => evalJaxpr(jaxpr, examples), size, xs, axes)
        outAxes = forced === undefined ? at : at.map((axis, i) => (axis !== null || forced[i] ? 0 : null))
        return outs.map((out, i) => {
          const [from, to] = [at[i] as Axis, outAxes[i] as Axis]
          return to === null ? out : moveBatchAxis(size, out, from, to)
        })
      },
      avals,
    )
    return { ...staged, outAxes }
  })
}

export interface PartialJaxpr {
  /** From the known inputs to the known results, then the residuals. */
  readonly known: Staged
  /** From residuals and unknown inputs to the unknown results. */
  readonly rest: Staged
  readonly residualCount: number
  readonly outUnknown: readonly boolean[]
}
const partialMemo = memo<PartialJaxpr>(({ known, rest }) => [...known.consts, ...rest.consts])

/** A program cut in two; results that `forced` marks count as unknown. */
export function partialJaxpr(
  jaxpr: Jaxpr,
  unknown: readonly boolean[],
  split: Split,
  forced: readonly boolean[] = [],
): PartialJaxpr {
  return partialMemo(jaxpr, `${unknown.join()};${forced.join()}`, () => {
    const avals = inputAvals(jaxpr)
    const isKnown = negate(unknown)
    let cut: ReturnType<Split> = { known: [], residuals: [], rest: () => [] }
    const known = stage(
      'linearize',
      (xs) => {
        const operands = scatter(xs, isKnown).map((x, i) => x ?? new Linear(avals[i] as Aval))
        cut = split((ys) => evalJaxpr(jaxpr, ys), operands, forced)
        return [...present(cut.known), ...cut.residuals]
      },
      where(avals, isKnown),
    )
    const { residuals } = cut
    const count = residuals.length
    const rest = stage('linearize', (xs) => cut.rest(xs.slice(0, count), xs.slice(count)), [
      ...residuals.map((r) => r.aval),
      ...where(avals, unknown),
    ])
    return { known, rest, residualCount: count, outUnknown: cut.known.map((k) => k === null) }
  })
}

interface BackwardJaxpr extends Staged {
  readonly outMask: readonly boolean[]
}
const backwardMemo = memo<BackwardJaxpr>(constsOfStaged)

/**
 * From the known inputs and the cotangents that `ctMask` marks to the cotangents of linear inputs that `outMask` marks; with `all`, of every
 * linear input.
 */
export function backwardJaxpr(
  jaxpr: Jaxpr,
  isLinearAt: readonly boolean[],
  ctMask: readonly boolean[],
  backward: Backward,
  all = false,
): BackwardJaxpr {
  return backwardMemo(jaxpr, `${isLinearAt.join()};${ctMask.join()};${all}`, () => {
    const avals = inputAvals(jaxpr)
    const isKnown = negate(isLinearAt)
    const knownAvals = where(avals, isKnown)
    let outMask: readonly boolean[] = []
    const staged = stage(
      'grad',
      (xs) => {
        const operands = scatter(xs.slice(0, knownAvals.length), isKnown).map(
          (x, i) => x ?? new Linear(avals[i] as Aval),
        )
        const found = backward((ys) => evalJaxpr(jaxpr, ys), operands, scatter(xs.slice(knownAvals.length), ctMask))
        const cts = found.map((ct, i) => (ct === null && all && isLinearAt[i] ? zerosOf(avals[i] as Aval) : ct))
        outMask = isPresent(cts)
        return present(cts)
      },
      [...knownAvals, ...where(outputAvals(jaxpr), ctMask)],
    )
    return { ...staged, outMask }
  })
}

/** The cotangent of what nothing depends on. */
export const zerosOf = ({ shape, dtype, weakType }: Aval): NDArray => full(shape, 0, dtype, weakType)

/** Cotangents or tangents with zeros for what is missing. */
export const filled = (ts: readonly Tangent[], avals: readonly Aval[]): NDArray[] =>
  ts.map((t, i) => t ?? zerosOf(avals[i] as Aval))
