import { type DType, dtypes } from '@proj/backend'
import type { Half, Mode } from '../lane/emit.ts'
import type { Leaf } from '../lane/graph.ts'
import type { Body } from '../wasm/body.ts'
import { load, type Span } from './memory.ts'
import type { Slice, Walk } from './space.ts'

/** Where a buffer starts: at the address in a local plus a constant. */
export interface Base {
  readonly local: number
  readonly offset: number
  /** What lies behind the buffer must not be written over. */
  readonly isTight?: boolean
}

/** Addresses that move alike share one local for each loop. */
export interface Pointer {
  readonly base: number
  /** Added to the base before all loops. */
  readonly start: number
  readonly strides: readonly number[]
  /** By depth; a loop that does not move it shares the local of the loop around it. */
  readonly locals: readonly number[]
}

/** A leaf that stands for elements in memory, or for a position. */
export interface Access extends Leaf {
  readonly kind: 'element' | 'position'
  readonly pointer: Pointer
  readonly offset: number
  readonly dtype: DType
  /** From lane to lane: bytes, or positions. */
  readonly step: number
}

const lanes = [0, 1, 2, 3] as const

const levelOf = ({ strides }: Walk): number => strides.reduce((level, stride, d) => (stride === 0 ? level : d + 1), 0)

/** What the code of one nest points to, and how its pointers move through the loops. */
export class Pointers {
  readonly #body: Body
  /** The dimension whose elements go four at a time, or -1. */
  readonly #vector: number
  readonly #known = new Map<string, Pointer>()
  #zero: number | undefined

  constructor(body: Body, vector: number) {
    this.#body = body
    this.#vector = vector
  }

  all(): Iterable<Pointer> {
    return this.#known.values()
  }

  /** The elements of a buffer along a walk. */
  element(base: Base, walk: Walk, dtype: DType): Access {
    const { bytes } = dtypes[dtype]
    const strides = walk.strides.map((stride) => stride * bytes)
    const start = base.offset + walk.offset * bytes
    // An address is unsigned, and what is added to it too: one that walks back must start at the elements themselves.
    const walksBack = strides.some((stride) => stride < 0)
    const pointer = this.#pointer(base.local, strides, walksBack ? start : 0)
    const offset = walksBack ? 0 : start
    const step = this.#laneStep(walk) * bytes
    const key = `${base.local} ${start} ${dtype} ${strides.join()} ${step}`
    return { kind: 'element', key, level: levelOf(walk), pointer, offset, dtype, step }
  }

  /** The walk's own position. */
  position(walk: Walk): Access {
    this.#zero ??= this.#body.local('i32')
    const pointer = this.#pointer(this.#zero, walk.strides, 0)
    const key = `position ${walk.strides.join()} ${walk.offset}`
    const step = this.#laneStep(walk)
    return { kind: 'position', key, level: levelOf(walk), pointer, offset: walk.offset, dtype: 'int32', step }
  }

  #laneStep({ strides, lane }: Walk): number {
    return this.#vector < 0 ? 0 : (lane ?? (strides[this.#vector] as number))
  }

  #pointer(base: number, strides: readonly number[], start: number): Pointer {
    const key = `${base} ${start} ${strides.join()}`
    let pointer = this.#known.get(key)
    if (pointer === undefined) {
      const locals = [start === 0 ? base : this.#body.local('i32')]
      strides.forEach((stride, d) => locals.push(stride === 0 ? (locals[d] as number) : this.#body.local('i32')))
      pointer = { base, start, strides, locals }
      this.#known.set(key, pointer)
    }
    return pointer
  }

  /** Before all loops. */
  start(): void {
    if (this.#zero !== undefined) this.#body.i32(0).set(this.#zero)
    for (const { base, start, locals } of this.#known.values()) {
      if (start !== 0)
        this.#body
          .get(base)
          .i32(start)
          .op('i32.add')
          .set(locals[0] as number)
    }
  }

  /** Before the loop through dimension `d`, of which a slice may be all that is done. */
  enter(moving: readonly Pointer[], d: number, slice?: Slice): void {
    for (const { locals, strides } of moving) {
      this.#body.get(locals[d] as number)
      if (slice !== undefined)
        this.#body
          .get(slice.from)
          .i32(slice.unit * (strides[d] as number))
          .op('i32.mul', 'i32.add')
      this.#body.set(locals[d + 1] as number)
    }
  }

  /** At the end of a turn of that loop. */
  advance(moving: readonly Pointer[], d: number, step: number): void {
    for (const { locals, strides } of moving) {
      const local = locals[d + 1] as number
      this.#body
        .get(local)
        .i32((strides[d] as number) * step)
        .op('i32.add')
        .set(local)
    }
  }

  /** Leaves one register of what an access stands for on the stack. */
  push(access: Access, mode: Mode, half: Half, copy: number): void {
    const span = spanOf(access, copy)
    if (access.kind === 'element') return load(this.#body, span, mode, half)
    this.#body.get(span.pointer)
    if (mode === 'scalar') {
      this.#body.i32(span.offset).op('i32.add')
      return
    }
    const ramp = Int32Array.from(lanes, (lane) => span.offset + lane * span.step)
    this.#body.op('i32x4.splat').v128(new Uint8Array(ramp.buffer)).op('i32x4.add')
  }
}

export const movingIn = (pointers: Iterable<Pointer>, d: number): Pointer[] =>
  [...pointers].filter(({ strides }) => strides[d] !== 0)

/** Where a copy's elements are: by the local that points there inside the loops that the access depends on. */
export const spanOf = (access: Access, copy: number): Span => ({
  ...access,
  pointer: access.pointer.locals[access.level] as number,
  offset: access.offset + copy * 4 * access.step,
})
