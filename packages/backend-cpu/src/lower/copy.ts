import type { Slot } from '../memory.ts'
import type { Body } from '../wasm/body.ts'
import { pushAddress } from './address.ts'

const chunks = [16, 8, 4, 2, 1] as const
const loads = { 16: 'v128.load', 8: 'i64.load', 4: 'i32.load', 2: 'i32.load16_u', 1: 'i32.load8_u' } as const
const stores = { 16: 'v128.store', 8: 'i64.store', 4: 'i32.store', 2: 'i32.store16', 1: 'i32.store8' } as const

/** What an element has in bytes. */
export type Width = 1 | 2 | 4 | 8

export const loadOf = (width: Width): string => loads[width]
export const storeOf = (width: Width): string => stores[width]

/** To copy fewer bytes than these, a call is too much. */
const shortRun = 256

/** Copies exactly so many bytes between the addresses in two locals. */
export function copyBytes(body: Body, to: number, from: number, bytes: number): void {
  if (bytes > shortRun) {
    body.get(to).get(from).i32(bytes).copyMemory()
    return
  }
  let at = 0
  for (const chunk of chunks) {
    for (; bytes - at >= chunk; at += chunk) body.get(to).get(from).memory(loads[chunk], at).memory(stores[chunk], at)
  }
}

/** Copies one element between the addresses in two locals. */
export const copyElement = (body: Body, to: number, from: number, width: Width): Body =>
  body.get(to).get(from).memory(loads[width], 0).memory(stores[width], 0)

/** Stores the element with these bits at the address in a local. */
export function storeBits(body: Body, to: number, bits: bigint, width: Width): void {
  body.get(to)
  if (width === 8) body.i64(bits)
  else body.i32(Number(BigInt.asIntN(32, bits)))
  body.memory(stores[width], 0)
}

/** A new local with the address of a slot. */
export function addressOf(body: Body, slot: Slot): number {
  const local = body.local('i32')
  pushAddress(body, slot).set(local)
  return local
}

/** Copies a whole buffer, unless both turn out to be the same. */
export function copyBuffer(body: Body, from: Slot, to: Slot, bytes: number): void {
  const [source, target] = [addressOf(body, from), addressOf(body, to)]
  body.get(target).get(source).op('i32.ne')
  body.if(() => copyBytes(body, target, source, bytes))
  body.release('i32', source)
  body.release('i32', target)
}
