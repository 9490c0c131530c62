import { brand, sharedTable } from './brand.ts'
import { FrozenError, TreeError } from './errors.ts'
import type { Key } from './path.ts'
import { type NodeType, typeByPrototype } from './registry.ts'

/** Marks the prototypes of `TreeClass`, in every copy of the package. */
export const TREE_CLASS: unique symbol = /* @__PURE__ */ brand('class') as never
/** On a prototype: the node type of all that inherits from it. */
export const NODE_TYPE: unique symbol = /* @__PURE__ */ brand('nodeType') as never
/** Where a masked leaf keeps its value. */
export const MASKED: unique symbol = /* @__PURE__ */ brand('masked') as never
/** Where an instance keeps the values of its declared fields (`autoinit`, `@field accessor`): own, not enumerable. */
export const SLOTS: unique symbol = /* @__PURE__ */ brand('slots') as never

export type Slots = Record<string, unknown>
type Fields = Record<string, unknown> & { [SLOTS]?: Slots }

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
  if (TREE_CLASS in prototype) return classType(prototype)
  if (Array.isArray(prototype)) return builtin.array
  if (Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'isPrototypeOf')) return builtin.object
  if (!Object.hasOwn(prototype, Symbol.toStringTag)) return undefined
  const tag = (prototype as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag]
  if (tag === 'Map' && Object.hasOwn(prototype, 'set')) return builtin.map
  if (tag === 'Set' && Object.hasOwn(prototype, 'add')) return builtin.set
  return undefined
}

const isFrozen = (node: object) => Object.isFrozen(node)
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
  seal: () => {},
  isSealed: () => true,
})

const arrayType: NodeType<unknown[]> = {
  name: 'array',
  open: (node) => ({ aux: NONE, children: node }),
  close: (_, children) => children.slice(),
  keys: (_, count) => Array.from({ length: count }, (__, index) => ({ type: 'index', index })),
  seal: freeze,
  isSealed: isFrozen,
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
  seal: freeze,
  isSealed: isFrozen,
}

const mapType: NodeType<Map<unknown, unknown>> = {
  name: 'Map',
  open: (node) => ({ aux: [...node.keys()], children: [...node.values()] }),
  close: (keys, children) => new Map(keys.map((key, i) => [key, children[i]])),
  keys: (keys) => keys.map((key): Key => ({ type: 'entry', key })),
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
  keys: (_, count) => Array.from({ length: count }, (__, index) => ({ type: 'member', index })),
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

/** Children are the own fields in the order in which they were defined, those that the library keeps in slots first. */
function classType(prototype: object): NodeType<Fields> {
  const name = (prototype.constructor as { name?: string } | undefined)?.name || 'Anonymous'
  return { ...fieldsType, name, prototype, close: closeClass(prototype) }
}

const fieldsType: Omit<NodeType<Fields>, 'name' | 'close'> = {
  open: (node) => {
    const slots = node[SLOTS]
    if (slots === undefined) return { aux: Object.keys(node), children: Object.values(node) }
    return {
      aux: [...Object.keys(slots), ...Object.keys(node)],
      children: [...Object.values(slots), ...Object.values(node)],
    }
  },
  keys: (names) => (names as string[]).map((name) => ({ type: 'attr', name })),
  seal: (node) => {
    const slots = node[SLOTS]
    if (slots !== undefined) Object.freeze(slots)
    Object.freeze(node)
  },
  isSealed: isFrozen,
}

/** Instances are made without their constructor. Names that an accessor, ours or the user's, would catch take the slow way. */
function closeClass(prototype: object) {
  let plannedFor: readonly unknown[] | undefined
  let isPlain = false
  return (names: readonly unknown[], children: readonly unknown[]): object => {
    if (plannedFor !== names) {
      isPlain = names.every((name) => !((name as string) in prototype))
      plannedFor = names
    }
    const node = Object.create(prototype) as Fields
    if (isPlain) for (let i = 0; i < names.length; i++) node[names[i] as string] = children[i]
    else names.forEach((name, i) => putField(node, prototype, name as string, children[i]))
    return node
  }
}

function putField(node: object, prototype: object, name: string, value: unknown): void {
  if (declaredFields(prototype).has(name)) slotsOf(node)[name] = value
  else define(node, name, value)
}

/** The slots of `node`, made on first use. */
export function slotsOf(node: object): Slots {
  const fields = node as Fields
  if (!Object.hasOwn(fields, SLOTS)) Object.defineProperty(fields, SLOTS, { value: Object.create(null) })
  return fields[SLOTS] as Slots
}

/** Marks the getter of a declared field; its value says what was declared. */
export const FIELD: unique symbol = /* @__PURE__ */ brand('field') as never

/** What the other parts of the package must know of a declared field. */
export interface Declaration {
  readonly repr: boolean
  /** What is kept when `value` is assigned: it went through validators and converters. */
  admit(value: unknown): unknown
}

const declaredBy = new WeakMap<object, ReadonlyMap<string, Declaration>>()

/** What `autoinit` and `@field` declared on a prototype and those above it, bases first. */
export function declaredFields(prototype: object | null): ReadonlyMap<string, Declaration> {
  if (prototype === null || prototype === Object.prototype) return new Map()
  const known = declaredBy.get(prototype)
  if (known !== undefined) return known
  const found = new Map(declaredFields(Object.getPrototypeOf(prototype) as object | null))
  for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    const declaration = property.get && (property.get as { [FIELD]?: Declaration })[FIELD]
    if (declaration !== undefined) found.set(name, declaration)
  }
  declaredBy.set(prototype, found)
  return found
}

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
          'change a copy: run the method through valueAndTree(...), mark it @sharing, or use at(...).set',
        )
      },
    })
  }
  Object.freeze(node)
}
