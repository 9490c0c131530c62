import {
  type Aval,
  type Backend,
  BackendError,
  byteSize,
  dtypes,
  encodeFloat16,
  formatAval,
  sizeOf,
  type TypedArray,
} from '@proj/backend'
import { NDArray } from './array.ts'
import { recorded } from './recording.ts'

/** Where a concrete array's bytes are. */
type Storage =
  | { readonly kind: 'buffer'; readonly backend: Backend; readonly buffer: unknown }
  | { readonly kind: 'splat'; readonly value: number }
  | { readonly kind: 'freed'; readonly by: string }

/** An array that holds data: on a backend, or one number repeated. */
export class ConcreteArray extends NDArray {
  readonly aval: Aval
  #storage: Storage

  private constructor(aval: Aval, storage: Storage) {
    super()
    this.aval = aval
    this.#storage = storage
  }

  static fromBuffer(backend: Backend, buffer: unknown, aval: Aval): ConcreteArray {
    return new ConcreteArray(aval, { kind: 'buffer', backend, buffer })
  }

  static splat(value: number, aval: Aval): ConcreteArray {
    return new ConcreteArray(aval, { kind: 'splat', value })
  }

  /** The repeated number, if that is all there is. */
  get splatValue(): number | undefined {
    return this.#storage.kind === 'splat' ? this.#storage.value : undefined
  }

  /** The buffer on `backend`, moved there if it lies elsewhere. */
  bufferOn(backend: Backend): unknown {
    const storage = this.#live('use')
    if (storage.kind === 'buffer' && storage.backend === backend) return storage.buffer
    const data = this.readSync()
    const buffer = recorded('transfer', 'put', () => backend.put(data, this.aval), { bytes: data.byteLength })
    this.#storage = { kind: 'buffer', backend, buffer }
    return buffer
  }

  readSync(): TypedArray {
    const storage = this.#live('dataSync')
    if (storage.kind === 'splat') return this.#filled(storage.value)
    const { backend, buffer } = storage
    if (backend.getSync === undefined)
      throw new BackendError('dataSync', `backend ${backend.name} cannot wait for its device`, 'use await x.data()')
    return recorded('transfer', 'get', () => backend.getSync?.(buffer) as TypedArray, { bytes: byteSize(this.aval) })
  }

  async read(): Promise<TypedArray> {
    const storage = this.#live('data')
    if (storage.kind === 'splat') return this.#filled(storage.value)
    const { backend, buffer } = storage
    return recorded('transfer', 'get', () => backend.get(buffer), { bytes: byteSize(this.aval) })
  }

  /** Gives the memory back now; a later use throws. `by` names what freed it. */
  free(by: string): void {
    if (this.#storage.kind === 'buffer') this.#storage.backend.free(this.#storage.buffer)
    this.#storage = { kind: 'freed', by }
  }

  /** The memory now belongs to somebody else; a later use throws. */
  giveUp(by: string): void {
    this.#storage = { kind: 'freed', by }
  }

  #live(where: string): Exclude<Storage, { kind: 'freed' }> {
    if (this.#storage.kind === 'freed')
      throw new BackendError(
        where,
        `this array's memory was given up by ${this.#storage.by}`,
        'use it before, or do not give it up',
      )
    return this.#storage
  }

  #filled(value: number): TypedArray {
    const { dtype, shape } = this.aval
    const count = sizeOf(shape)
    try {
      return new dtypes[dtype].array(count).fill(dtype === 'float16' ? encodeFloat16(value) : value)
    } catch (cause) {
      const found = `${formatAval(this.aval)} has ${count} elements, more than JavaScript has room for`
      throw new BackendError('dataSync', found, 'read a part of it', { cause })
    }
  }
}
