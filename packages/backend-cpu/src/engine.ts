import { BackendError } from '@proj/backend'
import { FreeList } from './freeList.ts'
import { slotSize } from './memory.ts'
import type { Storage } from './storage.ts'

const pageBytes = 65536
const maxPages = 65536

/** Vector loads may read so far past the last byte in use. */
const slack = 64

/**
 * So much stays in memory before the arrays that have not been used for longest are moved out to plain buffers, where those that nobody refers
 * to any more fall to the garbage collector.
 */
const roomy = 128 * 2 ** 20

/**
 * The memory that all executables of a backend share. It holds one arena, for whoever runs, and the storages of large arrays, used in place
 * from call to call. Nothing here waits for a finalizer: under pressure the oldest storages leave, and come back when they are used.
 */
export class Engine {
  readonly #memory = new WebAssembly.Memory({ initial: 1, maximum: maxPages })
  readonly #room = new FreeList(0)
  readonly #limit: number
  /** Of large arrays in memory, the one unused for longest first. */
  readonly #residents = new Set<Storage>()
  /** What a running call needs. */
  readonly #pinned = new Set<Storage>()
  #arena = { start: 0, size: 0 }
  #bytes = new Uint8Array(this.#memory.buffer as ArrayBuffer)
  #words = new Uint32Array(this.#bytes.buffer)

  constructor(limit = roomy) {
    this.#limit = limit
  }

  /** All of memory, until it grows. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes
  }

  get words(): Uint32Array<ArrayBuffer> {
    return this.#words
  }

  instantiate(module: WebAssembly.Module): (arena: number) => void {
    const { exports } = new WebAssembly.Instance(module, { env: { memory: this.#memory } })
    return exports['run'] as (arena: number) => void
  }

  /**
   * The address of an arena of at least `size` bytes.
   *
   * @throws {BackendError} when there is not so much
   */
  arena(size: number, name: string): number {
    if (size > this.#arena.size) {
      if (this.#arena.size > 0) this.#room.give(this.#arena.start, this.#arena.size)
      this.#arena = { start: 0, size: 0 }
      this.#arena = { start: this.#take(size, name), size }
    }
    return this.#arena.start
  }

  /** A storage in memory, its bytes not yet written; it stays there until `unpin`. */
  create(storage: Storage, name: string): void {
    storage.address = this.#take(slotSize(storage.size), name)
    this.#residents.add(storage)
    this.#pinned.add(storage)
  }

  /** Marks a storage as in use by the running call. */
  pin(storage: Storage): void {
    this.#pinned.add(storage)
  }

  unpin(): void {
    this.#pinned.clear()
  }

  /** Puts a storage's bytes into memory if they are not there. */
  bring(storage: Storage, name: string): void {
    if (storage.address < 0) {
      const { plain } = storage
      this.create(storage, name)
      this.#bytes.set(plain as Uint8Array, storage.address)
      storage.plain = undefined
      return
    }
    this.#residents.delete(storage)
    this.#residents.add(storage)
  }

  /** A storage's bytes where they are now; not to be kept. */
  read({ plain, address, size }: Storage): Uint8Array<ArrayBuffer> {
    return plain ?? this.#bytes.subarray(address, address + size)
  }

  /** Forgets a storage that no array refers to. */
  release(storage: Storage): void {
    storage.plain = undefined
    if (storage.address < 0) return
    this.#residents.delete(storage)
    this.#room.give(storage.address, slotSize(storage.size))
    storage.address = -1
  }

  #take(size: number, name: string): number {
    while (!this.#room.fits(size) && this.#room.end + size > this.#limit && this.#moveOut());
    for (;;) {
      const start = this.#room.take(size)
      const missing = Math.ceil((this.#room.end + slack - this.#bytes.length) / pageBytes)
      if (missing <= 0 || this.#grow(missing)) return start
      this.#room.give(start, size)
      if (!this.#moveOut()) throw this.#shortage(size, name)
    }
  }

  /** Moves the array unused for longest out of memory; false when none can go. */
  #moveOut(): boolean {
    for (const storage of this.#residents) {
      if (this.#pinned.has(storage)) continue
      const plain = this.#bytes.slice(storage.address, storage.address + storage.size)
      this.release(storage)
      storage.plain = plain
      return true
    }
    return false
  }

  #grow(pages: number): boolean {
    try {
      this.#memory.grow(pages)
    } catch {
      return false
    }
    this.#bytes = new Uint8Array(this.#memory.buffer as ArrayBuffer)
    this.#words = new Uint32Array(this.#bytes.buffer)
    return true
  }

  #shortage(size: number, name: string): BackendError {
    const found = `it needs ${size} more bytes of memory at once, beside ${this.#room.end} in use`
    return new BackendError(name, found, 'work on smaller pieces; WebAssembly has at most 4 GiB')
  }
}
