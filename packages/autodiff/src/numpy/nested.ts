import type { Aval, TypedArray } from '@proj/backend'

/** Values as nested lists: a number or a boolean for rank 0. */
export type Nested = number | boolean | Nested[]

/** Row-major values as nested lists of this shape; bool as booleans. */
export function nest(values: TypedArray, { shape, dtype }: Aval): Nested {
  let next = 0
  const build = (axis: number): Nested => {
    const size = shape[axis]
    if (size !== undefined) return Array.from({ length: size }, () => build(axis + 1))
    const value = values[next++] as number
    return dtype === 'bool' ? value !== 0 : value
  }
  return build(0)
}
