import { type Aval, makeAval, sizeOf } from '../aval.ts'
import { makeEqn } from '../builder.ts'
import { dtypes, type TypedArray } from '../dtype.ts'
import { DTypeError, ShapeError } from '../errors.ts'
import { type Eqn, type Jaxpr, rowOf } from '../jaxpr.ts'
import type { OpName } from '../ops.ts'
import { controlMakers, type Grow, someResults } from './controlMakers.ts'
import { axesOf, type Maker, Pool, type RandomJaxprOptions, sizes, summedIn } from './pool.ts'
import { randomData } from './random.ts'
import { wholeMakers } from './wholeMakers.ts'

export type { RandomJaxprOptions } from './pool.ts'

/** A program and arrays to run it on. */
export interface RandomJaxpr {
  readonly jaxpr: Jaxpr
  readonly inputs: readonly TypedArray[]
}

const unary: Maker<'neg'> = (pool) => ({ inputs: [pool.any()], params: {} })

const binary: Maker<'add'> = (pool) => {
  const x = pool.any()
  return { inputs: [x, pool.like(x.aval)], params: {} }
}

const reduction: Maker<'reduceSum'> = (pool, random) => {
  const x = pool.any()
  return { inputs: [x], params: { axes: random.some(axesOf(x.aval)) } }
}

const argReduction: Maker<'argmax'> = (pool, random) => {
  const x = pool.any()
  if (x.aval.shape.length === 0) return undefined
  const indices = pool.options.dtypes.filter((dtype) => dtypes[dtype].kind === 'int' || dtypes[dtype].kind === 'uint')
  return indices.length === 0
    ? undefined
    : { inputs: [x], params: { axis: random.below(x.aval.shape.length), indexDtype: random.pick(indices) } }
}

/** Dimensions of `target` that those of `shape` can become, in order; nothing where they do not fit. */
function placesIn(shape: readonly number[], target: readonly number[]): number[] | undefined {
  const places: number[] = []
  let next = target.length
  for (const n of shape.toReversed()) {
    do next--
    while (next >= 0 && n !== 1 && target[next] !== n)
    if (next < 0) return undefined
    places.unshift(next)
  }
  return places
}

const broadcastInDim: Maker<'broadcastInDim'> = (pool, random) => {
  const x = pool.any()
  const target = pool.any().aval.shape
  const places = target.length > x.aval.shape.length ? placesIn(x.aval.shape, target) : undefined
  if (places !== undefined && random.chance(0.7))
    return { inputs: [x], params: { shape: target, broadcastDimensions: places } }
  const shape: number[] = []
  const broadcastDimensions = x.aval.shape.map((n) => {
    while (random.chance(0.3)) shape.push(random.pick(sizes))
    return shape.push(n === 1 && random.chance(0.7) ? random.pick(sizes) : n) - 1
  })
  while (random.chance(0.4)) shape.push(random.pick(sizes))
  return { inputs: [x], params: { shape, broadcastDimensions } }
}

const reshape: Maker<'reshape'> = (pool, random) => {
  const x = pool.any()
  const size = sizeOf(x.aval.shape)
  const row = random.pick([1, 2, 3, 4, 5].filter((n) => size % n === 0))
  const others = pool.atoms.map(({ aval }) => aval.shape).filter((shape) => sizeOf(shape) === size)
  const newSizes = random.pick([
    [size],
    [row, size / row],
    [size / row, row],
    [1, size],
    x.aval.shape.toReversed(),
    ...others,
  ])
  return { inputs: [x], params: { newSizes } }
}

const slice: Maker<'slice'> = (pool, random) => {
  const x = pool.any()
  const startIndices = x.aval.shape.map((n) => (random.chance(0.4) ? 0 : random.between(0, n)))
  const limitIndices = x.aval.shape.map((n, i) =>
    random.chance(0.4) ? n : random.between(startIndices[i] as number, n),
  )
  return {
    inputs: [x],
    params: { startIndices, limitIndices, strides: x.aval.shape.map(() => random.pick([1, 1, 2, 3])) },
  }
}

const pad: Maker<'pad'> = (pool, random) => {
  const x = pool.any()
  const each = (choices: readonly number[]) => x.aval.shape.map(() => random.pick(choices))
  const params = { low: each([0, 0, 1, 2, -1]), high: each([0, 0, 1, -1, 3]), interior: each([0, 0, 0, 1, 2]) }
  return { inputs: [x, pool.like(makeAval([], x.aval.dtype))], params }
}

const concatenate: Maker<'concatenate'> = (pool, random) => {
  const { aval } = pool.any()
  if (aval.shape.length === 0) return undefined
  const dimension = random.below(aval.shape.length)
  const inputs = Array.from({ length: random.between(1, 3) }, () =>
    pool.like(makeAval(aval.shape.with(dimension, random.pick(sizes)), aval.dtype)),
  )
  return { inputs: [...inputs, pool.like(aval)], params: { dimension } }
}

/** Pairs up dimensions of equal size: some to sum over, some to run side by side. */
const dotGeneral: Maker<'dotGeneral'> = (pool, random) => {
  const lhs = pool.any()
  const rhs = random.pick(pool.atoms.filter((atom) => atom.aval.dtype === lhs.aval.dtype).concat(lhs))
  const numbers = {
    lhsContracting: [] as number[],
    rhsContracting: [] as number[],
    lhsBatch: [] as number[],
    rhsBatch: [] as number[],
  }
  const free = new Set(axesOf(rhs.aval))
  for (const axis of random.shuffled(axesOf(lhs.aval))) {
    const partner = [...free].find((other) => rhs.aval.shape[other] === lhs.aval.shape[axis])
    if (partner === undefined || random.chance(0.3)) continue
    free.delete(partner)
    const [left, right] = random.chance(0.6)
      ? [numbers.lhsContracting, numbers.rhsContracting]
      : [numbers.lhsBatch, numbers.rhsBatch]
    left.push(axis)
    right.push(partner)
  }
  const preferredElementType = summedIn(pool, random, lhs.aval.dtype)
  return { inputs: [lhs, rhs], params: { dimensionNumbers: numbers, preferredElementType } }
}

const iota: Maker<'iota'> = (pool, random) => {
  const shape = pool.shape()
  return shape.length === 0
    ? undefined
    : { inputs: [], params: { dtype: pool.dtype(), shape, dimension: random.below(shape.length) } }
}

const select: Maker<'select'> = (pool) => {
  const x = pool.any()
  return { inputs: [pool.like(makeAval(x.aval.shape, 'bool')), x, pool.like(x.aval)], params: {} }
}

const clamp: Maker<'clamp'> = (pool) => {
  const x = pool.any()
  return { inputs: [pool.like(x.aval), x, pool.like(x.aval)], params: {} }
}

const threefry2x32: Maker<'threefry2x32'> = (pool) => {
  const { aval } = pool.any()
  const word = () => pool.like(makeAval(aval.shape, 'uint32'))
  return { inputs: [word(), word(), word(), word()], params: {} }
}

const convert: Maker<'convertElementType'> = (pool) => ({ inputs: [pool.any()], params: { newDtype: pool.dtype() } })

const bitcast: Maker<'bitcastConvertType'> = (pool) => ({ inputs: [pool.any()], params: { newDtype: pool.dtype() } })

// biome-ignore format: a row for each group
const makers: { readonly [K in OpName]: Maker<K> } = {
  neg: unary, sign: unary, abs: unary, floor: unary, ceil: unary, exp: unary, exp2: unary, expm1: unary, log: unary, log1p: unary,
  sqrt: unary, rsqrt: unary, cbrt: unary, sin: unary, cos: unary, tan: unary, asin: unary, acos: unary, atan: unary, sinh: unary,
  cosh: unary, tanh: unary, asinh: unary, acosh: unary, atanh: unary, logistic: unary, erf: unary, erfc: unary, erfInv: unary,
  isFinite: unary, not: unary, stopGradient: unary, name: (pool) => ({ inputs: [pool.any()], params: { name: 'kept' } }),
  round: (pool, random) => ({ inputs: [pool.any()], params: { roundingMethod: random.pick(['toNearestEven', 'awayFromZero'] as const) } }),
  integerPow: (pool, random) => ({ inputs: [pool.any()], params: { y: random.between(-3, 5) } }),
  convertElementType: convert, bitcastConvertType: bitcast,
  add: binary, sub: binary, mul: binary, div: binary, rem: binary, pow: binary, max: binary, min: binary, atan2: binary, nextafter: binary,
  and: binary, or: binary, xor: binary, shiftLeft: binary, shiftRightArithmetic: binary, shiftRightLogical: binary,
  eq: binary, ne: binary, lt: binary, le: binary, gt: binary, ge: binary,
  select, clamp, threefry2x32, iota, broadcastInDim, reshape, slice, pad, concatenate, dotGeneral, ...wholeMakers,
  ...controlMakers((pool, avals, results) => grown(pool, avals, results)),
  transpose: (pool, random) => {
    const x = pool.any()
    return { inputs: [x], params: { permutation: random.shuffled(axesOf(x.aval)) } }
  },
  rev: (pool, random) => {
    const x = pool.any()
    return { inputs: [x], params: { dimensions: random.some(axesOf(x.aval)) } }
  },
  reduceSum: reduction, reduceProd: reduction, reduceMax: reduction, reduceMin: reduction, reduceAnd: reduction, reduceOr: reduction,
  argmax: argReduction, argmin: argReduction,
}

/** An equation of a random op, if it fits. */
function attempt(pool: Pool): Eqn | undefined {
  const { ops, dtypes: allowed, maxElements } = pool.options
  const op = pool.random.pick(ops)
  const made = rowOf<Maker<'concatenate'>>(makers, op)(pool, pool.random)
  if (made === undefined) return undefined
  try {
    const eqn = makeEqn(op, made.inputs as never, made.params as never)
    const fits = eqn.outputs.every(({ aval }) => allowed.includes(aval.dtype) && sizeOf(aval.shape) <= maxElements)
    return fits ? eqn : undefined
  } catch (error) {
    if (!(error instanceof ShapeError || error instanceof DTypeError)) throw error
    return undefined
  }
}

/** An equation of a random op that fits what there is; nothing when twenty tries did not find one. */
function randomEqn(pool: Pool): Eqn | undefined {
  for (let tries = 0; tries < 20; tries++) {
    const eqn = pool.try(() => attempt(pool))
    if (eqn !== undefined) return eqn
  }
  return undefined
}

/** Equations on inputs of those avals; then `results` chooses what comes out. */
const grown: Grow = (pool, avals, results) => {
  for (const aval of avals) pool.input(aval)
  const eqns: Eqn[] = []
  pool.atoms.push(pool.literal(pool.aval()))
  for (let i = 0; i < pool.options.size; i++) {
    const eqn = randomEqn(pool)
    if (eqn === undefined) continue
    eqns.push(eqn)
    pool.atoms.push(...eqn.outputs)
  }
  const outputs = results(eqns)
  return { inputs: pool.inputs, eqns, outputs }
}

/** Inputs that have partners of the same aval, so that operands meet. */
function inputAvals(pool: Pool): Aval[] {
  const avals = Array.from({ length: pool.random.between(1, 3) }, () => pool.aval())
  return avals.flatMap((aval) => Array.from({ length: pool.random.between(1, 2) }, () => aval))
}

/**
 * A well-formed program of random equations and data to run it on, the same for the same seed: unused inputs, outputs that are inputs or
 * literals, operands used twice, empty arrays.
 *
 * @example const { jaxpr, inputs } = randomJaxpr({ seed: 7, dtypes: ['float32'] })
 */
export function randomJaxpr(options: RandomJaxprOptions): RandomJaxpr {
  const pool = new Pool(options)
  const avals = inputAvals(pool)
  const jaxpr = grown(pool, avals, (eqns) => someResults(pool, eqns))
  return { jaxpr, inputs: jaxpr.inputs.map(({ aval }) => randomData(pool.random, aval, pool.options.nonFinite)) }
}
