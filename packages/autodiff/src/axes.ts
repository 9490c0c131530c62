import { AxisNameError, bodiesOf, families, type Jaxpr, type OpName, type Params } from '@proj/backend'

// Named axes: `vmap` binds a name while its function runs, and collectives refer to it.

interface NamedAxis {
  readonly name: string
  readonly size: number
  readonly outer: NamedAxis | null
  readonly key: string
}
let innermost: NamedAxis | null = null

/** Runs `body` with an axis of that name and size. */
export function withAxis<T>(name: string, size: number, body: () => T): T {
  const outer = innermost
  innermost = { name, size, outer, key: `${outer?.key ?? ''}${JSON.stringify(name)}=${size};` }
  try {
    return body()
  } finally {
    innermost = outer
  }
}

/**
 * How many examples there are along a named axis.
 *
 * @throws {AxisNameError} when no `vmap` around binds the name
 */
export function sizeOfAxis(where: string, name: string): number {
  for (let axis = innermost; axis !== null; axis = axis.outer) if (axis.name === name) return axis.size
  throw new AxisNameError(where, name)
}

/** A text that is the same exactly when the named axes are: traced programs hold their sizes. */
export const axesKey = (): string => innermost?.key ?? ''

const mentioned = new WeakMap<Jaxpr, ReadonlySet<string>>()

function axesOf(jaxpr: Jaxpr): ReadonlySet<string> {
  let names = mentioned.get(jaxpr)
  if (names === undefined) {
    names = new Set(jaxpr.eqns.flatMap(({ op, params }) => [...axesOfOp(op, params)]))
    mentioned.set(jaxpr, names)
  }
  return names
}

function axesOfOp(op: OpName, params: Params<OpName>): Iterable<string> {
  if (families[op] === 'collective') return [(params as Params<'axisIndex'>).axisName]
  return bodiesOf(params).flatMap((body) => [...axesOf(body)])
}

/** Whether an op runs along the axis of that name, itself or in a Jaxpr that it holds. */
export function mentionsAxis(op: OpName, params: Params<OpName>, name: string): boolean {
  for (const found of axesOfOp(op, params)) if (found === name) return true
  return false
}
