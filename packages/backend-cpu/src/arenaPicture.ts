import { formatBytes } from './formatBytes.ts'
import type { MemoryPlan } from './memory.ts'
import { alignment, type Stay } from './rooms.ts'

const columns = 64
const rows = 32
const letters = 'abcdefghijklmnopqrstuvwxyz'

/** A line for each region, or each few: what is where in the arena while it runs. The same letter above is the same array. */
export function arenaPicture({ size, stays, turns }: MemoryPlan): string[] {
  if (size === 0 || turns.length === 0) return []
  const column = Math.ceil(size / columns / alignment) * alignment
  const inArena = stays.filter((stay) => stay.start !== undefined)
  const line = (turn: number): string => {
    const cells = new Array<string>(Math.ceil(size / column)).fill('.')
    inArena.forEach((stay, i) => {
      if (stay.from <= turn && turn < stay.until) draw(cells, stay, column, letters[i % letters.length] as string)
    })
    return cells.join('')
  }
  const step = Math.ceil(turns.length / rows)
  const shown = turns.flatMap((turn, i) => (i % step === 0 ? [`${String(i).padStart(5)} ${line(turn)}`] : []))
  return [`  arena by region, a letter an array, ${formatBytes(column)} a column:`, ...shown]
}

function draw(cells: string[], { start = 0, size }: Stay, column: number, letter: string): void {
  const end = Math.max(Math.floor(start / column) + 1, Math.ceil((start + size) / column))
  for (let i = Math.floor(start / column); i < end; i++) cells[i] = letter
}
