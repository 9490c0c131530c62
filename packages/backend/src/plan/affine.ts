import { rowMajorStrides, sameShape } from '../aval.ts'

/**
 * Where the elements of an array lie in a dense buffer: the element at multi-index `i` is number
 * `offset + Σ i[d] · strides[d]`. Broadcasts have stride 0, reversed dimensions a negative one.
 */
export interface Affine {
  readonly shape: readonly number[]
  readonly strides: readonly number[]
  readonly offset: number
}

/** Row-major, from the buffer's start. */
export const dense = (shape: readonly number[]): Affine => ({ shape, strides: rowMajorStrides(shape), offset: 0 })

export const isDense = (at: Affine): boolean => {
  if (at.offset !== 0) return false
  let stride = 1
  for (let d = at.shape.length - 1; d >= 0; d--) {
    const n = at.shape[d] as number
    if (n !== 1 && at.strides[d] !== stride) return false
    stride *= n
  }
  return true
}

export function broadcast(at: Affine, shape: readonly number[], dimensions: readonly number[]): Affine {
  const strides = new Array<number>(shape.length).fill(0)
  dimensions.forEach((dim, i) => {
    if (at.shape[i] === shape[dim]) strides[dim] = at.strides[i] as number
  })
  return { shape, strides, offset: at.offset }
}

export const permute = (at: Affine, permutation: readonly number[]): Affine => ({
  shape: permutation.map((d) => at.shape[d] as number),
  strides: permutation.map((d) => at.strides[d] as number),
  offset: at.offset,
})

export function slice(at: Affine, start: readonly number[], limit: readonly number[], step: readonly number[]): Affine {
  let offset = at.offset
  const shape: number[] = []
  const strides = at.strides.map((stride, d) => {
    const [from, to, by] = [start[d] as number, limit[d] as number, step[d] as number]
    offset += from * stride
    shape.push(Math.ceil((to - from) / by))
    return stride * by
  })
  return { shape, strides, offset }
}

export function reverse(at: Affine, dimensions: readonly number[]): Affine {
  let offset = at.offset
  const strides = at.strides.map((stride, d) => {
    if (!dimensions.includes(d)) return stride
    offset += Math.max(0, (at.shape[d] as number) - 1) * stride
    return -stride
  })
  return { shape: at.shape, strides, offset }
}

/** Without its dimensions of size 1: what a loop nest sees. */
export function squeeze(at: Affine): Affine {
  if (!at.shape.includes(1)) return at
  const kept = at.shape.flatMap((n, d) => (n === 1 ? [] : [d]))
  return permute(at, kept)
}

/** Neighbouring dimensions that one stride walks through become one; those of size 1 go. */
function merged(at: Affine): { sizes: number[]; strides: number[] } {
  const sizes: number[] = []
  const strides: number[] = []
  at.shape.forEach((n, d) => {
    if (n === 1) return
    const last = sizes.length - 1
    const stride = at.strides[d] as number
    if (last >= 0 && strides[last] === stride * n) {
      sizes[last] = (sizes[last] as number) * n
      strides[last] = stride
    } else {
      sizes.push(n)
      strides.push(stride)
    }
  })
  return { sizes, strides }
}

/** The same elements in row-major order under another shape, or `undefined` where no strides can say that. */
export function reshape(at: Affine, shape: readonly number[]): Affine | undefined {
  if (sameShape(at.shape, shape)) return at
  if (shape.includes(0)) return { shape, strides: rowMajorStrides(shape), offset: at.offset }
  const { sizes, strides } = merged(at)
  const result = new Array<number>(shape.length).fill(0)
  let block = sizes.length - 1
  let taken = 1 // of `sizes[block]`
  for (let d = shape.length - 1; d >= 0; d--) {
    const n = shape[d] as number
    if (n === 1) continue
    if (block >= 0 && taken === sizes[block]) {
      block--
      taken = 1
    }
    if (block < 0 || (sizes[block] as number) % (taken * n) !== 0) return undefined
    result[d] = (strides[block] as number) * taken
    taken *= n
  }
  return { shape, strides: result, offset: at.offset }
}
