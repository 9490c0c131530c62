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
  const prototype = Object.getPrototypeOf(x) as object | null
  if (prototype === Array.prototype) return builtin.array
  if (prototype === Object.prototype || prototype === null) return builtin.object
  return typeByPrototype(prototype, resolve)
}

/** Brands decide, not identity of constructors: other realms and other copies of the package have their own. */
function resolve(prototype: object): NodeType | undefined {
  if (NODE_TYPE in prototype) return prototype[NODE_TYPE] as NodeType
  if (Array.isArray(prototype)) return builtin.array
  if (Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'isPrototypeOf')) return builtin.object
  if (!Object.hasOwn(prototype, Symbol.toStringTag)) return undefined
  const tag = (prototype as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag]
  if (tag === 'Map' && Object.hasOwn(prototype, 'set')) return builtin.map
  if (tag === 'Set' && Object.hasOwn(prototype, 'add')) return builtin.set
  return undefined
}

const freeze = (node: object) => void Object.freeze(node)

/** Sets an own property even where a setter, or `__proto__`, would catch a plain assignment. */
export function define(target: object, name: PropertyKey, value: unknown): void {
  Object.defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true })
}

const empty = (value: null | undefined): NodeType => ({
  name: String(value),
  open: () => ({ aux: NONE, children: NONE }),
  close: () => value,
  keys: () => NONE,
  print: () => String(value),
  seal: () => {},
  isSealed: () => true,
})

const positions = (type: 'index' | 'member') => (_: unknown, count: number) =>
  Array.from({ length: count }, (__, index): Key => ({ type, index }))

const arrayType: NodeType<unknown[]> = {
  name: 'array',
  open: (node) => ({ aux: NONE, children: node }),
  close: (_, children) => children.slice(),
  keys: positions('index'),
  print: (_, parts) => `[${parts.join(', ')}]`,
  seal: freeze,
  isSealed: Object.isFrozen,
}

const objectType: NodeType<Record<string, unknown>> = {
  name: 'object',
  open: (node) => {
    const names = Object.keys(node)
    // Reading all at once is three times as fast as name by name.
    if (isSorted(names)) return { aux: names, children: Object.values(node) }
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
  seal: freeze,
  isSealed: Object.isFrozen,
}

const mapType: NodeType<Map<unknown, unknown>> = {
  name: 'Map',
  open: (node) => ({ aux: [...node.keys()], children: [...node.values()] }),
  close: (keys, children) => new Map(keys.map((key, i) => [key, children[i]])),
  keys: (keys) => keys.map((key): Key => ({ type: 'entry', key })),
  print: (keys, parts) => `Map{${keys.map((key, i) => `${printMapKey(key)} => ${parts[i]}`).join(', ')}}`,
  seal: (node) => sealCollection(node, ['set', 'delete', 'clear']),
  isSealed: (node) => Object.isFrozen(node) && Object.hasOwn(node, 'set'),
}

/** Elements that became equal would merge, and the structure with them. */
function newSet(elements: readonly unknown[]): Set<unknown> {
  const made = new Set(elements)
  if (made.size === elements.length) return made
  throw new TreeError(
    'Set',
    `${elements.length} elements became ${made.size}: some are equal now`,
    'use an array or a Map in place of the Set',
  )
}

const setType: NodeType<Set<unknown>> = {
  name: 'Set',
  open: (node) => ({ aux: NONE, children: [...node] }),
  close: (_, children) => newSet(children),
  keys: positions('member'),
  print: (_, parts) => `Set{${parts.join(', ')}}`,
  seal: (node) => sealCollection(node, ['add', 'delete', 'clear']),
  isSealed: (node) => Object.isFrozen(node) && Object.hasOwn(node, 'add'),
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

/** `Object.freeze` does not reach the entries of a Map or Set: only their mutators do. */
function sealCollection(node: object, mutators: readonly string[]): void {
  if (Object.isFrozen(node)) return
  for (const name of mutators) {
    Object.defineProperty(node, name, {
      value: () => {
        throw new FrozenError(
          `${node.constructor.name}.${name}`,
          'the collection belongs to a finished tree',
          'change a copy: use valueAndTree(...), @sharing or at(...).set',
        )
      },
    })
  }
  Object.freeze(node)
}
