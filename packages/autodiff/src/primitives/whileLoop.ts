import { type Aval, type Jaxpr, makeAval, type Params } from '@proj/backend'
import type { NDArray } from '../array.ts'
import { TransformError } from '../errors.ts'
import { evalJaxpr, stage } from '../interpreters/staging.ts'
import { broadcastInDim, reduceOr, select } from '../lax/index.ts'
import { bind } from '../trace.ts'
import {
  batchJaxpr,
  extended,
  filled,
  fixpoint,
  inputAvals,
  isPresent,
  jvpJaxpr,
  memo,
  negate,
  partialJaxpr,
  parts,
  present,
  range,
  rearranged,
  scatter,
  where,
} from './derived.ts'
import { type Axis, type Cut, moveBatchAxis, type Rules } from './rules.ts'

type While = Params<'while'>

const loopParts = <T>(list: readonly T[], { condConsts, bodyConsts }: While): [T[], T[], T[]] =>
  parts(list, condConsts, bodyConsts) as [T[], T[], T[]]

/** Tangents ride in the carry; the condition does not look at them. */
export const whileJvp: Rules<'while'>['jvp'] = (xs, ts, params, jvp) => {
  const { condJaxpr, bodyJaxpr, condConsts } = params
  const [, constTs, carryTs] = loopParts(ts, params)
  const differentiated = (mask: readonly boolean[]) => jvpJaxpr(bodyJaxpr, [...isPresent(constTs), ...mask], jvp, mask)
  const mask = fixpoint(isPresent(carryTs), (m) => differentiated(m).outMask)
  const body = differentiated(mask)
  const [condOperands, consts, carry] = loopParts(xs, params)
  const avals = carry.map((x) => x.aval)
  const [constDots, carryDots] = [present(constTs), where(filled(carryTs, avals), mask)]
  const [c, i, dc, di] = parts(
    range(consts.length + carry.length + constDots.length + carryDots.length),
    consts.length,
    carry.length,
    constDots.length,
  ) as number[][]
  const arranged = rearranged(body, { inputs: [c, dc, i, di].flatMap((part) => part as number[]) })
  const outs = bind('while', [...condOperands, ...body.consts, ...consts, ...constDots, ...carry, ...carryDots], {
    condJaxpr: extended(condJaxpr, where(avals, mask)),
    bodyJaxpr: arranged.jaxpr,
    condConsts,
    bodyConsts: body.consts.length + consts.length + constDots.length,
  })
  return [outs.slice(0, carry.length), scatter(outs.slice(carry.length), mask)]
}

/** How often the body ran is known only afterwards, so nothing can be kept for the way back. */
export const whileTranspose: NonNullable<Rules<'while'>['transpose']> = () => {
  throw new TransformError(
    'whileLoop',
    'it was asked for its reverse derivative, which needs the values of every turn, and how many there are is not known beforehand',
    'use scan, or foriLoop with bounds that are numbers; forward derivatives (jvp, jacfwd) work as it stands',
  )
}

/** Parts of the carry that depend on nothing unknown run now; what waits is the loop as a whole. */
export function whilePartial(
  unknown: readonly boolean[],
  operands: readonly NDArray[],
  params: While,
  split: Parameters<NonNullable<Rules<'while'>['partial']>>[3],
): Cut {
  const { condJaxpr, bodyJaxpr } = params
  const [condUnknown, constUnknown, initUnknown] = loopParts(unknown, params)
  const divided = (mask: readonly boolean[]) => partialJaxpr(bodyJaxpr, [...constUnknown, ...mask], split, mask)
  const mask = fixpoint(initUnknown, (m) => divided(m).outUnknown)
  const cond = partialJaxpr(condJaxpr, [...condUnknown, ...mask], split)
  const whole = { op: 'while', operands, params } as const
  if (cond.outUnknown[0] === true || mask.every((u) => u)) return { outs: mask.map(() => null), pending: whole }
  const { known } = divided(mask)
  const [condOperands, consts, carry] = loopParts(operands, params)
  const knownCond = rearranged(cond.known, { outputs: [0] })
  const knownBody = rearranged(known, { outputs: range(mask.filter((u) => !u).length) })
  const condConsts = [...knownCond.consts, ...where(condOperands, negate(condUnknown))]
  const bodyConsts = [...knownBody.consts, ...where(consts, negate(constUnknown))]
  const outs = bind('while', [...condConsts, ...bodyConsts, ...where(carry, negate(mask))], {
    condJaxpr: knownCond.jaxpr,
    bodyJaxpr: knownBody.jaxpr,
    condConsts: condConsts.length,
    bodyConsts: bodyConsts.length,
  })
  return {
    outs: scatter(outs, negate(mask)),
    pending: mask.includes(true) ? { ...whole, results: where(range(mask.length), mask) } : null,
  }
}

/** Loops until every example is done; those that are done stay as they are. */
export const whileBatch: Rules<'while'>['batch'] = (size, xs, axes, params, batch) => {
  const { condJaxpr, bodyJaxpr } = params
  const [condOperands, consts, carry] = loopParts(xs, params)
  const [condAxes, constAxes, carryAxes] = loopParts(axes, params)
  const carryAvals = inputAvals(bodyJaxpr).slice(consts.length)
  const carried = (mask: readonly boolean[]): Aval[] =>
    carryAvals.map((aval, n) => (mask[n] ? makeAval([size, ...aval.shape], aval.dtype, aval.weakType) : aval))
  const front = (mask: readonly boolean[]): Axis[] => mask.map((batched) => (batched ? 0 : null))
  const avalsOf = (list: readonly NDArray[]) => list.map((x) => x.aval)
  const bodyOf = (m: readonly boolean[]) =>
    batchJaxpr(bodyJaxpr, size, [...avalsOf(consts), ...carried(m)], [...constAxes, ...front(m)], batch, m)
  const condOf = (m: readonly boolean[]) =>
    batchJaxpr(condJaxpr, size, [...avalsOf(condOperands), ...carried(m)], [...condAxes, ...front(m)], batch, [false])
  // A condition that differs between examples makes every part of the carry differ.
  const mask = fixpoint(isPresent(carryAxes), (m) =>
    condOf(m).outAxes[0] === 0 ? m.map(() => true) : isPresent(bodyOf(m).outAxes),
  )
  const [cond, body] = [condOf(mask), bodyOf(mask)]
  const init = carry.map((x, n) => (mask[n] ? moveBatchAxis(size, x, carryAxes[n] as Axis, 0) : x))
  const condConsts = [...cond.consts, ...condOperands]
  const bodyConsts = [...body.consts, ...consts]
  const differs = cond.outAxes[0] === 0
  const outs = bind('while', [...condConsts, ...(differs ? condConsts : []), ...bodyConsts, ...init], {
    condJaxpr: differs ? anyOf(cond.jaxpr) : cond.jaxpr,
    bodyJaxpr: differs ? whereGoing(cond.jaxpr, body.jaxpr, condConsts.length) : body.jaxpr,
    condConsts: condConsts.length,
    bodyConsts: bodyConsts.length + (differs ? condConsts.length : 0),
  })
  return [outs, front(mask)]
}

const anyMemo = memo<Jaxpr>(() => [])
const anyOf = (cond: Jaxpr): Jaxpr =>
  anyMemo(
    cond,
    '',
    () => stage('vmap', (xs) => [reduceOr(evalJaxpr(cond, xs)[0] as NDArray, [0])], inputAvals(cond)).jaxpr,
  )

const goingMemo = new WeakMap<Jaxpr, ReturnType<typeof memo<Jaxpr>>>()

/** The body for the examples whose condition holds; the others keep their carry. Takes the constants of the condition, then its own. */
function whereGoing(cond: Jaxpr, body: Jaxpr, condConsts: number): Jaxpr {
  let byBody = goingMemo.get(cond)
  if (byBody === undefined) goingMemo.set(cond, (byBody = memo<Jaxpr>(() => [])))
  return byBody(body, `${condConsts}`, () => {
    const step = (xs: readonly NDArray[]): readonly NDArray[] => {
      const carry = xs.slice(xs.length - body.outputs.length)
      const [going] = evalJaxpr(cond, [...xs.slice(0, condConsts), ...carry])
      return evalJaxpr(body, xs.slice(condConsts)).map((out, n) =>
        select(broadcastInDim(going as NDArray, out.shape, [0]), out, carry[n] as NDArray),
      )
    }
    return stage('vmap', step, [...inputAvals(cond).slice(0, condConsts), ...inputAvals(body)]).jaxpr
  })
}
