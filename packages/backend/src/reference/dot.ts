import { rowMajorStrides, sizeOf } from '../aval.ts'
import { isFloat, type TypedArray } from '../dtype.ts'
import type { Kernel, KernelInput, KernelTable } from '../kernel.ts'
import { generate, read } from './element.ts'
import { dense, walk } from './walk.ts'

/** The dimensions of an array of rank `rank` that are in neither list, in order. */
const freeAxes = (rank: number, batch: readonly number[], contracting: readonly number[]): number[] =>
  Array.from({ length: rank }, (_, axis) => axis).filter((axis) => !batch.includes(axis) && !contracting.includes(axis))

/** The operand as a stack of matrices, batch × free × contracted, in numbers. */
function stack(x: KernelInput<TypedArray>, batch: readonly number[], contracting: readonly number[]) {
  const free = freeAxes(x.aval.shape.length, batch, contracting)
  const sizes = (axes: readonly number[]) => axes.map((axis) => x.aval.shape[axis] as number)
  const order = [...batch, ...free, ...contracting]
  const strides = rowMajorStrides(x.aval.shape)
  const data = new Float64Array(x.buffer.length)
  const value = read(x)
  const view = { offset: 0, strides: order.map((axis) => strides[axis] as number) }
  walk(sizes(order), dense(sizes(order)), view, (to, from) => (data[to] = value(from)))
  return { data, rows: sizeOf(sizes(free)), terms: sizeOf(sizes(contracting)) }
}

/** Sums in float64 and rounds once; integers wrap. */
const dotGeneral: Kernel<'dotGeneral', TypedArray> = (
  [lhs, rhs],
  { dimensionNumbers, preferredElementType },
  [out],
) => {
  const x = stack(lhs, dimensionNumbers.lhsBatch, dimensionNumbers.lhsContracting)
  const y = stack(rhs, dimensionNumbers.rhsBatch, dimensionNumbers.rhsContracting)
  const isReal = isFloat(preferredElementType)
  const product = (row: number, column: number): number => {
    let sum = 0
    for (let k = 0; k < x.terms; k++) {
      const a = x.data[row * x.terms + k] as number
      const b = y.data[column * x.terms + k] as number
      sum = isReal ? sum + a * b : (sum + Math.imul(a, b)) | 0
    }
    return sum
  }
  return [
    generate(out, (i) => {
      const row = Math.floor(i / y.rows) // counted through all matrices
      return product(row, Math.floor(row / x.rows) * y.rows + (i % y.rows))
    }),
  ]
}

export const dot: KernelTable<TypedArray, 'dotGeneral'> = { dotGeneral }
