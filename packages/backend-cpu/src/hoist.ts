import { families, type Region, readsOf, storesOf, type Var } from '@proj/backend'

/** Callbacks are called as often as the program says, and a loop inside may never end. */
const mayMove = (region: Region): boolean =>
  region.kind !== 'whole' || (families[region.op] === 'whole' && !('callback' in region.params))

/** Regions in an order that begins with the `once` of them that read nothing but `constants` and one another. */
export function hoist(
  regions: readonly Region[],
  constants: ReadonlySet<Var>,
): { readonly regions: readonly Region[]; readonly once: number } {
  const known = new Set(constants)
  const first: Region[] = []
  const rest: Region[] = []
  for (const region of regions) {
    const isConstant = mayMove(region) && [...readsOf(region)].every((variable) => known.has(variable))
    if (isConstant) for (const variable of storesOf(region)) known.add(variable)
    ;(isConstant ? first : rest).push(region)
  }
  return { regions: [...first, ...rest], once: first.length }
}
