import { sameShape } from '@proj/backend'
import { formatArray, isNDArray, type NDArray } from '../array.ts'
import { ShapeError } from '../errors.ts'
import { broadcastInDim } from '../lax/index.ts'

/**
 * The shape that arrays of these shapes broadcast to: aligned at the end, with 1 growing to any size.
 *
 * @param arrays what has these shapes, or begins with them, for the message
 * @throws {ShapeError} when two sizes differ and neither is 1
 */
export function broadcastShapes(
  where: string,
  shapes: readonly (readonly number[])[],
  arrays?: readonly (NDArray | number | boolean)[],
): readonly number[] {
  const [first] = shapes
  if (first === undefined) return []
  if (shapes.every((shape) => shape === first || sameShape(shape, first))) return first
  const rank = Math.max(...shapes.map((shape) => shape.length))
  return Array.from({ length: rank }, (_, i) => {
    const sizes = shapes.map((shape) => shape[i - rank + shape.length] ?? 1).filter((n) => n !== 1)
    const [size] = sizes
    if (sizes.some((n) => n !== size))
      throw new ShapeError(
        where,
        `${arrays === undefined ? 'shapes ' : ''}${shapes.flatMap((shape, n) => describe(shape, arrays?.[n])).join(' and ')} do not broadcast`,
        'sizes, aligned at the end, must agree or be 1',
      )
    return size ?? 1
  })
}

/** A shape in a message, and what has it; a bare number, which broadcasts to anything, is left out. */
function describe(shape: readonly number[], of: NDArray | number | boolean | undefined): string | readonly string[] {
  if (!isNDArray(of)) return of === undefined ? `[${shape.join()}]` : []
  return sameShape(of.shape, shape) ? formatArray(of) : `[${shape.join()}] of ${formatArray(of)}`
}

/** `x` repeated to a shape that it is known to broadcast to. */
export function broadcastTo(x: NDArray, shape: readonly number[]): NDArray {
  const offset = shape.length - x.ndim
  return sameShape(x.shape, shape)
    ? x
    : broadcastInDim(
        x,
        shape,
        x.shape.map((_, i) => i + offset),
      )
}
