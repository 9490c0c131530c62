import { makeAval, sizeOf } from '../aval.ts'
import { type Atom, scalarLiteral } from '../jaxpr.ts'
import type { GatherScatterMode, Monoid } from '../ops.ts'
import { dilated } from '../shapes/windows.ts'
import { axesOf, type Maker, type Pool, summedIn } from './pool.ts'
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

const divisorsOf = (n: number): number[] => [1, 2, 3, 4, 5, 7, 8, 9, 17].filter((d) => n > 0 && n % d === 0)

const convGeneralDilated: Maker<'convGeneralDilated'> = (pool, random) => {
  const lhs = ofRank(pool, random, 2)
  if (lhs === undefined) return undefined
  const { dtype } = lhs.aval
  const [batch, channels, ...space] = lhs.aval.shape as [number, number, ...number[]]
  const featureGroupCount = channels > 0 && random.chance(0.4) ? random.pick(divisorsOf(channels)) : 1
  const batchGroupCount =
    featureGroupCount === 1 && batch > 0 && random.chance(0.3) ? random.pick(divisorsOf(batch)) : 1
  const outputs = featureGroupCount * batchGroupCount * random.pick([1, 2, 3, 5])
  const each = (choices: readonly number[]) => space.map(() => random.pick(choices))
  const rhs = pool.like(makeAval([outputs, channels / featureGroupCount, ...each([1, 2, 3])], dtype))
  return {
    inputs: [lhs, rhs],
    params: {
      windowStrides: each([1, 1, 2, 3]),
      low: each([0, 0, 1, 2, -1]),
      high: each([0, 0, 1, 2, -1]),
      lhsDilation: each([1, 1, 1, 2]),
      rhsDilation: each([1, 1, 2]),
      featureGroupCount,
      batchGroupCount,
      preferredElementType: summedIn(pool, random, dtype),
    },
  }
}

/** Which dimensions of an operand index vectors move along, which run side by side with theirs, and which leave the window. */
interface Windows {
  /** Sizes of the indices but for the last, with those of `operandBatching` at `indexBatching`. */
  readonly batch: readonly number[]
  readonly moved: readonly number[]
  readonly dropped: readonly number[]
  readonly operandBatching: readonly number[]
  readonly indexBatching: readonly number[]
  /** By dimension of the operand. */
  readonly sizes: readonly number[]
  /** Dimensions of the result, or of the updates, that run over a window. */
  readonly windowDims: readonly number[]
}

const ascending = (axes: readonly number[]): number[] => axes.toSorted((a, b) => a - b)

function randomWindows(random: Random, shape: readonly number[]): Windows {
  const axes = random.shuffled(shape.map((_, d) => d))
  const operandBatching = ascending(random.chance(0.25) ? axes.splice(0, 1) : [])
  const moved = axes.slice(0, random.between(Math.min(1, axes.length), axes.length))
  const dropped = ascending(random.some(axes, 0.4))
  const isSingle = (d: number) => dropped.includes(d) || operandBatching.includes(d)
  const sizes = shape.map((n, d) => {
    if (isSingle(d)) return Math.min(1, n)
    return moved.includes(d) || random.chance(0.3) ? random.between(Math.min(1, n), n) : n
  })
  const batch = [...random.pick([[], [3], [2, 2], [0], [1, 4]])]
  const indexBatching = operandBatching.map((d) => {
    const place = random.between(0, batch.length)
    batch.splice(place, 0, shape[d] as number)
    return place
  })
  const count = shape.length - dropped.length - operandBatching.length
  const dims = Array.from({ length: count + batch.length }, (_, d) => d)
  const windowDims = ascending(random.shuffled(dims).slice(0, count))
  return { batch, moved, dropped, operandBatching, indexBatching, sizes, windowDims }
}

const gather: Maker<'gather'> = (pool, random) => {
  const x = ofRank(pool, random, 1)
  if (x === undefined || !hasIndices(pool)) return undefined
  const { batch, moved, dropped, operandBatching, indexBatching, sizes, windowDims } = randomWindows(
    random,
    x.aval.shape,
  )
  const dimensionNumbers = {
    offsetDims: windowDims,
    collapsedSliceDims: dropped,
    startIndexMap: moved,
    operandBatchingDims: operandBatching,
    startIndicesBatchingDims: indexBatching,
  }
  return {
    inputs: [x, pool.like(makeAval([...batch, moved.length], 'int32'))],
    params: { dimensionNumbers, sliceSizes: sizes, mode: random.pick(modes), fillValue: random.pick([null, 0, 1]) },
  }
}

const scatter: Maker<'scatter'> = (pool, random) => {
  const x = ofRank(pool, random, 1)
  if (x === undefined || !hasIndices(pool)) return undefined
  const { batch, moved, dropped, operandBatching, indexBatching, sizes, windowDims } = randomWindows(
    random,
    x.aval.shape,
  )
  const dimensionNumbers = {
    updateWindowDims: windowDims,
    insertedWindowDims: dropped,
    scatterDimsToOperandDims: moved,
    operandBatchingDims: operandBatching,
    scatterIndicesBatchingDims: indexBatching,
  }
  const window = sizes.filter((_, d) => !dropped.includes(d) && !operandBatching.includes(d)).values()
  const outside = batch.values()
  const shape = Array.from(
    { length: windowDims.length + batch.length },
    (_, d) => (windowDims.includes(d) ? window : outside).next().value as number,
  )
  return {
    inputs: [x, pool.like(makeAval([...batch, moved.length], 'int32')), pool.like(makeAval(shape, x.aval.dtype))],
    params: {
      kind: random.pick(['set', ...monoids] as const),
      dimensionNumbers,
      mode: random.pick(modes),
      uniqueIndices: false,
      indicesAreSorted: false,
    },
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
