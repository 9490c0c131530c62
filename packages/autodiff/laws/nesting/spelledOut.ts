import { jvp, lax, type NDArray, numpy as np } from '../../src/index.ts'
import type { Arrays, Dialect, Flat } from './dialect.ts'

/** The unit arrays like `x`, in order. */
const basisOf = (x: NDArray): NDArray[] =>
  Array.from({ length: x.size }, (_, k) => np.arange(x.size).eq(k).astype('float64').reshape(x.shape))

const push = (f: Flat, xs: Arrays, ts: Arrays): readonly [outs: Arrays, tangents: Arrays] =>
  jvp((...all: NDArray[]) => [...f(all)], [...xs], [...ts])

/** Derivatives along every element of every argument in turn: for each argument the results' tangents. */
const columns = (f: Flat, xs: Arrays): Arrays[][] =>
  xs.map((x, i) =>
    basisOf(x).map(
      (e) =>
        push(
          f,
          xs,
          xs.map((other, j) => (i === j ? e : np.zerosLike(other))),
        )[1],
    ),
  )

const stackLike = (values: Arrays, x: NDArray): NDArray => np.stack(values).reshape(x.shape)
const pulled = (f: Flat, xs: Arrays, cts: Arrays): Arrays =>
  columns(f, xs).map((list, i) =>
    stackLike(
      list.map((ts) =>
        ts.reduce<NDArray>((sum, t, k) => sum.add(np.vdot(t, cts[k] as NDArray)), np.zeros([], { dtype: 'float64' })),
      ),
      xs[i] as NDArray,
    ),
  )
const gradient = (f: Flat, xs: Arrays): Arrays => pulled(f, xs, [np.ones([], { dtype: 'float64' })])

const jacobian = (f: Flat, x: NDArray): NDArray => {
  const list = (columns(f, [x])[0] as Arrays[]).map(([t]) => t as NDArray)
  const whole = np.stack(list, -1)
  return whole.reshape([...whole.shape.slice(0, -1), ...x.shape])
}

const transposed = (results: readonly Arrays[], out: number): Arrays =>
  (results[0] as Arrays).map((_, k) =>
    np.stack(
      results.map((r) => r[k] as NDArray),
      out,
    ),
  )

const examples = (xs: Arrays, ins: readonly (number | null)[]): Arrays[] => {
  const at = ins.findIndex((axis) => axis !== null)
  const size = (xs[at] as NDArray).shape[ins[at] as number] as number
  return Array.from({ length: size }, (_, e) =>
    xs.map((x, i) => (ins[i] === null ? x : lax.indexInDim(x, e, ins[i] as number, { keepdims: false }))),
  )
}
const rowsOf = (xs: Arrays): Arrays[] =>
  examples(
    xs,
    xs.map(() => 0),
  )

const among: readonly ((all: Arrays, e: number) => NDArray)[] = [
  (all, e) => (all[e] as NDArray).sub(np.mean(np.stack(all), 0)),
  (all, e) => np.sum(np.stack(all), 0).mul(e + 1),
  (all, e) => (all[0] as NDArray).sub(all[e] as NDArray),
  (all, e) => (e === 1 ? (all[0] as NDArray) : np.zerosLike(all[e] as NDArray)),
]

const select = (pred: NDArray, xs: Arrays, ys: Arrays): Arrays => xs.map((x, i) => np.where(pred, x, ys[i] as NDArray))

/** Every step by something simpler: loops of JavaScript, both branches, and derivatives forward along each element. */
export const spelledOut: Dialect = {
  name: 'spelled out',
  jit: (f, xs) => f(xs),
  checkpoint: (f, xs) => f(xs),
  custom: (f, xs) => f(xs),
  grad: gradient,
  jvp: (f, xs, ts) => push(f, xs, ts).flat(),
  vjp: (f, xs, cts) => pulled(f, xs, cts(f(xs))),
  jacobian,
  hessian: (f, x) => jacobian((ys) => gradient(f, ys), x),
  vmap: (f, xs, { ins, out }) => transposed(examples(xs, ins).map(f), out),
  collective: (f, xs, way) => {
    const all = rowsOf(xs).map(f)
    const how = among[way % among.length] as (typeof among)[number]
    return (all[0] as Arrays).map((_, k) =>
      np.stack(
        all.map((_r, e) =>
          how(
            all.map((r) => r[k] as NDArray),
            e,
          ),
        ),
      ),
    )
  },
  scan: (f, { carry, rows, reverse }) => {
    let state = carry
    const list = rowsOf(rows)
    const ys = (reverse ? list.toReversed() : list).map((row) => {
      const outs = f([...state, ...row])
      state = outs.slice(0, carry.length)
      return outs.slice(carry.length)
    })
    return [...state, ...transposed(reverse ? ys.toReversed() : ys, 0)]
  },
  fori: (f, turns, xs) => {
    let state = xs
    for (let i = 0; i < turns; i++) state = f(np.array(i, { dtype: 'int32' }), state)
    return state
  },
  while: (f, turns, xs) => {
    let state = xs
    for (let i = 0; i < 4; i++) state = select(turns.gt(i), f(state), state)
    return state
  },
  cond: (pred, onTrue, onFalse, xs) => select(pred, onTrue(xs), onFalse(xs)),
  switch: (index, branches, xs) =>
    branches.map((f) => f(xs)).reduce((chosen, outs, i) => select(index.eq(i), outs, chosen)),
  map: (f, xs) => transposed(rowsOf(xs).map(f), 0),
}
