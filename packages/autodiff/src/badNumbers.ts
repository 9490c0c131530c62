import {
  type Eqn,
  families,
  formatAval,
  isFloat,
  isVar,
  type Jaxpr,
  type OpName,
  type Params,
  type Source,
} from '@proj/backend'
import type { NDArray } from './array.ts'
import { ConcreteArray } from './concrete.ts'
import { config } from './config.ts'
import { FloatingPointError } from './errors.ts'
import { readSync } from './reading.ts'
import { captureSource, splat } from './trace.ts'

// What `debugNans` and `debugInfs` do: results are read back, and a compiled function that made a bad number is done again op by op.

type Run = (op: OpName, operands: readonly NDArray[], params: Params<OpName>) => readonly NDArray[]

export const watchesNumbers = (): boolean => config.debugNans || config.debugInfs

/** How many numbers of an array are of a kind that is watched for. */
function countBad(x: NDArray): { readonly kind: string; readonly count: number } | undefined {
  if (!(x instanceof ConcreteArray) || !isFloat(x.dtype)) return undefined
  const values = Array.from(readSync(x))
  const nans = config.debugNans ? values.filter(Number.isNaN).length : 0
  if (nans > 0) return { kind: 'NaN', count: nans }
  const infinities = config.debugInfs ? values.filter((v) => Math.abs(v) === Infinity).length : 0
  return infinities > 0 ? { kind: 'infinity', count: infinities } : undefined
}

/**
 * Looks at the results of an op.
 *
 * @throws {FloatingPointError} that names the op of a function, when the results come from a compiled one
 */
export function checkResults(
  run: Run,
  op: OpName,
  operands: readonly NDArray[],
  params: Params<OpName>,
  outs: readonly NDArray[],
  source?: Source,
): void {
  const out = outs.find(countBad)
  if (out === undefined) return
  if (families[op] === 'call') findOp(run, params as Params<'jit'>, operands)
  const { kind, count } = countBad(out) as { kind: string; count: number }
  const name = families[op] === 'call' ? `jit(${(params as Params<'jit'>).name})` : op
  const given = operands.some(countBad)
    ? 'its operands hold some already'
    : `its operands are finite: ${operands.map(printRange).join(' and ')}`
  throw new FloatingPointError(
    name,
    `made ${count} ${kind}${count > 1 ? 's' : ''} in ${formatAval(out.aval)} at ${(source ?? captureSource()).describe()}`,
    families[op] === 'call' ? 'done op by op it makes none: the compiled function rounds otherwise' : given,
  )
}

/** Runs a function op by op, each looked at, and so deeper into what it calls. */
function findOp(run: Run, { jaxpr }: { readonly jaxpr: Jaxpr }, operands: readonly NDArray[]): void {
  const values = new Map<unknown, NDArray>(jaxpr.inputs.map((input, i) => [input, operands[i] as NDArray]))
  for (const eqn of jaxpr.eqns) {
    const inputs = eqn.inputs.map((atom) =>
      isVar(atom) ? (values.get(atom) as NDArray) : splat(atom.value, atom.aval),
    )
    const outs = run(eqn.op, inputs, eqn.params)
    checkResults(run, eqn.op, inputs, eqn.params, outs, eqn.source)
    ;(eqn as Eqn).outputs.forEach((output, i) => values.set(output, outs[i] as NDArray))
  }
}

/** An operand's type and the range of its values. */
function printRange(x: NDArray): string {
  const values = x instanceof ConcreteArray ? Array.from(readSync(x)) : []
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const short = (v: number): string => String(Number(v.toPrecision(6)))
  return values.length === 0 ? formatAval(x.aval) : `${formatAval(x.aval)} from ${short(low)} to ${short(high)}`
}
