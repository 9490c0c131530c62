import * as autodiff from '@proj/autodiff'
import { suites } from '../../autodiff/conformance/suites.ts'

const valueAt = (name: string): unknown =>
  name
    .split('.')
    .slice(1)
    .reduce<unknown>((space, key) => (space as { readonly [key: string]: unknown } | undefined)?.[key], autodiff)

/** How many recorded answers of JAX each public function is held against, whatever name asks for it: `autodiff.numpy.exp`. */
export async function conformanceCounts(): Promise<(name: string) => number> {
  const counts = new Map<unknown, number>()
  for (const { subject } of (await Promise.all(Object.values(suites).map((load) => load()))).flat()) {
    const name = `autodiff.${subject}`
    const of = valueAt(name) ?? name
    counts.set(of, (counts.get(of) ?? 0) + 1)
  }
  return (name) => counts.get(valueAt(name) ?? name) ?? 0
}
