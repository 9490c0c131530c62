import { ARRAY } from './arrayType.ts'
import { brand, sharedTable } from './brand.ts'
import { FrozenError, TreeError } from './errors.ts'
import { type Key, printMapKey, printProperty } from './path.ts'
import { type NodeType, typeByPrototype } from './registry.ts'

/** On a prototype: the node type of what inherits from it. May be a getter, whose `this` is the prototype asked about. */
export const NODE_TYPE: unique symbol = /* @__PURE__ */ brand('nodeType') as never
/** Where a masked leaf keeps its value. */
export const MASKED: unique symbol = /* @__PURE__ */ brand('masked') as never
const NONE: readonly never[] = Object.freeze([])

/** The node type of `x`; `undefined` says that it is a leaf. */
export function nodeTypeOf(x: unknown): NodeType | undefined {
  if (typeof x !== 'object') return x === undefined ? builtin.undefined : undefined
  if (x === null) return builtin.null
  // Most leaves; asking for the prototype is dear.
  if (ArrayBuffer.isView(x)) return undefined
  const prototype = Object.getPrototypeOf(x) as object | null
  if (prototype === Array.prototype) return builtin.array
  if (prototype === Object.prototype || prototype === null) return builtin.object
  return typeByPrototype(prototype, resolve)
}

/** The same for what may hold something: `undefined` for null and undefined, too. */
export function innerTypeOf(x: unknown): NodeType | undefined {
  return typeof x === 'object' && x !== null ? nodeTypeOf(x) : undefined
}

/** Brands decide, not identity of constructors: other realms and other copies of the package have their own. */
function resolve(prototype: object): NodeType | undefined {
  if (ARRAY in prototype) return undefined
  if (NODE_TYPE in prototype) return prototype[NODE_TYPE] as NodeType
  if (Array.isArray(prototype)) return builtin.array
  if (Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'isPrototypeOf')) return builtin.object
  // Of the class itself: what extends Map or Set may hold more than its entries.
  if (!Object.hasOwn(prototype, Symbol.toStringTag) || !Object.hasOwn(prototype, 'clear')) return undefined
  const tag = (prototype as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag]
  return tag === 'Map' ? builtin.map : tag === 'Set' ? builtin.set : undefined
}

/** The `seal` of node types whose nodes hold all that they hold in properties. */
export function freezeNode(node: object): true {
  Object.freeze(node)
  return true
}

/** How many of `names`, from the one at `start` on, are the names in `node`; -1 when they are not the next ones. Makes no list of them. */
export function matchNames(node: object, names: readonly unknown[], start = 0): number {
  let i = start
  for (const name in node) if (name !== names[i++]) return -1
  return i - start
}

/** Sets an own property even where a setter, or `__proto__`, would catch a plain assignment. */
export function define(target: object, name: PropertyKey, value: unknown): void {
  Object.defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true })
}

const positions = (type: 'index' | 'member') => (_: unknown, count: number) =>
  Array.from({ length: count }, (__, index): Key => ({ type, index }))

const arrayType: NodeType<unknown[]> = {
  name: 'array',
  open: (node, likely = NONE) => ({ aux: likely, children: node }),
  close: (_, children) => children.slice(),
  keys: positions('index'),
  print: (_, parts) => `[${parts.join(', ')}]`,
  seal: freezeNode,
  isSealed: Object.isFrozen,
}

/** Null and undefined, each a structure of its own. */
const empty = (value: null | undefined): NodeType => ({
  ...(arrayType as unknown as NodeType),
  name: String(value),
  open: (_, likely = NONE) => ({ aux: likely, children: NONE }),
  close: () => value,
  print: () => String(value),
})

const objectType: NodeType<Record<string, unknown>> = {
  name: 'object',
  open: (node, likely) => {
    // Reading all at once is three times as fast as name by name.
    const values = Object.values(node)
    if (values.length === likely?.length && matchNames(node, likely) === values.length)
      return { aux: likely, children: values }
    const names = Object.keys(node)
    if (isSorted(names)) return { aux: names, children: values }
    names.sort()
    return { aux: names, children: names.map((name) => node[name]) }
  },
  close: (names, children) => {
    const node: Record<string, unknown> = {}
    names.forEach((name, i) => {
      if ((name as string) in Object.prototype) define(node, name as string, children[i])
      else node[name as string] = children[i]
    })
    return node
  },
  keys: (names) => (names as string[]).map((name) => ({ type: 'name', name })),
  print: (names, parts) => `{${names.map((name, i) => `${printProperty(name as string)}: ${parts[i]}`).join(', ')}}`,
  seal: freezeNode,
  isSealed: Object.isFrozen,
}

const mapType: NodeType<Map<unknown, unknown>> = {
  name: 'Map',
  open: (node) => ({ aux: [...node.keys()], children: [...node.values()] }),
  close: (keys, children) => new Map(keys.map((key, i) => [key, children[i]])),
  keys: (keys) => keys.map((key): Key => ({ type: 'entry', key })),
  print: (keys, parts) => `Map{${keys.map((key, i) => `${printMapKey(key)} => ${parts[i]}`).join(', ')}}`,
  seal: sealCollection,
  isSealed: isSealedCollection,
}

/** Elements that became equal would merge, and the structure with them. */
function newSet(elements: readonly unknown[]): Set<unknown> {
  const made = new Set(elements)
  if (made.size === elements.length) return made
  throw new TreeError(
    'Set',
    `${elements.length} elements became ${made.size}: some are equal now`,
    'use an array or a Map',
  )
}

const setType: NodeType<Set<unknown>> = {
  name: 'Set',
  open: (node, likely = NONE) => ({ aux: likely, children: [...node] }),
  close: (_, children) => newSet(children),
  keys: positions('member'),
  print: (_, parts) => `Set{${parts.join(', ')}}`,
  seal: sealCollection,
  isSealed: isSealedCollection,
}

/** The node types of the language's own values, one set for all copies of the package. */
export const builtin = /* @__PURE__ */ sharedTable('builtin', () => ({
  null: empty(null),
  undefined: empty(undefined),
  array: arrayType as unknown as NodeType,
  object: objectType as unknown as NodeType,
  map: mapType as unknown as NodeType,
  set: setType as unknown as NodeType,
}))

function isSorted(names: readonly string[]): boolean {
  for (let i = 1; i < names.length; i++) if ((names[i - 1] as string) > (names[i] as string)) return false
  return true
}

/** `Object.freeze` does not reach the entries of a Map or Set: only their mutators do. One that its user froze takes no new ones. */
function sealCollection(node: object): boolean {
  if (Object.isFrozen(node)) return isSealedCollection(node)
  for (const name of ['set', 'add', 'delete', 'clear'].filter((one) => one in node)) {
    Object.defineProperty(node, name, {
      value: () => {
        throw new FrozenError(
          `${node.constructor.name}.${name}`,
          'it belongs to a finished tree',
          'change a copy: use valueAndTree(...), @sharing or at(...).set',
        )
      },
    })
  }
  return freezeNode(node)
}

function isSealedCollection(node: object): boolean {
  return Object.isFrozen(node) && Object.hasOwn(node, 'clear')
}
