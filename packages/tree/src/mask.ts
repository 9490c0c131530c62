import { arrayInfo, isInexact, isTypedArray } from './arrayType.ts'
import { hasBrand, inspectCustom, sharedTable } from './brand.ts'
import { MaskedError, TreeError } from './errors.ts'
import { type IsLeaf, isLeaf } from './flatten.ts'
import { map } from './map.ts'
import { MASKED, NODE_TYPE } from './nodeTypes.ts'
import { PRINT, type PrintRule, treeRepr } from './print.ts'
import { type NodeType, nodeType } from './registry.ts'
import { staticOf } from './static.ts'

/** A node without leaves that holds one value, as part of the structure. */
export interface Masked<T = unknown> {
  readonly [MASKED]: T
}

const maskType = (name: string, close: (value: unknown) => Masked, prototype?: object): NodeType =>
  nodeType<Masked & object>({
    name,
    prototype,
    label: staticOf,
    open: (node) => ({ aux: [node[MASKED]], children: [] }),
    close: ([value]) => close(value),
    keys: () => [],
    seal: () => true,
    isSealed: Object.isFrozen,
    print: ([value]) => close(value).toString(),
  })

/** One for all copies of the package, so that their masks are equal. */
const plainType = /* @__PURE__ */ sharedTable('masked', () => maskType('Masked', (value) => new Mask(value)))

/**
 * What a hidden leaf becomes: a node without leaves, which does not compute. Extend it for {@link defineMask}: a `toString` of its own
 * is how it prints, and its methods may be called while the value is hidden. Instances are frozen: no fields besides `value`.
 *
 * @example `${new Mask(3)}` // #3
 */
export class Mask<T = unknown> implements Masked<T> {
  declare readonly [MASKED]: T

  constructor(value: T) {
    Object.defineProperty(this, MASKED, { value })
    Object.freeze(this)
  }

  /** What is hidden. */
  get value(): T {
    return this[MASKED]
  }

  /** Read on the prototype of a subclass: each class is a kind of node of its own. */
  get [NODE_TYPE](): NodeType {
    const Own = this.constructor as new (value: unknown) => Mask
    return Own === Mask ? plainType : maskType(Own.name, (value) => new Own(value), Own.prototype)
  }

  get [PRINT](): PrintRule<Masked> {
    return (node, printer) =>
      node.toString === Mask.prototype.toString ? `#${printer.print(node[MASKED])}` : node.toString()
  }

  toString(): string {
    return `#${treeRepr(this[MASKED], { width: Number.POSITIVE_INFINITY })}`
  }

  [Symbol.toPrimitive](hint: string): string {
    if (hint === 'string') return this.toString()
    throw new MaskedError(
      'masked leaf',
      `${this} stands for a constant and does not compute`,
      'apply treeUnmask to the tree first',
    )
  }

  [inspectCustom](): string {
    return this.toString()
  }
}

type MaskClass = new (value: never) => Mask
type Unboxed<T> = T extends Number ? number : T extends String ? string : T extends Boolean ? boolean : T

const maskClasses = /* @__PURE__ */ sharedTable('maskClasses', () => new WeakMap<object, MaskClass>())

/**
 * Says what {@link treeMask} and {@link freeze} make of the leaves of a class (and of its subclasses) when they hide them: an instance of
 * a {@link Mask} class of your own. `isMasked` and `treeUnmask` know it like any other. `String`, `Number` and so on name primitives.
 *
 * @throws {TreeError} when the second class does not extend `Mask`
 * @example
 * class Redacted extends Mask<Secret> { override toString() { return '#***' } }
 * defineMask(Secret, Redacted)
 */
export function defineMask<T extends object>(
  constructor: abstract new (...args: never[]) => T,
  mask: new (value: Unboxed<T>) => Mask,
): void {
  if (!((mask as { prototype?: unknown } | undefined)?.prototype instanceof Mask)) {
    throw new TreeError('defineMask', `${mask?.name} does not extend Mask`, 'write class Hidden extends Mask { … }')
  }
  maskClasses.set(constructor.prototype as object, mask as MaskClass)
}

function hide(leaf: unknown): Mask {
  let at = leaf === null || leaf === undefined ? null : (Object.getPrototypeOf(Object(leaf)) as object | null)
  for (; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    const Own = maskClasses.get(at)
    if (Own !== undefined) return new Own(ownCopy(leaf) as never)
  }
  return new Mask(ownCopy(leaf))
}

/**
 * Whether `x` is a masked leaf.
 *
 * @example freeze([1, 2]).map(isMasked) // [true, true]
 */
export function isMasked(x: unknown): x is Masked {
  return hasBrand(x, MASKED)
}

/**
 * Whether gradients cannot be taken with respect to `x`: true for everything but arrays of floating (or complex) numbers.
 *
 * @example [1, 'a', new Int32Array(1), new Float32Array(1)].map(isNondiff) // [true, true, true, false]
 */
export function isNondiff(x: unknown): boolean {
  const info = arrayInfo(x)
  return info === undefined || !isInexact(info.dtype)
}

/**
 * Hides the leaves for which `condition` holds: each becomes a node without leaves, part of the tree's structure, compared by
 * value. Transforms then see only the rest. Tracers are never hidden.
 *
 * @throws {TreeError} when `condition` is not a function
 * @example leaves(treeMask({ size: 3, weight: new Float32Array(2) })) // [new Float32Array(2)]
 */
export function treeMask<T>(tree: T, condition: (leaf: never) => boolean = isNondiff, option?: IsLeaf): T {
  checkCondition('treeMask', condition)
  const mask = (leaf: unknown) =>
    arrayInfo(leaf)?.isTracer || isMasked(leaf) || !condition(leaf as never) ? leaf : hide(leaf)
  return map(mask, tree, ...optional(option)) as T
}

/**
 * Brings back the leaves that {@link treeMask} hid.
 *
 * @param condition asked about each hidden value; all come back unless given
 * @example treeUnmask(treeMask([1, 2])) // [1, 2]
 */
export function treeUnmask<T>(tree: T, condition: (leaf: never) => boolean = () => true): T {
  checkCondition('treeUnmask', condition)
  const unmask = (leaf: unknown) => (isMasked(leaf) && condition(leaf[MASKED] as never) ? ownCopy(leaf[MASKED]) : leaf)
  return map(unmask, tree, isLeaf(isMasked)) as T
}

/**
 * Hides every leaf: the whole tree becomes part of the structure.
 *
 * @example leaves(freeze([1, [2]])) // []
 */
export function freeze<T>(tree: T): T {
  return treeMask(tree, () => true)
}

/**
 * Brings back every hidden leaf.
 *
 * @example unfreeze(freeze([1, [2]])) // [1, [2]]
 */
export function unfreeze<T>(tree: T): T {
  return treeUnmask(tree)
}

/** Structures must not change, and typed arrays can: the mask keeps, and hands out, copies of its own. */
function ownCopy<T>(value: T): T {
  return isTypedArray(value) ? (value.slice() as T) : value
}

const optional = (option: IsLeaf | undefined) => (option === undefined ? [] : [option])

function checkCondition(caller: string, condition: unknown): void {
  if (typeof condition === 'function') return
  throw new TreeError(caller, `the condition is ${typeof condition}, not a function`, 'pass (leaf) => boolean')
}
