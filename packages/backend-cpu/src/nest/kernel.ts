import { type DType, dtypes } from '@proj/backend'
import { type Copies, Emitter, type Half, type Mode, registerType, type Surroundings } from '../lane/emit.ts'
import { Graph, type Leaf, type Node } from '../lane/graph.ts'
import { isPair, type LaneType } from '../lane/ops.ts'
import type { FunctionContext } from '../lower/functionContext.ts'
import type { Accumulator } from '../lower/reduce.ts'
import type { Body } from '../wasm/body.ts'
import { load, type Span, store } from './memory.ts'
import { lengthOf, repeat, type Times, timesIn } from './slice.ts'
import type { Slice, Space, Walk } from './space.ts'

/** Where a buffer starts: at the address in a local plus a constant. */
export interface Base {
  readonly local: number
  readonly offset: number
  /** What lies behind the buffer must not be written over. */
  readonly isTight?: boolean
}

/** Addresses that move alike share one local for each loop. */
interface Pointer {
  readonly base: number
  /** Added to the base before all loops. */
  readonly start: number
  readonly strides: readonly number[]
  /** By depth; a loop that does not move it shares the local of the loop around it. */
  readonly locals: number[]
}

/** A leaf that stands for elements in memory, or for a position. */
interface Access extends Leaf {
  readonly kind: 'element' | 'position'
  readonly pointer: Pointer
  readonly offset: number
  readonly dtype: DType
  /** From lane to lane: bytes, or positions. */
  readonly step: number
}

/** A leaf that stands for locals of the kernel's own. */
interface Held extends Leaf {
  readonly kind: 'held'
  /** By mode, then by copy, then by register. */
  readonly locals: { readonly [M in Mode]?: readonly (readonly number[])[] }
}

interface Store {
  readonly value: Node
  readonly access: Access
}

interface Fold {
  readonly accumulator: Accumulator
  readonly held: readonly Held[]
  readonly leaves: readonly Node[]
  readonly merged: readonly Node[]
}

const lanes = [0, 1, 2, 3] as const

type KernelContext = Pick<FunctionContext, 'body' | 'helper' | 'hasRelaxed'>

/** Code that steps along the vector dimension: by so many vectors at once, or by one element. */
interface Width {
  readonly mode: Mode
  readonly copies: number
}
const stepOf = ({ mode, copies }: Width): number => (mode === 'vector' ? 4 * copies : 1)

/** How many vectors go at once, so that an instruction need not wait for the one before; for rows that are long, and code that is short. */
const manyCopies = 4
const leastSize = 128
const mostNodes = 300
/** Of float64, which takes two registers. */
const mostPairs = 16

/**
 * One loop nest: expressions over a space, stored, and perhaps folded over its inner dimensions into expressions over the outer ones.
 * Describe it first (`read`, `store`, `fold`), then `emit` it.
 */
export class Kernel {
  /** Over the whole space; and, after the folds, over the kept dimensions. */
  readonly main: Graph
  readonly after: Graph
  readonly #body: Body
  readonly #around: Surroundings
  readonly #space: Space
  /** The dimension whose elements go four at a time, or -1. */
  readonly #vector: number
  /** How many vectors go at once at most. */
  readonly #copies: number
  readonly #pointers = new Map<string, Pointer>()
  readonly #stores: { readonly main: Store[]; readonly after: Store[] } = { main: [], after: [] }
  readonly #folds: Fold[] = []
  #overrun = true
  #slice: Slice | undefined
  #zero: number | undefined

  constructor(context: KernelContext, space: Space, vector: number) {
    const { body, hasRelaxed } = context
    this.#body = body
    this.#around = {
      body,
      helper: (one, mode) => context.helper(one, mode),
      leaf: (leaf, mode, half, copy) => this.#leaf(leaf, mode, half, copy),
    }
    this.main = new Graph({ isFused: hasRelaxed })
    this.after = new Graph({ isFused: hasRelaxed })
    this.#space = space
    this.#vector = vector
    const isLong = vector >= 0 && vector < space.kept && (space.sizes[vector] as number) >= leastSize
    this.#copies = isLong ? manyCopies : 1
  }

  /** No lane may touch memory past the end of its row. */
  forbidOverrun(): void {
    this.#overrun = false
  }

  /** The elements of a buffer along a walk. */
  read(graph: Graph, type: LaneType, base: Base, walk: Walk, dtype: DType): Node {
    const access = this.#access(base, walk, dtype)
    if (access.step !== 0 && access.step !== dtypes[dtype].bytes) this.#overrun = false
    return graph.leaf(type, access)
  }

  /** The walk's own position. */
  position(graph: Graph, walk: Walk): Node {
    this.#zero ??= this.#body.local('i32')
    const pointer = this.#pointer(this.#zero, walk.strides, 0)
    const step = this.#vector < 0 ? 0 : (walk.strides[this.#vector] as number)
    const key = `position ${walk.strides.join()} ${walk.offset}`
    const access: Access = {
      kind: 'position',
      key,
      level: this.#levelOf(walk),
      pointer,
      offset: walk.offset,
      dtype: 'int32',
      step,
    }
    return graph.leaf('i32', access)
  }

  store(stage: 'main' | 'after', value: Node, base: Base, walk: Walk, dtype: DType): void {
    const access = this.#access(base, walk, dtype)
    if (access.step !== dtypes[dtype].bytes || (stage === 'main' && this.#folded) || base.isTight === true)
      this.#overrun = false
    this.#stores[stage].push({ value, access })
  }

  /** Folds `x` over the reduced dimensions; the result is a node of `after`. */
  fold(accumulator: Accumulator, x: Node, position: Node): Node {
    const number = this.#folds.length
    const held = accumulator.types.map((type, i): Held => {
      const locals: { [M in Mode]?: number[][] } = {}
      for (const mode of ['vector', 'scalar'] as const) {
        const count = mode === 'vector' && isPair(type) ? 2 : 1
        const copy = () => Array.from({ length: count }, () => this.#body.local(registerType(type, mode)))
        locals[mode] = Array.from({ length: mode === 'vector' ? this.#copies : 1 }, copy)
      }
      return { kind: 'held', key: `fold ${number} ${i}`, level: this.#space.sizes.length, locals }
    })
    const leaves = accumulator.types.map((type, i) => this.main.leaf(type, held[i] as Held))
    const merged = accumulator.merge(this.main, leaves, accumulator.lift(this.main, x, position))
    this.#folds.push({ accumulator, held, leaves, merged })
    const level = this.#space.kept + 1
    const results = accumulator.types.map((type, i) => this.after.leaf(type, { ...(held[i] as Held), level } as Held))
    return accumulator.finish(this.after, results)
  }

  /** About how long a point takes. */
  get nanoseconds(): number {
    return 0.1 + 0.03 * this.main.nodes.length
  }

  /** Writes the code: of all, or of a slice. */
  emit(slice?: Slice): void {
    this.#slice = slice
    const { sizes, kept } = this.#space
    if (slice !== undefined && !this.#mayOverrun(slice)) this.#overrun = false
    if (sizes.slice(0, kept).includes(0)) return
    if (this.#zero !== undefined) this.#body.i32(0).set(this.#zero)
    for (const { base, start, locals } of this.#pointers.values()) {
      if (start !== 0)
        this.#body
          .get(base)
          .i32(start)
          .op('i32.add')
          .set(locals[0] as number)
    }
    if (this.#vector >= kept) this.#overrun = false
    const main = this.#turns().map((turn) => this.#emitter('main', turn))
    const after =
      this.#vector >= kept
        ? [this.#emitter('after', { mode: 'scalar', copies: 1 })]
        : this.#turns().map((turn) => this.#emitter('after', turn))
    for (const emitter of main) emitter.level(0)
    if (kept > 0) for (const emitter of after) emitter.level(0)
    this.#keptLoops(0, main, after)
  }

  /** How often code of which width runs along the vector dimension, the widest first. */
  #turns(): readonly (Width & { readonly times: number })[] {
    const size = this.#vector < 0 ? 1 : (this.#space.sizes[this.#vector] as number)
    const { nodes } = this.main
    const isShort = nodes.length <= mostNodes && nodes.filter(({ type }) => isPair(type)).length <= mostPairs
    const copies = isShort ? this.#copies : 1
    const widths: readonly Width[] = [
      { mode: 'vector', copies },
      { mode: 'vector', copies: 1 },
      { mode: 'scalar', copies: 1 },
    ]
    let left = this.#overrun && this.#vector >= 0 ? Math.ceil(size / 4) * 4 : size
    const turns = widths.map((width) => {
      const step = this.#vector < 0 && width.mode === 'vector' ? Infinity : stepOf(width)
      const times = Math.floor(left / step)
      left -= times === 0 ? 0 : times * step
      return { ...width, times }
    })
    const some = turns.filter(({ times }) => times > 0)
    return some.length > 0 ? some : turns.slice(2) // nothing to fold: the empty result is scalar code's
  }

  #emitter(stage: 'main' | 'after', { mode, copies }: Width): Emitter {
    const differs: Copies['differs'] = (leaf) => (leaf as Access | Held).kind === 'held' || (leaf as Access).step !== 0
    return new Emitter(this[stage], this.#roots(stage), mode, this.#around, { count: copies, differs })
  }

  /** Lanes too many would write over what another slice has written, unless they lie behind all rows. */
  #mayOverrun({ dimension }: Slice): boolean {
    const size = this.#vector < 0 ? 0 : (this.#space.sizes[this.#vector] as number)
    return size % 4 === 0 || (dimension === this.#vector && this.#space.kept === 1)
  }

  get #folded(): boolean {
    return this.#space.kept < this.#space.sizes.length || this.#folds.length > 0
  }

  #roots(stage: 'main' | 'after'): Node[] {
    const stored = this.#stores[stage].map((one) => one.value)
    return stage === 'main' ? [...stored, ...this.#folds.flatMap((fold) => fold.merged)] : stored
  }

  #keptLoops(d: number, main: readonly Emitter[], after: readonly Emitter[]): void {
    if (d === this.#space.kept) return this.#point(main, after)
    this.#loop(d, main, after, (inner, outer) => {
      for (const emitter of inner) emitter.level(d + 1)
      if (d + 1 < this.#space.kept) for (const emitter of outer) emitter.level(d + 1)
      this.#keptLoops(d + 1, inner, outer)
    })
  }

  /** Runs through dimension `d`, first four at a time if it is the one for that, with the emitters of the mode. */
  #loop(
    d: number,
    main: readonly Emitter[],
    after: readonly Emitter[],
    inside: (main: readonly Emitter[], after: readonly Emitter[]) => void,
  ): void {
    const size = this.#space.sizes[d] as number
    const moving = [...this.#pointers.values()].filter(({ strides }) => strides[d] !== 0)
    const slice = this.#slice?.dimension === d ? this.#slice : undefined
    for (const { locals, strides } of moving) {
      this.#body.get(locals[d] as number)
      if (slice !== undefined)
        this.#body
          .get(slice.from)
          .i32(slice.unit * (strides[d] as number))
          .op('i32.mul', 'i32.add')
      this.#body.set(locals[d + 1] as number)
    }
    const run = (times: Times, step: number, some: readonly Emitter[], others: readonly Emitter[]) => {
      const turn = () => {
        inside(some, others)
        for (const { locals, strides } of moving) {
          const local = locals[d + 1] as number
          this.#body
            .get(local)
            .i32((strides[d] as number) * step)
            .op('i32.add')
            .set(local)
        }
      }
      repeat(this.#body, times, turn)
    }
    const left = slice && lengthOf(this.#body, slice, size)
    if (d !== this.#vector) return run(left === undefined ? size : { local: left }, 1, main, after)
    if (left !== undefined && this.#overrun) this.#body.get(left).i32(3).op('i32.add').i32(-4).op('i32.and').set(left)
    for (const { times, ...width } of this.#turns()) {
      const step = stepOf(width)
      const own = (emitters: readonly Emitter[]) => emitters.filter((emitter) => stepOf(emitter) === step)
      const turns = left === undefined ? times : timesIn(this.#body, left, step)
      run(turns, step, own(main), d < this.#space.kept ? own(after) : after)
    }
  }

  /** At one point (or four) of the kept dimensions. */
  #point(main: readonly Emitter[], after: readonly Emitter[]): void {
    if (!this.#folded) {
      for (const emitter of main) this.#write('main', emitter)
      return
    }
    this.#begin(main)
    this.#reducedLoops(this.#space.kept, main)
    if (this.#vector >= this.#space.kept) this.#joinLanes(main)
    const { kept } = this.#space
    for (const emitter of after) {
      emitter.level(kept)
      emitter.level(kept + 1)
      this.#write('after', emitter)
    }
  }

  #reducedLoops(d: number, main: readonly Emitter[]): void {
    if (d < this.#space.sizes.length) {
      this.#loop(d, main, [], (inner) => {
        for (const emitter of inner) emitter.level(d + 1)
        this.#reducedLoops(d + 1, inner)
      })
      return
    }
    for (const emitter of main) {
      if (this.#space.kept === this.#space.sizes.length) emitter.level(d)
      this.#write('main', emitter)
      this.#assign(emitter)
    }
  }

  /** The accumulators' first values. */
  #begin(main: readonly Emitter[]): void {
    const modes = new Set<Mode>(main.map((emitter) => emitter.mode))
    if (this.#vector >= this.#space.kept) modes.add('scalar')
    const isEmpty = this.#space.sizes.slice(this.#space.kept).includes(0)
    for (const { accumulator, held } of this.#folds) {
      for (const mode of modes) {
        const g = new Graph()
        const values = accumulator.initial(g, isEmpty)
        const emitter = new Emitter(g, [], mode, this.#around)
        values.forEach((value, i) => {
          for (const copy of held[i]?.locals[mode] ?? [])
            copy.forEach((local, half) => {
              emitter.value(value, half as Half)
              this.#body.set(local)
            })
        })
      }
    }
  }

  /** The merged values become the accumulators. */
  #assign(emitter: Emitter): void {
    for (const { held, merged } of this.#folds) {
      merged.forEach((node, i) => {
        for (let copy = 0; copy < emitter.copies; copy++) {
          held[i]?.locals[emitter.mode]?.[copy]?.forEach((local, half) => {
            emitter.value(node, half as Half, copy)
            this.#body.set(local)
          })
        }
      })
    }
  }

  /** Four partial results become one, together with that of the scalar rest. */
  #joinLanes(main: readonly Emitter[]): void {
    if (!main.some((emitter) => emitter.mode === 'vector')) return
    for (const { accumulator, held } of this.#folds) {
      for (const lane of lanes) {
        const g = new Graph()
        const own = accumulator.types.map((type, i) => g.leaf(type, { ...(held[i] as Held), level: 0 } as Held))
        const other = accumulator.types.map((type, i) => {
          const local = this.#extract(type, held[i]?.locals.vector?.[0] as readonly number[], lane)
          return g.leaf(type, { kind: 'held', key: `lane ${i}`, level: 0, locals: { scalar: [[local]] } } as Held)
        })
        const merged = accumulator.merge(g, own, other)
        const emitter = new Emitter(g, merged, 'scalar', this.#around)
        emitter.level(0)
        merged.forEach((node, i) => {
          emitter.value(node)
          this.#body.set(held[i]?.locals.scalar?.[0]?.[0] as number)
        })
      }
    }
  }

  #extract(type: LaneType, locals: readonly number[], lane: number): number {
    const shape = { f32: 'f32x4', f64: 'f64x2', i32: 'i32x4', i64: 'i64x2', mask: 'i32x4' }[type]
    const [register, index] = isPair(type) ? [lane >> 1, lane & 1] : [0, lane]
    const local = this.#body.local(registerType(type, 'scalar'))
    this.#body.get(locals[register] as number).lane(`${shape}.extract_lane`, index)
    if (type === 'mask') this.#body.i32(1).op('i32.and')
    this.#body.set(local)
    return local
  }

  #write(stage: 'main' | 'after', emitter: Emitter): void {
    for (const { value, access } of this.#stores[stage]) {
      for (let copy = 0; copy < emitter.copies; copy++)
        store(this.#body, this.#span(access, copy), emitter.mode, (half) => emitter.value(value, half, copy))
    }
  }

  #leaf(leaf: Leaf, mode: Mode, half: Half, copy: number): void {
    const known = leaf as Access | Held
    if (known.kind === 'held') {
      this.#body.get(known.locals[mode]?.[copy]?.[half] as number)
      return
    }
    const span = this.#span(known, copy)
    if (known.kind === 'element') return load(this.#body, span, mode, half)
    this.#body.get(span.pointer)
    if (mode === 'scalar') {
      this.#body.i32(span.offset).op('i32.add')
      return
    }
    const ramp = Int32Array.from(lanes, (lane) => span.offset + lane * span.step)
    this.#body.op('i32x4.splat').v128(new Uint8Array(ramp.buffer)).op('i32x4.add')
  }

  /** Where a copy's elements are. */
  #span(access: Access, copy: number): Span {
    return { ...access, pointer: this.#localOf(access), offset: access.offset + copy * 4 * access.step }
  }

  /** The local that points to a leaf's element inside the loops it depends on. */
  #localOf(access: Access): number {
    return access.pointer.locals[access.level] as number
  }

  #levelOf({ strides }: Walk): number {
    return strides.reduce((level, stride, d) => (stride === 0 ? level : d + 1), 0)
  }

  #access(base: Base, walk: Walk, dtype: DType): Access {
    const { bytes } = dtypes[dtype]
    const strides = walk.strides.map((stride) => stride * bytes)
    const start = base.offset + walk.offset * bytes
    // An address is unsigned, and what is added to it too: one that walks back must start at the elements themselves.
    const walksBack = strides.some((stride) => stride < 0)
    const pointer = this.#pointer(base.local, strides, walksBack ? start : 0)
    const offset = walksBack ? 0 : start
    const step = this.#vector < 0 ? 0 : (walk.strides[this.#vector] as number) * bytes
    const key = `${base.local} ${start} ${dtype} ${strides.join()}`
    return { kind: 'element', key, level: this.#levelOf(walk), pointer, offset, dtype, step }
  }

  #pointer(base: number, strides: readonly number[], start: number): Pointer {
    const key = `${base} ${start} ${strides.join()}`
    let pointer = this.#pointers.get(key)
    if (pointer === undefined) {
      const locals = [start === 0 ? base : this.#body.local('i32')]
      strides.forEach((stride, d) => locals.push(stride === 0 ? (locals[d] as number) : this.#body.local('i32')))
      pointer = { base, start, strides, locals }
      this.#pointers.set(key, pointer)
    }
    return pointer
  }
}
