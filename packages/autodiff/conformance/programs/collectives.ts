import { grad, jit, lax, type NDArray, numpy as np, vmap } from '../../src/index.ts'
import type { Programs } from './program.ts'

// The programs of oracle/collectives_oracle.py.

const along = (axisName: string, f: (x: NDArray) => unknown, x: unknown): unknown => vmap(f, { axisName })(x as NDArray)
/** `f` for each element of a matrix, with its two axes named. */
const alongBoth = (f: (x: NDArray) => unknown, x: NDArray, [outer, inner] = ['i', 'j']): unknown =>
  along(outer as string, (row) => along(inner as string, f, row), x)

const sums: Programs = {
  psumShare: (x) => along('i', (y) => y.div(lax.psum(y.mul(y), 'i').add(1)), x),
  psumTree: (n, x) =>
    vmap((t: { n: NDArray; x: NDArray }) => lax.psum({ n: t.n, x: t.x.mul(t.n) }, 'i'), { axisName: 'i' })({ x, n }),
  psumOfConstant: (x) => along('i', (y) => y.mul(lax.psum(1, 'i')), x),
  psumUnbatched: (x) =>
    vmap((y: NDArray, z: NDArray) => lax.psum(np.sin(z), 'i').add(y), { axisName: 'i', inAxes: [0, null] })(
      x,
      x.at(0).get(),
    ),
  psumOuterAxis: (x) => alongBoth((y) => lax.psum(y.mul(y), 'i').add(lax.psum(np.sin(y), 'j')), x),
  psumBothAxes: (x) => alongBoth((y) => y.mul(lax.psum(lax.psum(y, 'i'), 'j')), x),
  psumSameNameTwice: (x) => alongBoth((y) => y.mul(lax.psum(y, 'i')), x, ['i', 'i']),
  psumAlongSecondAxis: (x) =>
    vmap((y: NDArray) => y.mul(lax.psum(y.sum(), 'i')), { axisName: 'i', inAxes: 1, outAxes: 1 })(x),
  psumInsideGradient: (x) =>
    along(
      'i',
      grad((z: NDArray) => z.mul(lax.stopGradient(lax.psum(z, 'i'))).sum()),
      x,
    ),
  psumGradientOfSum: (x) =>
    along(
      'i',
      grad((z: NDArray) => lax.psum(np.sin(z).sum(), 'i')),
      x,
    ),
  psumInScan: (x) => {
    const turn = (y: NDArray) => (c: NDArray) => [np.sin(c.add(lax.psum(c, 'i').mul(y))), c] as const
    return along('i', (y) => lax.scan(turn(y), y, null, { length: 3 }), x)
  },
  psumInCond: (x) =>
    along(
      'i',
      (y) =>
        lax.cond(
          lax.psum(y, 'i').gt(0),
          (z: NDArray) => z.mul(lax.psum(z, 'i')),
          (z) => z.mul(z),
          y,
        ),
      x,
    ),
  psumUnderJit: (x) =>
    jit((y: NDArray) =>
      along(
        'i',
        jit((z: NDArray) => z.mul(lax.psum(z, 'i'))),
        y,
      ),
    )(x),
}

const extremes: Programs = {
  pmeanCentred: (x) => along('i', (y) => y.sub(lax.pmean(y, 'i')).pow(2), x),
  pmeanOfIntegers: (x) => along('i', (y) => lax.pmean(y, 'i'), x),
  pmaxDifference: (x) => along('i', (y) => y.sub(lax.pmax(y, 'i')), x),
  pmaxSoftmax: (x) => {
    const softmax = (y: NDArray): NDArray => {
      const e = np.exp(y.sub(lax.stopGradient(lax.pmax(lax.stopGradient(y), 'i'))))
      return e.div(lax.psum(e, 'i'))
    }
    return along('i', softmax, x)
  },
  pminTree: (x) => along('i', (y) => lax.pmin({ a: y, b: y.neg() }, 'i'), x),
  pminOfIntegers: (x) => along('i', (y) => lax.pmin(y, 'i'), x),
}

const moves: Programs = {
  allGatherRows: (x) => along('i', (y) => np.sin(lax.allGather(y, 'i')).mul(y.sum()), x),
  allGatherLast: (x) => along('i', (y) => lax.allGather(y, 'i', { axis: -1 }), x),
  allGatherTiled: (x) => along('i', (y) => lax.allGather(y, 'i', { tiled: true }), x),
  allGatherTiledAlongSecond: (x) => along('i', (y) => lax.allGather(y, 'i', { axis: 1, tiled: true }).mul(2), x),
  allGatherOuter: (x) => alongBoth((y) => lax.allGather(y, 'i').mul(lax.allGather(y, 'j').sum()), x),
  axisIndexWeights: (x) => along('i', (y) => y.mul(lax.axisIndex('i')), x),
  axisIndexOfBoth: (x) => alongBoth((y) => y.mul(lax.axisIndex('i').mul(10).add(lax.axisIndex('j'))), x),
  axisIndexTakes: (x) => along('i', (row) => row.at(lax.axisIndex('i')).get(), x),
  axisSizeDivides: (x) => along('i', (y) => lax.psum(y, 'i').div(lax.axisSize('i')), x),
  ppermuteRing: (x) =>
    along(
      'i',
      (y) =>
        y.mul(
          lax.ppermute(
            y,
            'i',
            [0, 1, 2, 3].map((k) => [k, (k + 1) % 4] as const),
          ),
        ),
      x,
    ),
  ppermuteOfThree: (x) =>
    along(
      'i',
      (y) =>
        lax.ppermute(np.sin(y), 'i', [
          [0, 2],
          [2, 1],
          [1, 0],
        ]),
      x,
    ),
  ppermuteTree: (n, x) =>
    vmap(
      (t: { n: NDArray; x: NDArray }) =>
        lax.ppermute(t, 'i', [
          [0, 1],
          [1, 2],
          [2, 0],
        ]),
      { axisName: 'i' },
    )({ n, x }),
  ppermuteOfOuter: (x) =>
    alongBoth(
      (y) =>
        lax
          .ppermute(y, 'i', [
            [0, 1],
            [1, 0],
          ])
          .add(
            lax.ppermute(y, 'j', [
              [0, 2],
              [1, 1],
              [2, 0],
            ]),
          ),
      x,
    ),
}

export const collectives: Programs = { ...sums, ...extremes, ...moves }
