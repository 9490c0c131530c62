import { type DType, dtypes, formatAval, isFloat, makeAval, type TypedArray } from '@proj/backend'
import { printPath, type TreeDef, tree } from '@proj/tree'
import type { TypedArrayLike } from '../array.ts'
import { isNDArray, type NDArray } from '../array.ts'
import { TransformError } from '../errors.ts'
import { scalar } from '../lax/constant.ts'
import { convertElementType, full } from '../lax/index.ts'
import { fromData } from '../trace.ts'

/** A function of any arguments: what a transform takes. */
// biome-ignore lint/suspicious/noExplicitAny: parameters are contravariant, so only `any` accepts every function
export type AnyFunction = (...args: any[]) => unknown

/** At the top level of a call, an array parameter takes whatever is one leaf and array-like: `[1, 2]` is a tree of two numbers. */
export type LeafLike = number | boolean | TypedArrayLike
type IsAny<P> = 0 extends 1 & P ? true : false
type Widen<P> = IsAny<P> extends true ? P : NDArray extends P ? P | LeafLike : P
/** A parameter as the function meets it: what was widened is an array again. */
export type Narrowed<P> = IsAny<P> extends true ? P : NDArray extends P ? Exclude<P, LeafLike> : P
export type Widened<P extends readonly unknown[]> = { [I in keyof P]: Widen<P[I]> }

const dtypeOfClass = new Map<unknown, DType>(
  (['float32', 'int32', 'uint32', 'float64', 'int8', 'uint8'] as const).map((dtype) => [dtypes[dtype].array, dtype]),
)

/** A leaf as an array: arrays, bare numbers and booleans, typed arrays. Everything else is `undefined`, and static. */
export function leafArray(leaf: unknown): NDArray | undefined {
  if (isNDArray(leaf)) return leaf
  if (typeof leaf === 'number' || typeof leaf === 'boolean') return scalar(leaf)
  if (!ArrayBuffer.isView(leaf)) return undefined
  const dtype = dtypeOfClass.get(leaf.constructor)
  return dtype === undefined ? undefined : fromData(leaf as TypedArray, makeAval([(leaf as TypedArray).length], dtype))
}

/** A tree taken apart into its arrays and the rest. */
export interface FlatTree {
  readonly def: TreeDef
  readonly arrays: readonly NDArray[]
  /** For each leaf in order, what stands there if it is no array. */
  readonly statics: readonly { readonly value: unknown }[]
  readonly isArray: readonly boolean[]
}

/** What a tree is kept by is sealed. Plain containers stay the caller's own: they are copied by flattening. */
function sealClass(value: unknown): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) tree.seal(value)
}

export function flattenArrays(value: unknown): FlatTree {
  sealClass(value)
  const [leaves, def] = tree.flatten(value)
  const arrays: NDArray[] = []
  const statics: { value: unknown }[] = []
  const isArray = leaves.map((leaf) => {
    const array = leafArray(leaf)
    if (array === undefined) statics.push({ value: leaf })
    else arrays.push(array)
    return array !== undefined
  })
  return { def, arrays, statics, isArray }
}

/** The tree again, with other arrays. */
export function unflattenArrays(
  { def, statics, isArray }: Omit<FlatTree, 'arrays'>,
  arrays: readonly NDArray[],
): unknown {
  if (statics.length === 0) return tree.unflatten(def, arrays)
  const [nextArray, nextStatic] = [arrays[Symbol.iterator](), statics[Symbol.iterator]()]
  const leaves = isArray.map((array) =>
    array ? nextArray.next().value : (nextStatic.next().value as { value: unknown }).value,
  )
  return tree.unflatten(def, leaves)
}

/** `argument 0`, or `argument 0 at .weight`. */
export const nameLeaf = (argument: string, def: TreeDef, i: number): string =>
  def.isLeaf ? argument : `${argument} at ${printPath(def.paths[i] ?? [])}`

/**
 * The leaves of an argument that is differentiated: all of them floats, a bare number as weak float32.
 *
 * @throws {TransformError} for integers, and for leaves that are no arrays
 */
export function flattenFloats(where: string, argument: string, value: unknown): FlatTree {
  const flat = flattenArrays(value)
  const staticAt = flat.isArray.indexOf(false)
  if (staticAt >= 0) {
    const found = flat.statics[0]?.value
    const text =
      typeof found === 'function'
        ? `the function ${found.name || '(anonymous)'}`
        : `${typeof found} ${JSON.stringify(found) ?? ''}`.trim()
    throw new TransformError(
      where,
      `${nameLeaf(argument, flat.def, staticAt)} is ${text}, which has no derivative`,
      'mask it: pass treeMask(argument), and call treeUnmask inside the function',
    )
  }
  return { ...flat, arrays: flat.arrays.map((x, i) => toFloat(where, () => nameLeaf(argument, flat.def, i), x)) }
}

function toFloat(where: string, name: () => string, x: NDArray): NDArray {
  if (isFloat(x.dtype)) return x
  if (x.weakType) return convertWeak(x)
  throw new TransformError(
    where,
    `${name()} is ${formatAval(x.aval)}, and only floats have derivatives`,
    'cast it with .astype("float32"), or mask it with treeMask',
  )
}

/** A bare number as weak float32, so that it still gives way to the dtypes it meets. */
const convertWeak = (x: NDArray): NDArray => {
  const strong = convertElementType(x, 'float32')
  return 'splatValue' in x && typeof x.splatValue === 'number' ? full(x.shape, x.splatValue, 'float32', true) : strong
}
