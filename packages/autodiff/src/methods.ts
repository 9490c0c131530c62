import { type DType, dtypes, type TypedArray } from '@proj/backend'
import type { ArrayLike, NDArray } from './array.ts'
import { ConcreteArray } from './concrete.ts'
import { ShapeError } from './errors.ts'
import { reshape as reshapeTo, slice } from './lax/index.ts'
import { elementInDim } from './lax/movement.ts'
import { type IndexingMethods, indexingMethods } from './methodsIndexing.ts'
import * as np from './numpy/index.ts'
import { type Nested, nest } from './numpy/nested.ts'
import type { ArgOptions, Axes, KeepOptions, ReduceOptions, VarianceOptions } from './numpy/reduce.ts'
import { concrete, oneElement, read, readSync, show } from './reading.ts'
import { getBase, withTrace } from './trace.ts'

/** What every array can do, concrete or traced. `y` is anything array-like; shapes broadcast and dtypes promote as in numpy. */
export interface ArrayMethods extends IndexingMethods {
  // Operators
  /** `x + y`. */
  add(y: ArrayLike): NDArray
  /** `x - y`. */
  sub(y: ArrayLike): NDArray
  /** `x · y`, elementwise. */
  mul(y: ArrayLike): NDArray
  /** `x / y`, a float. */
  div(y: ArrayLike): NDArray
  /** `⌊x / y⌋`, Python's `//`. */
  floorDivide(y: ArrayLike): NDArray
  /** What `floorDivide` leaves, with the sign of `y`: Python's `%`. */
  mod(y: ArrayLike): NDArray
  /** `x^y`. */
  pow(y: ArrayLike): NDArray
  /** `-x`. */
  neg(): NDArray
  /** `|x|`. */
  abs(): NDArray
  /** Matrix product, Python's `@`. */
  matmul(y: ArrayLike): NDArray
  /** `x == y`, to bool, as the five below. */
  eq(y: ArrayLike): NDArray
  ne(y: ArrayLike): NDArray
  lt(y: ArrayLike): NDArray
  le(y: ArrayLike): NDArray
  gt(y: ArrayLike): NDArray
  ge(y: ArrayLike): NDArray
  /** `x & y`: logical for bool, by bits for integers, as the five below. */
  bitwiseAnd(y: ArrayLike): NDArray
  bitwiseOr(y: ArrayLike): NDArray
  bitwiseXor(y: ArrayLike): NDArray
  bitwiseNot(): NDArray
  leftShift(y: ArrayLike): NDArray
  rightShift(y: ArrayLike): NDArray

  // Elementwise functions that formulas use most; the others are in `numpy`
  /** `x · x`. */
  square(): NDArray
  /** `√x`. */
  sqrt(): NDArray
  /** `e^x`. */
  exp(): NDArray
  /** The natural logarithm. */
  log(): NDArray
  /** Sine of radians. */
  sin(): NDArray
  /** Cosine of radians. */
  cos(): NDArray
  /** Hyperbolic tangent. */
  tanh(): NDArray
  /** Between `min` and `max`; either may be `null`. */
  clip(min?: ArrayLike | null, max?: ArrayLike | null): NDArray
  /** To `decimals` places (default 0); halves go to the even neighbour. */
  round(decimals?: number): NDArray
  /** In another dtype. */
  astype(dtype: DType): NDArray
  /** The array itself: arrays never change. */
  copy(): NDArray

  // Shape
  /** Dimensions reversed. */
  readonly T: NDArray
  /** The last two dimensions swapped. */
  readonly mT: NDArray
  /** Bytes of one element. */
  readonly itemsize: number
  /** Bytes of all elements. */
  readonly nbytes: number
  /** The same elements under another shape; one size may be -1. `x.reshape(2, 3)` or `x.reshape([2, 3])`. */
  reshape(shape: number | readonly number[], ...more: number[]): NDArray
  /** Dimensions in the order `axes`, by default reversed. `x.transpose(1, 0)` or `x.transpose([1, 0])`. */
  transpose(axes?: number | readonly number[] | null, ...more: number[]): NDArray
  /** As one dimension. */
  ravel(): NDArray
  /** As one dimension. */
  flatten(): NDArray
  /** Without the given dimensions of size 1, by default without any. */
  squeeze(axis?: Axes): NDArray
  swapaxes(axis1: number, axis2: number): NDArray
  /** Each element `repeats` times along `axis` (default: of the flattened array). */
  repeat(repeats: number | readonly number[], axis?: number | null): NDArray
  diagonal(offset?: number, axis1?: number, axis2?: number): NDArray

  // Reductions: `x.sum()`, `x.sum(0)`, `x.sum({ axis: 0, keepdims: true })`
  sum(axis?: Axes | ReduceOptions, options?: ReduceOptions): NDArray
  prod(axis?: Axes | ReduceOptions, options?: ReduceOptions): NDArray
  mean(axis?: Axes | ReduceOptions, options?: ReduceOptions): NDArray
  /** Variance: the mean squared distance from the mean, over `n - ddof`. */
  var(axis?: Axes | VarianceOptions, options?: VarianceOptions): NDArray
  /** Standard deviation. */
  std(axis?: Axes | VarianceOptions, options?: VarianceOptions): NDArray
  max(axis?: Axes | ReduceOptions, options?: ReduceOptions): NDArray
  min(axis?: Axes | ReduceOptions, options?: ReduceOptions): NDArray
  /** `max - min`. */
  ptp(axis?: Axes | KeepOptions, options?: KeepOptions): NDArray
  all(axis?: Axes | ReduceOptions, options?: ReduceOptions): NDArray
  any(axis?: Axes | ReduceOptions, options?: ReduceOptions): NDArray
  /** The first position of the largest element along `axis` (default: in the flattened array), int32. */
  argmax(axis?: number | null | ArgOptions, options?: ArgOptions): NDArray
  argmin(axis?: number | null | ArgOptions, options?: ArgOptions): NDArray
  /** `numpy.dot`. */
  dot(y: ArrayLike): NDArray

  // Reading. On a tracer all of these throw a TracerError.
  /** A copy of the values, row-major, when they are there; of float16 as a Float32Array, of bool as 0 and 1. */
  data(): Promise<TypedArray>
  /**
   * The same at once.
   *
   * @throws {BackendError} on a backend that cannot wait for its device
   */
  dataSync(): TypedArray
  /** The values as nested lists of numbers or booleans, when they are there. */
  array(): Promise<Nested>
  /** The same at once. */
  arraySync(): Nested
  /**
   * The one element.
   *
   * @throws {ShapeError} when there are more, or none
   * @example np.array([[3]]).item() // 3
   */
  item(): number | boolean
  /** `arraySync()`, for JSON.stringify. */
  toJSON(): Nested
  /** Resolves to the array itself once it is computed. */
  blockUntilReady(): Promise<NDArray>
  /** Values of a concrete array, type and transform of a tracer. */
  toString(): string
  /** A number when there is one element; in a template string, `toString()`. */
  [Symbol.toPrimitive](hint: string): number | string
  /** The slices along axis 0. */
  [Symbol.iterator](): IterableIterator<NDArray>
  /** Gives the memory back before the garbage collector would. The array is dead afterwards; on a tracer it does nothing. */
  dispose(): void
  /** `using x = …` disposes at the end of the block. */
  [Symbol.dispose](): void
}

const listOf = (first: number | readonly number[], more: readonly number[]): readonly number[] =>
  typeof first === 'number' ? [first, ...more] : first

/** A one-element copy: asking for it waits for all of the buffer. */
const firstElement = (x: NDArray): NDArray => withTrace(getBase(), () => slice(reshapeTo(x, [x.size]), [0], [1]))

/** The methods and getters of every array; `this` is the array. */
export const methods: ArrayMethods & ThisType<NDArray> = {
  ...indexingMethods,
  add(y) {
    return np.add(this, y)
  },
  sub(y) {
    return np.subtract(this, y)
  },
  mul(y) {
    return np.multiply(this, y)
  },
  div(y) {
    return np.divide(this, y)
  },
  floorDivide(y) {
    return np.floorDivide(this, y)
  },
  mod(y) {
    return np.remainder(this, y)
  },
  pow(y) {
    return np.power(this, y)
  },
  neg() {
    return np.negative(this)
  },
  abs() {
    return np.abs(this)
  },
  matmul(y) {
    return np.matmul(this, y)
  },
  eq(y) {
    return np.equal(this, y)
  },
  ne(y) {
    return np.notEqual(this, y)
  },
  lt(y) {
    return np.less(this, y)
  },
  le(y) {
    return np.lessEqual(this, y)
  },
  gt(y) {
    return np.greater(this, y)
  },
  ge(y) {
    return np.greaterEqual(this, y)
  },
  bitwiseAnd(y) {
    return np.bitwiseAnd(this, y)
  },
  bitwiseOr(y) {
    return np.bitwiseOr(this, y)
  },
  bitwiseXor(y) {
    return np.bitwiseXor(this, y)
  },
  bitwiseNot() {
    return np.bitwiseNot(this)
  },
  leftShift(y) {
    return np.leftShift(this, y)
  },
  rightShift(y) {
    return np.rightShift(this, y)
  },
  square() {
    return np.square(this)
  },
  sqrt() {
    return np.sqrt(this)
  },
  exp() {
    return np.exp(this)
  },
  log() {
    return np.log(this)
  },
  sin() {
    return np.sin(this)
  },
  cos() {
    return np.cos(this)
  },
  tanh() {
    return np.tanh(this)
  },
  clip(min, max) {
    return np.clip(this, min, max)
  },
  round(decimals) {
    return np.round(this, decimals)
  },
  astype(dtype) {
    return np.astype(this, dtype)
  },
  copy() {
    return this
  },

  get T() {
    return np.transpose(this)
  },
  get mT() {
    return np.matrixTranspose(this)
  },
  get itemsize() {
    return dtypes[this.dtype].bytes
  },
  get nbytes() {
    return dtypes[this.dtype].bytes * this.size
  },
  reshape(shape, ...more) {
    return np.reshape(this, listOf(shape, more))
  },
  transpose(axes, ...more) {
    return np.transpose(this, axes === undefined || axes === null ? null : listOf(axes, more))
  },
  ravel() {
    return np.ravel(this)
  },
  flatten() {
    return np.ravel(this)
  },
  squeeze(axis) {
    return np.squeeze(this, axis)
  },
  swapaxes(axis1, axis2) {
    return np.swapaxes(this, axis1, axis2)
  },
  repeat(repeats, axis) {
    return np.repeat(this, repeats, axis)
  },
  diagonal(offset, axis1, axis2) {
    return np.diagonal(this, offset, axis1, axis2)
  },

  sum(axis, options) {
    return np.sum(this, axis, options)
  },
  prod(axis, options) {
    return np.prod(this, axis, options)
  },
  mean(axis, options) {
    return np.mean(this, axis, options)
  },
  var(axis, options) {
    return np.var(this, axis, options)
  },
  std(axis, options) {
    return np.std(this, axis, options)
  },
  max(axis, options) {
    return np.max(this, axis, options)
  },
  min(axis, options) {
    return np.min(this, axis, options)
  },
  ptp(axis, options) {
    return np.ptp(this, axis, options)
  },
  all(axis, options) {
    return np.all(this, axis, options)
  },
  any(axis, options) {
    return np.any(this, axis, options)
  },
  argmax(axis, options) {
    return np.argmax(this, axis, options)
  },
  argmin(axis, options) {
    return np.argmin(this, axis, options)
  },
  dot(y) {
    return np.dot(this, y)
  },

  async data() {
    return read(concrete('data', this))
  },
  dataSync() {
    return readSync(concrete('dataSync', this))
  },
  async array() {
    return nest(await read(concrete('array', this)), this.aval)
  },
  arraySync() {
    return nest(readSync(concrete('arraySync', this)), this.aval)
  },
  item() {
    return oneElement('item', this, 'use arraySync(), or reduce it first')
  },
  toJSON() {
    return nest(readSync(concrete('toJSON', this)), this.aval)
  },
  async blockUntilReady() {
    if (this instanceof ConcreteArray && this.size > 0) await (firstElement(this) as ConcreteArray).read()
    return this
  },
  toString() {
    return show(this)
  },
  [Symbol.toPrimitive](hint) {
    if (hint === 'string') return this.toString()
    return Number(oneElement('a JavaScript operator', this, 'use the methods: x.add(y), x.gt(y), x.eq(y)'))
  },
  *[Symbol.iterator]() {
    if (this.ndim === 0) throw new ShapeError('iteration', 'an array of rank 0 has no slices', 'use item()')
    for (let i = 0; i < (this.shape[0] as number); i++) yield elementInDim(this, i)
  },
  dispose() {
    if (this instanceof ConcreteArray) this.free('dispose()')
  },
  [Symbol.dispose ?? Symbol.for('Symbol.dispose')]() {
    this.dispose()
  },
}

// What console.log shows in Node.
Object.defineProperty(methods, Symbol.for('nodejs.util.inspect.custom'), {
  value(this: NDArray) {
    return show(this)
  },
})
