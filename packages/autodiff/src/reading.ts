import { type DType, decodeFloat16, formatAval, type TypedArray } from '@proj/backend'
import { isTracer, type NDArray } from './array.ts'
import { ConcreteArray } from './concrete.ts'
import { ShapeError, TracerError } from './errors.ts'
import { checkAlive } from './leaks.ts'
import { formatValues } from './numpy/text.ts'

/** The array, known to hold values. */
export function concrete(where: string, x: NDArray): ConcreteArray {
  if (x instanceof ConcreteArray) return x
  checkAlive(x, where)
  const { aval } = x // which random keys have none of, and say so
  const [transform, origin] = isTracer(x) ? [x.trace.transform, `, ${x.origin}`] : ['a transform', '']
  throw new TracerError(
    where,
    `a value of type ${formatAval(aval)} has no numbers yet while ${transform} traces the function${origin}`,
    'return it from the function to read it outside; choose with where(…) or cond(…) instead of if',
  )
}

/** Values as JavaScript can hold them: float16, whose buffers hold bits, as float32. */
const readable = (data: TypedArray, dtype: DType): TypedArray =>
  dtype === 'float16' ? Float32Array.from(data, decodeFloat16) : data
/** The values at once, as a copy. */
export const readSync = (x: ConcreteArray): TypedArray => readable(x.readSync(), x.dtype)
/** The values when they are there, as a copy. */
export const read = async (x: ConcreteArray): Promise<TypedArray> => readable(await x.read(), x.dtype)

/** Reads where that can be done at once, for printing. */
function tryRead(x: ConcreteArray): TypedArray | undefined {
  try {
    return readSync(x)
  } catch {
    return undefined
  }
}

/** What is printed for an array: type and values, or of a tracer type and transform. */
export function show(x: NDArray): string {
  if (isTracer(x)) return x.toString()
  const values = x instanceof ConcreteArray ? tryRead(x) : undefined
  return values === undefined ? formatAval(x.aval) : `${formatAval(x.aval)} ${formatValues(values, x.aval)}`
}

/** @throws {ShapeError} when there are more elements than one, or none */
export function oneElement(where: string, x: NDArray, remedy: string): number | boolean {
  const array = concrete(where, x)
  if (x.size !== 1) throw new ShapeError(where, `${formatAval(x.aval)} has ${x.size} elements`, remedy)
  const value = readSync(array)[0] as number
  return x.dtype === 'bool' ? value !== 0 : value
}
