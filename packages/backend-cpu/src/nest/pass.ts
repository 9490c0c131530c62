import { type DType, dtypes } from '@proj/backend'
import { type Mode, registerType } from '../lane/emit.ts'
import { Graph, type Leaf, type Node } from '../lane/graph.ts'
import { isPair, type LaneType } from '../lane/ops.ts'
import type { Accumulator } from '../lower/reduce.ts'
import type { Body } from '../wasm/body.ts'
import type { Access, Base, Pointer, Pointers } from './access.ts'
import type { Space, Walk } from './space.ts'

/** A leaf that stands for locals of the nest's own. */
export interface Held extends Leaf {
  readonly kind: 'held'
  readonly type: LaneType
  /** By mode, then by copy, then by register. What has no form in vector code is the same in all lanes. */
  readonly locals: { readonly [M in Mode]?: readonly (readonly number[])[] }
}

export interface Store {
  readonly value: Node
  readonly access: Access
}

export interface Fold {
  readonly accumulator: Accumulator
  readonly held: readonly Held[]
  readonly merged: readonly Node[]
}

/** A value of the kept dimensions that later passes go on with. */
export interface Carry {
  readonly value: Node
  readonly held: Held
}

/** What the passes of a nest have in common. */
export interface Nest {
  readonly body: Body
  readonly space: Space
  /** The dimension whose elements go four at a time, or -1. */
  readonly vector: number
  /** How many vectors of it go at once at most, where it is a kept one. */
  readonly copies: number
  readonly pointers: Pointers
  readonly isFused: boolean
}

/**
 * One way through all of a nest's space, for each point of its kept dimensions through the reduced ones: expressions that are stored, and
 * perhaps folded over the reduced dimensions into expressions over the kept ones. This is the description; `Point` writes the code.
 */
export class Pass {
  /** Over the whole space; and, after the folds, over the kept dimensions. */
  readonly main: Graph
  readonly after: Graph
  readonly stores: { readonly main: Store[]; readonly after: Store[] } = { main: [], after: [] }
  readonly folds: Fold[] = []
  readonly carries: Carry[] = []
  readonly #nest: Nest
  readonly #pointers = new Set<Pointer>()
  #overrun = true

  constructor(nest: Nest) {
    this.#nest = nest
    this.main = new Graph({ isFused: nest.isFused })
    this.after = new Graph({ isFused: nest.isFused })
  }

  /** Of what it reads and stores. */
  get pointers(): Iterable<Pointer> {
    return this.#pointers
  }

  /** Whether lanes may touch memory past the end of a row. */
  get mayOverrun(): boolean {
    return this.#overrun
  }

  forbidOverrun(): void {
    this.#overrun = false
  }

  /** The elements of a buffer along a walk. */
  read(graph: Graph, type: LaneType, base: Base, walk: Walk, dtype: DType): Node {
    const access = this.#noted(this.#nest.pointers.element(base, walk, dtype))
    if (access.step !== 0 && access.step !== dtypes[dtype].bytes) this.#overrun = false
    return graph.leaf(type, access)
  }

  /** The walk's own position. */
  position(graph: Graph, walk: Walk): Node {
    return graph.leaf('i32', this.#noted(this.#nest.pointers.position(walk)))
  }

  store(stage: 'main' | 'after', value: Node, base: Base, walk: Walk, dtype: DType): void {
    const access = this.#noted(this.#nest.pointers.element(base, walk, dtype))
    const isInside = stage === 'main' && this.#folds
    if (access.step !== dtypes[dtype].bytes || isInside || base.isTight === true) this.#overrun = false
    this.stores[stage].push({ value, access })
  }

  /** Folds `x` over the reduced dimensions; the result is a node of `after`. */
  fold(accumulator: Accumulator, x: Node, position: Node): Node {
    const { space } = this.#nest
    const number = this.folds.length
    const held = accumulator.types.map((type, i) =>
      this.#hold(type, `fold ${number} ${i}`, space.sizes.length, ['vector', 'scalar']),
    )
    const leaves = accumulator.types.map((type, i) => this.main.leaf(type, held[i] as Held))
    const merged = accumulator.merge(this.main, leaves, accumulator.lift(this.main, x, position))
    this.folds.push({ accumulator, held, merged })
    const level = space.kept + 1
    const results = accumulator.types.map((type, i) => this.after.leaf(type, { ...(held[i] as Held), level } as Held))
    return accumulator.finish(this.after, results)
  }

  /** Keeps a value of `after` for the passes that follow, as a leaf of theirs. */
  carry(value: Node, key: string): Held {
    const { space, vector } = this.#nest
    const held = this.#hold(value.type, key, space.kept, vector < space.kept ? ['vector', 'scalar'] : ['scalar'])
    this.carries.push({ value, held })
    return held
  }

  /** What the code of a stage computes. */
  roots(stage: 'main' | 'after'): Node[] {
    const stored = this.stores[stage].map((one) => one.value)
    const others = stage === 'main' ? this.folds.flatMap((fold) => fold.merged) : this.carries.map(({ value }) => value)
    return [...stored, ...others]
  }

  get #folds(): boolean {
    const { kept, sizes } = this.#nest.space
    return kept < sizes.length || this.folds.length > 0
  }

  #noted(access: Access): Access {
    this.#pointers.add(access.pointer)
    return access
  }

  #hold(type: LaneType, key: string, level: number, modes: readonly Mode[]): Held {
    const { body, copies } = this.#nest
    const locals: { [M in Mode]?: number[][] } = {}
    for (const mode of modes) {
      const registers = mode === 'vector' && isPair(type) ? 2 : 1
      const copy = () => Array.from({ length: registers }, () => body.local(registerType(type, mode)))
      locals[mode] = Array.from({ length: mode === 'vector' ? copies : 1 }, copy)
    }
    return { kind: 'held', type, key, level, locals }
  }
}
