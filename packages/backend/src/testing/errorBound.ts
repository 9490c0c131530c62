import { type Aval, makeAval } from '../aval.ts'
import { isFloat, type TypedArray } from '../dtype.ts'
import { rowOf } from '../jaxpr.ts'
import type { AnyKernel } from '../kernel.ts'
import type { OpName, Params } from '../ops.ts'
import { referenceKernels } from '../reference/evaluate.ts'
import { infer } from '../shapes/table.ts'
import { numbersOf, ulpOf } from './compare.ts'
import type { Allowance } from './outcome.ts'
import type { Argument } from './samples.ts'
import { isSum, termCount } from './termCounts.ts'

/** Each result depends on all of a matrix or a line. */
export const denseOps: ReadonlySet<OpName> = new Set<OpName>([
  'cholesky',
  'triangularSolve',
  'lu',
  'qr',
  'eigh',
  'svd',
  'fft',
])

/** The results of the reference in float64, of `inputs` changed by `change`. */
function inFloat64(
  op: OpName,
  inputs: readonly Argument[],
  params: Params<OpName>,
  change: (x: number) => number,
): TypedArray[] {
  const wide = inputs.map(({ aval, data }) =>
    isFloat(aval.dtype)
      ? { aval: makeAval(aval.shape, 'float64'), buffer: Float64Array.from(numbersOf(data, aval.dtype), change) }
      : { aval, buffer: data },
  )
  const summed = 'preferredElementType' in params ? { ...params, preferredElementType: 'float64' as const } : params
  const outs = infer(
    op,
    wide.map(({ aval }) => aval),
    summed,
  )
  return [...rowOf<AnyKernel<TypedArray>>(referenceKernels, op)(wide, summed, outs)]
}

const largestOf = (arrays: readonly (readonly number[] | TypedArray)[]): number =>
  arrays.flatMap((data) => Array.from(data, Math.abs)).reduce((most, x) => Math.max(most, x), 1)

/**
 * What the results of an op on floats may be off besides its units in the last place, whatever the order of its arithmetic: of a sum or
 * contraction, √terms roundings of the sum of the terms' sizes; of a decomposition or transform, as many times the side of a matrix of the
 * largest number that is in it or comes out of it.
 */
export function errorBound(
  op: OpName,
  inputs: readonly Argument[],
  params: Params<OpName>,
  { dtype }: Aval,
): Allowance['slack'] {
  if (!isFloat(dtype)) return undefined
  const shapes = inputs.map(({ aval }) => aval.shape)
  const epsilon = ulpOf(dtype as 'float32', 1)
  if (denseOps.has(op)) {
    const side = Math.max(1, ...(shapes[0] as readonly number[]))
    const largest = largestOf([
      ...inputs.map(({ aval, data }) => numbersOf(data, aval.dtype)),
      ...inFloat64(op, inputs, params, (x) => x),
    ])
    const bound = 8 * epsilon * side * largest
    return () => (Number.isFinite(bound) ? bound : 0)
  }
  const count = isSum(op, params) ? termCount(op, params, shapes) : 0
  if (count === 0) return undefined
  const unit = epsilon * Math.max(4, Math.sqrt(count))
  const [sums] = inFloat64(op, inputs, params, Math.abs) as [TypedArray]
  return (_output, index) => {
    const bound = unit * (sums[index] as number)
    return Number.isFinite(bound) ? bound : 0
  }
}
