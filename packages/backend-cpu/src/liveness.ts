import { type Plan, type Region, readsOf, storesOf, type Var } from '@proj/backend'

/** The region that uses a variable last; results, and what is made by the `once` regions, are used to the end. */
export function lastUses(regions: readonly Region[], once: number, { outputs }: Plan): Map<Var, number> {
  const last = new Map<Var, number>()
  regions.forEach((region, i) => {
    for (const variable of readsOf(region)) last.set(variable, i)
    for (const variable of storesOf(region)) last.set(variable, i)
  })
  for (const region of regions.slice(0, once))
    for (const variable of storesOf(region)) last.set(variable, regions.length)
  for (const output of outputs) if (output.kind === 'buffer') last.set(output.source, regions.length)
  return last
}

/** Where each variable stands in a list, first. */
export function positionsOf(variables: readonly Var[]): ReadonlyMap<Var, number> {
  const positions = new Map<Var, number>()
  for (let i = variables.length - 1; i >= 0; i--) positions.set(variables[i] as Var, i)
  return positions
}

/** The region that makes a variable. */
export function makersOf(regions: readonly Region[]): Map<Var, number> {
  const makers = new Map<Var, number>()
  regions.forEach((region, i) => {
    for (const variable of storesOf(region)) makers.set(variable, i)
  })
  return makers
}

/** Results that the program makes: inputs that are handed through are none. */
export function resultsOf({ inputs, outputs }: Plan): Set<Var> {
  const results = new Set(outputs.flatMap((output) => (output.kind === 'buffer' ? [output.source] : [])))
  for (const input of inputs) results.delete(input)
  return results
}

/** When the variables of a program come to be and are used last, by the numbers of its regions. */
export interface Liveness {
  readonly last: ReadonlyMap<Var, number>
  readonly makers: ReadonlyMap<Var, number>
}

export const livenessOf = (plan: Plan): Liveness => ({
  last: lastUses(plan.regions, 0, plan),
  makers: makersOf(plan.regions),
})
