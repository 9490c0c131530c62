import type { Affine } from '@proj/backend'

/** The dimensions that a kernel loops over, outermost first: all kept ones, then all reduced ones. */
export interface Space {
  readonly sizes: readonly number[]
  /** How many are kept. */
  readonly kept: number
}

/** An affine map over a space: strides for each of its dimensions, in elements. */
export interface Walk {
  readonly strides: readonly number[]
  readonly offset: number
  /** From lane to lane, where that is not the stride of the dimension whose elements go four at a time. */
  readonly lane?: number
}

/** A cut of a kept dimension into units of so many elements, the last one perhaps smaller. */
export interface Cut {
  readonly dimension: number
  readonly unit: number
  readonly units: number
}

/** Those units from the one in local `from` to before the one in local `to`. */
export interface Slice extends Cut {
  readonly from: number
  readonly to: number
}

/** In a dimension that goes four at a time: a line of the cache of float32, at least. */
const vectorUnit = 16
/** So many units make parts of about the same size for a handful of threads. */
const plenty = 32

/** Where to cut a space into parts that do not depend on each other: the outermost kept dimension that is long enough, or the longest. */
export function cutOf({ sizes, kept }: Space, vector: number): Cut | undefined {
  const cuts = sizes.slice(0, kept).map((size, dimension): Cut => {
    const unit = dimension === vector ? vectorUnit : 1
    return { dimension, unit, units: Math.ceil(size / unit) }
  })
  const best = cuts.find(({ units }) => units >= plenty) ?? cuts.sort((one, other) => other.units - one.units)[0]
  return best !== undefined && best.units > 1 ? best : undefined
}

/**
 * Makes one dimension of two neighbours that every walk goes through in one stride, so that loops are few and long.
 * `walks` that see kept dimensions only have stride 0 in the reduced ones.
 */
export function collapse(space: Space, walks: readonly Walk[]): { space: Space; walks: readonly Walk[] } {
  const groups: number[][] = []
  space.sizes.forEach((_, d) => {
    const last = groups.at(-1)
    if (last !== undefined && joins(space, walks, last.at(-1) as number, d)) last.push(d)
    else groups.push([d])
  })
  return {
    space: {
      sizes: groups.map((group) => group.reduce((size, d) => size * (space.sizes[d] as number), 1)),
      kept: groups.filter((group) => (group[0] as number) < space.kept).length,
    },
    walks: walks.map(({ strides, offset }) => ({
      offset,
      strides: groups.map((group) => strides[group.at(-1) as number] as number),
    })),
  }
}

function joins(space: Space, walks: readonly Walk[], outer: number, inner: number): boolean {
  if (inner === space.kept) return false
  const size = space.sizes[inner] as number
  return walks.every(({ strides }) => strides[outer] === (strides[inner] as number) * size)
}

/** A map over the dimensions of `order` (positions in `at`'s own), padded with stride 0 to `rank`. */
export const walkOf = (at: Affine, order: readonly number[], rank: number): Walk => ({
  offset: at.offset,
  strides: Array.from({ length: rank }, (_, d) => (d < order.length ? (at.strides[order[d] as number] as number) : 0)),
})
