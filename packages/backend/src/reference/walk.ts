import { rowMajorStrides, sizeOf } from '../aval.ts'

/** Where in an array the element at an index lies: `offset` plus each index times its stride. */
export interface View {
  readonly offset: number
  readonly strides: readonly number[]
}

export const dense = (shape: readonly number[]): View => ({ offset: 0, strides: rowMajorStrides(shape) })

/** Visits every index of `shape` in row-major order, with its place in two arrays. */
export function walk(shape: readonly number[], a: View, b: View, visit: (a: number, b: number) => void): void {
  const descend = (dimension: number, x: number, y: number): void => {
    const size = shape[dimension]
    if (size === undefined) return visit(x, y)
    const dx = a.strides[dimension] as number
    const dy = b.strides[dimension] as number
    for (let i = 0; i < size; i++) descend(dimension + 1, x + i * dx, y + i * dy)
  }
  // An empty array of many rows has nothing to visit, and its rows may be more than anyone can count.
  if (sizeOf(shape) > 0) descend(0, a.offset, b.offset)
}
