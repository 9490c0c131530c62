import { checkDType, type DType, DTypeError, isFloat } from '@proj/backend'
import { type ArrayLike, isNDArray } from '../array.ts'

/** A dtype, or the weak kind of one that a bare number gave: it yields to every dtype that can hold its kind. */
type Grade = DType | 'int*' | 'float*'

/**
 * What each grade is promoted to next: JAX's lattice over the dtypes there are. Source: "Type promotion semantics" in JAX's documentation.
 * Where JAX goes through int16 or int64, which are missing here, the next wider one stands in: int8 with uint8, and uint32 with any signed
 * integer, meet in int32 (as int64 does in JAX, unless 64-bit types are switched on).
 */
const next: { readonly [G in Grade]: readonly Grade[] } = {
  bool: ['int*'],
  'int*': ['uint8', 'int8'],
  uint8: ['uint32', 'int32'],
  int8: ['int32'],
  uint32: ['int32'],
  int32: ['float*'],
  'float*': ['float16'],
  float16: ['float32'],
  float32: ['float64'],
  float64: [],
}

/** A grade and all above it. */
const above = (grade: Grade): Set<Grade> => new Set([grade, ...next[grade].flatMap((up) => [...above(up)])])
const uppers = Object.fromEntries(
  Object.keys(next).map((grade) => [grade, above(grade as Grade)]),
) as unknown as Record<Grade, Set<Grade>>

/** The least grade above both: of their common upper bounds, the one with most above it. */
function join(a: Grade, b: Grade): Grade {
  let least: Grade = 'float64'
  for (const grade of uppers[a]) if (uppers[b].has(grade) && uppers[grade].size > uppers[least].size) least = grade
  return least
}

/** What promotion looks at. */
export interface Promotable {
  readonly dtype: DType
  readonly weakType: boolean
}

const gradeOf = ({ dtype, weakType }: Promotable): Grade => {
  if (!weakType || dtype === 'bool') return dtype
  return isFloat(dtype) ? 'float*' : 'int*'
}
const weakDtype: { readonly [G in Grade]?: DType } = { 'int*': 'int32', 'float*': 'float32' }

/** The dtype that operands of these types are brought to, and whether it is weak. */
export function promoteAvals(xs: readonly Promotable[]): Promotable {
  const [first] = xs
  if (first === undefined) return { dtype: 'float32', weakType: true }
  if (xs.every((x) => x.dtype === first.dtype)) return { dtype: first.dtype, weakType: xs.every((x) => x.weakType) }
  const weak = xs.every((x) => x.weakType)
  const grade = xs.map((x) => (weak ? x.dtype : gradeOf(x))).reduce(join)
  const weakOf = weakDtype[grade]
  return { dtype: weakOf ?? (grade as DType), weakType: weak || weakOf !== undefined }
}

/**
 * The dtype two dtypes are promoted to.
 *
 * @example np.promoteTypes('int32', 'float16') // 'float16'
 */
export const promoteTypes = (a: DType, b: DType): DType =>
  join(checkDType('promoteTypes', a), checkDType('promoteTypes', b)) as DType

/** How a value enters promotion: bare numbers are weak, lists of numbers are float32. */
function typeOf(x: ArrayLike | DType): Promotable {
  if (typeof x === 'string') return { dtype: checkDType('resultType', x), weakType: false }
  if (isNDArray(x)) return x
  if (typeof x === 'boolean') return { dtype: 'bool', weakType: false }
  if (typeof x === 'number')
    return {
      dtype: Number.isInteger(x) && Math.abs(x) < 2 ** 32 && !Object.is(x, -0) ? 'int32' : 'float32',
      weakType: true,
    }
  if (ArrayBuffer.isView(x)) return { dtype: typedArrayDtype('resultType', x), weakType: false }
  const leaves = (x as readonly ArrayLike[]).map(typeOf)
  const arrays = leaves.filter((leaf) => !leaf.weakType)
  return arrays.length === 0 ? { dtype: 'float32', weakType: false } : { ...promoteAvals(leaves), weakType: false }
}

/**
 * The dtype of the result of an operation on these values or dtypes.
 *
 * @example np.resultType(np.arange(3), 2.5) // 'float32'
 */
export const resultType = (...xs: readonly (ArrayLike | DType)[]): DType => promoteAvals(xs.map(typeOf)).dtype

/**
 * The dtype of a name, which is the name itself, or of an array.
 *
 * @throws {DTypeError} when there is no such dtype
 * @example np.dtype('int8') // 'int8'
 */
export const dtype = (x: ArrayLike | DType): DType => resultType(x)

const arrayDtypes = new Map<string, DType>([
  ['Float32Array', 'float32'],
  ['Float64Array', 'float64'],
  ['Int32Array', 'int32'],
  ['Uint32Array', 'uint32'],
  ['Int8Array', 'int8'],
  ['Uint8Array', 'uint8'],
])

/**
 * The dtype of a typed array's elements.
 *
 * @throws {DTypeError} for element types that no dtype has
 */
export function typedArrayDtype(where: string, x: ArrayBufferView): DType {
  const name = Object.prototype.toString.call(x).slice(8, -1)
  const dtype = arrayDtypes.get(name)
  if (dtype === undefined)
    throw new DTypeError(where, `got a ${name}`, `use one of ${[...arrayDtypes.keys()].join(', ')}`)
  return dtype
}

/** The float dtype that integers and booleans become where an operation needs one. */
export const toInexact = (dtype: DType): DType => (isFloat(dtype) ? dtype : 'float32')
