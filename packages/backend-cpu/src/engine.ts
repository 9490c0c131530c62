import { FreeList } from './freeList.ts'
import { callHost, type HostCall } from './host.ts'
import { outOfMemory } from './outOfMemory.ts'
import { slotSize } from './rooms.ts'
import type { Storage } from './storage.ts'
import { controlBytes } from './threads/control.ts'
import { sharedMemory } from './threads/platform.ts'
import { type PoolOptions, ThreadPool } from './threads/pool.ts'

const pageBytes = 65536
/** What 32 bits can address. */
const mostBytes = 2 ** 32

/** Vector loads may read so far past the last byte in use. */
const slack = 64

/**
 * Large arrays stay in memory up to so many bytes before those that have not been used for longest are moved out to plain buffers, where those
 * that nobody refers to any more fall to the garbage collector.
 */
const roomy = 128 * 2 ** 20

/**
 * Memory larger than so many times `roomy` is given up when no call has needed a quarter of it for a while: so many milliseconds for each
 * MiB. Giving it up and growing it again costs 0.7 ms for each MiB (pages to be freed, mapped and cleared; measured in Node 20), so a program
 * that needs it again and again at the worst moments loses a quarter of its time, and 1 GiB is back after two seconds.
 */
const oversize = 2
const patience = 2

export interface EngineOptions {
  /** Bytes of large arrays that stay in memory under no pressure. */
  readonly roomy?: number
  /** The most bytes that memory may have. */
  readonly most?: number
  /** In milliseconds. */
  readonly clock?: () => number
  /** Absent for one thread. */
  readonly threads?: PoolOptions | undefined
}

/** A module and what it calls the host for, by number. */
export interface Linkable {
  readonly module: WebAssembly.Module
  readonly hosts: readonly HostCall[]
}

type Run = (arena: number) => void

/** Room for what a running call needs for itself, kept for the next one. */
interface Arena {
  start: number
  size: number
  /** What the call that has it, or had it last, needs of it. */
  needed: number
}

/**
 * The memory that all executables of a backend share. It holds one arena, for whoever runs (a callback that runs a program again finds another),
 * and the storages of large arrays, used in place from call to call. Nothing here waits for a finalizer: under pressure the oldest storages
 * leave, and come back when they are used. After a large transient everything moves to a new, smaller memory: modules are linked
 * anew when they run next.
 */
export class Engine {
  readonly #roomy: number
  readonly #most: number
  readonly #clock: () => number
  /** Present where the memory is shared. */
  readonly threads: ThreadPool | undefined
  #memory!: WebAssembly.Memory
  #room!: FreeList
  /** Bytes that residents take. */
  #residentBytes = 0
  /** Of large arrays in memory, the one unused for longest first. */
  readonly #residents = new Set<Storage>()
  /** What running calls need; the innermost is last, for a callback may call again. */
  readonly #pinned: Set<Storage>[] = []
  /** By depth of running calls. */
  readonly #arenas: Arena[] = []
  /** Forgotten with the memory that they are linked to: who keeps an instance keeps its memory. */
  #linked = new WeakMap<Linkable, Run>()
  /** When a call last needed a good part of an oversized memory. */
  #lastNeeded = 0
  /** When the collector is to be told again of a memory that was given up. */
  #reminders: number[] = []
  /** Told by a module with marks which region has ended; -1 as the first begins. */
  onMark: (region: number) => void = () => {}
  #bytes!: Uint8Array
  #words!: Uint32Array

  constructor({ roomy: kept = roomy, most = mostBytes, clock = () => performance.now(), threads }: EngineOptions = {}) {
    this.#roomy = kept
    this.#most = Math.min(most, mostBytes)
    this.#clock = clock
    const shared = threads && sharedMemory(this.#mostPages)
    this.threads = threads && shared && new ThreadPool(shared, threads)
    this.#startAnew(shared ?? new WebAssembly.Memory({ initial: 1, maximum: this.#mostPages }))
  }

  /** All of memory, until it grows. */
  get bytes(): Uint8Array {
    return this.#bytes
  }

  get words(): Uint32Array {
    return this.#words
  }

  /** The code of a module, linked to the memory there is now. */
  link(program: Linkable): Run {
    return this.#linked.get(program) ?? this.#instantiate(program)
  }

  /** Bytes there are, and bytes that arrays and running calls take. */
  get use(): { readonly reserved: number; readonly inUse: number } {
    const arenas = this.#arenas.reduce((sum, { size }) => sum + size, 0)
    return { reserved: this.#bytes.length, inUse: this.#residentBytes + arenas }
  }

  /** A call begins; whatever it brings or creates stays in memory until `end`. */
  begin(): void {
    this.#pinned.push(new Set())
  }

  end(): void {
    const pinned = this.#pinned.pop() as Set<Storage>
    if (this.#bytes.length > oversize * this.#roomy) this.#reconsider(pinned)
    if (this.#reminders.length > 0 && this.#clock() >= (this.#reminders[0] as number)) {
      this.#reminders.shift()
      remindCollector()
    }
  }

  /**
   * The address of an arena of at least `size` bytes, for the innermost running call.
   *
   * @throws {BackendError} when there is not so much
   */
  arena(size: number, name: string): number {
    const depth = this.#pinned.length - 1
    const arena = (this.#arenas[depth] ??= { start: 0, size: 0, needed: 0 })
    if (size > arena.size) {
      this.#cut(arena, 0)
      arena.start = this.#take(size, name, 'the room for intermediate results')
      arena.size = size
    }
    arena.needed = size
    return arena.start
  }

  /** Gives back what an arena has beyond its first bytes. */
  #cut(arena: Arena, size: number): void {
    if (arena.size > size) this.#room.give(arena.start + size, arena.size - size)
    arena.size = size
    arena.needed = Math.min(arena.needed, size)
  }

  /** Gives back what arenas keep for calls to come; false when that is nothing. */
  #cutArenas(): boolean {
    let given = 0
    this.#arenas.forEach((arena, depth) => {
      const size = depth < this.#pinned.length ? arena.needed : 0
      given += arena.size - size
      this.#cut(arena, size)
    })
    return given > 0
  }

  /**
   * A storage in memory, its bytes not yet written; it stays there until the running call's end. `what` it is for says the error.
   *
   * @throws {BackendError} when there is no room
   */
  create(storage: Storage, name: string, what: string): void {
    const size = slotSize(storage.size)
    while (this.#residentBytes + size > this.#roomy && this.#moveOldestOut());
    storage.address = this.#take(size, name, what)
    this.#residentBytes += size
    this.#residents.add(storage)
    this.pin(storage)
  }

  /** Marks a storage as in use by the running call. */
  pin(storage: Storage): void {
    this.#pinned.at(-1)?.add(storage)
  }

  /** Puts a storage's bytes into memory if they are not there. */
  bring(storage: Storage, name: string, what: string): void {
    if (storage.address < 0) {
      const { plain } = storage
      this.create(storage, name, what)
      this.#bytes.set(plain as Uint8Array, storage.address)
      storage.plain = undefined
      return
    }
    this.#residents.delete(storage)
    this.#residents.add(storage)
  }

  /** A storage's bytes where they are now; not to be kept. */
  read({ plain, address, size }: Storage): Uint8Array {
    return plain ?? this.#bytes.subarray(address, address + size)
  }

  /** Forgets a storage that no array refers to. */
  release(storage: Storage): void {
    storage.plain = undefined
    if (storage.address < 0) return
    const size = slotSize(storage.size)
    this.#residents.delete(storage)
    this.#residentBytes -= size
    this.#room.give(storage.address, size)
    storage.address = -1
  }

  #take(size: number, name: string, what: string): number {
    if (size + slack > this.#most) throw this.#shortage(size, name, what)
    for (;;) {
      const start = this.#room.take(size)
      const missing = Math.ceil((this.#room.end + slack - this.#bytes.length) / pageBytes)
      if (missing <= 0 || this.#grow(missing)) return start
      this.#room.give(start, size)
      if (!this.#cutArenas() && !this.#moveOldestOut()) throw this.#shortage(size, name, what)
    }
  }

  /** Moves the array unused for longest out of memory; false when none can go. */
  #moveOldestOut(): boolean {
    for (const storage of this.#residents) {
      if (!this.#pinned.some((pinned) => pinned.has(storage))) return this.#moveOut(storage)
    }
    return false
  }

  /** False when there is no room outside. */
  #moveOut(storage: Storage): boolean {
    let plain: Uint8Array<ArrayBuffer>
    try {
      plain = this.#bytes.slice(storage.address, storage.address + storage.size)
    } catch {
      return false
    }
    this.release(storage)
    storage.plain = plain
    return true
  }

  #grow(pages: number): boolean {
    try {
      this.#memory.grow(pages)
    } catch {
      return false
    }
    this.#look()
    return true
  }

  #look(): void {
    this.#bytes = new Uint8Array(this.#memory.buffer)
    this.#words = new Uint32Array(this.#bytes.buffer)
  }

  #instantiate(program: Linkable): Run {
    const { module, hosts } = program
    const memory = this.#memory
    const host = (number: number, arena: number) => callHost(hosts[number] as HostCall, memory, arena >>> 0)
    const { exports } = new WebAssembly.Instance(module, {
      env: { memory, host, mark: (region: number) => this.onMark(region) },
    })
    const run = exports['run'] as Run
    this.#linked.set(program, run)
    return run
  }

  /** Gives an oversized memory up if no call has needed a good part of it for long enough, and none is running. */
  #reconsider(pinned: ReadonlySet<Storage>): void {
    const [capacity, now] = [this.#bytes.length, this.#clock()]
    let needed = this.#arenas[this.#pinned.length]?.needed ?? 0
    for (const storage of pinned) needed += storage.size
    if (4 * needed > capacity) this.#lastNeeded = now
    else if (this.#pinned.length === 0 && now - this.#lastNeeded > (patience * capacity) / 2 ** 20) {
      this.#lastNeeded = now
      this.#moveHouse()
    }
  }

  /** What is in memory goes to plain buffers, from where the next calls take what they use into the new memory. */
  #moveHouse(): void {
    const isEmpty = [...this.#residents].every((storage) => this.#moveOut(storage))
    if (!isEmpty) return
    const maximum = this.#mostPages
    const memory = this.threads === undefined ? new WebAssembly.Memory({ initial: 1, maximum }) : sharedMemory(maximum)
    if (memory === undefined) return
    this.#startAnew(memory)
    this.threads?.moveTo(memory)
    remindCollector()
    this.#reminders = reminderTimes.map((after) => this.#clock() + after)
  }

  get #mostPages(): number {
    return Math.ceil(this.#most / pageBytes)
  }

  #startAnew(memory: WebAssembly.Memory): void {
    this.#memory = memory
    this.#room = new FreeList(this.threads === undefined ? 0 : controlBytes)
    this.#arenas.length = 0
    this.#linked = new WeakMap()
    this.#look()
  }

  #shortage(size: number, name: string, what: string): Error {
    let inUse = 0
    for (const pinned of this.#pinned) for (const storage of pinned) if (storage.address >= 0) inUse += storage.size
    for (const { size: kept } of this.#arenas) inUse += kept
    return outOfMemory(name, { what, size, inUse, most: this.#most })
  }
}

/** In milliseconds: when it looks first, a call on the stack or a thread about to end may still hold the memory. */
const reminderTimes = [300, 1000, 3000]

/**
 * The collector does not know what a memory that is given up weighs, and would come round to it late: buffers that are never touched, and so cost
 * next to nothing, tell it to look. (Measured in V8: it looks after 128 MiB of them, in Node and in Chromium.)
 */
function remindCollector(): void {
  for (let i = 0; i < 4; i++) {
    try {
      new ArrayBuffer(2 ** 26)
    } catch {
      return
    }
  }
}
