import { type Aval, sizeOf } from '../../aval.ts'
import type { TypedArray } from '../../dtype.ts'
import type { KernelInput } from '../../kernel.ts'
import { allocate, encode, read } from '../element.ts'

/** Row-major, in float64. */
export interface Matrix {
  readonly rows: number
  readonly columns: number
  readonly data: Float64Array
}

export const zeros = (rows: number, columns: number): Matrix => ({
  rows,
  columns,
  data: new Float64Array(rows * columns),
})

export function eye(rows: number, columns = rows): Matrix {
  const result = zeros(rows, columns)
  for (let i = 0; i < Math.min(rows, columns); i++) result.data[i * columns + i] = 1
  return result
}

export const get = ({ columns, data }: Matrix, i: number, j: number): number => data[i * columns + j] as number

export function set({ columns, data }: Matrix, i: number, j: number, value: number): void {
  data[i * columns + j] = value
}

export function transposed(x: Matrix): Matrix {
  const result = zeros(x.columns, x.rows)
  for (let i = 0; i < x.rows; i++) for (let j = 0; j < x.columns; j++) set(result, j, i, get(x, i, j))
  return result
}

/** Some rows and columns from the first on. */
export function corner(x: Matrix, rows: number, columns: number): Matrix {
  const result = zeros(rows, columns)
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) set(result, i, j, get(x, i, j))
  return result
}

const count = ({ shape }: Aval): number => sizeOf(shape.slice(0, -2))

function matrixAt(x: KernelInput<TypedArray>, index: number): Matrix {
  const [rows, columns] = x.aval.shape.slice(-2) as [number, number]
  const size = rows * columns
  const value = read(x)
  return { rows, columns, data: Float64Array.from({ length: size }, (_, i) => value(index * size + i)) }
}

/**
 * Results of stacks of matrices, one after the other: `compute` gets the matrices of one place of each operand and gives the elements of each
 * result there, in float64; they are rounded once.
 */
export function eachMatrix(
  inputs: readonly KernelInput<TypedArray>[],
  outs: readonly Aval[],
  compute: (...matrices: Matrix[]) => readonly ArrayLike<number>[],
): TypedArray[] {
  const results = outs.map(allocate)
  // However many matrices there are: a stack of empty ones has any number of them.
  if (results.every((result) => result.length === 0)) return results
  const total = count((inputs[0] as KernelInput<TypedArray>).aval)
  for (let index = 0; index < total; index++) {
    const parts = compute(...inputs.map((input) => matrixAt(input, index)))
    results.forEach((result, k) => {
      const part = parts[k] as ArrayLike<number>
      const store = encode((outs[k] as Aval).dtype)
      for (let i = 0; i < part.length; i++) result[index * part.length + i] = store(part[i] as number)
    })
  }
  return results
}
