import { byteSize, type Plan, type Region, type Var } from '@proj/backend'
import { type Heirs, type Heritage, largeArray } from './boundary.ts'
import { inPlaceCandidates } from './inPlace.ts'
import { type Liveness, resultsOf } from './liveness.ts'
import { slotSize } from './rooms.ts'

/** The place of a result, which a variable has for a time. */
export interface Tenancy {
  readonly host: Var
  /** The one that was there before, if the region that makes the variable reads it. */
  readonly over: Var | undefined
}

export interface Tenancies {
  /** Of the results themselves, too. */
  readonly tenancies: ReadonlyMap<Var, Tenancy>
  /** Variables that are written over what their regions read. */
  readonly inPlace: ReadonlySet<Var>
}

/**
 * A result's place lies idle until the result is made. Until then it can hold intermediate results, one after the other: the larger choose first,
 * and of the same size those that are used longest, so that a chain of results in place ends in this one. Small results, whose places
 * are part of the arena, take in only what is as large as they are; for the rest the arena knows better places.
 */
export function findTenancies(plan: Plan, heritage: Heritage, liveness: Liveness): Tenancies {
  const search = new Search(plan, heritage, liveness)
  search.fill()
  return search
}

/** A variable that is in a place from the region that makes it to the last that uses it. */
interface Guest {
  readonly variable: Var
  readonly from: number
  readonly until: number
}

/** A result's place; who is there, from the last, the result itself, to the first. */
interface House {
  readonly host: Var
  readonly size: number
  readonly guests: Guest[]
}

class Search implements Tenancies {
  readonly tenancies = new Map<Var, Tenancy>()
  readonly inPlace: Set<Var>
  readonly #plan: Plan
  readonly #heirs: Heirs
  readonly #last: ReadonlyMap<Var, number>
  readonly #makers: ReadonlyMap<Var, number>
  /** The smallest first. */
  readonly #houses: readonly House[]

  constructor(plan: Plan, { heirs, inPlace }: Heritage, { last, makers }: Liveness) {
    this.#plan = plan
    this.#heirs = heirs
    this.inPlace = new Set(inPlace)
    this.#last = last
    this.#makers = makers
    this.#houses = [...resultsOf(plan)]
      .map((host) => ({ host, size: bytesOf(host), guests: [this.#guest(host)] }))
      .sort((x, y) => x.size - y.size)
  }

  fill(): void {
    const results = resultsOf(this.#plan)
    const homeless = [...this.#makers.keys()].filter((variable) => !results.has(variable))
    homeless.sort((x, y) => bytesOf(y) - bytesOf(x) || this.#guest(y).until - this.#guest(x).until)
    for (const variable of homeless) this.#findHouse(variable)
    for (const { host, guests } of this.#houses) {
      guests.forEach(({ variable, from }, i) => {
        const before = guests[i + 1]
        const over = before?.until === from ? before.variable : undefined
        this.tenancies.set(variable, { host, over })
        if (over !== undefined) this.inPlace.add(variable)
      })
    }
  }

  #guest(variable: Var): Guest {
    return { variable, from: this.#makers.get(variable) ?? -1, until: this.#last.get(variable) ?? -1 }
  }

  #findHouse(variable: Var): void {
    const [guest, size] = [this.#guest(variable), bytesOf(variable)]
    const first = firstOfSize(this.#houses, size)
    const end = Math.min(this.#houses.length, first + (byteSize(variable.aval) < largeArray ? fewTries : mostTries))
    for (let i = first; i < end; i++) {
      const { host, size: room, guests } = this.#houses[i] as House
      if (room > most * size) return
      if (byteSize(host.aval) < largeArray && room > size) continue
      const at = firstNotAfter(guests, guest)
      if (at === 0 || !this.#fits(guest, guests[at], guests[at - 1] as Guest)) continue
      if (!this.#heirsAllow(guest, host)) continue
      guests.splice(at, 0, guest)
      return
    }
  }

  #fits(guest: Guest, before: Guest | undefined, after: Guest): boolean {
    return (before === undefined || this.#isOverFor(before, guest)) && this.#isOverFor(guest, after)
  }

  /** Whether `next` may be written where `old` is, which is not used any more, or in step by the region that makes it. */
  #isOverFor(old: Guest, next: Guest): boolean {
    if (old.until !== next.from) return old.until < next.from
    return inPlaceCandidates(this.#plan.regions[next.from] as Region, next.variable).includes(old.variable)
  }

  /** The result may turn out to lie in the place of an input that is given up: that must be over, too. */
  #heirsAllow(guest: Guest, host: Var): boolean {
    const inputs = (this.#heirs.get(host) ?? []).map((i) => this.#guest(this.#plan.inputs[i] as Var))
    if (!inputs.every((input) => this.#isOverFor(input, guest))) return false
    if (inputs.some((input) => input.until === guest.from)) this.inPlace.add(guest.variable)
    return true
  }
}

/** A place of more than so many times the size is not asked for. */
const most = 8

const mostTries = 64

/** For small arrays, which would find room in the arena. */
const fewTries = 8

const bytesOf = ({ aval }: Var): number => slotSize(byteSize(aval))

/** The first house of at least so many bytes. */
const firstOfSize = (houses: readonly House[], size: number): number =>
  firstWhere(houses.length, (i) => (houses[i] as House).size >= size)

/** The first of the guests that comes no later than this one. */
const firstNotAfter = (guests: readonly Guest[], { from }: Guest): number =>
  firstWhere(guests.length, (i) => (guests[i] as Guest).from <= from)

/** The first number from which on `holds`, of so many. */
function firstWhere(count: number, holds: (i: number) => boolean): number {
  let [low, high] = [0, count]
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}
