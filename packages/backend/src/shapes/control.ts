import { type Aval, formatAval, makeAval, sameAval } from '../aval.ts'
import { ShapeError } from '../errors.ts'
import type { Jaxpr } from '../jaxpr.ts'
import { checkCount, shapeFamily } from './rule.ts'

const inputsOf = (jaxpr: Jaxpr): readonly Aval[] => jaxpr.inputs.map((input) => input.aval)
const outputsOf = (jaxpr: Jaxpr): readonly Aval[] => jaxpr.outputs.map((output) => output.aval)

const formatAll = (avals: readonly Aval[]): string => `(${avals.map(formatAval).join(', ')})`

const agree = (got: readonly Aval[], wanted: readonly Aval[]): boolean =>
  got.length === wanted.length && got.every((aval, i) => sameAval(aval, wanted[i] as Aval))

function checkTaken(where: string, got: readonly Aval[], wanted: readonly Aval[]): void {
  if (!agree(got, wanted))
    throw new ShapeError(where, `got ${formatAll(got)}`, `it was traced for ${formatAll(wanted)}`)
}

function checkCarry(where: string, got: readonly Aval[], carry: readonly Aval[]): void {
  if (!agree(got, carry))
    throw new ShapeError(
      where,
      `the body makes ${formatAll(got)} of a carry ${formatAll(carry)}`,
      'the carry must keep its shapes and dtypes; cast or broadcast it before the loop or in the body',
    )
}

const called = (ins: readonly Aval[], { jaxpr, name }: { jaxpr: Jaxpr; name: string }, where: string) => {
  checkTaken(`${where}(${name})`, ins, inputsOf(jaxpr))
  return outputsOf(jaxpr)
}

/** Without its leading dimension of `length`. */
function oneRow(where: string, xs: Aval, length: number): Aval {
  if (xs.shape[0] !== length)
    throw new ShapeError(
      where,
      `an array ${formatAval(xs)} to run over`,
      `every one has a leading dimension of the loop's length ${length}`,
    )
  return makeAval(xs.shape.slice(1), xs.dtype, xs.weakType)
}

export const controlShapes = shapeFamily({
  jit: called,
  customCall: called,
  checkpoint: called,
  while: (ins, { condJaxpr, bodyJaxpr, condConsts, bodyConsts }, where) => {
    checkCount(where, 'condConsts', condConsts, 0)
    checkCount(where, 'bodyConsts', bodyConsts, 0)
    const carry = ins.slice(condConsts + bodyConsts)
    checkTaken(`${where}: condition`, [...ins.slice(0, condConsts), ...carry], inputsOf(condJaxpr))
    checkTaken(`${where}: body`, ins.slice(condConsts), inputsOf(bodyJaxpr))
    const answer = outputsOf(condJaxpr)
    if (!agree(answer, [makeAval([], 'bool')]))
      throw new ShapeError(where, `a condition that gives ${formatAll(answer)}`, 'it must give one bool scalar')
    checkCarry(where, outputsOf(bodyJaxpr), carry)
    return outputsOf(bodyJaxpr)
  },
  scan: (ins, { jaxpr, length, unroll, numConsts, numCarry }, where) => {
    checkCount(where, 'length', length, 0)
    checkCount(where, 'unroll', unroll, 1)
    checkCount(where, 'numConsts', numConsts, 0)
    checkCount(where, 'numCarry', numCarry, 0)
    const closed = ins.slice(0, numConsts + numCarry)
    const rows = ins.slice(numConsts + numCarry).map((xs) => oneRow(where, xs, length))
    checkTaken(`${where}: body`, [...closed, ...rows], inputsOf(jaxpr))
    const outs = outputsOf(jaxpr)
    checkCarry(where, outs.slice(0, numCarry), closed.slice(numConsts))
    const ys = outs.slice(numCarry).map((y) => makeAval([length, ...y.shape], y.dtype, y.weakType))
    return [...outs.slice(0, numCarry), ...ys]
  },
  cond: ([index, ...operands], { branches }, where) => {
    if (!sameAval(index, makeAval([], 'int32')))
      throw new ShapeError(where, `an index ${formatAval(index)}`, 'it is an int32 scalar; cast a bool first')
    const [first] = branches
    if (first === undefined) throw new ShapeError(where, 'no branches', 'give at least one')
    branches.forEach((branch, i) => {
      checkTaken(`${where}: branch ${i}`, operands, inputsOf(branch))
      if (!agree(outputsOf(branch), outputsOf(first)))
        throw new ShapeError(
          where,
          `branch ${i} gives ${formatAll(outputsOf(branch))}, branch 0 ${formatAll(outputsOf(first))}`,
          'branches must give results of the same shapes and dtypes; cast or broadcast them',
        )
    })
    return outputsOf(first).map((aval, i) =>
      makeAval(
        aval.shape,
        aval.dtype,
        branches.every((branch) => branch.outputs[i]?.aval.weakType),
      ),
    )
  },
})
