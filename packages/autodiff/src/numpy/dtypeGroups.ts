import { checkDType, type DType, DTypeError, dtypes, isDType, isFloat, isInteger } from '@proj/backend'

/** Groups of dtypes, as in numpy's hierarchy. */
export type DTypeGroup = 'generic' | 'number' | 'inexact' | 'floating' | 'integer' | 'signedinteger' | 'unsignedinteger'

const groups: { readonly [G in DTypeGroup]: (dtype: DType) => boolean } = {
  generic: () => true,
  number: (dtype) => dtype !== 'bool',
  inexact: isFloat,
  floating: isFloat,
  integer: isInteger,
  signedinteger: (dtype) => dtypes[dtype].kind === 'int',
  unsignedinteger: (dtype) => dtypes[dtype].kind === 'uint',
}

/**
 * Whether a dtype belongs to a group, or is the other dtype.
 *
 * @example np.issubdtype('int8', 'integer') // true
 */
export function issubdtype(dtype: DType, group: DType | DTypeGroup): boolean {
  checkDType('issubdtype', dtype)
  if (isDType(group)) return dtype === group
  const test = groups[group]
  if (test === undefined)
    throw new DTypeError(
      'issubdtype',
      `unknown group ${JSON.stringify(group)}`,
      `use a dtype or one of ${Object.keys(groups).join(', ')}`,
    )
  return test(dtype)
}

/** Kinds of dtypes under the names of the array API. */
export type DTypeKindName =
  | 'bool'
  | 'signed integer'
  | 'unsigned integer'
  | 'integral'
  | 'real floating'
  | 'complex floating'
  | 'numeric'

const kinds: { readonly [K in DTypeKindName]: (dtype: DType) => boolean } = {
  bool: (dtype) => dtype === 'bool',
  'signed integer': groups.signedinteger,
  'unsigned integer': groups.unsignedinteger,
  integral: isInteger,
  'real floating': isFloat,
  'complex floating': () => false,
  numeric: groups.number,
}

/**
 * Whether a dtype is of a kind, is the other dtype, or either for one of a list.
 *
 * @throws {DTypeError} when there is no such dtype or kind
 * @example np.isdtype('uint8', ['bool', 'integral']) // true
 */
export function isdtype(dtype: DType, kind: DType | DTypeKindName | readonly (DType | DTypeKindName)[]): boolean {
  checkDType('isdtype', dtype)
  if (typeof kind !== 'string') return kind.some((one) => isdtype(dtype, one))
  if (isDType(kind)) return dtype === kind
  if (!Object.hasOwn(kinds, kind))
    throw new DTypeError(
      'isdtype',
      `unknown kind ${JSON.stringify(kind)}`,
      `use a dtype or one of ${Object.keys(kinds).join(', ')}`,
    )
  return kinds[kind](dtype)
}

/** What a cast may do: change nothing, lose no value, lose precision but stay of its kind or a wider one, anything. */
export type Casting = 'no' | 'equiv' | 'safe' | 'sameKind' | 'unsafe'

const order = ['bool', 'uint', 'int', 'float'] as const

/** Whether every value of `from` is one of `to`. */
function isSafe(from: DType, to: DType): boolean {
  if (from === to || from === 'bool') return true
  if (to === 'bool') return false
  const [a, b] = [dtypes[from], dtypes[to]]
  if (a.kind === b.kind) return a.bytes <= b.bytes
  if (b.kind === 'float') return a.bytes < b.bytes
  return a.kind === 'uint' && b.kind === 'int' && a.bytes < b.bytes
}

const casts: { readonly [C in Casting]: (from: DType, to: DType) => boolean } = {
  no: (from, to) => from === to,
  equiv: (from, to) => from === to,
  safe: isSafe,
  sameKind: (from, to) => order.indexOf(dtypes[from].kind) <= order.indexOf(dtypes[to].kind),
  unsafe: () => true,
}

/**
 * Whether a cast from one dtype to another is allowed, by default one that loses no value.
 *
 * @throws {DTypeError} when there is no such dtype
 * @example np.canCast('int8', 'float16') // true
 */
export const canCast = (from: DType, to: DType, casting: Casting = 'safe'): boolean =>
  casts[casting](checkDType('canCast', from), checkDType('canCast', to))
