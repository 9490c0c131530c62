import { type Aval, hasEffect, type Jaxpr, type Params, sameAval } from '@proj/backend'
import type { NDArray } from '../array.ts'
import { evalJaxpr, type Staged, stage } from '../interpreters/staging.ts'
import { broadcastInDim, clamp, eq, select } from '../lax/index.ts'
import { bind } from '../trace.ts'
import { call } from './call.ts'
import {
  backwardJaxpr,
  batchJaxpr,
  either,
  extended,
  inputAvals,
  isPresent,
  jvpJaxpr,
  memo,
  negate,
  outputAvals,
  type PartialJaxpr,
  partialJaxpr,
  parts,
  present,
  scatter,
  where,
  zerosOf,
} from './derived.ts'
import { type Axis, type Cut, isLinear, moveBatchAxis, type Rules } from './rules.ts'

type Cond = Params<'cond'>

const union = (masks: readonly (readonly boolean[])[]): readonly boolean[] => masks.reduce(either)

const joinMemo = memo<Jaxpr>(() => [])

/** Branches that closed over values of their own, brought to one list of operands: the values of all, then the common ones. */
export function joinConsts(branches: readonly Staged[]): {
  readonly branches: readonly Jaxpr[]
  readonly consts: readonly NDArray[]
} {
  const consts = [...new Set(branches.flatMap((branch) => branch.consts))]
  if (consts.length === 0) return { branches: branches.map(({ jaxpr }) => jaxpr), consts }
  const avals = consts.map((x) => x.aval)
  const joined = branches.map(({ jaxpr, consts: own }) => {
    const at = own.map((x) => consts.indexOf(x))
    return joinMemo(jaxpr, `${avals.length}:${at.join()}:${avals.map((a) => `${a.dtype}${a.shape}`).join(';')}`, () => {
      const { inputs } = extended(jaxpr, avals)
      const [ownVars, common, spare] = parts(inputs, own.length, jaxpr.inputs.length - own.length) as (typeof inputs)[]
      const shared = consts.map((_, i) => (at.includes(i) ? ownVars?.[at.indexOf(i)] : spare?.[i]))
      return { ...jaxpr, inputs: [...shared, ...(common ?? [])] as typeof inputs }
    })
  })
  return { branches: joined, consts }
}

function run(index: NDArray, branches: readonly Staged[], operands: readonly NDArray[]): readonly NDArray[] {
  const joined = joinConsts(branches)
  if ((joined.branches[0] as Jaxpr).outputs.length === 0 && !joined.branches.some(({ eqns }) => eqns.some(hasEffect)))
    return []
  return bind('cond', [index, ...joined.consts, ...operands], { branches: joined.branches })
}

export const condJvp: Rules<'cond'>['jvp'] = ([index, ...xs], [, ...ts], { branches }, jvp) => {
  const mask = isPresent(ts)
  const outMask = union(branches.map((branch) => jvpJaxpr(branch, mask, jvp).outMask))
  const differentiated = branches.map((branch) => jvpJaxpr(branch, mask, jvp, outMask))
  const outs = run(index, differentiated, [...xs, ...present(ts)])
  return [outs.slice(0, outMask.length), scatter(outs.slice(outMask.length), outMask)]
}

export const condTranspose: NonNullable<Rules<'cond'>['transpose']> = (cts, [index, ...xs], { branches }, backward) => {
  const linear = xs.map(isLinear)
  const back = branches.map((branch) => backwardJaxpr(branch, linear, isPresent(cts), backward, true))
  const known = where(xs, negate(linear)) as NDArray[]
  return [null, ...scatter(run(index as NDArray, back, [...known, ...present(cts)]), linear)]
}

/** With one index for all, branches take all examples; with one for each, all branches run and each example takes its own. */
export const condBatch: Rules<'cond'>['batch'] = (size, [index, ...xs], [indexAxis, ...axes], { branches }, batch) => {
  const avals = xs.map((x) => x.aval)
  const batched = (forced: readonly boolean[]) =>
    branches.map((branch) => batchJaxpr(branch, size, avals, axes, batch, forced))
  const none = (branches[0] as Jaxpr).outputs.map(() => false)
  const mask = union(batched(none).map(({ outAxes }) => isPresent(outAxes)))
  if (indexAxis === null || indexAxis === undefined) {
    const outs = run(index, batched(mask), xs)
    return [outs, mask.map((is): Axis => (is ? 0 : null))]
  }
  const results = batched(none.map(() => true)).map((branch) => call(branch, xs, 'branch'))
  const chosen = clamp(0, moveBatchAxis(size, index, indexAxis, 0), branches.length - 1)
  return [
    none.map((_, n) =>
      choose(
        chosen,
        results.map((outs) => outs[n] as NDArray),
      ),
    ),
    none.map(() => 0),
  ]
}

/** For each example along the first axis, the result of its branch. */
const choose = (index: NDArray, results: readonly NDArray[]): NDArray =>
  results.reduceRight((rest, result, branch) =>
    select(broadcastInDim(eq(index, branch), result.shape, [0]), result, rest),
  )

/** Residuals of all branches share slots: each branch fills those of its types, and leaves zeros in the others. */
interface Slots {
  readonly avals: readonly Aval[]
  /** For each branch and each of its residuals, its slot. */
  readonly of: readonly (readonly number[])[]
}

function slotsOf(cuts: readonly PartialJaxpr[]): Slots {
  const avals: Aval[] = []
  const of = cuts.map(({ known, residualCount }) => {
    const taken = new Set<number>()
    return outputAvals(known.jaxpr)
      .slice(known.jaxpr.outputs.length - residualCount)
      .map((aval) => {
        const free = avals.findIndex((slot, i) => !taken.has(i) && sameAval(slot, aval))
        const slot = free >= 0 ? free : avals.push(aval) - 1
        taken.add(slot)
        return slot
      })
  })
  return { avals, of }
}

const fillMemo = memo<Jaxpr>(() => [])
const spreadMemo = memo<Jaxpr>(() => [])
const keyOf = (slots: Slots, own: readonly number[]): string =>
  `${own.join()};${slots.avals.map((a) => `${a.dtype}${a.shape}`).join(';')}`

/** The known half of a branch, its residuals in their slots. */
function filling({ known, residualCount }: PartialJaxpr, slots: Slots, own: readonly number[]): Staged {
  const jaxpr = fillMemo(known.jaxpr, keyOf(slots, own), () => {
    const body = (xs: readonly NDArray[]): readonly NDArray[] => {
      const outs = evalJaxpr(known.jaxpr, xs)
      const count = outs.length - residualCount
      const inSlots = slots.avals.map((aval, slot) => {
        const at = own.indexOf(slot)
        return at < 0 ? zerosOf(aval) : (outs[count + at] as NDArray)
      })
      return [...outs.slice(0, count), ...inSlots]
    }
    return stage('linearize', body, inputAvals(known.jaxpr)).jaxpr
  })
  return { jaxpr, consts: known.consts }
}

/** The waiting half of a branch, taking all slots. */
function spreading({ rest, residualCount }: PartialJaxpr, slots: Slots, own: readonly number[]): Staged {
  const jaxpr = spreadMemo(rest.jaxpr, keyOf(slots, own), () => {
    const count = rest.consts.length
    const avals = inputAvals(rest.jaxpr)
    const [consts, , unknown] = parts(avals, count, residualCount) as Aval[][]
    const body = (xs: readonly NDArray[]): readonly NDArray[] => {
      const [cs, inSlots, us] = parts(xs, count, slots.avals.length) as NDArray[][]
      return evalJaxpr(rest.jaxpr, [...(cs ?? []), ...own.map((slot) => inSlots?.[slot] as NDArray), ...(us ?? [])])
    }
    return stage('linearize', body, [...(consts ?? []), ...slots.avals, ...(unknown ?? [])]).jaxpr
  })
  return { jaxpr, consts: rest.consts }
}

/** The known half of the chosen branch runs now; the waiting half goes by the same index. */
export function condPartial(
  [indexUnknown, ...unknown]: readonly boolean[],
  [index, ...operands]: readonly NDArray[],
  params: Cond,
  split: Parameters<NonNullable<Rules<'cond'>['partial']>>[3],
): Cut {
  const { branches } = params
  if (indexUnknown === true) {
    const outs = (branches[0] as Jaxpr).outputs.map(() => null)
    return { outs, pending: { op: 'cond', operands: [index as NDArray, ...operands], params } }
  }
  const outUnknown = union(branches.map((branch) => partialJaxpr(branch, unknown, split).outUnknown))
  const cuts = branches.map((branch) => partialJaxpr(branch, unknown, split, outUnknown))
  const slots = slotsOf(cuts)
  const known = cuts.map((cut, i) => filling(cut, slots, slots.of[i] as number[]))
  const outs = run(index as NDArray, known, where(operands, negate(unknown)))
  const count = outUnknown.filter((u) => !u).length
  const rest = joinConsts(cuts.map((cut, i) => spreading(cut, slots, slots.of[i] as number[])))
  const waiting = [index as NDArray, ...rest.consts, ...outs.slice(count), ...where(operands, unknown)]
  return {
    outs: scatter(outs, negate(outUnknown)),
    pending: outUnknown.includes(true) ? { op: 'cond', operands: waiting, params: { branches: rest.branches } } : null,
  }
}
