import { brand } from './brand.ts'
import { define } from './nodeTypes.ts'
import type { NodeType } from './registry.ts'

/** Where an instance keeps the values of its declared fields (`autoinit`, `@field accessor`): own, not enumerable. */
export const SLOTS: unique symbol = /* @__PURE__ */ brand('slots') as never

export type Slots = Record<string, unknown>
type Fields = Record<string, unknown> & { [SLOTS]?: Slots }

/** Children are the own fields in the order in which they were defined, those that the library keeps in slots first. */
export function classType(prototype: object): NodeType<Fields> {
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
  isSealed: Object.isFrozen,
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
