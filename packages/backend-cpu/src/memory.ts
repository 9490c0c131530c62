import { byteSize, type Plan, readsOf, storesOf, type Var } from '@proj/backend'

const alignment = 32

/** A slot's bytes: vector code may write up to three elements past the last. */
export const slotSize = (bytes: number): number => Math.ceil((bytes + 3 * 8) / alignment) * alignment

/** Where each buffer of a plan lies, in bytes from the arena's start. */
export interface MemoryPlan {
  readonly offsets: ReadonlyMap<Var, number>
  /** Results lie side by side, after the inputs. */
  readonly resultsStart: number
  readonly resultsEnd: number
  readonly size: number
  /** The most that is in use at one time. */
  readonly live: number
}

/** Free stretches by offset, and the end of what was ever used. */
class Arena {
  #free: { start: number; size: number }[] = []
  end: number

  constructor(start: number) {
    this.end = start
  }

  /** The smallest stretch that is large enough, or new room. */
  take(size: number): number {
    let best = -1
    this.#free.forEach((stretch, i) => {
      if (stretch.size >= size && (best < 0 || stretch.size < (this.#free[best]?.size as number))) best = i
    })
    const stretch = this.#free[best]
    if (stretch === undefined) {
      this.end += size
      return this.end - size
    }
    const { start } = stretch
    if (stretch.size === size) this.#free.splice(best, 1)
    else this.#free[best] = { start: start + size, size: stretch.size - size }
    return start
  }

  give(start: number, size: number): void {
    const after = this.#free.findIndex((stretch) => stretch.start > start)
    const at = after < 0 ? this.#free.length : after
    this.#free.splice(at, 0, { start, size })
    const merge = (i: number) => {
      const [left, right] = [this.#free[i], this.#free[i + 1]]
      if (left === undefined || right === undefined || left.start + left.size !== right.start) return
      this.#free.splice(i, 2, { start: left.start, size: left.size + right.size })
    }
    merge(at)
    if (at > 0) merge(at - 1)
  }
}

/** The region that reads a variable last. */
function lastUses({ regions }: Plan): Map<Var, number> {
  const last = new Map<Var, number>()
  regions.forEach((region, i) => {
    for (const variable of [...readsOf(region), ...storesOf(region)]) last.set(variable, i)
  })
  return last
}

/** Gives every buffer its place: inputs, results, then intermediates, which share room when they are not in use at the same time. */
export function planMemory(plan: Plan): MemoryPlan {
  const offsets = new Map<Var, number>()
  let end = 0
  const place = (variable: Var) => {
    if (offsets.has(variable)) return
    offsets.set(variable, end)
    end += slotSize(byteSize(variable.aval))
  }
  for (const input of plan.inputs) place(input)
  const resultsStart = end
  for (const output of plan.outputs) if (output.kind === 'buffer') place(output.source)
  const resultsEnd = end
  const arena = new Arena(end)
  const last = lastUses(plan)
  const dying = new Map<number, Var[]>()
  let [inUse, live] = [0, 0]
  plan.regions.forEach((region, i) => {
    for (const variable of storesOf(region)) {
      if (offsets.has(variable)) continue
      const size = slotSize(byteSize(variable.aval))
      offsets.set(variable, arena.take(size))
      inUse += size
      const end = last.get(variable) as number
      dying.set(end, [...(dying.get(end) ?? []), variable])
    }
    live = Math.max(live, inUse)
    for (const variable of dying.get(i) ?? []) {
      const size = slotSize(byteSize(variable.aval))
      arena.give(offsets.get(variable) as number, size)
      inUse -= size
    }
  })
  return { offsets, resultsStart, resultsEnd, size: arena.end, live: resultsEnd + live }
}
