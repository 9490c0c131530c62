import { type Aval, dtypes, sizeOf, type TypedArray } from '@proj/backend'
import type { Workload } from './workloads.ts'

/** What an input holds. `any`: all values of an integer dtype. `permutationOf`: each number below it once, or as many as there is room for. */
export type Content = 'any' | 'uniform' | 'nearOne' | { readonly below: number } | { readonly permutationOf: number }

/** A workload that numpy and JAX know too, as expressions of its inputs `x`, `y`, `z`, `w`. */
export interface NativeWorkload extends Workload {
  readonly contents: readonly Content[]
  readonly numpy: string
  readonly jax: string
  /** numpy's is another algorithm with other results. */
  readonly numpyDiffers?: boolean
  /** The largest difference allowed, relative to numbers above 1. Default: none. */
  readonly tolerance?: number
}

function* words(): Generator<number, never> {
  let state = 12345
  while (true) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    // The low bits of this generator repeat soon.
    yield Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) ^ (state >>> 13)
  }
}

/** Numbers to work on, always the same. */
export function contentOf(content: Content, { dtype, shape }: Aval): TypedArray {
  const data = new dtypes[dtype].array(sizeOf(shape))
  const random = words()
  const next = (): number => random.next().value >>> 0
  if (typeof content === 'object' && 'permutationOf' in content) {
    const all = Int32Array.from({ length: content.permutationOf }, (_, i) => i)
    for (let i = all.length - 1; i > 0; i--) {
      const j = next() % (i + 1)
      ;[all[i], all[j]] = [all[j] as number, all[i] as number]
    }
    data.set(all.subarray(0, data.length))
    return data
  }
  const draw = {
    any: next,
    uniform: () => next() / 2 ** 31 - 1,
    nearOne: () => 1 + (next() / 2 ** 31 - 1) / 1000,
    below: () => next() % (content as { below: number }).below,
  }[typeof content === 'string' ? content : 'below']
  for (let i = 0; i < data.length; i++) data[i] = draw()
  return data
}
