import { type Aval, type Jaxpr, makeAval, makeLiteral, makeVar, type Params } from '@proj/backend'
import type { NDArray } from '../array.ts'
import { TransformError } from '../errors.ts'
import { stage } from '../interpreters/staging.ts'
import { reduceSum } from '../lax/index.ts'
import { bind } from '../trace.ts'
import { callJvp, callPartial, callTranspose } from './call.ts'
import { batchJaxpr, filled, isPresent, present, scatter } from './derived.ts'
import {
  type Axis,
  type Batch,
  type Cut,
  family,
  instantiate,
  isLinear,
  Linear,
  moveBatchAxis,
  type Rules,
  type Tangent,
} from './rules.ts'

/** What the author of a custom function says of it. What is absent follows from its Jaxpr. */
export interface CustomRules {
  /** Results and their tangents. */
  readonly jvp?: (
    xs: readonly NDArray[],
    ts: readonly Tangent[],
  ) => readonly [outs: readonly NDArray[], tangents: readonly Tangent[]]
  /** Cotangents of the linear operands, `null` for the others; the function is linear in those and has no other meaning. */
  readonly transpose?: (cts: readonly Tangent[], xs: readonly (NDArray | Linear)[]) => readonly Tangent[]
  readonly batch?: (
    size: number,
    xs: readonly NDArray[],
    axes: readonly Axis[],
  ) => readonly [outs: readonly NDArray[], axes: readonly Axis[]]
}

const rulesIn = (params: Params<'customCall'>): CustomRules => params.rules as CustomRules

/** One example of a batched aval. */
const unbatched = (aval: Aval, axis: Axis): Aval =>
  axis === null ? aval : makeAval(aval.shape.toSpliced(axis, 1), aval.dtype, aval.weakType)

/** Moved, repeated or summed so that the batch axis is where it is wanted; a cotangent of what is shared is a sum. */
function place(size: number, x: NDArray, from: Axis, to: Axis): NDArray {
  if (to !== null) return moveBatchAxis(size, x, from, to)
  return from === null ? x : reduceSum(x, [from])
}

/** A derivative rule for many examples at once. */
const batchedJvp =
  (
    jvp: NonNullable<CustomRules['jvp']>,
    size: number,
    axes: readonly Axis[],
    outAxes: readonly Axis[],
    batch: Batch,
  ): NonNullable<CustomRules['jvp']> =>
  (xs, ts) => {
    const mask = isPresent(ts)
    let tangentMask: readonly boolean[] = []
    const run = (all: readonly NDArray[]): readonly NDArray[] => {
      const [outs, tangents] = jvp(all.slice(0, xs.length), scatter(all.slice(xs.length), mask))
      tangentMask = isPresent(tangents)
      return [...outs, ...present(tangents)]
    }
    const [all, at] = batch(run, size, [...xs, ...present(ts)], [...axes, ...axes.filter((_, i) => mask[i])])
    const count = outAxes.length
    const outs = all.slice(0, count).map((out, i) => place(size, out, at[i] as Axis, outAxes[i] as Axis))
    const tangents = scatter(
      all.slice(count).map((t, i) => [t, at[count + i] as Axis] as const),
      tangentMask,
    ).map((pair, i) => pair && place(size, pair[0], pair[1], outAxes[i] as Axis))
    return [outs, tangents]
  }

/** A backward rule for many examples at once. */
const batchedTranspose =
  (
    transpose: NonNullable<CustomRules['transpose']>,
    size: number,
    axes: readonly Axis[],
    outAxes: readonly Axis[],
    batch: Batch,
  ): NonNullable<CustomRules['transpose']> =>
  (cts, xs) => {
    const [ctMask, knownMask] = [isPresent(cts), xs.map((x) => !isLinear(x))]
    const known = xs.filter((x): x is NDArray => !isLinear(x))
    let found: readonly boolean[] = []
    const run = (all: readonly NDArray[]): readonly NDArray[] => {
      const values = scatter(all.slice(0, known.length), knownMask)
      const examples = values.map((x, i) => x ?? new Linear(unbatched((xs[i] as Linear).aval, axes[i] as Axis)))
      const results = transpose(scatter(all.slice(known.length), ctMask), examples)
      found = isPresent(results)
      return present(results)
    }
    const [results, at] = batch(
      run,
      size,
      [...known, ...present(cts)],
      [...axes.filter((_, i) => knownMask[i]), ...outAxes.filter((_, i) => ctMask[i])],
    )
    const pairs = results.map((ct, i) => [ct, at[i] as Axis] as const)
    return scatter(pairs, found).map((pair, i) => pair && place(size, pair[0], pair[1], axes[i] as Axis))
  }

/** The same function and rules for many examples at once. */
const batchCustom: Rules<'customCall'>['batch'] = (size, xs, axes, params, batch) => {
  const { jvp, transpose, batch: own } = rulesIn(params)
  if (own !== undefined) return own(size, xs, axes)
  const avals = xs.map((x) => x.aval)
  const all = params.jaxpr.outputs.map(() => true)
  const staged = batchJaxpr(
    params.jaxpr,
    size,
    avals,
    axes,
    batch,
    transpose === undefined ? all.map(() => false) : all,
  )
  const rules: CustomRules = {
    ...(jvp && { jvp: withoutConsts(staged.consts.length, batchedJvp(jvp, size, axes, staged.outAxes, batch)) }),
    ...(transpose && { transpose: batchedTranspose(transpose, size, axes, staged.outAxes, batch) }),
  }
  const outs = bind('customCall', [...staged.consts, ...xs], { jaxpr: staged.jaxpr, name: params.name, rules })
  return [outs, staged.outAxes]
}

/** A rule for a function that got `count` more operands in front: values that it closed over. */
export const withoutConsts =
  (count: number, jvp: NonNullable<CustomRules['jvp']>, name?: string): NonNullable<CustomRules['jvp']> =>
  (xs, ts) => {
    if (ts.slice(0, count).some((t) => t !== null))
      throw new TransformError(
        name ?? 'customJvp',
        'the function closes over a value that is being differentiated',
        'pass the value as an argument: the rule knows of arguments only',
      )
    return jvp(xs.slice(count), ts.slice(count))
  }

/** Its batching is the author's, and so is that of its derivative: the derivative of the rule. */
const jvpOfBatched: Rules<'customCall'>['jvp'] = (xs, ts, params, jvp) => {
  const { batch } = rulesIn(params)
  const mask = isPresent(ts)
  if (batch === undefined) return callJvp(params.jaxpr, params.name, xs, ts, jvp)
  let outMask: readonly boolean[] = []
  const both = (all: readonly NDArray[]): readonly NDArray[] => {
    const [outs, tangents] = callJvp(
      params.jaxpr,
      params.name,
      all.slice(0, xs.length),
      scatter(all.slice(xs.length), mask),
      jvp,
    )
    outMask = isPresent(tangents)
    return [...outs, ...present(tangents)]
  }
  const staged = stage(
    'jvp',
    both,
    [...xs, ...present(ts)].map((x) => x.aval),
  )
  const rules: CustomRules = {
    batch: (size, all, axes) => {
      const [primals, dots] = [all.slice(0, xs.length), scatter(all.slice(xs.length), mask)]
      const tangentAxes = scatter(axes.slice(xs.length), mask)
      // An operand is batched for the rule where its tangent is: of one point along many directions, the point is repeated.
      const common = primals.map((_, i): Axis => axes[i] ?? tangentAxes[i] ?? null)
      const points = primals.map((x, i) => place(size, x, axes[i] as Axis, common[i] as Axis))
      const directions = dots.map((t, i) => t && place(size, t, tangentAxes[i] as Axis, common[i] as Axis))
      let outAxes: readonly Axis[] = []
      const [outs, tangents] = jvp(
        (values) => {
          const [results, at] = batch(size, values, common)
          outAxes = at
          return results
        },
        points,
        directions,
      )
      const kept = tangents.map((t, i) => (outMask[i] ? instantiate(t, outs[i] as NDArray) : null))
      return [
        [...outs, ...present(kept)],
        [...outAxes, ...outAxes.filter((_, i) => outMask[i])],
      ]
    },
  }
  const outs = bind('customCall', [...staged.consts, ...xs, ...present(ts)], {
    jaxpr: staged.jaxpr,
    name: params.name,
    rules,
  })
  const count = params.jaxpr.outputs.length
  return [outs.slice(0, count), scatter(outs.slice(count), outMask)]
}

export const custom = family({
  customCall: {
    jvp: (xs, ts, params, jvp) => {
      const { jvp: own } = rulesIn(params)
      if (isBackwardOnly(params)) refuseForward(params.name)
      return own === undefined ? jvpOfBatched(xs, ts, params, jvp) : own(xs, ts)
    },
    transpose: (cts, xs, params, backward) =>
      rulesIn(params).transpose?.(cts, xs) ?? callTranspose(params.jaxpr, params.name, cts, xs, backward),
    batch: batchCustom,
    partial: (unknown, operands, params, split): Cut =>
      rulesIn(params).transpose === undefined
        ? callPartial(params.jaxpr, params.name, unknown, operands, split)
        : { outs: params.jaxpr.outputs.map(() => null), pending: { op: 'customCall', operands, params } },
  },
})

/** A function that is known by its way back alone. */
export function refuseForward(name: string): never {
  throw new TransformError(
    name,
    'its forward derivative was asked for, and customVjp gives the reverse one only',
    'use grad, vjp or jacrev, or define the function with customJvp, which serves both',
  )
}

/** Whether an equation stands for a derivative that can only be run backwards. */
export const isBackwardOnly = (params: Params<'customCall'>): boolean => {
  const { jvp, transpose } = rulesIn(params)
  return transpose !== undefined && jvp === undefined
}

/**
 * A linear function of `linear`, known by its transpose only.
 *
 * @param transpose from residuals and cotangents of the results to cotangents of `linear`
 */
export function bindBackward(
  name: string,
  residuals: readonly NDArray[],
  linear: readonly NDArray[],
  outs: readonly Aval[],
  transpose: (residuals: readonly NDArray[], cts: readonly NDArray[]) => readonly Tangent[],
): readonly NDArray[] {
  const operands = [...residuals, ...linear]
  const jaxpr: Jaxpr = {
    inputs: operands.map((x) => makeVar(x.aval)),
    eqns: [],
    outputs: outs.map((aval) => makeLiteral(0, aval)),
  }
  const count = residuals.length
  const rules: CustomRules = {
    transpose: (cts, xs) => {
      const found = transpose(xs.slice(0, count) as readonly NDArray[], filled(cts, outs))
      return [...residuals.map(() => null), ...found]
    },
  }
  return bind('customCall', operands, { jaxpr, name, rules })
}
