import { isTypedArray } from './arrayType.ts'
import { TreeError } from './errors.ts'
import { structure } from './flatten.ts'
import { mapWithPath } from './map.ts'
import { isMasked } from './mask.ts'
import { define } from './nodeTypes.ts'
import { type Path, where } from './path.ts'
import type { TreeClass } from './treeClass.ts'

type Unary = (x: number) => unknown
type Binary = (x: number, y: number) => unknown

/** Python's remainder: it takes the sign of the divisor. */
const mod = (x: number, y: number) => x - y * Math.floor(x / y)

const unary = {
  abs: Math.abs,
  ceil: Math.ceil,
  floor: Math.floor,
  trunc: Math.trunc,
  neg: (x) => -x,
  pos: (x) => +x,
  /** Ties to even, as in Python and IEEE 754. */
  round: (x) => (Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x)),
  invert: (x) => ~x,
} satisfies Record<string, Unary>

const binary = {
  add: (x, y) => x + y,
  sub: (x, y) => x - y,
  mul: (x, y) => x * y,
  div: (x, y) => x / y,
  floorDiv: (x, y) => Math.floor(x / y),
  mod,
  divmod: (x, y) => [Math.floor(x / y), mod(x, y)],
  pow: (x, y) => x ** y,
  matmul: (x, y) => x * y,
  and: (x, y) => x & y,
  or: (x, y) => x | y,
  xor: (x, y) => x ^ y,
  lshift: (x, y) => x << y,
  rshift: (x, y) => x >> y,
  eq: (x, y) => x === y,
  ne: (x, y) => x !== y,
  lt: (x, y) => x < y,
  le: (x, y) => x <= y,
  gt: (x, y) => x > y,
  ge: (x, y) => x >= y,
} satisfies Record<string, Binary>

type Comparison = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge'
type Reflected<K extends string> = `r${K}`

type UnaryMethod = <T>(this: T) => T
type BinaryMethod = <T>(this: T, other: unknown) => T

/** Operators over the leaves. A right side of the same structure is taken leaf by leaf, any other as it is for every leaf. */
export type Leafwise = { [K in keyof typeof unary]: UnaryMethod } & { [K in keyof typeof binary]: BinaryMethod } & {
  [K in Exclude<keyof typeof binary, Comparison> as Reflected<K>]: BinaryMethod
}

/**
 * A class whose instances have the operators as methods, each over all leaves: `t.add(1)`, `t.mul(other)`, `t.gt(0)` (a mask for
 * `at`); `t.rsub(1)` is `1 - t`. Leaves are numbers, booleans, typed arrays, and whatever has the method itself. Methods that the class has stay.
 *
 * @example
 * class Point extends leafwise(autoinit({ x: 1, y: 2 })) {}
 * new Point().mul(10) // Point(x=10, y=20)
 */
export function leafwise<B extends abstract new (...args: never[]) => TreeClass>(
  base: B,
): Omit<B, 'prototype'> & (new (...args: ConstructorParameters<B>) => InstanceType<B> & Leafwise) {
  const Base = base as unknown as new (...args: unknown[]) => TreeClass
  class WithOperators extends Base {}
  const add = (name: string, method: (this: unknown, other?: unknown) => unknown) => {
    if (name in base.prototype) return
    define(WithOperators.prototype, name, method)
    Object.defineProperty(WithOperators.prototype, name, { enumerable: false })
  }
  for (const [name, f] of Object.entries(unary)) {
    add(name, function () {
      return mapWithPath((path, leaf) => applyUnary({ name, path }, f, leaf), this)
    })
  }
  for (const [name, f] of Object.entries(binary)) {
    add(name, function (other) {
      return zip(this, other, (path, x, y) => applyBinary({ name, path }, f, x, y))
    })
    add(`r${name}`, function (other) {
      return zip(this, other, (path, x, y) => applyBinary({ name, path }, f, y, x))
    })
  }
  return WithOperators as never
}

function zip(tree: unknown, other: unknown, f: (path: Path, x: unknown, y: unknown) => unknown): unknown {
  if (structure(other) !== structure(tree)) return mapWithPath((path, leaf) => f(path, leaf, other), tree)
  return mapWithPath(f as (path: Path, x: unknown, ...more: never[]) => unknown, tree, other)
}

/** Which operator is asked of the leaf at which place. */
interface Site {
  readonly name: string
  readonly path: Path
}

const siteOf = ({ name, path }: Site) => `leafwise.${name} at ${where(path)}`

const isNumber = (x: unknown): x is number => typeof x === 'number' || typeof x === 'boolean'

function applyUnary(site: Site, f: Unary, leaf: unknown): unknown {
  if (isNumber(leaf)) return f(leaf)
  if (isTypedArray(leaf)) return (leaf as Float32Array).map((x) => Number(f(x)))
  return callMethod(site.name, leaf, [], site)
}

function applyBinary(site: Site, f: Binary, x: unknown, y: unknown): unknown {
  const { name } = site
  if (isNumber(x) && isNumber(y)) return f(x, y)
  if (isTypedArray(x) && (isNumber(y) || isTypedArray(y)))
    return zipArrays(site, f, x as Float32Array, y as Float32Array | number)
  if (isNumber(x) && isTypedArray(y)) return (y as Float32Array).map((b) => Number(f(x, b)))
  const isReflected = hasMethod(y, `r${name}`) && !hasMethod(x, name)
  return isReflected ? callMethod(`r${name}`, y, [x], site) : callMethod(name, x, [y], site)
}

function zipArrays(site: Site, f: Binary, x: Float32Array, y: Float32Array | number): Float32Array {
  if (typeof y === 'object' && y.length !== x.length) {
    throw new TreeError(siteOf(site), `arrays of ${x.length} and ${y.length} elements meet`, 'give them one length')
  }
  return x.map((a, i) => Number(f(a, typeof y === 'object' ? (y[i] as number) : y)))
}

const hasMethod = (x: unknown, name: string) => typeof (x as Record<string, unknown> | null)?.[name] === 'function'

function callMethod(name: string, leaf: unknown, args: readonly unknown[], site: Site): unknown {
  if (hasMethod(leaf, name)) return (leaf as Record<string, (...args: readonly unknown[]) => unknown>)[name]?.(...args)
  const what = isMasked(leaf) ? 'a masked leaf' : `a ${typeof leaf}`
  throw new TreeError(
    siteOf(site),
    `${what} has no ${name}`,
    isMasked(leaf) ? 'treeUnmask it first' : 'hide such leaves with treeMask first, and treeUnmask the result',
  )
}
