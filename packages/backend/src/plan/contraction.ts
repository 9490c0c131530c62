import type { DotDimensionNumbers } from '../ops.ts'
import type { Affine } from './affine.ts'
import type { DotRegion } from './region.ts'

/** One dimension of the common iteration space, and how far each operand goes with a step along it. */
export interface Dimension {
  readonly role: DotRegion['roles'][number]
  readonly size: number
  readonly lhs: number
  readonly rhs: number
}

export interface Contraction {
  readonly roles: DotRegion['roles']
  readonly contract: readonly number[]
  /** Both over the result's dimensions, then the contracted ones. */
  readonly lhs: Affine
  readonly rhs: Affine
}

/** Lays both operands of a dotGeneral over one common iteration space: result dimensions (in the order of `permutation`), then contracted ones. */
export function contraction(
  numbers: DotDimensionNumbers,
  lhs: Affine,
  rhs: Affine,
  permutation?: readonly number[],
): Contraction {
  const { lhsBatch, rhsBatch, lhsContracting, rhsContracting } = numbers
  const both = (left: number, right: number): Dimension => ({
    role: 'batch',
    size: lhs.shape[left] as number,
    lhs: lhs.strides[left] as number,
    rhs: rhs.strides[right] as number,
  })
  const free = (at: Affine, taken: readonly number[]) => at.shape.map((_, d) => d).filter((d) => !taken.includes(d))
  const result: Dimension[] = [
    ...lhsBatch.map((left, i) => both(left, rhsBatch[i] as number)),
    ...free(lhs, [...lhsBatch, ...lhsContracting]).map((d) => {
      return { role: 'lhs' as const, size: lhs.shape[d] as number, lhs: lhs.strides[d] as number, rhs: 0 }
    }),
    ...free(rhs, [...rhsBatch, ...rhsContracting]).map((d) => {
      return { role: 'rhs' as const, size: rhs.shape[d] as number, lhs: 0, rhs: rhs.strides[d] as number }
    }),
  ]
  const turned = permutation === undefined ? result : permutation.map((d) => result[d] as Dimension)
  const summed = lhsContracting.map((left, i) => both(left, rhsContracting[i] as number))
  return laidOut(turned, summed, lhs.offset, rhs.offset)
}

/** The dimensions that have more than one element; those of `summed` come last. */
export function laidOut(
  result: readonly Dimension[],
  summed: readonly Dimension[],
  lhsOffset: number,
  rhsOffset: number,
): Contraction {
  const [kept, contracted] = [result, summed].map((list) => list.filter(({ size }) => size !== 1)) as [
    Dimension[],
    Dimension[],
  ]
  const all = [...kept, ...contracted]
  const shape = all.map(({ size }) => size)
  return {
    roles: kept.map(({ role }) => role),
    contract: contracted.map(({ size }) => size),
    lhs: { shape, strides: all.map((dimension) => dimension.lhs), offset: lhsOffset },
    rhs: { shape, strides: all.map((dimension) => dimension.rhs), offset: rhsOffset },
  }
}
