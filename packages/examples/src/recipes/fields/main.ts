import { grad, isNDArray, jit, type NDArray, numpy as np, ShapeError, stopGradient } from '@proj/autodiff'
import { autoinit, field, freeze, tree, treeRepr, treeStr, unfreeze } from '@proj/tree'

// 1. A buffer: an array without gradient, wherever it is read.

export class Power extends autoinit({ buffer: field<NDArray>({ onGetattr: [stopGradient] }) }) {
  call(x: number): NDArray {
    return this.buffer.pow(x)
  }
}

export const sumOfPowers = jit((power: Power, x: number) => power.call(x).sum())

// 2. A masked field: hidden in the tree, itself when it is read.

const masked = <T>() => field<T>({ onSetattr: [freeze], onGetattr: [unfreeze] })

/** `grad` refuses it: a string has no derivative. */
export class Plain extends autoinit({ mode: field<string>(), alpha: field<number>() }) {
  call(x: NDArray): NDArray {
    return this.mode === 'training' ? np.power(x, this.alpha) : x
  }
}

export class Hidden extends autoinit({ mode: masked<string>(), alpha: field<number>() }) {
  call(x: NDArray): NDArray {
    return this.mode === 'training' ? np.power(x, this.alpha) : x
  }
}

export const slope = grad((model: Plain | Hidden, x: NDArray) => model.call(x))

// 3. Validators, and a converter after them.

function integer(x: number): number {
  if (!Number.isInteger(x)) throw new TypeError(`${x} is not an integer`)
  return x
}

const range = (min: number, max: number) =>
  function range(x: number): number {
    if (x < min || x > max) throw new RangeError(`${x} not in range [${min}, ${max}]`)
    return x
  }

export class Layer extends autoinit({ inFeatures: field<number>({ onSetattr: [integer, range(1, 100)] }) }) {}

/** A size, `null` for any size, or (once) `'...'` for any number of axes. */
type Pattern = readonly (number | null | '...')[]

/** Refuses all arrays but those of this dtype and shape. */
export function array(pattern: Pattern, dtype: string): (x: NDArray) => NDArray {
  const gap = pattern.indexOf('...')
  if (gap !== pattern.lastIndexOf('...'))
    throw new ShapeError('array', `'...' stands twice in [${pattern.join()}]`, 'write it once')
  return function array(x) {
    if (!isNDArray(x)) throw new TypeError(`${typeof x} is no array`)
    if (x.dtype !== dtype) throw new TypeError(`dtype ${x.dtype} is not ${dtype}`)
    const missing = Array<null>(Math.max(0, x.ndim - pattern.length + 1)).fill(null)
    const sizes = gap < 0 ? pattern : [...pattern.slice(0, gap), ...missing, ...pattern.slice(gap + 1)]
    if (sizes.length !== x.ndim) throw new TypeError(`${x.ndim} axes do not fit [${pattern.join()}]`)
    const wrong = sizes.findIndex((size, i) => size !== null && size !== x.shape[i])
    if (wrong >= 0) throw new TypeError(`size ${x.shape[wrong]} is not ${sizes[wrong]} at axis ${wrong}`)
    return x
  }
}

const quantize = (x: NDArray) => x.round().astype('int8')

export class Quantized extends autoinit({
  data: field<NDArray>({ onSetattr: [array([3, '...', 6], 'float32'), quantize] }),
}) {}

// 4. A parametrisation: the tree holds any matrix, a reader sees a symmetric one.

const symmetric = (x: NDArray) => np.triu(x).add(np.triu(x).T)

export class Symmetric extends autoinit({ matrix: field<NDArray>({ onGetattr: [symmetric] }) }) {}

export const refusal = (attempt: () => unknown): string => {
  try {
    return `accepted: ${attempt()}`
  } catch (error) {
    return (error as Error).message
  }
}

export function main(print: (text: string) => void = console.log): void {
  const power = new Power({ buffer: np.array([1, 2, 3]) })
  print(`The sum of a buffer: ${sumOfPowers(power, 1)}; its gradient: ${treeStr(grad(sumOfPowers)(power, 1))}`)

  const pair = [1, freeze(2)]
  print(`${treeRepr(pair)} has the leaves ${treeRepr(tree.leaves(pair))}`)
  print(`Not masked: ${refusal(() => slope(new Plain({ mode: 'training', alpha: 2 }), np.array(2)))}`)
  print(`Masked: ${treeStr(slope(new Hidden({ mode: 'training', alpha: 2 }), np.array(2)))}`)

  print(refusal(() => new Layer({ inFeatures: 0 })))
  print(refusal(() => new Layer({ inFeatures: 1.5 })))
  print(treeRepr(new Quantized({ data: np.ones([3, 1, 2, 6]) })))
  print(refusal(() => new Quantized({ data: np.ones([1, 1, 2, 3]) })))
  print(refusal(() => new Quantized({ data: np.ones([3, 1, 2, 6], 'int32') })))

  print(`Symmetric: ${new Symmetric({ matrix: np.arange(9).reshape([3, 3]) }).matrix}`)
}
