import { makeAval, type Params } from '@proj/backend'
import type { NDArray } from '../src/array.ts'
import { stage } from '../src/interpreters/staging.ts'
import * as lax from '../src/lax/index.ts'
import { callbackOf } from '../src/primitives/callback.ts'
import type { CustomRules } from '../src/primitives/custom.ts'
import type { Operand, Sample } from './samples.ts'

// For tests only: arguments for ops that hold Jaxprs, and for marks. Collectives have none: they mean nothing outside the `vmap` that binds them.

const f = (shape: readonly number[], from = -2, to = 2): Operand => ({ dtype: 'float64', shape, from, to })
const i = (shape: readonly number[], from: number, to: number): Operand => ({ dtype: 'int32', shape, from, to })

type Arrays = readonly NDArray[]
const record = (body: (...xs: NDArray[]) => Arrays, operands: readonly Operand[]) =>
  stage(
    'test',
    (xs) => body(...xs),
    operands.map(({ shape, dtype }) => makeAval(shape, dtype)),
  ).jaxpr

const row = ({ shape, ...rest }: Operand): Operand => ({ ...rest, shape: shape.slice(1) })

function scan(
  body: (...xs: NDArray[]) => Arrays,
  [consts, carry, rows]: readonly (readonly Operand[])[],
  options: Partial<Params<'scan'>> = {},
): Sample<'scan'> {
  const [cs, is, xs] = [consts ?? [], carry ?? [], rows ?? []]
  return {
    operands: [...cs, ...is, ...xs],
    params: {
      jaxpr: record(body, [...cs, ...is, ...xs.map(row)]),
      length: 3,
      reverse: false,
      unroll: 1,
      numConsts: cs.length,
      numCarry: is.length,
      ...options,
    },
  }
}

const scans = (): Sample<'scan'>[] => [
  // The weights' sine is the same in every turn; the carry and its product with a row differ.
  scan(
    (w, h, x) => {
      const next = lax.mul(lax.sin(lax.mul(lax.sin(w as NDArray), h as NDArray)), x as NDArray)
      return [next, lax.mul(next, h as NDArray), lax.exp(x as NDArray)]
    },
    [[f([2])], [f([2])], [f([3, 2])]],
  ),
  scan(
    (n, x) => [lax.add(n as NDArray, 1), lax.mul(lax.convertElementType(n as NDArray, 'float64'), x as NDArray)],
    [[], [i([], 0, 5)], [f([3])]],
    { reverse: true },
  ),
  scan((s, x) => [lax.add(s as NDArray, lax.square(x as NDArray))], [[], [f([])], [f([3])]], { unroll: 2 }),
  scan((a, b) => [lax.mul(b as NDArray, a as NDArray), b as NDArray], [[], [f([2]), f([2])]], { length: 4 }),
]

const whiles = (): Sample<'while'>[] => {
  const [c, x] = [f([], 1.5, 3), f([2], 0.5, 3)]
  return [
    {
      operands: [c, x],
      params: {
        condJaxpr: record((y) => [lax.lt(lax.reduceMax(y as NDArray, [0]), 20)], [x]),
        bodyJaxpr: record(
          (a, y) => [lax.add(lax.mul(y as NDArray, lax.broadcastInDim(a as NDArray, [2], [])), 1)],
          [c, x],
        ),
        condConsts: 0,
        bodyConsts: 1,
      },
    },
    {
      operands: [i([], 3, 6), i([], 0, 3), x],
      params: {
        condJaxpr: record((limit, n) => [lax.lt(n as NDArray, limit as NDArray)], [i([], 3, 6), i([], 0, 3), x]),
        bodyJaxpr: record((n, y) => [lax.add(n as NDArray, 1), lax.sin(y as NDArray)], [i([], 0, 3), x]),
        condConsts: 1,
        bodyConsts: 0,
      },
    },
  ]
}

const conds = (): Sample<'cond'>[] => {
  const [x, y] = [f([3]), f([3])]
  const branches = [
    record((a, b) => [lax.mul(lax.sin(a as NDArray), b as NDArray), a as NDArray], [x, y]),
    record((a) => [lax.exp(a as NDArray), lax.fullLike(a as NDArray, 2)], [x, y]),
    record(
      (a, b) => [lax.mul(lax.mul(a as NDArray, b as NDArray), lax.cos(b as NDArray)), lax.tanh(b as NDArray)],
      [x, y],
    ),
  ]
  return [0, 1, 2, 9].map((at) => ({ operands: [i([], at, at + 0.5), x, y], params: { branches } }))
}

const sinTimes = (x: NDArray, y: NDArray): Arrays => [lax.mul(lax.sin(x), y)]
const rules: CustomRules = {
  jvp: ([x, y], [tx, ty]) => {
    const [a, b] = [x as NDArray, y as NDArray]
    const [s, c] = [lax.sin(a), lax.cos(a)]
    const left = lax.mul(lax.mul(c, b), tx ?? lax.fullLike(a, 0))
    return [[lax.mul(s, b)], [lax.add(left, lax.mul(s, ty ?? lax.fullLike(b, 0)))]]
  },
}
const pair = [f([3]), f([3])]
const called = () => ({ jaxpr: record((x, y) => sinTimes(x as NDArray, y as NDArray), pair), name: 'sample' })

const twice = {
  name: 'twice',
  hasEffect: false,
  run: ([x]: Arrays) => [lax.mul(x as NDArray, 2)],
}
const callbacks = (): Sample<'callback'>[] =>
  (['sequential', 'expandDims'] as const).map((vmapMethod) => {
    const aval = makeAval([3], 'int32')
    const callback = callbackOf({ ...twice, vmapMethod }, [aval], [aval])
    return { operands: [i([3], -9, 9)], params: { callback, outs: [aval], hasEffect: false, name: 'twice' } }
  })

export const controlSamples = () => ({
  while: whiles(),
  scan: scans(),
  cond: conds(),
  customCall: [
    { operands: pair, params: { ...called(), rules } },
    { operands: pair, params: { ...called(), rules: {} } },
  ],
  checkpoint: [
    { operands: pair, params: { ...called(), policy: null } },
    { operands: pair, params: { ...called(), policy: { saveable: () => true, preventCse: false } } },
  ],
  name: [{ operands: [f([2, 3])], params: { name: 'x' } }],
  optimizationBarrier: [{ operands: pair, params: {} }],
  callback: callbacks(),
  allReduce: [],
  allGather: [],
  ppermute: [],
  axisIndex: [],
})
