import type { Aval, DType } from '@proj/backend'
import { checkNumbers, keyBrand, NDArray } from '../array.ts'
import { ShapeError } from '../errors.ts'
import { elementInDim } from '../lax/movement.ts'
import { reshape } from '../numpy/shape.ts'

/** What the dtype of keys prints as: `fry` is short for threefry2x32. */
export const keyTypeName = 'key<fry>'

/**
 * Keys as values of a type of their own, so that nobody adds 1 to one. In trees it is a node around its words, which is what every
 * transform sees: `jit`, `vmap`, `scan` and `cond` take and give key arrays without knowing of them.
 *
 * @example random.split(random.key(0), 3).shape // [3]
 */
export class KeyArray extends NDArray {
  /** The words of each key: uint32[...shape, 2]. */
  readonly base: NDArray

  /** `base` is anything while a transform looks at the structure alone; what makes keys checks the words. */
  constructor(base: NDArray) {
    super()
    this.base = base
  }

  get [keyBrand](): true {
    return true
  }
  override get shape(): readonly number[] {
    return this.base.shape.slice(0, -1)
  }
  override get ndim(): number {
    return this.base.ndim - 1
  }
  override get size(): number {
    return this.base.size / 2
  }
  /** `key<fry>`, which is no `DType`: those are what backends compute with, and none meets a key. */
  override get dtype(): DType {
    return keyTypeName as string as DType
  }
  /** @throws {DTypeError} always: every op asks for it, and none is defined for keys */
  get aval(): Aval {
    return checkNumbers('key array', this).aval
  }

  override reshape(shape: number | readonly number[], ...more: number[]): NDArray {
    const sizes = typeof shape === 'number' ? [shape, ...more] : shape
    return new KeyArray(reshape(this.base, [...sizes, 2]))
  }
  override ravel(): NDArray {
    return this.reshape(-1)
  }
  override flatten(): NDArray {
    return this.reshape(-1)
  }
  override *[Symbol.iterator](): IterableIterator<NDArray> {
    if (this.ndim === 0)
      throw new ShapeError('iteration', 'one key has no parts', 'make several with random.split(key)')
    for (let i = 0; i < (this.shape[0] as number); i++) yield new KeyArray(elementInDim(this.base, i))
  }
  override dispose(): void {
    this.base.dispose()
  }
  override toString(): string {
    return `${keyTypeName}[${this.shape.join()}]`
  }
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString()
  }
}

export const isKeyArray = (x: unknown): x is KeyArray => typeof x === 'object' && x !== null && keyBrand in x
