import type { Eqn, Jaxpr } from './jaxpr.ts'
import { families, type OpName, type Params } from './ops.ts'

export const isJaxpr = (value: unknown): value is Jaxpr =>
  typeof value === 'object' && value !== null && 'eqns' in value

const isJaxprs = (value: unknown): value is readonly Jaxpr[] =>
  Array.isArray(value) && value.length > 0 && value.every(isJaxpr)

/** Whether ops of its family hold Jaxprs. */
export const holdsBodies = (op: OpName): boolean => families[op] === 'control' || families[op] === 'call'

/** The Jaxprs that an op holds in its parameters: bodies, conditions, branches. */
export const bodiesOf = (params: Params<OpName>): readonly Jaxpr[] =>
  Object.values(params as object).flatMap((value: unknown) => (isJaxpr(value) ? [value] : isJaxprs(value) ? value : []))

/** The same parameters around other Jaxprs; the very same object where there are none. */
export function mapBodies<P extends Params<OpName>>(params: P, f: (body: Jaxpr) => Jaxpr): P {
  if (bodiesOf(params).length === 0) return params
  const entries = Object.entries(params as object).map(([name, value]: [string, unknown]) => [
    name,
    isJaxpr(value) ? f(value) : isJaxprs(value) ? value.map(f) : value,
  ])
  return Object.fromEntries(entries) as P
}

const effects = new WeakMap<Jaxpr, boolean>()

function jaxprHasEffect(jaxpr: Jaxpr): boolean {
  let known = effects.get(jaxpr)
  if (known === undefined) effects.set(jaxpr, (known = jaxpr.eqns.some(hasEffect)))
  return known
}

/** Whether the world outside can tell if an equation was run: a callback with an effect, or a body that holds one. */
export function hasEffect({ op, params }: Pick<Eqn, 'op' | 'params'>): boolean {
  if (op === 'callback') return (params as Params<'callback'>).hasEffect
  return holdsBodies(op) && bodiesOf(params).some(jaxprHasEffect)
}
