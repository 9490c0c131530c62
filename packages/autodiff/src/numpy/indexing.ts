import { type ArrayLike, formatArray, isNDArray, isTracer, type NDArray } from '../array.ts'
import { ShapeError, TracerError } from '../errors.ts'
import * as lax from '../lax/index.ts'
import { concrete } from '../reading.ts'
import { getBase, withTrace } from '../trace.ts'
import { divide, power } from './arithmetic.ts'
import { broadcastTo } from './broadcast.ts'
import { asArray, convert, promoteDtypes } from './coerce.ts'
import { type BoxPlan, boxPlan, type GatherPlan, gatherPlan } from './indexPlan.ts'
import { type Index, type ParsedIndex, parseIndex } from './indexSyntax.ts'

export interface IndexOptions {
  /**
   * What happens to indices out of bounds. Reading: `fill` gives `fillValue`, `clip` takes the nearest, as does `promiseInBounds`
   * (the default), which says that there are none. Writing: `drop` (the default) leaves them out, `clip` writes to the nearest.
   */
  readonly mode?: lax.IndexMode
  /** Default: NaN; the least of a signed, the greatest of an unsigned integer; true. */
  readonly fillValue?: number | boolean
  /** A promise that no element is meant twice. */
  readonly uniqueIndices?: boolean
  /** A promise that the indices ascend. */
  readonly indicesAreSorted?: boolean
}

const clampTo = (start: number, size: number, n: number): number => Math.min(Math.max(start, 0), Math.max(0, n - size))

/** What a box plan selects, before dimensions leave or join. */
function readBox(x: NDArray, box: BoxPlan): NDArray {
  if (!box.isStatic) return lax.dynamicSlice(x, box.starts, box.sizes)
  const starts = box.starts.map((start, d) => clampTo(start as number, box.sizes[d] as number, x.shape[d] as number))
  const limits = starts.map((from, d) => {
    const size = box.sizes[d] as number
    return size === 0 ? from : from + (size - 1) * (box.strides[d] as number) + 1
  })
  return lax.slice(x, starts, limits, box.strides)
}

const isStrided = ({ strides }: BoxPlan): boolean => strides.some((stride) => stride !== 1)

function readGather(x: NDArray, plan: GatherPlan, options: IndexOptions): NDArray {
  if (plan.shape.includes(0)) return lax.full(plan.shape, 0, x.dtype)
  const { mode = 'promiseInBounds', fillValue = null } = options
  const out = lax.gather(x, plan.indices, plan.numbers, plan.sliceSizes, { mode, fillValue })
  return lax.reshape(lax.rev(out, plan.reversed), plan.shape)
}

const withAdded = (x: NDArray, { added }: ParsedIndex): NDArray => (added.length === 0 ? x : lax.expandDims(x, added))

/** The part of `x` that an index selects. */
function read(where: string, x: NDArray, index: readonly Index[], options: IndexOptions = {}): NDArray {
  const parsed = parseIndex(where, x.shape, index)
  const array = withAdded(x, parsed)
  const box = boxPlan(parsed)
  const fills = options.mode === 'fill' || options.mode === 'fillOrDrop' || options.mode === 'drop'
  const isBox = box !== undefined && (box.isStatic ? box.isInside || !fills : !fills && !isStrided(box))
  if (!isBox) return readGather(array, gatherPlan(parsed), options)
  return lax.reshape(lax.rev(readBox(array, box), box.reversed), box.shape)
}

/**
 * The part of `x` that an index selects, as Python's `x[index]`; out of bounds the nearest element is taken.
 *
 * @throws {ShapeError} for more entries than dimensions, or index arrays that do not broadcast
 * @throws {TracerError} for a boolean mask under a transform that knows no values
 * @example np.arange(6).reshape(2, 3).slice(1, '::2') // [3, 5]
 */
export const sliceOf = (x: NDArray, ...index: readonly Index[]): NDArray => read('slice', x, index)

type Kind = 'set' | 'add' | 'mul' | 'min' | 'max'

const scatters = {
  set: lax.scatter,
  add: lax.scatterAdd,
  mul: lax.scatterMul,
  min: lax.scatterMin,
  max: lax.scatterMax,
} as const
const combines = { add: lax.add, mul: lax.mul, min: lax.min, max: lax.max } as const

function adapt(where: string, values: NDArray, shape: readonly number[]): NDArray {
  const offset = shape.length - values.ndim
  if (offset < 0 || values.shape.some((n, i) => n !== 1 && n !== shape[i + offset]))
    throw new ShapeError(
      where,
      `values ${formatArray(values)} for a part of shape [${shape.join()}]`,
      'they must broadcast to it',
    )
  return broadcastTo(values, shape)
}

/** Writes into a box that lies inside the array. */
function writeBox(x: NDArray, box: BoxPlan, kind: Kind, values: NDArray): NDArray {
  const update = lax.rev(lax.reshape(adapt(kind, values, box.shape), box.sizes), box.reversed)
  const combined = kind === 'set' ? update : combines[kind](readBox(x, box), update)
  if (combined.shape.every((n, d) => n === x.shape[d])) return combined
  return lax.dynamicUpdateSlice(x, combined, box.starts)
}

function writeScatter(x: NDArray, plan: GatherPlan, kind: Kind, values: NDArray, options: IndexOptions): NDArray {
  const all = adapt(kind, values, plan.shape)
  if (plan.shape.includes(0)) return x
  const { collapsedSliceDims, offsetDims, startIndexMap } = plan.numbers
  const update = lax.rev(lax.squeeze(all, plan.newDims), plan.reversed)
  const { mode = 'drop', uniqueIndices = false, indicesAreSorted = false } = options
  return scatters[kind](
    x,
    plan.indices,
    update,
    { updateWindowDims: offsetDims, insertedWindowDims: collapsedSliceDims, scatterDimsToOperandDims: startIndexMap },
    { mode, uniqueIndices: uniqueIndices || plan.isUnique, indicesAreSorted: indicesAreSorted || plan.isUnique },
  )
}

/** `x` with values combined into the part that an index selects; computed in the joined dtype, returned in that of `x`. */
function write(x: NDArray, index: readonly Index[], kind: Kind, values: ArrayLike, options: IndexOptions): NDArray {
  const parsed = parseIndex(`at(…).${kind}`, x.shape, index)
  const [whole, update] = promoteDtypes(`at(…).${kind}`, [x, values]) as readonly [NDArray, NDArray]
  const array = withAdded(whole, parsed)
  const box = boxPlan(parsed)
  const isBox = box?.isStatic === true && box.isInside && !isStrided(box)
  const out = isBox
    ? writeBox(array, box, kind, update)
    : writeScatter(array, gatherPlan(parsed), kind, update, options)
  return convert(lax.reshape(out, x.shape), x.dtype, x.weakType)
}

/** How often each element of an array is meant by an index, if that can be known while tracing. */
function occurrences(x: NDArray, index: readonly Index[], options: IndexOptions): NDArray | undefined {
  if (index.some((entry) => isNDArray(entry) && isTracer(entry))) return undefined
  return withTrace(getBase(), () => write(lax.full(x.shape, 0, 'int32'), index, 'add', 1, options))
}

/**
 * A part of an array, to be read or replaced. Arrays never change: every update returns a new one.
 *
 * @example np.array([1, 2, 3]).at('1:').mul(10) // [1, 20, 30]
 */
export class IndexedArray {
  readonly #x: NDArray
  readonly #index: readonly Index[]

  constructor(x: NDArray, index: readonly Index[]) {
    this.#x = x
    this.#index = index
  }

  /** The part itself, as `slice`, with a choice of what happens out of bounds. */
  get(options: IndexOptions = {}): NDArray {
    return read('at(…).get', this.#x, this.#index, options)
  }
  /**
   * With `values`, which broadcast to the part, in its place; where an index array names an element twice, the last one stays.
   *
   * @throws {ShapeError} when they do not broadcast
   * @example np.zeros([3]).at('1:').set(5) // [0, 5, 5]
   */
  set(values: ArrayLike, options: IndexOptions = {}): NDArray {
    return write(this.#x, this.#index, 'set', values, options)
  }
  /** With `values` added; an element that is named twice gets both. */
  add(values: ArrayLike, options: IndexOptions = {}): NDArray {
    return write(this.#x, this.#index, 'add', values, options)
  }
  /** With `values` subtracted. */
  sub(values: ArrayLike, options: IndexOptions = {}): NDArray {
    return write(this.#x, this.#index, 'add', lax.neg(asArray('at(…).sub', values)), options)
  }
  /** Multiplied by `values`. Derivatives by them need the promise `uniqueIndices` where index arrays are used. */
  mul(values: ArrayLike, options: IndexOptions = {}): NDArray {
    return write(this.#x, this.#index, 'mul', values, options)
  }
  /** Divided by `values`, in floats, as `numpy.divide`. */
  div(values: ArrayLike, options: IndexOptions = {}): NDArray {
    return divide(this.#x, this.#factors(values, options))
  }
  /** To the power `values`. */
  pow(values: ArrayLike, options: IndexOptions = {}): NDArray {
    return power(this.#x, this.#factors(values, options))
  }
  /** With the smaller of each element and its value. */
  min(values: ArrayLike, options: IndexOptions = {}): NDArray {
    return write(this.#x, this.#index, 'min', values, options)
  }
  /** With the larger of each element and its value. */
  max(values: ArrayLike, options: IndexOptions = {}): NDArray {
    return write(this.#x, this.#index, 'max', values, options)
  }
  /**
   * With `f`, an elementwise function, of the part in its place; an element that is named twice goes through it twice.
   *
   * @throws {TracerError} for index arrays without values, unless they are promised to be unique
   * @example np.array([1, 4, 9]).at('1:').apply(np.sqrt) // [1, 2, 3]
   */
  apply(f: (part: NDArray) => NDArray, options: IndexOptions = {}): NDArray {
    const x = this.#x
    const isPlain = !this.#index.some((entry) => typeof entry === 'object' && entry !== null)
    if (isPlain || options.uniqueIndices === true) return this.set(f(this.get(options)), options)
    const counts = occurrences(x, this.#index, options)
    if (counts === undefined)
      throw new TracerError(
        'at(…).apply',
        'how often traced indices will meet each element is unknown',
        'promise { uniqueIndices: true }, or use get and set',
      )
    const most = Math.max(0, ...new Set(concrete('at(…).apply', counts).readSync()))
    let out = x
    for (let time = 1; time <= most; time++) out = lax.select(lax.ge(counts, time), convert(f(out), x.dtype), out)
    return out
  }

  #factors(values: ArrayLike, options: IndexOptions): NDArray {
    return write(lax.fullLike(this.#x, 1), this.#index, 'mul', values, options)
  }
}

/** A part of `x`, to be replaced: `at(x, 0, '1:3').set(7)`; `x.at(…)` is the same. @example np.at(np.zeros([3]), '1:').set(7) // [0, 7, 7] */
export const at = (x: NDArray, ...index: readonly Index[]): IndexedArray => new IndexedArray(x, index)
