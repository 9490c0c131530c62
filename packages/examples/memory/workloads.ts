import { grad, jit, type NDArray, numpy as np, random } from '@proj/autodiff'

// Loops in which nothing is disposed of by hand, and nothing yields to the event loop: finalizers never get to run.

/** What is asked now and then: how many bytes are held. */
export type Measure = () => number

/** The number of bytes at eight points of a loop, the first after an eighth of it, when caches and pools are filled. */
export interface Usage {
  readonly bytes: readonly number[]
  /** A result of the loop, which must be right. */
  readonly value: number
}

/** How much more is held at the end than after the first eighth: a leak would show here, in proportion to the steps. */
export const growth = ({ bytes }: Usage): number => (bytes.at(-1) as number) - (bytes[0] as number)

function watched(steps: number, measure: Measure, step: (i: number) => void): number[] {
  const bytes: number[] = []
  const part = Math.ceil(steps / 8)
  for (let i = 1; i <= steps; i++) {
    step(i)
    if (i % part === 0 || i === steps) bytes.push(measure())
  }
  return bytes
}

/**
 * Eager ops, one after the other, each on what the last one made: `x ← |x + 1| − 1`, three ops a turn, leaves x as it is.
 *
 * @param ops how many ops in all
 * @param size how many float32 numbers an array holds
 */
export function eagerLoop(ops: number, size: number, measure: Measure): Usage {
  let x = np.ones([size])
  const bytes = watched(Math.ceil(ops / 3), measure, () => {
    x = x.add(1).abs().sub(1)
  })
  return { bytes, value: x.mean().item() as number }
}

interface Params {
  readonly w: NDArray
  readonly b: NDArray
}

const loss = ({ w, b }: Params, x: NDArray, y: NDArray): NDArray => x.matmul(w).add(b).sub(y).square().mean()

/** One step of gradient descent; the memory of the parameters that went in is that of those which come out. */
const descend = jit(
  function descend(params: Params, x: NDArray, y: NDArray): Params {
    const { w, b } = grad(loss)(params, x, y)
    return { w: params.w.sub(w.mul(0.05)), b: params.b.sub(b.mul(0.05)) }
  },
  { donateArgnums: [0] },
)

/** Linear regression by jitted steps. The value is the loss at the end, which nears zero. */
export function trainingLoop(steps: number, measure: Measure): Usage {
  const x = random.normal(random.key(0), [32, 8])
  const y = x.matmul(np.arange(8).astype('float32')).add(3)
  let params: Params = { w: np.zeros([8]), b: np.zeros([]) }
  const bytes = watched(steps, measure, () => {
    params = descend(params, x, y)
  })
  return { bytes, value: loss(params, x, y).item() as number }
}

/** Running sums down `rows` copies of `x`, each a little more than the one before, which are all there at one time; and the mean of the last. */
const tower = jit(
  function tower(x: NDArray, rows: number): NDArray {
    const level = np.arange(rows).astype('float32').reshape([rows, 1])
    return np
      .cumsum(np.broadcastTo(x, [rows, x.size]).add(level), 0)
      .at(-1)
      .get()
      .mean()
  },
  { staticArgnums: 1 },
)

const halve = jit(function halve(x: NDArray): NDArray {
  return x.mul(0.5).add(1)
})

/**
 * One large computation, then small ones for a while.
 *
 * @param gigabytes how much the large one takes at a time
 * @param seconds how long the small ones go on; memory is given back after two seconds for each gigabyte
 * @returns the bytes before, after the large one, and at the end
 */
export function transientLoad(gigabytes: number, seconds: number, measure: Measure): Usage {
  const rows = Math.ceil(256 * gigabytes)
  let x = np.ones([16]).add(0)
  const bytes = [measure()]
  const mean = tower(np.zeros([2 ** 20]), rows).item() as number
  bytes.push(measure())
  const start = performance.now()
  while (performance.now() - start < 1000 * seconds) for (let i = 0; i < 100; i++) x = halve(x)
  bytes.push(measure())
  return { bytes, value: mean / ((rows * (rows - 1)) / 2) + (x.mean().item() as number) }
}
