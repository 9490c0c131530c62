import { makeAval, sizeOf } from '../aval.ts'
import { type Atom, scalarLiteral } from '../jaxpr.ts'
import type { GatherScatterMode, Monoid } from '../ops.ts'
import { dilated } from '../shapes/windows.ts'
import { axesOf, type Maker, type Pool } from './pool.ts'
import type { Random } from './random.ts'

const modes: readonly GatherScatterMode[] = ['clip', 'fillOrDrop']
const monoids: readonly Monoid[] = ['add', 'mul', 'min', 'max']

/** Of rank `least` or more, if there is one. */
function ofRank(pool: Pool, random: Random, least: number, dtype?: string): Atom | undefined {
  const fitting = pool.atoms.filter(({ aval }) => aval.shape.length >= least && (dtype ?? aval.dtype) === aval.dtype)
  return fitting.length === 0 ? undefined : random.pick(fitting)
}

const hasIndices = (pool: Pool): boolean => pool.options.dtypes.includes('int32')

const index = (pool: Pool, random: Random): Atom =>
  random.chance(0.5) ? pool.like(makeAval([], 'int32')) : scalarLiteral(random.between(-2, 6), 'int32')

const reduceWindow: Maker<'reduceWindow'> = (pool, random) => {
  const x = pool.any()
  const each = (choices: readonly number[]) => x.aval.shape.map(() => random.pick(choices))
  const params = {
    kind: random.pick(monoids),
    windowDimensions: each([1, 1, 2, 3]),
    windowStrides: each([1, 1, 2]),
    low: each([0, 0, 1, -1]),
    high: each([0, 0, 1, 2, -1]),
    baseDilation: each([1, 1, 1, 2]),
    windowDilation: each([1, 1, 2]),
  }
  const isCropped = x.aval.shape.some(
    (n, d) => dilated(n, params.baseDilation[d] as number) + (params.low[d] as number) + (params.high[d] as number) < 0,
  )
  return isCropped ? undefined : { inputs: [x], params }
}

const convGeneralDilated: Maker<'convGeneralDilated'> = (pool, random) => {
  const lhs = ofRank(pool, random, 2)
  if (lhs === undefined) return undefined
  const [batch, channels, ...space] = lhs.aval.shape as [number, number, ...number[]]
  const featureGroupCount = channels > 0 && random.chance(0.3) ? channels : 1
  const batchGroupCount = featureGroupCount === 1 && batch > 0 && random.chance(0.2) ? batch : 1
  const outputs = featureGroupCount * batchGroupCount * random.between(1, 2)
  const each = (choices: readonly number[]) => space.map(() => random.pick(choices))
  const rhs = pool.like(makeAval([outputs, channels / featureGroupCount, ...each([1, 2, 3])], lhs.aval.dtype))
  const params = { windowStrides: each([1, 2]), low: each([0, 1]), high: each([0, 1, 2]), lhsDilation: each([1, 1, 2]) }
  return {
    inputs: [lhs, rhs],
    params: {
      ...params,
      rhsDilation: each([1, 1, 2]),
      featureGroupCount,
      batchGroupCount,
      preferredElementType: lhs.aval.dtype,
    },
  }
}

/** Rows of `x` at scalars and lists of indices; every other dimension whole. */
const gather: Maker<'gather'> = (pool, random) => {
  const x = ofRank(pool, random, 1)
  if (x === undefined || !hasIndices(pool)) return undefined
  const batch = random.pick([[], [3], [2, 2], [0]])
  const axis = random.below(x.aval.shape.length)
  const [, ...rest] = axesOf(x.aval)
  const dimensionNumbers = {
    offsetDims: rest.map((_, d) => batch.length + d),
    collapsedSliceDims: [axis],
    startIndexMap: [axis],
    operandBatchingDims: [],
    startIndicesBatchingDims: [],
  }
  const params = { dimensionNumbers, sliceSizes: x.aval.shape.with(axis, Math.min(1, x.aval.shape[axis] as number)) }
  const fillValue = random.pick([null, 0, 1])
  return {
    inputs: [x, pool.like(makeAval([...batch, 1], 'int32'))],
    params: { ...params, mode: random.pick(modes), fillValue },
  }
}

const scatter: Maker<'scatter'> = (pool, random) => {
  const x = ofRank(pool, random, 1)
  if (x === undefined || !hasIndices(pool)) return undefined
  const batch = random.pick([[], [3], [2, 2], [0]])
  const axis = random.below(x.aval.shape.length)
  const rest = x.aval.shape.toSpliced(axis, 1)
  const dimensionNumbers = {
    updateWindowDims: rest.map((_, d) => batch.length + d),
    insertedWindowDims: [axis],
    scatterDimsToOperandDims: [axis],
    operandBatchingDims: [],
    scatterIndicesBatchingDims: [],
  }
  const inputs = [
    x,
    pool.like(makeAval([...batch, 1], 'int32')),
    pool.like(makeAval([...batch, ...rest], x.aval.dtype)),
  ]
  const kind = random.pick(['set', ...monoids] as const)
  return {
    inputs: inputs as [Atom, Atom, Atom],
    params: { kind, dimensionNumbers, mode: random.pick(modes), uniqueIndices: false, indicesAreSorted: false },
  }
}

const dynamicSlice: Maker<'dynamicSlice'> = (pool, random) => {
  const x = pool.any()
  if (!hasIndices(pool)) return undefined
  const sliceSizes = x.aval.shape.map((n) => random.between(0, n))
  return { inputs: [x, ...sliceSizes.map(() => index(pool, random))], params: { sliceSizes } }
}

const dynamicUpdateSlice: Maker<'dynamicUpdateSlice'> = (pool, random) => {
  const x = pool.any()
  if (!hasIndices(pool)) return undefined
  const update = pool.like(
    makeAval(
      x.aval.shape.map((n) => random.between(0, n)),
      x.aval.dtype,
    ),
  )
  return { inputs: [x, update, ...axesOf(x.aval).map(() => index(pool, random))], params: {} }
}

const sort: Maker<'sort'> = (pool, random) => {
  const x = ofRank(pool, random, 1)
  if (x === undefined) return undefined
  const others = Array.from({ length: random.below(3) }, () =>
    pool.like(makeAval(x.aval.shape, random.chance(0.5) ? x.aval.dtype : pool.dtype())),
  )
  const params = { dimension: random.below(x.aval.shape.length), numKeys: random.between(1, 1 + others.length) }
  return { inputs: [x, ...others], params: { ...params, isStable: true } }
}

const topK: Maker<'topK'> = (pool, random) => {
  const x = hasIndices(pool) ? ofRank(pool, random, 1) : undefined
  return x && { inputs: [x], params: { k: random.between(0, x.aval.shape.at(-1) as number) } }
}

const cumulative: Maker<'cumulative'> = (pool, random) => {
  const x = ofRank(pool, random, 1)
  const params = { kind: random.pick(monoids), reverse: random.chance(0.5) }
  return x && { inputs: [x], params: { ...params, axis: random.below(x.aval.shape.length) } }
}

/** The upper left square of a matrix there is. */
function square(pool: Pool, random: Random): Atom | undefined {
  const fitting = pool.atoms.filter(({ aval: { shape } }) => shape.length >= 2 && shape.at(-1) === shape.at(-2))
  return fitting.length === 0 ? undefined : random.pick(fitting)
}

const ofSquare: Maker<'cholesky'> = (pool, random) => {
  const x = square(pool, random)
  return x && { inputs: [x], params: {} }
}

const triangularSolve: Maker<'triangularSolve'> = (pool, random) => {
  const a = square(pool, random)
  if (a === undefined) return undefined
  const [leftSide, lower, transposeA, unitDiagonal] = [0, 1, 2, 3].map(() => random.chance(0.5)) as [
    boolean,
    boolean,
    boolean,
    boolean,
  ]
  const [n, batch] = [a.aval.shape.at(-1) as number, a.aval.shape.slice(0, -2)]
  const b = pool.like(makeAval([...batch, ...(leftSide ? [n, 2] : [2, n])], a.aval.dtype))
  return { inputs: [a, b], params: { leftSide, lower, transposeA, unitDiagonal } }
}

const decomposed: Maker<'qr'> = (pool, random) => {
  const x = ofRank(pool, random, 2)
  return x && { inputs: [x], params: { fullMatrices: random.chance(0.5) } }
}

const fft: Maker<'fft'> = (pool, random) => {
  const re = ofRank(pool, random, 1)
  if (re === undefined || sizeOf(re.aval.shape) > 64) return undefined
  const rank = random.between(1, re.aval.shape.length)
  return { inputs: [re, pool.like(re.aval)], params: { rank, inverse: random.chance(0.5) } }
}

export const wholeMakers = {
  reduceWindow,
  convGeneralDilated,
  gather,
  scatter,
  dynamicSlice,
  dynamicUpdateSlice,
  sort,
  topK,
  cumulative,
  cholesky: ofSquare,
  triangularSolve,
  lu: ((pool, random) => {
    const x = hasIndices(pool) ? ofRank(pool, random, 2) : undefined
    return x && { inputs: [x], params: {} }
  }) satisfies Maker<'lu'>,
  qr: decomposed,
  eigh: ofSquare as unknown as Maker<'eigh'>,
  svd: decomposed as unknown as Maker<'svd'>,
  fft,
}
