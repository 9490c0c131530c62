import { type Eqn, hasEffect, inline, isVar, type Jaxpr, type Params, removeDeadCode, type Var } from '@proj/backend'
import type { NDArray } from '../array.ts'
import { evalJaxpr, type Staged, stage } from '../interpreters/staging.ts'
import { bind } from '../trace.ts'
import { hold } from './barrier.ts'
import { call } from './call.ts'
import {
  backwardJaxpr,
  batchJaxpr,
  inputAvals,
  isPresent,
  jvpJaxpr,
  memo,
  negate,
  type PartialJaxpr,
  partialJaxpr,
  parts,
  present,
  range,
  scatter,
  where,
} from './derived.ts'
import { type Cut, family, isLinear, type Rules } from './rules.ts'

/** Whether the results of an equation are kept for the way back; the others are computed again. */
export type Saveable = (eqn: Pick<Eqn, 'op' | 'params'>) => boolean

export interface CheckpointOptions {
  readonly saveable: Saveable
  /** Whether the second computation is kept apart from the first, which a compiler would merge. */
  readonly preventCse: boolean
}

type Checkpoint = Params<'checkpoint'>
const optionsOf = ({ policy }: Checkpoint): CheckpointOptions =>
  (policy ?? { saveable: () => false, preventCse: true }) as CheckpointOptions

const run = (
  { jaxpr, consts }: Staged,
  operands: readonly NDArray[],
  { name, policy }: Checkpoint,
): readonly NDArray[] => bind('checkpoint', [...consts, ...operands], { jaxpr, name, policy })

const checkpointJvp: Rules<'checkpoint'>['jvp'] = (xs, ts, params, jvp) => {
  const staged = jvpJaxpr(params.jaxpr, isPresent(ts), jvp)
  const outs = run(staged, [...xs, ...present(ts)], params)
  const count = params.jaxpr.outputs.length
  return [outs.slice(0, count), scatter(outs.slice(count), staged.outMask)]
}

/** The way back begins with the forward computation, once more. */
const checkpointTranspose: NonNullable<Rules<'checkpoint'>['transpose']> = (cts, xs, params, backward) => {
  const staged = backwardJaxpr(params.jaxpr, xs.map(isLinear), isPresent(cts), backward)
  const operands = [...xs.filter((x): x is NDArray => !isLinear(x)), ...present(cts)]
  const held = optionsOf(params).preventCse ? hold(operands) : operands
  return scatter(call(staged, held, params.name), staged.outMask)
}

interface Plan {
  /** From the known inputs to the known results, then what is saved. */
  readonly forward: Jaxpr
  /** From what is saved and the known inputs to the residuals. */
  readonly again: Jaxpr
  /** Which of the known inputs `again` needs. */
  readonly needed: readonly number[]
}
const plans = new WeakMap<Saveable, ReturnType<typeof memo<Plan>>>()

/** Walks back from the residuals, and stops where a value is saved. */
function planOf(known: Jaxpr, residualCount: number, saveable: Saveable): Plan {
  let memoised = plans.get(saveable)
  if (memoised === undefined) plans.set(saveable, (memoised = memo<Plan>(() => [])))
  return memoised(known, `${residualCount}`, () => {
    const flat = inline(known)
    const [outs, residuals] = parts(flat.outputs, flat.outputs.length - residualCount) as [Var[], Var[]]
    const wanted = new Set<Var>(residuals)
    const [saved, eqns]: [Var[], Eqn[]] = [[], []]
    for (const eqn of flat.eqns.toReversed()) {
      const used = eqn.outputs.filter((out) => wanted.has(out))
      if (used.length === 0) continue
      if (saveable(eqn)) saved.push(...used)
      else {
        eqns.unshift(eqn)
        for (const x of eqn.inputs) if (isVar(x)) wanted.add(x)
      }
    }
    const needed = range(flat.inputs.length).filter((i) => wanted.has(flat.inputs[i] as Var))
    return {
      forward: removeDeadCode({ ...flat, outputs: [...outs, ...saved] }),
      again: { inputs: [...saved, ...needed.map((i) => flat.inputs[i] as Var)], eqns, outputs: residuals },
      needed,
    }
  })
}

const waitingMemo = memo<Jaxpr>(() => [])

/** What waits: the residuals computed again, then the rest. Takes what the rest closed over, what `again` takes, and the unknown inputs. */
const waitingJaxpr = ({ rest, residualCount }: PartialJaxpr, { again }: Plan): Jaxpr =>
  waitingMemo(again, '', () => {
    const [consts, , unknown] = parts(inputAvals(rest.jaxpr), rest.consts.length, residualCount)
    const body = (xs: readonly NDArray[]): readonly NDArray[] => {
      const [closed, kept, us] = parts(xs, rest.consts.length, again.inputs.length) as [NDArray[], NDArray[], NDArray[]]
      return evalJaxpr(rest.jaxpr, [...closed, ...evalJaxpr(again, kept), ...us])
    }
    return stage('checkpoint', body, [...(consts ?? []), ...inputAvals(again), ...(unknown ?? [])]).jaxpr
  })

function checkpointPartial(
  unknown: readonly boolean[],
  operands: readonly NDArray[],
  params: Checkpoint,
  split: Parameters<NonNullable<Rules<'checkpoint'>['partial']>>[3],
): Cut {
  const cut = partialJaxpr(params.jaxpr, unknown, split)
  const plan = planOf(cut.known.jaxpr, cut.residualCount, optionsOf(params).saveable)
  const knownOperands = [...cut.known.consts, ...where(operands, negate(unknown))]
  const nothing = plan.forward.outputs.length === 0 && !plan.forward.eqns.some(hasEffect)
  const outs = nothing ? [] : bind('jit', knownOperands, { jaxpr: plan.forward, name: params.name })
  const count = cut.outUnknown.filter((u) => !u).length
  const again = [...outs.slice(count), ...plan.needed.map((i) => knownOperands[i] as NDArray)]
  const waiting = { ...params, jaxpr: waitingJaxpr(cut, plan) }
  return {
    outs: scatter(outs, negate(cut.outUnknown)),
    pending: cut.outUnknown.includes(true)
      ? { op: 'checkpoint', operands: [...cut.rest.consts, ...again, ...where(operands, unknown)], params: waiting }
      : null,
  }
}

export const checkpoints = family({
  checkpoint: {
    jvp: checkpointJvp,
    transpose: checkpointTranspose,
    batch: (size, xs, axes, params, batch) => {
      const avals = xs.map((x) => x.aval)
      const staged = batchJaxpr(params.jaxpr, size, avals, axes, batch)
      return [run(staged, xs, params), staged.outAxes]
    },
    partial: checkpointPartial,
  },
})
