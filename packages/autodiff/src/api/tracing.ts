import { DTypeError } from '../errors.ts'
import { getBase, withTrace } from '../trace.ts'
import { ShapeDtypeStruct } from './inspect.ts'
import { jit } from './jit.ts'
import { type AnyFunction, leafArray, type Widened } from './leaves.ts'

/**
 * Shape and dtype of what is one array or can be one, traced or not.
 *
 * @throws {DTypeError} for anything else, and for random keys
 * @example String(typeOf(np.ones([2, 3]))) // f32[2,3]
 */
export function typeOf(x: unknown): ShapeDtypeStruct {
  const array = leafArray(x)
  if (array !== undefined) return ShapeDtypeStruct.of(array.aval)
  throw new DTypeError('typeOf', `got ${x === null ? 'null' : typeof x}`, 'pass an array, a number or a boolean')
}

/**
 * `f` as one call of this name, wherever a traced program is read: in `makeJaxpr`, and in what a backend explains of its code.
 *
 * @example makeJaxpr(namedCall((x: NDArray) => x.sin(), 'wave'))(1) // … = jit[ … name=wave ] …
 */
export function namedCall<F extends AnyFunction>(
  f: F,
  name: string = f.name,
): F & ((...args: Widened<Parameters<F>>) => ReturnType<F>) {
  const named = (...args: unknown[]): unknown => f(...args)
  return jit(Object.defineProperty(named, 'name', { value: name }) as never) as never
}

/**
 * Runs `body` now, on values, while some transform is tracing the function around it: what it computes from constants is a constant of the
 * traced program, and may be read. Tracers of the outside are not to be used in it.
 *
 * @example jit((x: NDArray) => x.add(ensureCompileTimeEval(() => np.arange(3).sum().item() as number)))(1) // 4
 */
export const ensureCompileTimeEval = <T>(body: () => T): T => withTrace(getBase(), body)
