import type { Params } from '@proj/backend'
import type { NDArray } from '../array.ts'
import { TransformError } from '../errors.ts'
import * as lax from '../lax/index.ts'
import { bind } from '../trace.ts'
import { range } from './derived.ts'
import { type Axis, type Batch, family, moveBatchAxis, pastBatch, type Rules } from './rules.ts'

/** What a collective along the batched axis becomes; one along another axis is the same for every example. */
const along =
  <P extends { readonly axisName: string }, R>(
    here: (size: number, x: NDArray, axis: Axis, params: P) => R,
    elsewhere: (x: NDArray, axis: number, params: P) => R,
  ) =>
  (size: number, [x]: readonly [NDArray], [axis]: readonly [Axis], params: P, batch: Batch): R =>
    batch.axisName === params.axisName ? here(size, x, axis, params) : elsewhere(x, axis as number, params)

type One = readonly [outs: readonly [NDArray], axes: readonly [Axis]]

const reducers = { add: lax.reduceSum, mul: lax.reduceProd, min: lax.reduceMin, max: lax.reduceMax }

function reduceShared(size: number, x: NDArray, kind: Params<'allReduce'>['kind']): NDArray {
  if (kind === 'add') return lax.mul(x, size)
  return kind === 'mul' ? lax.integerPow(x, size) : x
}

/** Results for examples that all get the same. */
const same = (out: NDArray): One => [[out], [null]]

const allReduce = (x: NDArray, params: Params<'allReduce'>): NDArray => bind('allReduce', [x], params)[0]

/** Of the examples that have the extreme value, each gets an equal share of the derivative. */
function extremeTangent(t: NDArray, x: NDArray, out: NDArray, axisName: string): NDArray {
  const isExtreme = lax.convertElementType(lax.eq(x, out), x.dtype)
  const count = allReduce(isExtreme, { axisName, kind: 'add' })
  return allReduce(lax.div(lax.mul(t, isExtreme), count), { axisName, kind: 'add' })
}

const allReduceJvp: Rules<'allReduce'>['jvp'] = ([x], [t], params) => {
  const out = allReduce(x, params)
  if (t === null) return [[out], [null]]
  if (params.kind === 'add') return [[out], [allReduce(t, params)]]
  if (params.kind === 'mul')
    throw new TransformError(
      'allReduce',
      'the derivative of a product over a named axis was asked for',
      'gather the factors with allGather and multiply them with prod',
    )
  return [[out], [extremeTangent(t, x, out, params.axisName)]]
}

/** The part of what was gathered that came from this example, summed over those who got it. */
function ungather(ct: NDArray, { axisName, axisSize, axis, tiled }: Params<'allGather'>): NDArray {
  const total = allReduce(ct, { axisName, kind: 'add' })
  const rows = tiled
    ? lax.reshape(total, total.shape.toSpliced(axis, 1, axisSize, (total.shape[axis] as number) / axisSize))
    : total
  const [own] = bind('axisIndex', [], { axisName })
  return lax.dynamicIndexInDim(rows, own, axis, { keepdims: false })
}

/** Examples along the first axis, each where `perm` sends it; zeros where nothing arrives. */
function permute(size: number, x: NDArray, perm: Params<'ppermute'>['perm']): NDArray {
  const row = (i: number): NDArray => lax.sliceInDim(x, i, i + 1, 1, 0)
  const rows = range(size).map((to) => {
    const from = perm.find((pair) => pair[1] === to)?.[0]
    return from === undefined ? lax.fullLike(row(0), 0) : row(from)
  })
  return lax.concatenate(rows, 0)
}

export const collective = family({
  allReduce: {
    jvp: allReduceJvp,
    transpose: ([ct], _xs, params) => [ct === null ? null : allReduce(ct, params)],
    batch: along<Params<'allReduce'>, One>(
      (size, x, axis, { kind }) => same(axis === null ? reduceShared(size, x, kind) : reducers[kind](x, [axis])),
      (x, axis, params) => [[allReduce(x, params)], [axis]],
    ),
  },
  allGather: {
    jvp: ([x], [t], params) => [
      bind('allGather', [x], params),
      [t === null ? null : bind('allGather', [t], params)[0]],
    ],
    transpose: ([ct], _xs, params) => [ct === null ? null : ungather(ct, params)],
    batch: along<Params<'allGather'>, One>(
      (size, x, from, { axis, tiled }) => {
        const rows = moveBatchAxis(size, x, from, axis)
        const shape = x.shape.filter((_, i) => i !== from)
        return same(tiled ? lax.reshape(rows, shape.with(axis, size * (shape[axis] as number))) : rows)
      },
      (x, at, params) => {
        const { axis, tiled } = params
        const [out] = bind('allGather', [x], { ...params, axis: tiled || axis > at ? pastBatch(axis, at) : axis })
        return [[out], [!tiled && axis <= at ? at + 1 : at]]
      },
    ),
  },
  ppermute: {
    jvp: ([x], [t], params) => [bind('ppermute', [x], params), [t === null ? null : bind('ppermute', [t], params)[0]]],
    transpose: ([ct], _xs, { axisName, perm }) => [
      ct === null ? null : bind('ppermute', [ct], { axisName, perm: perm.map(([from, to]) => [to, from] as const) })[0],
    ],
    batch: along<Params<'ppermute'>, One>(
      (size, x, axis, { perm }) => [[permute(size, moveBatchAxis(size, x, axis, 0), perm)], [0]],
      (x, axis, params) => [bind('ppermute', [x], params), [axis]],
    ),
  },
  axisIndex: {
    jvp: (_xs, _ts, params) => [bind('axisIndex', [], params), [null]],
    batch: (size) => [[lax.iota('int32', size)], [0]],
  },
})
