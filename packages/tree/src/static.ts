import { arrayInfo, isTypedArray, type Values } from './arrayType.ts'
import { sharedTable } from './brand.ts'
import { Trie } from './intern.ts'
import { nodeTypeOf } from './nodeTypes.ts'

/** A value that is part of a structure. Equal values have the same `Static`, so that structures compare with `===`. */
export interface Static {
  readonly value: unknown
}

const table = /* @__PURE__ */ sharedTable('statics', () => new Trie<Static>())
const arrays = /* @__PURE__ */ sharedTable('staticArrays', () => new Map<string, WeakRef<ArrayToken>[]>())

/**
 * The one `Static` of all values that equal `value`: arrays by dtype, shape and content, trees by structure and leaves, the rest
 * (functions, class instances, symbols, `NaN`, -0) as `Object.is` says.
 */
export function staticOf(value: unknown): Static {
  const entry = table.along(atomsOf(value))
  return (entry.value ??= Object.freeze({ value }))
}

/** A Map takes -0 for 0; as static values they are not the same. */
const NEGATIVE_ZERO = /* @__PURE__ */ Symbol('-0')

/** A sequence that is equal for equal values, and for no others. */
function atomsOf(value: unknown): readonly unknown[] {
  const type = nodeTypeOf(value)
  if (Object.is(value, -0)) return [NEGATIVE_ZERO]
  if (type === undefined) return [arrayInfo(value) === undefined ? value : arrayToken(value as object)]
  const node = value as object
  const { aux, children } = type.open(node)
  const labels = type.label ? aux.map(type.label) : aux
  return [type, labels.length, ...labels, children.length, ...children.map(staticOf)]
}

/** Stands for all arrays of one dtype, shape and content. */
interface ArrayToken {
  readonly values: Values
}

const tokenOf = new WeakMap<object, ArrayToken>()

function arrayToken(array: object): object {
  const known = tokenOf.get(array)
  if (known !== undefined) return known
  const info = arrayInfo(array)
  const values = info?.values() ?? null
  if (info === undefined || values === null) return array
  const token = internValues(`${info.dtype}[${info.shape}]${hash(values)}`, values)
  if (!isTypedArray(array)) tokenOf.set(array, token)
  return token
}

function internValues(key: string, values: Values): ArrayToken {
  const bucket = (arrays.get(key) ?? []).filter((ref) => ref.deref() !== undefined)
  const found = bucket
    .map((ref) => ref.deref())
    .find((token) => token !== undefined && sameValues(token.values, values))
  if (found !== undefined) return found
  const token: ArrayToken = { values: Array.prototype.slice.call(values) }
  arrays.set(key, [...bucket, new WeakRef(token)])
  return token
}

/** Element by element, as `Object.is` says. */
export function sameValues(a: Values, b: Values): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false
  return true
}

/** FNV-1a over the text of the values; only has to be equal for equal arrays. */
function hash(values: Values): number {
  let h = 0x811c9dc5
  for (let i = 0; i < values.length; i++) {
    const x = values[i]
    const word = typeof x === 'number' ? x * 0x9e3779b1 : Number(x)
    h = Math.imul(h ^ (word | 0) ^ ((word / 2 ** 32) | 0), 0x01000193)
  }
  return h >>> 0
}
