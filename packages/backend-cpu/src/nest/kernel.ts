import type { Surroundings } from '../lane/emit.ts'
import type { FunctionContext } from '../lower/functionContext.ts'
import { type Access, movingIn, Pointers } from './access.ts'
import { copiesOf, mostCopies } from './copies.ts'
import { type Held, type Nest, Pass } from './pass.ts'
import { Point, pushHeld } from './point.ts'
import { lengthOf, repeat, timesIn } from './slice.ts'
import type { Slice, Space } from './space.ts'
import { scalarWidth, stepOf, type Turns, turnsThrough } from './width.ts'

type KernelContext = Pick<FunctionContext, 'body' | 'helper' | 'hasRelaxed'>

/** The code of all passes in one width. */
interface Strip {
  readonly turns: Turns
  readonly points: readonly Point[]
}

/**
 * One loop nest over the kept dimensions of a space, in whose body passes through the reduced ones follow each other. Describe the passes
 * first, then `emit` it.
 */
export class Kernel {
  readonly #nest: Nest
  readonly #around: Surroundings
  readonly #passes: Pass[] = []
  #slice: Slice | undefined

  constructor(context: KernelContext, space: Space, vector: number) {
    const { body, hasRelaxed } = context
    const pointers = new Pointers(body, vector)
    this.#nest = { body, space, vector, copies: mostCopies(space.sizes[vector] ?? 0), pointers, isFused: hasRelaxed }
    this.#around = {
      body,
      helper: (one, mode) => context.helper(one, mode),
      leaf: (leaf, mode, half, copy) => {
        const known = leaf as Access | Held
        if (known.kind === 'held') pushHeld(this.#nest, known, mode, half, copy)
        else pointers.push(known, mode, half, copy)
      },
    }
  }

  /** Opens a pass, after those that are there. */
  pass(): Pass {
    const pass = new Pass(this.#nest)
    this.#passes.push(pass)
    return pass
  }

  /** About how long a point takes. */
  get nanoseconds(): number {
    return this.#passes.reduce((sum, { main }) => sum + 0.1 + 0.03 * main.nodes.length, 0)
  }

  /** Writes the code: of all, or of a slice. */
  emit(slice?: Slice): void {
    const { space, pointers } = this.#nest
    this.#slice = slice
    if (space.sizes.slice(0, space.kept).includes(0)) return
    pointers.start()
    const strips = this.#turns().map((turns): Strip => {
      const points = this.#passes.map((pass) => new Point(this.#nest, pass, turns, this.#around))
      return { turns, points }
    })
    this.#loops(0, strips)
  }

  /** How often code of which width runs through the kept dimensions. */
  #turns(): readonly Turns[] {
    const { space, vector } = this.#nest
    if (vector < 0 || vector >= space.kept) return [{ ...scalarWidth, times: 1 }]
    return turnsThrough(space.sizes[vector] as number, copiesOf(this.#nest, this.#passes), this.#mayOverrun)
  }

  get #mayOverrun(): boolean {
    const isFree = this.#passes.every(({ mayOverrun }) => mayOverrun)
    return isFree && (this.#slice === undefined || this.#sliceMayOverrun(this.#slice))
  }

  /** Lanes too many would write over what another slice has written, unless they lie behind all rows. */
  #sliceMayOverrun({ dimension }: Slice): boolean {
    const { space, vector } = this.#nest
    return (space.sizes[vector] as number) % 4 === 0 || (dimension === vector && space.kept === 1)
  }

  #loops(d: number, strips: readonly Strip[]): void {
    const { space, vector } = this.#nest
    if (d === space.kept) {
      for (const { points } of strips) for (const point of points) point.write()
      return
    }
    for (const { points } of strips) for (const point of points) point.level(d)
    if (d === vector) this.#vectorLoop(d, strips)
    else this.#plainLoop(d, strips)
  }

  #plainLoop(d: number, strips: readonly Strip[]): void {
    const { body, space, pointers } = this.#nest
    const size = space.sizes[d] as number
    const slice = this.#slice?.dimension === d ? this.#slice : undefined
    const moving = movingIn(pointers.all(), d)
    pointers.enter(moving, d, slice)
    repeat(body, slice === undefined ? size : { local: lengthOf(body, slice, size) }, () => {
      this.#loops(d + 1, strips)
      pointers.advance(moving, d, 1)
    })
  }

  /** Through the dimension that goes four at a time, each width as far as it gets. */
  #vectorLoop(d: number, strips: readonly Strip[]): void {
    const { body, space, pointers } = this.#nest
    const slice = this.#slice?.dimension === d ? this.#slice : undefined
    const moving = movingIn(pointers.all(), d)
    pointers.enter(moving, d, slice)
    const left = slice && lengthOf(body, slice, space.sizes[d] as number)
    if (left !== undefined && this.#mayOverrun) body.get(left).i32(3).op('i32.add').i32(-4).op('i32.and').set(left)
    for (const strip of strips) {
      const step = stepOf(strip.turns)
      repeat(body, left === undefined ? strip.turns.times : timesIn(body, left, step), () => {
        this.#loops(d + 1, [strip])
        pointers.advance(moving, d, step)
      })
    }
  }
}
