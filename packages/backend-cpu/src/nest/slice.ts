import type { Body } from '../wasm/body.ts'
import type { Slice } from './space.ts'

/** How often a loop turns: known now, or in a local. */
export type Times = number | { readonly local: number }

export const repeat = (body: Body, times: Times, turn: () => void): Body =>
  typeof times === 'number' ? body.repeat(times, turn) : body.repeatLocal(times.local, turn)

/** The number of elements of a slice along its dimension, of that size, in a new local. */
export function lengthOf(body: Body, { unit, from, to }: Slice, size: number): number {
  const end = body.local('i32')
  body.get(to).i32(unit).op('i32.mul').tee(end).i32(size).get(end).i32(size).op('i32.lt_u', 'select')
  body.get(from).i32(unit).op('i32.mul', 'i32.sub').set(end)
  return end
}

/** How often a step fits into what is left, in a new local; the rest is left. */
export function timesIn(body: Body, left: number, step: number): Times {
  const times = body.local('i32')
  body.get(left).i32(step).op('i32.div_u').set(times).get(left).i32(step).op('i32.rem_u').set(left)
  return { local: times }
}
