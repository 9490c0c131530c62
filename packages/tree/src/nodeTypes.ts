import { ARRAY } from './arrayType.ts'
import { brand, sharedTable } from './brand.ts'
import { FrozenError, TreeError } from './errors.ts'
import { type Key, printMapKey, printProperty } from './path.ts'
import { type NodeSpec, type NodeType, nodeType, typeByPrototype } from './registry.ts'

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

/** The values of the own fields, if these are their names, in order. Reading all at once is three times as fast as name by name. */
export function valuesUnder(node: object, names: readonly unknown[]): readonly unknown[] | undefined {
  const values = Object.values(node)
  return values.length === names.length && hasNames(node, names) ? values : undefined
}

/** Whether the names in `node` are `names` from `start` to `end`. Makes no list of them. */
export function hasNames(node: object, names: readonly unknown[], start = 0, end = names.length): boolean {
  let i = start
  for (const name in node) if (name !== names[i++]) return false
  return i === end
}

/** Sets an own property even where a setter, or `__proto__`, would catch a plain assignment. */
export function define(target: object, name: PropertyKey, value: unknown): void {
  Object.defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true })
}

const positions = (type: 'index' | 'member') => (_: unknown, count: number) =>
  Array.from({ length: count }, (__, index): Key => ({ type, index }))

const arrayType: NodeSpec<unknown[]> = {
  name: 'array',
  open: (node) => ({ aux: NONE, children: node }),
  close: (_, children) => children.slice(),
  keys: positions('index'),
  print: (_, parts) => `[${parts.join(', ')}]`,
  seal: freezeNode,
  isSealed: Object.isFrozen,
}

/** Null and undefined, each a structure of its own. */
const empty = (value: null | undefined): NodeSpec => ({
  ...(arrayType as unknown as NodeSpec),
  name: String(value),
  open: () => ({ aux: NONE, children: NONE }),
  close: () => value,
  print: () => String(value),
})

const objectType: NodeSpec<Record<string, unknown>> = {
  name: 'object',
  prototype: Object.prototype,
  valuesUnder,
  open: (node) => {
    const names = Object.keys(node).sort()
    return { aux: names, children: names.map((name) => node[name]) }
  },
  close: (names, children) => {
    // Assigned, this name would change the prototype.
    if (names.includes('__proto__')) return Object.fromEntries(names.map((name, i) => [name, children[i]]))
    const node: Record<string, unknown> = {}
    for (let i = 0; i < names.length; i++) node[names[i] as string] = children[i]
    return node
  },
  keys: (names) => (names as string[]).map((name) => ({ type: 'name', name })),
  print: (names, parts) => `{${names.map((name, i) => `${printProperty(name as string)}: ${parts[i]}`).join(', ')}}`,
  seal: freezeNode,
  isSealed: Object.isFrozen,
}

const mapType: NodeSpec<Map<unknown, unknown>> = {
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
  throw new TreeError('Set', 'some elements are equal now', 'use an array or a Map')
}

const setType: NodeSpec<Set<unknown>> = {
  name: 'Set',
  open: (node) => ({ aux: NONE, children: [...node] }),
  close: (_, children) => newSet(children),
  keys: positions('member'),
  print: (_, parts) => `Set{${parts.join(', ')}}`,
  seal: sealCollection,
  isSealed: isSealedCollection,
}

/** The node types of the language's own values, one set for all copies of the package. */
export const builtin = /* @__PURE__ */ sharedTable('builtin', () => ({
  null: nodeType(empty(null)),
  undefined: nodeType(empty(undefined)),
  array: nodeType(arrayType),
  object: nodeType(objectType),
  map: nodeType(mapType),
  set: nodeType(setType),
}))

/** `Object.freeze` does not reach the entries of a Map or Set: only their mutators do. One that its user froze takes no new ones. */
function sealCollection(node: object): boolean {
  if (Object.isFrozen(node)) return isSealedCollection(node)
  const refuse = (name: string) => () => {
    throw new FrozenError(`${node.constructor.name}.${name}`)
  }
  for (const name of ['set', 'add', 'delete', 'clear'])
    if (name in node) Object.defineProperty(node, name, { value: refuse(name) })
  return freezeNode(node)
}

function isSealedCollection(node: object): boolean {
  return Object.isFrozen(node) && Object.hasOwn(node, 'clear')
}
