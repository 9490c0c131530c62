import { readFileSync } from 'node:fs'

export type Tier = 'must' | 'should'

/** A public name of JAX 0.10.2, and how much it matters that it is here. */
export interface JaxName {
  /** `jax.numpy.linalg` */
  readonly module: string
  /** `matrix_power` */
  readonly name: string
  readonly tier: Tier
}

type Lists = { readonly [module: string]: { readonly [T in Tier]: string } }

const lists = JSON.parse(readFileSync(new URL('./names.json', import.meta.url), 'utf8')) as Lists
const words = (text: string): string[] => text.split(' ').filter((word) => word !== '')

export const jaxNames: readonly JaxName[] = Object.entries(lists).flatMap(([module, tiers]) =>
  (['must', 'should'] as const).flatMap((tier) => words(tiers[tier]).map((name) => ({ module, name, tier }))),
)
