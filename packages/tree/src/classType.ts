import { brand } from './brand.ts'
import { define, freezeNode, hasNames, valuesUnder } from './nodeTypes.ts'
import type { Key } from './path.ts'
import { type NodeSpec, type NodeType, nodeType } from './registry.ts'

/** Where an instance keeps the values of its declared fields (`autoinit`, `@field accessor`): own, not enumerable. */
export const SLOTS: unique symbol = /* @__PURE__ */ brand('slots') as never

export type Slots = Record<string, unknown>
type Fields = Record<string, unknown> & { [SLOTS]?: Slots }

/** Children are the own fields in the order in which they were defined, those that the library keeps in slots first. */
export function classType(prototype: object): NodeType {
  const name = (prototype.constructor as { name?: string } | undefined)?.name || 'Anonymous'
  const common = {
    name,
    prototype,
    close: closeClass(prototype),
    keys,
    print: printFields(name),
    isSealed: Object.isFrozen,
  }
  // Looking for slots on every node is dear: only classes that declare fields have them.
  return nodeType({ ...common, ...(declaredFields(prototype).size > 0 ? slotted : plain) })
}

/** `Name(field=*, …)`. */
export function printFields(name: string): NodeType['print'] {
  return (fields, parts) => `${name}(${fields.map((field, i) => `${field}=${parts[i]}`).join(', ')})`
}

type Opening = Pick<NodeSpec<Fields>, 'open' | 'valuesUnder' | 'seal'>

const keys = (names: readonly unknown[]): readonly Key[] => (names as string[]).map((name) => ({ type: 'attr', name }))

const plain: Opening = {
  open: (node) => ({ aux: Object.keys(node), children: Object.values(node) }),
  valuesUnder,
  seal: freezeNode,
}

const slotted: Opening = {
  open: (node) => {
    const slots = keptIn(node)
    return {
      aux: [...Object.keys(slots), ...Object.keys(node)],
      children: [...Object.values(slots), ...Object.values(node)],
    }
  },
  valuesUnder: (node, names) => {
    const slots = keptIn(node)
    const kept = Object.values(slots)
    if (!hasNames(slots, names, 0, kept.length) || !hasNames(node, names, kept.length)) return undefined
    const values = kept.length === names.length ? kept : kept.concat(Object.values(node))
    return values.length === names.length ? values : undefined
  },
  seal: (node) => {
    Object.freeze(slotsOf(node))
    return freezeNode(node)
  },
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

/** Inherits nothing, like what `Object.create(null)` makes, which engines keep in slow tables. */
class SlotTable {
  static {
    Object.setPrototypeOf(SlotTable.prototype, null)
  }
}

const NO_SLOTS: Slots = Object.freeze({})

const keptIn = (node: Fields) => node[SLOTS] ?? NO_SLOTS

/** The slots of `node`, made on first use. */
export function slotsOf(node: object): Slots {
  const fields = node as Fields
  if (!Object.hasOwn(fields, SLOTS)) {
    if (Object.isFrozen(node)) return NO_SLOTS
    Object.defineProperty(fields, SLOTS, { value: new SlotTable() })
  }
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
