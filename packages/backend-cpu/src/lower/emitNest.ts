import { sizeOf } from '@proj/backend'
import { Kernel } from '../nest/kernel.ts'
import { cutOf, type Space } from '../nest/space.ts'
import type { FunctionContext, Share } from './functionContext.ts'

/** In nanoseconds, more than nearly any point of a nest takes. */
const longPoint = 20

/**
 * Writes a loop nest, `vector` the dimension that goes four at a time; large ones are done by several threads, each a slice of a kept dimension.
 * Every element is computed as it would be by one alone.
 */
export function emitNest(
  context: FunctionContext,
  space: Space,
  vector: number,
  describe: (context: FunctionContext, kernel: Kernel, share: Share | undefined) => void,
): void {
  const write = (inner: FunctionContext, share: Share | undefined): number => {
    const kernel = new Kernel(inner, space, vector)
    describe(inner, kernel, share)
    kernel.emit(cut && share && { ...cut, ...share })
    return kernel.nanoseconds
  }
  const points = sizeOf(space.sizes)
  const cut = cutOf(space, vector)
  const work = { units: cut?.units ?? 1, nanoseconds: points * longPoint }
  context.divide(work, (inner, share) => (write(inner, share) * points) / work.units)
}
