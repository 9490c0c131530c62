import { type Aval, checkDType, type DType, formatAval, formatJaxpr, type Jaxpr, makeAval } from '@proj/backend'
import { tree } from '@proj/tree'
import type { NDArray } from '../array.ts'
import { stage } from '../interpreters/staging.ts'
import { FlatFunction } from './flat.ts'
import { type AnyFunction, type FlatTree, flattenArrays, type Widened } from './leaves.ts'

/**
 * A traced function: its Jaxpr, and the arrays it closed over, which are the first inputs. Prints as the Jaxpr.
 *
 * @example makeJaxpr((x: NDArray) => x.sin())(np.ones([3])).jaxpr.eqns.length // 1
 */
export class ClosedJaxpr {
  readonly jaxpr: Jaxpr
  readonly consts: readonly NDArray[]
  constructor(jaxpr: Jaxpr, consts: readonly NDArray[]) {
    this.jaxpr = jaxpr
    this.consts = consts
  }
  toString(): string {
    return formatJaxpr(this.jaxpr)
  }
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString()
  }
}

function stageTrees(
  where: string,
  f: AnyFunction,
  args: readonly unknown[],
): { closed: ClosedJaxpr; output: FlatTree; avals: readonly Aval[] } {
  const inputs = args.map(flattenArrays)
  const flat = new FlatFunction(f, inputs)
  const { jaxpr, consts } = stage(
    where,
    flat.call,
    inputs.flatMap((input) => input.arrays.map((x) => x.aval)),
  )
  return {
    closed: new ClosedJaxpr(jaxpr, consts),
    output: flat.output as FlatTree,
    avals: jaxpr.outputs.map((out) => out.aval),
  }
}

/**
 * What tracing makes of `f`, for reading.
 *
 * @example String(makeJaxpr((x: NDArray) => x.sin())(np.ones([3]))) // { lambda ; a:f32[3]. let b:f32[3] = sin a in (b,) }
 */
export const makeJaxpr =
  <F extends AnyFunction>(f: F): ((...args: Widened<Parameters<F>>) => ClosedJaxpr) =>
  (...args) =>
    stageTrees('makeJaxpr', f, args).closed

/**
 * Shape and dtype of an array that is not there.
 *
 * @throws {DTypeError} for an unknown dtype
 * @example linearTranspose((x: NDArray) => x.sum(), new ShapeDtypeStruct([2], 'float32'))(3) // [[3, 3]]
 */
export class ShapeDtypeStruct {
  readonly aval: Aval
  constructor(shape: readonly number[], dtype: DType) {
    this.aval = makeAval(shape, checkDType('ShapeDtypeStruct', dtype))
  }
  /** That of an array; a weak type stays weak. */
  static of(aval: Aval): ShapeDtypeStruct {
    const struct = new ShapeDtypeStruct(aval.shape, aval.dtype)
    return Object.assign(struct, { aval })
  }
  get shape(): readonly number[] {
    return this.aval.shape
  }
  get dtype(): DType {
    return this.aval.dtype
  }
  toString(): string {
    return formatAval(this.aval)
  }
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString()
  }
}

/**
 * The result of `f` with a `ShapeDtypeStruct` for each array; nothing is computed.
 *
 * @example evalShape((x: NDArray) => x.sum(), np.ones([3])) // f32[]
 */
export function evalShape<F extends AnyFunction>(f: F, ...args: Widened<Parameters<F>>): unknown {
  const { output, avals } = stageTrees('evalShape', f, args)
  const [nextAval, nextStatic] = [avals[Symbol.iterator](), output.statics[Symbol.iterator]()]
  const leaves = output.isArray.map((isArray) =>
    isArray ? ShapeDtypeStruct.of(nextAval.next().value as Aval) : nextStatic.next().value?.value,
  )
  return tree.unflatten(output.def, leaves)
}
