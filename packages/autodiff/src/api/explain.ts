import { type Jitted, jit } from './jit.ts'
import type { AnyFunction, Widened } from './leaves.ts'

/**
 * Why `f` is as fast as it is: what its ops were fused into, what takes memory and when, how long compiling took. `f` is compiled for
 * arguments such as these, but not run.
 *
 * @param f what `jit` returned, or a function, which is taken as jitted
 * @example explain((x: NDArray) => x.sin().sum(), np.ones([3])) // anonymous: 1 regions, module of …
 */
export function explain<F extends AnyFunction>(f: F, ...args: Widened<Parameters<F>>): string {
  const jitted = 'lower' in f ? (f as unknown as Jitted<F>) : jit(f)
  return jitted
    .lower(...args)
    .compile()
    .explain()
}
