import type { NDArray } from '../array.ts'
import * as lax from '../lax/index.ts'
import { bind } from '../trace.ts'
import { family, instantiate, isLinear, moveBatchAxis } from './rules.ts'

export const fourier = family({
  fft: {
    jvp: ([re, im], [tr, ti], params) => {
      const outs = bind('fft', [re, im], params)
      if (tr === null && ti === null) return [outs, [null, null]]
      return [outs, bind('fft', [instantiate(tr, re), instantiate(ti, im)], params)]
    },
    // The transform is F = C - iS with symmetric C and S; seen on pairs of reals its transpose is C + iS, the inverse without its 1 / size.
    transpose: ([cr, ci], [re, im], { rank, inverse }) => {
      const given = cr ?? ci
      if (given === null) return [null, null]
      const [r, i] = bind('fft', [instantiate(cr, given), instantiate(ci, given)], { rank, inverse: !inverse })
      const count = given.shape.slice(given.ndim - rank).reduce((n, size) => n * size, 1)
      const scale = (x: NDArray): NDArray => (inverse ? lax.div(x, count) : lax.mul(x, count))
      return [isLinear(re) ? scale(r) : null, isLinear(im) ? scale(i) : null]
    },
    batch: (size, xs, axes, params) => {
      const [re, im] = xs.map((x, i) => moveBatchAxis(size, x, axes[i] ?? null, 0)) as [NDArray, NDArray]
      return [bind('fft', [re, im], params), [0, 0]]
    },
  },
})
