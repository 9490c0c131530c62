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
  const placed: number[] = []
  const open: number[] = []
  const stay = (i: number): Stay => stays[i] as Stay
  let end = start
  const settle = (i: number): void => {
    insert(placed, i, places)
    end = Math.max(end, (places[i] as number) + stay(i).size)
  }
  stays.forEach((one, i) => {
    if (!one.isFixed) open.push(i)
    else if (one.start !== undefined) settle(i)
  })
  for (const i of open.sort((x, y) => stay(y).size - stay(x).size || x - y)) {
    places[i] = tightestGap(stay(i), placed, stays, places, start)
    settle(i)
  }
  return { places, end }
}

/** `placed` is in the order of places. */
function tightestGap(
  { from, until, size }: Stay,
  placed: readonly number[],
  stays: readonly Stay[],
  places: readonly number[],
  start: number,
): number {
  let [free, best, tightest] = [start, -1, Number.POSITIVE_INFINITY]
  for (const i of placed) {
    const other = stays[i] as Stay
    if (other.until <= from || other.from >= until) continue
    const place = places[i] as number
    const gap = place - free
    if (gap >= size && gap < tightest) [best, tightest] = [free, gap]
    free = Math.max(free, place + other.size)
  }
  return best < 0 ? free : best
}

function insert(placed: number[], i: number, places: readonly number[]): void {
  const place = places[i] as number
  let [low, high] = [0, placed.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((places[placed[middle] as number] as number) <= place) low = middle + 1
    else high = middle
  }
  placed.splice(low, 0, i)
}
