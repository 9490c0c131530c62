import { FreeList } from './freeList.ts'

export const alignment = 32

/** A slot's bytes: vector code may write up to three elements past the last. */
export const slotSize = (bytes: number): number => Math.ceil((bytes + 3 * 8) / alignment) * alignment

/** Room that is in use for a time, which is counted in turns of taking and giving back. */
export interface Stay {
  readonly size: number
  readonly from: number
  until: number
  /** In the arena; absent where it is not part of the arena. */
  readonly start?: number
  /** Whether `start` is settled, so that others make way. */
  readonly isFixed: boolean
}

/** A part of the arena. */
export interface Room extends Stay {
  readonly start: number
}

/**
 * Hands out room in one arena, turn by turn. At first each stay gets the place that fits best when it begins; when all stays are known they may
 * be placed better, and the same turns are taken again with that packing.
 */
export class Rooms {
  /** All there have been, in order. */
  readonly stays: Stay[] = []
  readonly #arena: FreeList
  readonly #packing: Packing | undefined
  /** The last one. */
  turn = -1
  #inUse = 0
  /** The most that was in use at one time. */
  live = 0

  constructor(start: number, packing?: Packing) {
    this.#arena = new FreeList(start)
    this.#packing = packing
  }

  /** The arena's. */
  get end(): number {
    return this.#packing?.end ?? this.#arena.peak
  }

  take(bytes: number): Room {
    const size = slotSize(bytes)
    const start = this.#packing?.places[this.stays.length] ?? this.#arena.take(size)
    return this.#begin({ start, size, from: this.turn + 1, until: Number.POSITIVE_INFINITY, isFixed: false })
  }

  give(room: Room): void {
    if (this.#packing === undefined) this.#arena.give(room.start, room.size)
    this.vacate(room)
  }

  /** Counts room that is set aside already: at `start`, or outside the arena. */
  occupy(size: number, start?: number): Stay {
    const stay = { size, from: this.turn + 1, until: Number.POSITIVE_INFINITY, isFixed: true }
    return this.#begin(start === undefined ? stay : { ...stay, start })
  }

  vacate(stay: Stay): void {
    stay.until = ++this.turn
    this.#inUse -= stay.size
  }

  #begin<T extends Stay>(stay: T): T {
    this.turn++
    this.stays.push(stay)
    this.#inUse += stay.size
    this.live = Math.max(this.live, this.#inUse)
    return stay
  }
}

/** Places in the order of the stays, and where the arena ends. */
export interface Packing {
  readonly places: readonly number[]
  readonly end: number
}

/** More stays than these are left where they are: their number would be squared. */
const tooMany = 4000

/**
 * Places for stays that are all known: the largest first, each in the tightest gap between those that are there at the same time.
 *
 * Source: Pisarchyk and Lee, "Efficient Memory Management for Deep Neural Net Inference" (2020), greedy by size.
 *
 * @returns undefined for too many
 */
export function pack(stays: readonly Stay[], start: number): Packing | undefined {
  if (stays.length > tooMany) return undefined
  const places = stays.map((stay) => stay.start ?? start)
  const settled = new Settled(stays.length)
  const open: number[] = []
  stays.forEach((stay, i) => {
    if (!stay.isFixed) open.push(i)
    else if (stay.start !== undefined) settled.add(stay, stay.start)
  })
  const sizeOf = (i: number): number => (stays[i] as Stay).size
  for (const i of open.sort((x, y) => sizeOf(y) - sizeOf(x) || x - y)) {
    const stay = stays[i] as Stay
    places[i] = settled.tightestGap(stay, start)
    settled.add(stay, places[i] as number)
  }
  return { places, end: Math.max(start, settled.end) }
}

/** Stays that have their places, in the order of these; in plain numbers, since every search walks over all of them. */
class Settled {
  #count = 0
  readonly #starts: Float64Array
  readonly #ends: Float64Array
  readonly #from: Float64Array
  readonly #until: Float64Array
  /** Of the last place. */
  end = 0

  constructor(capacity: number) {
    this.#starts = new Float64Array(capacity)
    this.#ends = new Float64Array(capacity)
    this.#from = new Float64Array(capacity)
    this.#until = new Float64Array(capacity)
  }

  add({ size, from, until }: Stay, start: number): void {
    const at = this.#firstAfter(start)
    for (const column of [this.#starts, this.#ends, this.#from, this.#until]) column.copyWithin(at + 1, at, this.#count)
    this.#starts[at] = start
    this.#ends[at] = start + size
    this.#from[at] = from
    this.#until[at] = until
    this.#count++
    this.end = Math.max(this.end, start + size)
  }

  /** The start of the smallest gap from `start` on in which a stay fits between those that are there at the same time. */
  tightestGap({ from, until, size }: Stay, start: number): number {
    const [starts, ends, begins, finishes] = [this.#starts, this.#ends, this.#from, this.#until]
    let [free, best, tightest] = [start, -1, Number.POSITIVE_INFINITY]
    for (let k = 0; k < this.#count; k++) {
      if ((finishes[k] as number) <= from || (begins[k] as number) >= until) continue
      const gap = (starts[k] as number) - free
      if (gap >= size && gap < tightest) [best, tightest] = [free, gap]
      free = Math.max(free, ends[k] as number)
    }
    return best < 0 ? free : best
  }

  #firstAfter(start: number): number {
    let [low, high] = [0, this.#count]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#starts[middle] as number) <= start) low = middle + 1
      else high = middle
    }
    return low
  }
}
