import { checkpoint, jit, lax, type NDArray, numpy as np, vmap } from '../../src/index.ts'
import type { Programs } from './program.ts'

// The programs of oracle/control_oracle.py.

type Pair = readonly [NDArray, NDArray]
type Ab = { readonly a: NDArray; readonly b: NDArray }

const cell = (carry: NDArray, x: NDArray): Pair => {
  const next = np.tanh(carry.mul(x).add(carry.mul(0.5)))
  return [next, next.mul(x)]
}
const twice = (x: NDArray): Pair => [x, x]

const scans: Programs = {
  scanCell: (init, xs) => lax.scan(cell, init, xs),
  scanReverse: (init, xs) => lax.scan(cell, init, xs, { reverse: true }),
  scanUnroll: (init, xs) => lax.scan(cell, init, xs, { unroll: 2 }),
  scanUnrollAllInReverse: (init, xs) => lax.scan(cell, init, xs, { unroll: true, reverse: true }),
  scanWithoutRows: (init) => lax.scan((c: NDArray) => [np.sin(c), c.sum()] as const, init, null, { length: 6 }),
  scanNoTurns: (init) => lax.scan((c: NDArray) => [np.sin(c), c.mul(2)] as const, init, null, { length: 0 }),
  scanTrees: (x, n, xs, ns) => {
    const body = (carry: Ab, row: { readonly a: NDArray; readonly n: NDArray }) => {
      const z = np.sin(row.a.mul(carry.b)).add(row.n)
      return [{ b: z, a: carry.a.add(row.n) }, [z.sum(), null, { k: carry.a }]] as const
    }
    return lax.scan(body, { b: x, a: n }, { n: ns, a: xs })
  },
  scanClosesOver: (w, init, xs) =>
    lax.scan((c: NDArray, x: NDArray) => [np.sin(c.mul(w)).add(x), c.mul(w).sum()] as const, init, xs),
  scanNested: (init, rows, columns) => {
    const outer = (carry: NDArray, x: NDArray): Pair => {
      const inner = (c: NDArray, y: NDArray): Pair => [np.tanh(c.add(x.mul(y))), c.mul(y)]
      const [last, ys] = lax.scan(inner, carry, columns)
      return [last, ys.sum(0)]
    }
    return lax.scan(outer, init, rows)
  },
  scanUnderJit: (init, xs) => jit((c: NDArray, x: NDArray) => lax.scan(jit(cell), c, x))(init, xs),
  scanCheckpointed: (init, xs) => lax.scan(checkpoint(cell), init, xs),
  scanWeakCarry: (init, xs) => lax.scan((c: NDArray, x: NDArray) => [c.add(x), c] as const, 0, xs)[0].add(init),
  scanIntegers: (init, xs) => lax.scan((c: NDArray, x: NDArray) => [c.mul(3).add(x), c.gt(x)] as const, init, xs),
  scanMatrix: (w, init, xs) => lax.scan((h: NDArray, x: NDArray) => twice(np.tanh(np.matmul(w, h).add(x))), init, xs),
  scanUpdatesRows: (memory, places) =>
    lax.scan((c: NDArray, i: NDArray) => [c.at(i).mul(1.5), c.at(i).get()] as const, memory, places),
}

const square = (x: NDArray): NDArray => x.mul(x)
const branches: Programs = {
  condOfComparison: (p, x) => lax.cond(p.gt(0), (y: NDArray) => np.sin(y).mul(p), square, x),
  condOfBool: (p, x, y) => {
    const onTrue = (a: NDArray, b: NDArray): Ab => ({ a: a.mul(b), b: b.sum() })
    return lax.cond(p, onTrue, (a, b) => ({ a: a.sub(b), b: a.prod() }), x, y)
  },
  condOfNumber: (p, x) =>
    lax.cond(
      p,
      (y: NDArray) => np.exp(y),
      (y: NDArray) => y.neg(),
      x,
    ),
  condWithoutOperands: (x, y) =>
    lax.cond(
      x.sum().gt(y.sum()),
      () => x.mul(y),
      () => x.div(y.mul(y).add(2)),
    ),
  condOneConstantBranch: (p, x) =>
    lax.cond(
      p.gt(0),
      (_y: NDArray) => np.ones([3]),
      (y: NDArray) => y.pow(3),
      x,
    ),
  condNested: (p, x) => {
    const low = (y: NDArray): NDArray =>
      lax.cond(
        p.gt(-1),
        (z: NDArray) => np.sin(z),
        (z: NDArray) => np.cos(z),
        y,
      )
    return lax.cond(p.gt(1), (y: NDArray) => y.mul(y).mul(p), low, x)
  },
  condGuardsNan: (p, x) =>
    lax.cond(
      p.gt(0),
      (y: NDArray) => np.log(y),
      (y: NDArray) => y.mul(0).add(1),
      x,
    ),
  condInScan: (ps, xs) => {
    const body = (c: NDArray, [p, x]: Pair): Pair => {
      const next = lax.cond(
        p,
        (d: NDArray) => np.sin(d).add(x),
        (d: NDArray) => d.mul(x),
        c,
      )
      return [next, next.sum()]
    }
    return lax.scan(body, np.ones([2]), [ps, xs] as const)
  },
  switchThree: (i, x) => lax.switch(i, [(y: NDArray) => np.sin(y), square, () => np.full([3], 2)], x),
  switchClamps: (i, x) =>
    lax.switch(i, [(y: NDArray) => y, (y: NDArray) => y.mul(2), (y: NDArray) => y.mul(y).mul(y)], x),
  switchOneBranch: (i, x) => lax.switch(i, [(y: NDArray) => y.mul(2)], x),
  switchPerExample: (i, x) =>
    vmap((j: NDArray, y: NDArray) => lax.switch(j, [(z: NDArray) => np.sin(z), (z: NDArray) => np.cos(z), square], y))(
      i,
      x,
    ),
}

const loops: Programs = {
  whileDoubles: (x) =>
    lax.whileLoop(
      (c: NDArray) => c.lt(100),
      (c: NDArray) => c.mul(2).add(np.sin(c)).add(2),
      x,
    ),
  whileCounts: (x, n) => {
    const body = ({ i, x: y }: { i: NDArray; x: NDArray }) => ({ i: i.add(1), x: np.sin(y).mul(y) })
    return lax.whileLoop(({ i }: { i: NDArray; x: NDArray }) => i.lt(n), body, { i: 0 as unknown as NDArray, x })
  },
  whileClosesOver: (x, w) =>
    lax.whileLoop(
      (c: NDArray) => square(c).sum().lt(50),
      (c: NDArray) => c.mul(w.add(1)).add(0.5),
      x,
    ),
  whileGreatestCommonDivisor: (a, b) =>
    lax.whileLoop(
      (c: Pair) => c[1].ne(0),
      (c: Pair): Pair => [c[1], np.remainder(c[0], c[1])],
      [a, b],
    ),
  whileNewtonInScan: (xs) => {
    const root = (_: null, x: NDArray) => {
      const body = (c: Pair): Pair => [c[0].add(x.div(c[0])).mul(0.5), c[1].add(1)]
      return [null, lax.whileLoop((c: Pair) => c[1].lt(4), body, [x, np.array(0, 'int32')])[0]] as const
    }
    return lax.scan(root, null, xs)[1]
  },
  foriStatic: (x) => lax.foriLoop(0, 4, (i: NDArray, c: NDArray) => np.sin(c).mul(i.add(1)), x),
  foriNegativeStart: (x) => lax.foriLoop(-2, 2, (i: NDArray, c: NDArray) => c.add(i.mul(c).mul(c)), x),
  foriNoTurns: (x) => lax.foriLoop(5, 2, (_: NDArray, c: NDArray) => c.mul(7), x),
  foriTrees: (x, y) => {
    const body = (i: NDArray, c: { x: NDArray; y: NDArray }) => ({
      x: c.x.at(i).mul(c.y.at(lax.sub(4, i)).get()),
      y: c.y.mul(0.9).add(c.x.at(i).get()),
    })
    return lax.foriLoop(0, 5, body, { y, x })
  },
  foriUnroll: (x) => lax.foriLoop(0, 5, (i: NDArray, c: NDArray) => np.cos(c).add(i), x),
  foriTracedBounds: (low, high, x) => lax.foriLoop(low, high, (i: NDArray, c: NDArray) => np.sin(c).add(i.mul(c)), x),
}

const rows: Programs = {
  mapRows: (xs) => lax.map((x: NDArray) => np.sin(x).mul(x.sum()), xs),
  mapTrees: (xs, ys) =>
    lax.map(({ x, y }: { x: NDArray; y: NDArray }) => ({ sum: x.sum().mul(y), pair: [y, x.mul(2)] as const }), {
      y: ys,
      x: xs,
    }),
  mapBatches: (xs) => lax.map((x: NDArray) => np.exp(x).div(np.exp(x).sum()), xs, { batchSize: 3 }),
  associativeProduct: (x) => lax.associativeScan((a: NDArray, b: NDArray) => a.mul(b), x),
  associativeReverse: (x) => lax.associativeScan((a: NDArray, b: NDArray) => a.add(b), x, { reverse: true }),
  associativeAlongLast: (x) => lax.associativeScan((a: NDArray, b: NDArray) => np.maximum(a, b), x, { axis: -1 }),
  associativeRecurrence: (a, b) =>
    lax.associativeScan(
      (p: { a: NDArray; b: NDArray }, q: { a: NDArray; b: NDArray }) => ({ a: p.a.mul(q.a), b: q.a.mul(p.b).add(q.b) }),
      { a, b },
    ),
  associativeMatrices: (x) => lax.associativeScan((a: NDArray, b: NDArray) => np.matmul(a, b), x, { reverse: true }),
  associativeAny: (x) => lax.associativeScan((a: NDArray, b: NDArray) => np.logicalOr(a, b), x),
}

const others: Programs = {
  reduceProductSum: (x) => [lax.reduce(x, 0, lax.add, [1]), lax.reduce(x, 2, lax.max, [0])],
  reducePairs: (x, y) =>
    lax.reduce(
      [x, y],
      [1, 0],
      (a, b) => [lax.mul(a[0] as NDArray, b[0] as NDArray), lax.add(a[1] as NDArray, b[1] as NDArray)],
      [0],
    ),
  customRootSquare: (a) => {
    const solve = (_: unknown, start: NDArray) =>
      lax.foriLoop(0, 8, (_i: NDArray, x: NDArray) => x.add(a.div(x)).mul(0.5), start)
    return lax.customRoot(
      (x: NDArray) => square(x).sub(a),
      a,
      solve,
      (g, y) => y.div(g(np.onesLike(y))),
    )
  },
  customLinearSolveDiagonal: (d, b) =>
    lax.customLinearSolve(
      (x: NDArray) => d.mul(x),
      b,
      (_, y) => y.div(d),
      { transposeSolve: (_, y) => y.div(d) },
    ),
  customLinearSolveDense: (m, b) => {
    const a = np.matmul(m, m.T).add(np.eye(3))
    return lax.customLinearSolve(
      (x: NDArray) => np.matmul(a, x),
      b,
      (_, y) => np.linalg.solve(a, y),
      { symmetric: true },
    )
  },
  barrierTree: (x, y) => {
    const out = lax.optimizationBarrier({ x: np.sin(x), y: y.mul(2) })
    return { x: out.x.mul(2), y: out.y }
  },
  platform: (x) => lax.platformDependent([x], { default: (y: NDArray) => np.sin(y) }),
}

export const control: Programs = { ...scans, ...branches, ...loops, ...rows, ...others }
