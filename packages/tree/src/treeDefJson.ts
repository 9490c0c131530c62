import { TreeError } from './errors.ts'
import { builtin } from './nodeTypes.ts'
import { printKey } from './path.ts'
import { internDef, leafDef, type TreeDef } from './treeDef.ts'

type Primitive = string | number | boolean | null

/** A structure as JSON: `"*"` a leaf, an array an array; the rest an object whose one property names the kind. */
export type TreeDefJson =
  | '*'
  | null
  | { readonly undefined: true }
  | readonly TreeDefJson[]
  | { readonly object: { readonly [name: string]: TreeDefJson } }
  | { readonly Map: readonly (readonly [key: Primitive, child: TreeDefJson])[] }
  | { readonly Set: readonly TreeDefJson[] }

/**
 * A structure as JSON, for built-in node kinds.
 *
 * @throws {TreeError} naming the path of a class, a masked leaf or a Map key that JSON cannot hold
 * @example treeDefToJson(structure({ a: [1] })) // { object: { a: ['*'] } }
 */
export function treeDefToJson(def: TreeDef, path = ''): TreeDefJson {
  const { type, aux, children } = def
  if (type === null) return '*'
  if (type === builtin.null) return null
  if (type === builtin.undefined) return { undefined: true }
  const keys = type.keys(aux, children.length)
  const parts = children.map((child, i) => treeDefToJson(child, path + printKey(keys[i] as (typeof keys)[number])))
  if (type === builtin.array) return parts
  if (type === builtin.set) return { Set: parts }
  if (type === builtin.object)
    return { object: Object.fromEntries(aux.map((name, i) => [name, parts[i] as TreeDefJson])) }
  if (type === builtin.map) return { Map: aux.map((key, i) => [primitive(key, path), parts[i] as TreeDefJson]) }
  throw new TreeError(
    'TreeDef to JSON',
    `${path || 'the root'} is a ${type.name}`,
    'use plain objects and arrays where structures are stored',
  )
}

function primitive(key: unknown, path: string): Primitive {
  const isPlain =
    key === null ||
    typeof key === 'string' ||
    typeof key === 'boolean' ||
    (typeof key === 'number' && Number.isFinite(key))
  if (isPlain) return key as Primitive
  throw new TreeError(
    'TreeDef to JSON',
    `${path || 'the root'} has a Map key of type ${typeof key}`,
    'use strings, finite numbers, booleans or null',
  )
}

/**
 * The structure that {@link treeDefToJson} wrote down: the same object, for the same structure.
 *
 * @throws {TreeError} for JSON that is no structure
 * @example treeDefFromJson({ object: { a: ['*'] } }) === structure({ a: [1] }) // true
 */
export function treeDefFromJson(json: unknown): TreeDef {
  if (json === '*') return leafDef
  if (json === null) return internDef(builtin.null, [], [])
  if (Array.isArray(json)) return internDef(builtin.array, [], json.map(treeDefFromJson))
  const [kind, ...more] = typeof json === 'object' ? Object.keys(json) : []
  const value = more.length === 0 && kind !== undefined ? (json as Record<string, unknown>)[kind] : undefined
  if (kind === 'undefined' && value === true) return internDef(builtin.undefined, [], [])
  if (kind === 'Set' && Array.isArray(value)) return internDef(builtin.set, [], value.map(treeDefFromJson))
  if (kind === 'object' && typeof value === 'object' && value !== null)
    return fromEntries(Object.entries(value).sort(byName))
  if (kind === 'Map' && Array.isArray(value)) {
    const entries = value as [unknown, unknown][]
    return internDef(
      builtin.map,
      entries.map(([key]) => key),
      entries.map(([, child]) => treeDefFromJson(child)),
    )
  }
  throw new TreeError('TreeDef from JSON', `${JSON.stringify(json)} is no structure`, 'pass what treeDefToJson made')
}

const byName = ([a]: [string, unknown], [b]: [string, unknown]) => (a < b ? -1 : Number(a > b))

function fromEntries(entries: readonly (readonly [string, unknown])[]): TreeDef {
  return internDef(
    builtin.object,
    entries.map(([name]) => name),
    entries.map(([, child]) => treeDefFromJson(child)),
  )
}
