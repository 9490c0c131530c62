import type { NDArray } from '../array.ts'
import { ShapeError } from '../errors.ts'
import { promoteDtypes } from './coerce.ts'
import { arange, meshgrid } from './creation.ts'
import { stack } from './join.ts'
import { linspace } from './spacing.ts'

const form = /^\s*(-?[\d.e+-]*)\s*:\s*(-?[\d.e+-]+)\s*(?::\s*(-?[\d.e+-]+)(j?)\s*)?$/

/** The points that a slice names: by steps, or, with a step such as `5j`, so many up to and with the end. */
function pointsOf(where: string, slice: string): NDArray {
  const match = form.exec(slice)
  const [start, stop, step] = [match?.[1] || '0', match?.[2], match?.[3] ?? '1'].map(Number) as [number, number, number]
  if (match === null || ![start, stop, step].every(Number.isFinite))
    throw new ShapeError(where, `the slice '${slice}'`, "write it as in '0:4', '0:1:0.5' or '0:1:5j'")
  return match[4] === 'j' ? linspace(start, stop, Math.floor(Math.abs(step))) : arange(start, stop, step)
}

/**
 * A full grid over the points that slices name: Python's `mgrid[0:2, 0:3]` is `mgrid('0:2', '0:3')`. A step such as `5j` means five points, the
 * end among them.
 *
 * @returns for one slice its points, for several the coordinates stacked: [slices, …sizes]
 * @throws {ShapeError} when a slice cannot be read
 * @example np.mgrid('0:2', '0:2') // [[[0, 0], [1, 1]], [[0, 1], [0, 1]]]
 */
export function mgrid(...slices: readonly string[]): NDArray {
  const points = slices.map((slice) => pointsOf('mgrid', slice))
  if (points.length === 1) return points[0] as NDArray
  if (points.length === 0) return arange(0)
  return stack(meshgrid(...promoteDtypes('mgrid', points), { indexing: 'ij' }))
}

/**
 * An open grid: the points of each slice along an axis of their own, which broadcast to the grid of `mgrid`.
 *
 * @returns for one slice its points, for several a list of arrays
 * @throws {ShapeError} when a slice cannot be read
 * @example np.ogrid('0:2', '0:3').map((x) => x.shape) // [[2, 1], [1, 3]]
 */
export function ogrid(slice: string): NDArray
export function ogrid(...slices: readonly string[]): readonly NDArray[]
export function ogrid(...slices: readonly string[]): NDArray | readonly NDArray[] {
  const points = slices.map((slice) => pointsOf('ogrid', slice))
  if (points.length === 1) return points[0] as NDArray
  return meshgrid(...promoteDtypes('ogrid', points), { indexing: 'ij', sparse: true })
}
