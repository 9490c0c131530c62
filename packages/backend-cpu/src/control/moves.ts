import { type Aval, byteSize, dtypes, type Literal, sizeOf } from '@proj/backend'
import type { FramePlanner } from '../framePlanner.ts'
import { addressOf, copyBuffer, storeBits, type Width } from '../lower/copy.ts'
import { bitsOf } from '../lower/lanes.ts'
import type { Slot } from '../memory.ts'
import type { Room } from '../rooms.ts'
import type { Body } from '../wasm/body.ts'

/** A value that is put into a slot. */
export interface Move {
  readonly from: Slot | Literal
  readonly to: Slot
  readonly aval: Aval
}

const isLiteral = (from: Slot | Literal): from is Literal => from.kind === 'literal'

/**
 * The same moves in an order in which they may be done one after the other: what another move writes over is first put aside.
 *
 * @returns the moves, and how to give the room for them back
 */
export function inOrder(all: readonly Move[], memory: FramePlanner): { moves: readonly Move[]; close(): void } {
  const moves = all.filter(({ from, to }) => from !== to)
  const targets = new Set(moves.map((move) => move.to))
  const aside: Move[] = []
  const rooms: Room[] = []
  const direct = moves.map((move): Move => {
    if (isLiteral(move.from) || !targets.has(move.from)) return move
    const room = memory.take(byteSize(move.aval))
    rooms.push(room)
    const slot: Slot = { kind: 'arena', offset: room.start }
    aside.push({ ...move, to: slot })
    return { ...move, from: slot }
  })
  return { moves: [...aside, ...direct], close: () => rooms.forEach((room) => memory.give(room)) }
}

/** Fills a buffer with one number. */
function emitFill(body: Body, { value, aval }: Literal, to: Slot): void {
  const { bytes } = dtypes[aval.dtype]
  const target = addressOf(body, to)
  body.repeat(sizeOf(aval.shape), () => {
    storeBits(body, target, bitsOf(value, aval.dtype), bytes as Width)
    body.get(target).i32(bytes).op('i32.add').set(target)
  })
  body.release('i32', target)
}

export function emitMoves(body: Body, moves: readonly Move[]): void {
  for (const { from, to, aval } of moves) {
    if (isLiteral(from)) emitFill(body, from, to)
    else if (byteSize(aval) > 0) copyBuffer(body, from, to, byteSize(aval))
  }
}
