import { type Aval, makeAval, sizeOf } from '../aval.ts'
import { type DType, dtypes, type TypedArray } from '../dtype.ts'
import type { Args, Each, OpName, Params } from '../ops.ts'
import { encode } from '../reference/element.ts'
import { Random, randomData } from './random.ts'

/** One operand: its aval and its values. */
export interface Argument {
  readonly aval: Aval
  readonly data: TypedArray
}

export interface Sample<K extends OpName> {
  /** What is particular about it. */
  readonly title: string
  readonly inputs: Each<Args<K>, Argument>
  readonly params: Params<K>
}

/** Samples whose main operand has that dtype; the shape rules weed out what an op does not take. */
export type SampleMaker<K extends OpName> = (dtype: DType) => readonly Sample<K>[]

/** Random data of no particular structure. */
export function argument(dtype: DType, shape: readonly number[], seed = 1): Argument {
  const aval = makeAval(shape, dtype)
  return { aval, data: randomData(new Random(seed + sizeOf(shape)), aval, false) }
}

/** A vector of those values. */
export function listed(dtype: DType, values: readonly number[]): Argument {
  const store = encode(dtype)
  const data = new dtypes[dtype].array(values.length)
  values.forEach((value, i) => (data[i] = store(value)))
  return { aval: makeAval([values.length], dtype), data }
}

/** The shapes, for a sample's title. */
export const title = (...args: readonly Argument[]): string =>
  args.map((arg) => `[${arg.aval.shape.join()}]`).join(' ') || 'nothing'
