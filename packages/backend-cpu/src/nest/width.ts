import type { Mode } from '../lane/emit.ts'

/** Code that steps along the vector dimension: by so many vectors at once, or by one element. */
export interface Width {
  readonly mode: Mode
  readonly copies: number
}

/** How often code of a width runs. */
export interface Turns extends Width {
  readonly times: number
}

export const scalarWidth: Width = { mode: 'scalar', copies: 1 }

export const stepOf = ({ mode, copies }: Width): number => (mode === 'vector' ? 4 * copies : 1)

/** How so many elements are gone through, the widest code first; at least one, if only for what it makes of none. */
export function turnsThrough(size: number, copies: number, mayOverrun: boolean): readonly Turns[] {
  const widths: readonly Width[] = [{ mode: 'vector', copies }, { mode: 'vector', copies: 1 }, scalarWidth]
  let left = mayOverrun ? Math.ceil(size / 4) * 4 : size
  const turns = widths.map((width) => {
    const times = Math.floor(left / stepOf(width))
    left -= times * stepOf(width)
    return { ...width, times }
  })
  const some = turns.filter(({ times }) => times > 0)
  return some.length > 0 ? some : turns.slice(2)
}
