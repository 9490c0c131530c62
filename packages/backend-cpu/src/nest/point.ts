import { Emitter, type Half, type Mode, type Surroundings } from '../lane/emit.ts'
import type { Leaf } from '../lane/graph.ts'
import { type Access, movingIn, spanOf } from './access.ts'
import { copiesOf } from './copies.ts'
import { assign, begin, join } from './folds.ts'
import { store } from './memory.ts'
import type { Held, Nest, Pass } from './pass.ts'
import { repeat } from './slice.ts'
import { scalarWidth, stepOf, type Turns, turnsThrough, type Width } from './width.ts'

/** The code of a width, and how often it runs. */
interface Way extends Turns {
  readonly emitter: Emitter
}

/** The code of one pass at one point of the kept dimensions, or at as many side by side as a width has. */
export class Point {
  readonly #nest: Nest
  readonly #pass: Pass
  readonly #around: Surroundings
  /** Through the reduced dimensions: in several widths where the vector dimension is one of those. */
  readonly #turns: readonly Way[]
  readonly #after: Emitter

  constructor(nest: Nest, pass: Pass, width: Width, around: Surroundings) {
    const { space, vector } = nest
    this.#nest = nest
    this.#pass = pass
    this.#around = around
    const isInner = vector >= space.kept
    const turns = isInner
      ? turnsThrough(space.sizes[vector] as number, copiesOf(nest, [pass]), false)
      : [{ ...width, times: 1 }]
    this.#turns = turns.map((one) => ({ ...one, emitter: this.#emitter('main', one) }))
    this.#after = this.#emitter('after', isInner ? scalarWidth : width)
  }

  #emitter(stage: 'main' | 'after', { mode, copies }: Width): Emitter {
    const differs = (leaf: Leaf) => {
      const known = leaf as Access | Held
      return known.kind === 'held' ? known.locals.vector !== undefined : known.step !== 0
    }
    return new Emitter(this.#pass[stage], this.#pass.roots(stage), mode, this.#around, { count: copies, differs })
  }

  /** Computes what changes with the kept dimensions outside `level`. */
  level(level: number): void {
    for (const { emitter } of this.#turns) emitter.level(level)
    this.#after.level(level)
  }

  write(): void {
    const { kept } = this.#nest.space
    if (this.#pass.roots('main').length > 0) {
      this.#begin()
      for (const { emitter } of this.#turns) emitter.level(kept)
      this.#reducedLoops(kept, this.#turns)
      if (this.#nest.vector >= kept) this.#join()
    }
    this.#after.level(kept)
    this.#after.level(kept + 1)
    this.#store('after', this.#after)
    for (const { value, held } of this.#pass.carries) assign(this.#nest.body, this.#after, value, held)
  }

  #begin(): void {
    const { space, vector } = this.#nest
    const modes = new Set(this.#turns.map(({ mode }) => mode))
    if (vector >= space.kept) modes.add('scalar')
    for (const fold of this.#pass.folds) begin(this.#nest, fold, modes, this.#around)
  }

  /** Partial results become one. */
  #join(): void {
    const copies = Math.max(...this.#turns.map((way) => (way.mode === 'vector' ? way.copies : 0)))
    const hasRest = this.#turns.some(({ mode }) => mode === 'scalar')
    if (copies > 0) for (const fold of this.#pass.folds) join(this.#nest, fold, { copies, hasRest }, this.#around)
  }

  #reducedLoops(d: number, turns: readonly Way[]): void {
    const { body, space, vector, pointers } = this.#nest
    if (d === space.sizes.length) {
      for (const { emitter } of turns) this.#innermost(emitter)
      return
    }
    const moving = movingIn(this.#pass.pointers, d)
    pointers.enter(moving, d)
    const run = (times: number, step: number, some: readonly Way[]) =>
      repeat(body, times, () => {
        for (const { emitter } of some) emitter.level(d + 1)
        this.#reducedLoops(d + 1, some)
        pointers.advance(moving, d, step)
      })
    if (d !== vector) run(space.sizes[d] as number, 1, turns)
    else for (const one of turns) run(one.times, stepOf(one), [one])
  }

  #innermost(emitter: Emitter): void {
    this.#store('main', emitter)
    for (const { held, merged } of this.#pass.folds)
      merged.forEach((node, i) => {
        assign(this.#nest.body, emitter, node, held[i] as Held)
      })
  }

  #store(stage: 'main' | 'after', emitter: Emitter): void {
    for (const { value, access } of this.#pass.stores[stage]) {
      for (let copy = 0; copy < emitter.copies; copy++)
        store(this.#nest.body, spanOf(access, copy), emitter.mode, (half) => emitter.value(value, half, copy))
    }
  }
}

/** Leaves a register of what is held on the stack; in all lanes, where there is but one of it. */
export function pushHeld({ body }: Nest, { type, locals }: Held, mode: Mode, half: Half, copy: number): void {
  const own = locals[mode]
  if (own !== undefined) {
    body.get(own[copy]?.[half] as number)
    return
  }
  body.get(locals.scalar?.[0]?.[0] as number)
  if (type === 'mask') body.op('i32x4.splat', 'i32x4.neg')
  else body.op(`${{ f32: 'f32x4', f64: 'f64x2', i32: 'i32x4', i64: 'i64x2' }[type]}.splat`)
}
