import { type NDArray, numpy as np } from '../../src/index.ts'
import type { Arrays, Flat } from './dialect.ts'
import { cycled, indexOf, untied } from './ops.ts'
import type { Run } from './program.ts'

interface BodyOptions {
  /** How many values come out. Default 1. */
  readonly results?: number
  /** Whether the body sees its arguments only. */
  readonly closed?: boolean
  /** Shapes that results are brought to. */
  readonly shapes?: readonly (readonly number[])[]
}

/** What a step with bodies is run in. */
export interface Setting {
  readonly run: Run
  /** Values so far, the newest first, round and round. */
  newest(k: number): NDArray
  readonly x: number
  readonly y: number
  readonly n: number
  body(i: number, options?: BodyOptions): Flat
}

const scalar: readonly number[] = []
/** One or two values, by `n`. */
const operands = ({ newest, x, y, n }: Setting): Arrays => (n % 2 === 0 ? [newest(x)] : [newest(x), newest(y)])
/** Of which derivatives are taken along each element. */
const few = (xs: Arrays): Arrays => xs.map((x) => (x.size > 4 ? x.ravel().slice('0:4') : x))
const countOf = (n: number): number => 1 + (Math.floor(n / 2) % 2)
const shapesOf = (xs: Arrays): readonly (readonly number[])[] => xs.map((x) => x.shape)
/** Three different examples of each, along an axis of its own. */
const batched = (x: NDArray, axis: number): NDArray => np.stack([x, x.mul(0.5), x.sub(0.3)], axis)
const decided = (x: NDArray): NDArray => untied(x.sum()).gt(0.1)

/** What programs do with functions. Each becomes a call of the dialect. */
export const transforms: { readonly [name: string]: (setting: Setting) => Arrays } = {
  jit: (s) => s.run.dialect.jit(s.body(0, { results: countOf(s.n) }), operands(s), s.n),
  checkpoint: (s) => s.run.dialect.checkpoint(s.body(0, { results: countOf(s.n) }), operands(s), s.n),
  grad: (s) => s.run.dialect.grad(s.body(0, { shapes: [scalar] }), few(operands(s)), s.n),
  jvp: (s) => {
    const xs = operands(s)
    const ts = xs.map((x) => cycled(s.newest(s.n), x.shape).cos())
    return s.run.dialect.jvp(s.body(0, { results: countOf(s.n) }), xs, ts, s.y)
  },
  vjp: (s) =>
    s.run.dialect.vjp(
      s.body(0, { results: countOf(s.n) }),
      few(operands(s)),
      (outs) => outs.map((out) => out.cos()),
      s.y,
    ),
  jacobian: (s) => {
    const [x] = few([s.newest(s.x)]) as [NDArray]
    return [np.atleast1d(s.run.dialect.jacobian((xs) => few(s.body(0)(xs)), x, s.n)).sum(0)]
  },
  hessian: (s) => {
    const [x] = few([s.newest(s.x)]) as [NDArray]
    return [s.run.dialect.hessian(s.body(0, { shapes: [scalar] }), x, s.n)]
  },
  vmap: (s) => {
    const xs = operands(s)
    const ins = xs.map((x, i) => (i === 1 && s.n % 4 === 1 ? null : s.y % (x.ndim + 1)))
    const mapped = xs.map((x, i) => (ins[i] === null ? x : batched(x, ins[i] as number)))
    return s.run.dialect.vmap(s.body(0, { results: countOf(s.n) }), mapped, { ins, out: 0 - (s.x % 2) }, s.n)
  },
  collective: (s) =>
    s.run.dialect.collective(
      s.body(0),
      operands(s).map((x) => batched(x, 0)),
      s.n,
    ),
  scan: (s) => {
    const [carry, row] = [s.newest(s.x), s.newest(s.y)]
    const f = s.body(0, { results: 2, shapes: [carry.shape, row.shape] })
    const unroll = 1 + (s.n % 3)
    return s.run.dialect.scan(f, { carry: [carry], rows: [batched(row, 0)], reverse: s.n % 2 === 1, unroll })
  },
  fori: (s) => {
    const xs = operands(s)
    const f = s.body(0, { results: xs.length, shapes: shapesOf(xs) })
    return s.run.dialect.fori((i, c) => f([i.astype('float64'), ...c]), s.n % 4, xs)
  },
  while: (s) => {
    const xs = operands(s)
    return s.run.dialect.while(s.body(0, { results: xs.length, shapes: shapesOf(xs) }), indexOf(s.newest(s.y), 4), xs)
  },
  cond: (s) => {
    const xs = operands(s)
    const options = { results: 1, shapes: shapesOf(xs.slice(0, 1)) }
    return s.run.dialect.cond(decided(s.newest(s.y)), s.body(0, options), s.body(1, options), xs)
  },
  switch: (s) => {
    const xs = operands(s)
    const options = { results: 1, shapes: shapesOf(xs.slice(0, 1)) }
    const branches = [s.body(0, options), (all: Arrays) => all.slice(0, 1), s.body(1, options)]
    return s.run.dialect.switch(indexOf(s.newest(s.y), 3), branches, xs)
  },
  map: (s) =>
    s.run.dialect.map(
      s.body(0, { results: countOf(s.n) }),
      operands(s).map((x) => batched(x, 0)),
      s.n,
    ),
  custom: (s) => s.run.dialect.custom(s.body(0, { results: countOf(s.n), closed: true }), operands(s), s.y),
}
