import { copyBytes, copyElement, type Width } from '../lower/copy.ts'
import type { Body } from '../wasm/body.ts'

/** A dimension to go through: in how many steps, and how many bytes each pointer moves in one. */
export interface Turn {
  readonly times: number
  readonly steps: readonly number[]
}

/** Fewer turns that visit the same places in the same order. */
function merged(turns: readonly Turn[]): Turn[] {
  const found: Turn[] = []
  for (const turn of turns) {
    if (turn.times === 1) continue
    const outer = found.at(-1)
    const joins = outer?.steps.every((step, i) => step === turn.times * (turn.steps[i] as number))
    if (outer !== undefined && joins === true) found[found.length - 1] = { ...turn, times: outer.times * turn.times }
    else found.push(turn)
  }
  return found
}

export function advance(body: Body, pointer: number, by: number): void {
  if (by !== 0) body.get(pointer).i32(by).op('i32.add').set(pointer)
}

/** Does `inside` at each place of a box, the last dimension fastest, with the pointers there; afterwards they are back. */
export function walkBox(body: Body, all: readonly Turn[], pointers: readonly number[], inside: () => void): void {
  if (all.some(({ times }) => times === 0)) return
  const turns = merged(all)
  const level = (d: number): void => {
    const [turn, inner] = [turns[d], turns[d + 1]]
    if (turn === undefined) return inside()
    body.repeat(turn.times, () => {
      level(d + 1)
      pointers.forEach((pointer, i) =>
        advance(
          body,
          pointer,
          (turn.steps[i] as number) - (inner === undefined ? 0 : inner.times * (inner.steps[i] as number)),
        ),
      )
    })
  }
  level(0)
  const [outermost] = turns
  if (outermost !== undefined)
    pointers.forEach((pointer, i) => advance(body, pointer, -outermost.times * (outermost.steps[i] as number)))
}

/** Copies a box of elements; strides in bytes. */
export function copyBox(
  body: Body,
  shape: readonly number[],
  to: { readonly pointer: number; readonly strides: readonly number[] },
  from: { readonly pointer: number; readonly strides: readonly number[] },
  width: Width,
): void {
  if (shape.includes(0)) return
  const turns = merged(
    shape.map((times, d) => ({ times, steps: [to.strides[d] as number, from.strides[d] as number] })),
  )
  const last = turns.at(-1)
  const isRun = last === undefined || last.steps.every((step) => step === width)
  const outer = isRun ? turns.slice(0, -1) : turns
  walkBox(body, outer, [to.pointer, from.pointer], () => {
    if (isRun) copyBytes(body, to.pointer, from.pointer, width * (last?.times ?? 1))
    else copyElement(body, to.pointer, from.pointer, width)
  })
}
