import { BackendError } from '@proj/backend'
import { FreeList } from './freeList.ts'
import { callHost, type HostCall } from './host.ts'
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
 * The memory that all executables of a backend share. It holds one arena, for whoever runs (a callback that runs a program again finds another), and the storages of large arrays, used in place
 * from call to call. Nothing here waits for a finalizer: under pressure the oldest storages leave, and come back when they are used.
 */
export class Engine {
  readonly #memory = new WebAssembly.Memory({ initial: 1, maximum: maxPages })
  readonly #room = new FreeList(0)
  readonly #limit: number
  /** Of large arrays in memory, the one unused for longest first. */
  readonly #residents = new Set<Storage>()
  /** What running calls need; the innermost is last, for a callback may call again. */
  readonly #pinned: Set<Storage>[] = []
  /** By depth of running calls. */
  readonly #arenas: { start: number; size: number }[] = []
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

  instantiate(module: WebAssembly.Module, hosts: readonly HostCall[]): (arena: number) => void {
    const memory = this.#memory
    const host = (number: number, arena: number) => callHost(hosts[number] as HostCall, memory, arena >>> 0)
    const { exports } = new WebAssembly.Instance(module, { env: { memory, host } })
    return exports['run'] as (arena: number) => void
  }

  /** A call begins; whatever it brings or creates stays in memory until `end`. */
  begin(): void {
    this.#pinned.push(new Set())
  }

  end(): void {
    this.#pinned.pop()
  }

  /**
   * The address of an arena of at least `size` bytes, for the innermost running call.
   *
   * @throws {BackendError} when there is not so much
   */
  arena(size: number, name: string): number {
    const depth = this.#pinned.length - 1
    const { start, size: before } = this.#arenas[depth] ?? { start: 0, size: 0 }
    if (size <= before) return start
    if (before > 0) this.#room.give(start, before)
    this.#arenas[depth] = { start: 0, size: 0 }
    const room = this.#take(size, name)
    this.#arenas[depth] = { start: room, size }
    return room
  }

  /** A storage in memory, its bytes not yet written; it stays there until the running call's end. */
  create(storage: Storage, name: string): void {
    storage.address = this.#take(slotSize(storage.size), name)
    this.#residents.add(storage)
    this.pin(storage)
  }

  /** Marks a storage as in use by the running call. */
  pin(storage: Storage): void {
    this.#pinned.at(-1)?.add(storage)
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
      if (this.#pinned.some((pinned) => pinned.has(storage))) continue
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
