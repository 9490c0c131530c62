import { formatAval, sameAval } from './aval.ts'
import { bodiesOf, holdsBodies } from './bodies.ts'
import { dtypes } from './dtype.ts'
import { AxisNameError, JaxprError } from './errors.ts'
import { type Atom, type Eqn, isVar, type Jaxpr, type Literal, type Var } from './jaxpr.ts'
import { families, isOpName } from './ops.ts'
import { infer } from './shapes/table.ts'

function checkLiteral({ value, aval }: Literal, where: string): void {
  const { kind, array } = dtypes[aval.dtype]
  if (kind === 'float' || (kind === 'bool' ? value === 0 || value === 1 : new array(1).fill(value)[0] === value)) return
  throw new JaxprError(where, `literal ${value} of ${formatAval(aval)}`, 'use a value that the dtype holds')
}

function checkUse(atom: Atom, defined: ReadonlySet<Var>, where: string): void {
  if (!isVar(atom)) checkLiteral(atom, where)
  else if (!defined.has(atom))
    throw new JaxprError(where, `a ${formatAval(atom.aval)} is used before it is defined`, 'put its equation first')
}

function define(variable: Var, defined: Set<Var>, where: string): void {
  if (defined.has(variable))
    throw new JaxprError(where, `a ${formatAval(variable.aval)} is defined twice`, 'make a variable for each result')
  defined.add(variable)
}

function inferred(eqn: Eqn, where: string): ReturnType<typeof infer> {
  try {
    return infer(
      eqn.op,
      eqn.inputs.map((atom) => atom.aval),
      eqn.params,
    )
  } catch (error) {
    throw new JaxprError(where, (error as Error).message, 'make equations with makeEqn, which checks')
  }
}

function checkEqn(eqn: Eqn, defined: ReadonlySet<Var>, where: string): void {
  if (!isOpName(eqn.op)) throw new JaxprError(where, `unknown op ${String(eqn.op)}`, 'use a name of the vocabulary')
  for (const atom of eqn.inputs) checkUse(atom, defined, where)
  for (const body of bodiesOf(eqn.params)) checkJaxpr(body, where)
  const avals = inferred(eqn, where)
  const agree =
    avals.length === eqn.outputs.length && avals.every((aval, i) => sameAval(aval, (eqn.outputs[i] as Var).aval))
  if (agree) return
  const got = eqn.outputs.map((output) => formatAval(output.aval)).join(', ')
  throw new JaxprError(where, `results (${got})`, `the operands give (${avals.map(formatAval).join(', ')})`)
}

/**
 * Checks what every reader of a Jaxpr takes for granted: each variable is defined once and before its uses, and results are what
 * the shape rules say.
 *
 * @param where for messages: the pass that made it
 * @returns the same Jaxpr
 * @throws {JaxprError} with the number of the equation
 */
export function checkJaxpr(jaxpr: Jaxpr, where = 'jaxpr'): Jaxpr {
  const defined = new Set<Var>()
  for (const input of jaxpr.inputs) define(input, defined, `${where}: input`)
  jaxpr.eqns.forEach((eqn, i) => {
    const here = `${where}: equation ${i} (${eqn.op})`
    checkEqn(eqn, defined, here)
    for (const output of eqn.outputs) define(output, defined, here)
  })
  for (const output of jaxpr.outputs) checkUse(output, defined, `${where}: output`)
  return jaxpr
}

const closed = new WeakSet<Jaxpr>()

/**
 * Checks that a program is closed: every axis name that a collective asks for was bound by a `vmap`, which leaves none behind. What backends
 * ask of a Jaxpr, besides `checkJaxpr`.
 *
 * @returns the same Jaxpr
 * @throws {AxisNameError} with the name
 */
export function checkCollectives(jaxpr: Jaxpr): Jaxpr {
  if (closed.has(jaxpr)) return jaxpr
  for (const { op, params } of jaxpr.eqns) {
    if (families[op] === 'collective') throw new AxisNameError(op, (params as { readonly axisName: string }).axisName)
    if (holdsBodies(op)) bodiesOf(params).forEach(checkCollectives)
  }
  closed.add(jaxpr)
  return jaxpr
}
