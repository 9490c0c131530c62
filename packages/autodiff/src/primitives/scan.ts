import { type Aval, hasEffect, isVar, type Jaxpr, makeAval, type Params, removeDeadCode, type Var } from '@proj/backend'
import type { NDArray } from '../array.ts'
import { evalJaxpr, type Staged, stage } from '../interpreters/staging.ts'
import { add } from '../lax/index.ts'
import { bind } from '../trace.ts'
import { call } from './call.ts'
import {
  backwardJaxpr,
  batchJaxpr,
  filled,
  fixpoint,
  inputAvals,
  isPresent,
  jvpJaxpr,
  memo,
  negate,
  outputAvals,
  partialJaxpr,
  parts,
  present,
  range,
  rearranged,
  scatter,
  where,
  zerosOf,
} from './derived.ts'
import { type Cut, isLinear, moveBatchAxis, type Rules } from './rules.ts'

type Scan = Params<'scan'>

const run = (body: Jaxpr, operands: readonly NDArray[], params: Scan, numConsts: number, numCarry: number) =>
  bind('scan', operands, { ...params, jaxpr: body, numConsts, numCarry })

const bodyParts = <T>(list: readonly T[], { numConsts, numCarry }: Scan): [T[], T[], T[]] =>
  parts(list, numConsts, numCarry) as [T[], T[], T[]]

/** Tangents ride beside the constants, the carry and the rows they belong to. */
export const scanJvp: Rules<'scan'>['jvp'] = (xs, ts, params, jvp) => {
  const { jaxpr, numCarry } = params
  const [constTs, carryTs, rowTs] = bodyParts(ts, params)
  const differentiated = (carry: readonly boolean[]) =>
    jvpJaxpr(jaxpr, [...isPresent(constTs), ...carry, ...isPresent(rowTs)], jvp, carry)
  const carryMask = fixpoint(isPresent(carryTs), (mask) => differentiated(mask).outMask.slice(0, numCarry))
  const body = differentiated(carryMask)

  const [consts, carry, rows] = bodyParts(xs, params)
  const dots = [
    present(constTs),
    where(
      filled(
        carryTs,
        carry.map((x) => x.aval),
      ),
      carryMask,
    ),
    present(rowTs),
  ] as const
  const [c, i, r, dc, di, dr] = parts(range(xs.length + dots.flat().length), consts.length, carry.length, rows.length, dots[0].length, dots[1].length) // biome-ignore format: one line
  const outCount = jaxpr.outputs.length
  const [oc, oy, odc, ody] = parts(range(body.jaxpr.outputs.length), numCarry, outCount - numCarry, dots[1].length)
  const { jaxpr: arranged } = rearranged(body, {
    inputs: [c, dc, i, di, r, dr].flatMap((part) => part as number[]),
    outputs: [oc, odc, oy, ody].flatMap((part) => part as number[]),
  })
  const outs = run(
    arranged,
    [...body.consts, ...consts, ...dots[0], ...carry, ...dots[1], ...rows, ...dots[2]],
    params,
    body.consts.length + consts.length + dots[0].length,
    numCarry + dots[1].length,
  )
  const [outCarry, outCarryTs, ys, yTs] = parts(outs, numCarry, dots[1].length, outCount - numCarry)
  const yMask = body.outMask.slice(numCarry)
  return [
    [...(outCarry as NDArray[]), ...(ys as NDArray[])],
    [...scatter(outCarryTs as NDArray[], carryMask), ...scatter(yTs as NDArray[], yMask)],
  ]
}

/** Cotangents of constants add up in the carry; rows that the forward pass kept come along, in the opposite direction. */
export const scanTranspose: NonNullable<Rules<'scan'>['transpose']> = (cts, xs, params, backward) => {
  const { jaxpr, numCarry, reverse } = params
  const [consts, carry, rows] = bodyParts(xs, params)
  const [constLinear, rowLinear] = [consts.map(isLinear), rows.map(isLinear)]
  const [carryCts, yCts] = parts(cts, numCarry) as [(typeof cts)[number][], (typeof cts)[number][]]
  const staged = backwardJaxpr(
    jaxpr,
    [...constLinear, ...carry.map(() => true), ...rowLinear],
    [...carry.map(() => true), ...isPresent(yCts)],
    backward,
    true,
  )
  const sums = where(inputAvals(jaxpr).slice(0, consts.length), constLinear)
  const known = where(consts, negate(constLinear)) as NDArray[]
  const knownRows = where(rows, negate(rowLinear)) as NDArray[]
  const numConsts = staged.consts.length + known.length
  const body = accumulating(staged.jaxpr, numConsts, sums.length, numCarry, knownRows.length)
  const outs = run(
    body,
    [
      ...staged.consts,
      ...known,
      ...sums.map(zerosOf),
      ...filled(carryCts, outputAvals(jaxpr)),
      ...present(yCts),
      ...knownRows,
    ],
    { ...params, reverse: !reverse },
    numConsts,
    sums.length + numCarry,
  )
  const [constCts, initCts, rowCts] = parts(outs, sums.length, numCarry)
  return [
    ...scatter(constCts as NDArray[], constLinear),
    ...(initCts as NDArray[]).map((ct, n) => (isLinear(carry[n] as NDArray) ? ct : null)),
    ...scatter(rowCts as NDArray[], rowLinear),
  ]
}

const accumulatingMemo = memo<Jaxpr>(() => [])

/**
 * A body for the loop backwards: takes constants, sums so far and cotangents of the carry, then cotangents of `ys` and kept rows; `jaxpr` takes
 * constants, kept rows and cotangents, and gives what is added to the sums, cotangents of the carry and of rows.
 */
function accumulating(jaxpr: Jaxpr, numConsts: number, numSums: number, numCarry: number, numRows: number): Jaxpr {
  return accumulatingMemo(jaxpr, [numConsts, numSums, numCarry, numRows].join(), () => {
    const avals = inputAvals(jaxpr)
    const [consts, rows, carry, ys] = parts(avals, numConsts, numRows, numCarry) as Aval[][]
    const sums = outputAvals(jaxpr).slice(0, numSums)
    const body = (xs: readonly NDArray[]): readonly NDArray[] => {
      const [cs, totals, carryCts, yCts, kept] = parts(xs, numConsts, numSums, numCarry, (ys as Aval[]).length)
      const outs = evalJaxpr(
        jaxpr,
        [cs, kept, carryCts, yCts].flatMap((part) => part as NDArray[]),
      )
      return outs.map((out, n) => (n < numSums ? add((totals as NDArray[])[n] as NDArray, out) : out))
    }
    return stage(
      'grad',
      body,
      [consts, sums, carry, ys, rows].flatMap((part) => part as Aval[]),
    ).jaxpr
  })
}

export const scanBatch: Rules<'scan'>['batch'] = (size, xs, axes, params, batch) => {
  const { jaxpr, numCarry } = params
  const [consts, carry, rows] = bodyParts(xs, params)
  const [constAxes, carryAxes, rowAxes] = bodyParts(axes, params)
  const movedRows = rows.map((x, n) =>
    (rowAxes[n] as number | null) === null ? x : moveBatchAxis(size, x, rowAxes[n] as number, 1),
  )
  const [, carryAvals, rowAvals] = bodyParts(inputAvals(jaxpr), params)
  const one = (aval: Aval, batched: boolean): Aval =>
    batched ? makeAval([size, ...aval.shape], aval.dtype, aval.weakType) : aval
  const front = (mask: readonly boolean[]) => mask.map((batched) => (batched ? 0 : null))
  const rowMask = isPresent(rowAxes)
  const batched = (mask: readonly boolean[]) =>
    batchJaxpr(
      jaxpr,
      size,
      [
        ...consts.map((x) => x.aval),
        ...carryAvals.map((aval, n) => one(aval, mask[n] as boolean)),
        ...rowAvals.map((aval, n) => one(aval, rowMask[n] as boolean)),
      ],
      [...constAxes, ...front(mask), ...front(rowMask)],
      batch,
      mask,
    )
  const mask = fixpoint(isPresent(carryAxes), (m) => isPresent(batched(m).outAxes.slice(0, numCarry)))
  const body = batched(mask)
  const init = carry.map((x, n) => (mask[n] ? moveBatchAxis(size, x, carryAxes[n] as number | null, 0) : x))
  const outs = run(
    body.jaxpr,
    [...body.consts, ...consts, ...init, ...movedRows],
    params,
    body.consts.length + consts.length,
    numCarry,
  )
  return [outs, body.outAxes.map((axis, n) => (axis === null || n < numCarry ? axis : 1))]
}

/** Where each residual of a body cut in two comes from. */
type Origin = { readonly kind: 'const' | 'row' | 'hoisted' | 'stacked'; readonly at: number }

interface KnownLoop {
  /** What of the known half the loop must do: known results, then residuals that differ from row to row. */
  readonly body: Jaxpr
  /** Residuals that are the same for every row, from the constants. */
  readonly hoisted: Jaxpr
  readonly origins: readonly Origin[]
}
const knownLoopMemo = memo<KnownLoop>(() => [])

/** Sorts residuals by whether the loop must keep a row of them for each turn, which costs memory. */
function knownLoop(jaxpr: Jaxpr, numConsts: number, numCarry: number, numResiduals: number): KnownLoop {
  return knownLoopMemo(jaxpr, [numConsts, numCarry, numResiduals].join(), () => {
    const consts = jaxpr.inputs.slice(0, numConsts)
    const rows = jaxpr.inputs.slice(numConsts + numCarry)
    const invariant = new Set<Var>(consts)
    const same = jaxpr.eqns.filter((eqn) => {
      if (hasEffect(eqn) || !eqn.inputs.every((x) => !isVar(x) || invariant.has(x))) return false
      eqn.outputs.forEach((out) => invariant.add(out))
      return true
    })
    const [outputs, residuals] = parts(jaxpr.outputs, jaxpr.outputs.length - numResiduals) as [Var[], Var[]]
    const hoisted: Var[] = []
    const stacked: Var[] = []
    const origins = residuals.map((residual): Origin => {
      if (consts.includes(residual)) return { kind: 'const', at: consts.indexOf(residual) }
      if (rows.includes(residual)) return { kind: 'row', at: rows.indexOf(residual) }
      const [kind, list] = invariant.has(residual) ? (['hoisted', hoisted] as const) : (['stacked', stacked] as const)
      return { kind, at: list.push(residual) - 1 }
    })
    return {
      body: removeDeadCode({ ...jaxpr, outputs: [...outputs, ...stacked] }),
      hoisted: removeDeadCode({ inputs: consts, eqns: same, outputs: hoisted }),
      origins,
    }
  })
}

/** The known half runs now and keeps, for each turn, what the other half will need. */
export function scanPartial(
  unknown: readonly boolean[],
  operands: readonly NDArray[],
  params: Scan,
  split: Parameters<NonNullable<Rules<'scan'>['partial']>>[3],
): Cut {
  const { jaxpr, numCarry } = params
  const [constUnknown, initUnknown, rowUnknown] = bodyParts(unknown, params)
  const divided = (mask: readonly boolean[]) =>
    partialJaxpr(jaxpr, [...constUnknown, ...mask, ...rowUnknown], split, mask)
  const carryUnknown = fixpoint(initUnknown, (mask) => divided(mask).outUnknown.slice(0, numCarry))
  const { known, rest, residualCount, outUnknown } = divided(carryUnknown)

  const [consts, carry, rows] = bodyParts(operands, params)
  const knownConsts = [...known.consts, ...where(consts, negate(constUnknown))]
  const [knownCarry, knownRows] = [where(carry, negate(carryUnknown)), where(rows, negate(rowUnknown))]
  const { body, hoisted, origins } = knownLoop(known.jaxpr, knownConsts.length, knownCarry.length, residualCount)
  const before = call({ jaxpr: hoisted, consts: [] }, knownConsts, 'loopInvariants')
  const outs =
    body.outputs.length === 0 && !body.eqns.some(hasEffect)
      ? []
      : run(body, [...knownConsts, ...knownCarry, ...knownRows], params, knownConsts.length, knownCarry.length)
  const knownCount = outUnknown.filter((u) => !u).length
  const sources = { const: knownConsts, row: knownRows, hoisted: before, stacked: outs.slice(knownCount) }
  const residuals = origins.map(({ kind, at }) => sources[kind][at] as NDArray)
  const pending = restOf(rest, residuals, origins, {
    consts: where(consts, constUnknown),
    carry: where(carry, carryUnknown),
    rows: where(rows, rowUnknown),
  })
  return {
    outs: scatter(outs, negate(outUnknown)),
    pending: rest.jaxpr.outputs.length === 0 ? null : { op: 'scan', ...pending(params) },
  }
}

/** The waiting half: residuals join the constants or the rows. */
function restOf(
  rest: Staged,
  residuals: readonly NDArray[],
  origins: readonly Origin[],
  unknown: { readonly consts: NDArray[]; readonly carry: NDArray[]; readonly rows: NDArray[] },
) {
  const isRow = origins.map(({ kind }) => kind === 'row' || kind === 'stacked')
  const [res, c, i, r] = parts(
    range(rest.jaxpr.inputs.length - rest.consts.length),
    residuals.length,
    unknown.consts.length,
    unknown.carry.length,
  ) as number[][]
  const [fixed, moving] = [negate(isRow), isRow]
  const { jaxpr } = rearranged(rest, {
    inputs: [where(res as number[], fixed), c, i, where(res as number[], moving), r].flatMap(
      (part) => part as number[],
    ),
  })
  const consts = [...rest.consts, ...where(residuals, fixed), ...unknown.consts]
  return (params: Scan) => ({
    operands: [...consts, ...unknown.carry, ...where(residuals, moving), ...unknown.rows],
    params: { ...params, jaxpr, numConsts: consts.length, numCarry: unknown.carry.length },
  })
}
