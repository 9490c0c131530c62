import { type DType, dtypes } from '@proj/backend'
import type { Half, Mode } from '../lane/emit.ts'
import type { Body } from '../wasm/body.ts'

/** Elements that one instruction or a few bring in: where they are, and how far apart in bytes from lane to lane. */
export interface Span {
  /** The local that holds the address, and what is added to it. */
  readonly pointer: number
  readonly offset: number
  readonly dtype: DType
  readonly step: number
}

const lanes = [0, 1, 2, 3] as const

/** The address of a lane on the stack; returns what the instruction must add. */
function address(body: Body, { pointer, offset, step }: Span, lane: number): number {
  const at = offset + lane * step
  body.get(pointer)
  if (at >= 0) return at
  body.i32(at).op('i32.add')
  return 0
}

const scalarLoads: { readonly [D in DType]: string } = {
  float32: 'f32.load',
  float64: 'f64.load',
  float16: 'i32.load16_u',
  int32: 'i32.load',
  uint32: 'i32.load',
  int8: 'i32.load8_s',
  uint8: 'i32.load8_u',
  bool: 'i32.load8_u',
}

/** Leaves elements on the stack: one in scalar code, else a register of them. */
export function load(body: Body, span: Span, mode: Mode, half: Half): void {
  const { bytes } = dtypes[span.dtype]
  if (mode === 'scalar') {
    body.memory(scalarLoads[span.dtype], address(body, span, 0))
    return
  }
  if (span.step === 0) loadSame(body, span)
  else if (bytes === 8) loadPair(body, span, half)
  else if (bytes === 2) loadHalves(body, span)
  else if (bytes === 1) loadBytes(body, span)
  else if (span.step === bytes) body.memory('v128.load', address(body, span, 0))
  else gather(body, span, lanes, 'v128.load32_zero', 'v128.load32_lane')
  if (span.dtype === 'bool') body.op('i32x4.neg')
}

function loadSame(body: Body, span: Span): void {
  const { bytes } = dtypes[span.dtype]
  if (bytes <= 2) body.memory(scalarLoads[span.dtype], address(body, span, 0)).op('i32x4.splat')
  else body.memory(bytes === 8 ? 'v128.load64_splat' : 'v128.load32_splat', address(body, span, 0))
}

function loadPair(body: Body, span: Span, half: Half): void {
  const first = { ...span, offset: span.offset + 2 * half * span.step }
  if (span.step === 8) body.memory('v128.load', address(body, first, 0))
  else gather(body, first, [0, 1], 'v128.load64_zero', 'v128.load64_lane')
}

function loadHalves(body: Body, span: Span): void {
  if (span.step === 2) body.memory('v128.load64_zero', address(body, span, 0))
  else gatherCleared(body, span, 'v128.load16_lane')
  body.op('i32x4.extend_low_i16x8_u')
}

function loadBytes(body: Body, span: Span): void {
  if (span.step === 1) body.memory('v128.load32_zero', address(body, span, 0))
  else gatherCleared(body, span, 'v128.load8_lane')
  const sign = span.dtype === 'int8' ? 's' : 'u'
  body.op(`i16x8.extend_low_i8x16_${sign}`, `i32x4.extend_low_i16x8_${sign}`)
}

/** Lane by lane into the first lanes of a register of zeros. */
function gatherCleared(body: Body, span: Span, op: string): void {
  const scratch = body.local('v128')
  body.v128(new Uint8Array(16)).set(scratch)
  for (const lane of lanes) {
    const offset = address(body, span, lane)
    body.get(scratch).memory(op, offset, lane).set(scratch)
  }
  body.get(scratch)
  body.release('v128', scratch)
}

/** Lane by lane, the first with an instruction that clears the rest. */
function gather(body: Body, span: Span, which: readonly number[], first: string, other: string): void {
  const scratch = body.local('v128')
  for (const lane of which) {
    const offset = address(body, span, lane)
    if (lane === 0) body.memory(first, offset)
    else body.get(scratch).memory(other, offset, lane)
    body.set(scratch)
  }
  body.get(scratch)
  body.release('v128', scratch)
}

const scalarStores: { readonly [B in 1 | 2]: string } = { 1: 'i32.store8', 2: 'i32.store16' }

function scalarStore(dtype: DType): string {
  const { bytes } = dtypes[dtype]
  if (bytes === 1 || bytes === 2) return scalarStores[bytes]
  return { float32: 'f32.store', float64: 'f64.store', int32: 'i32.store', uint32: 'i32.store' }[dtype as 'float32']
}

/** Writes elements; `value` leaves a register of them on the stack. */
export function store(body: Body, span: Span, mode: Mode, value: (half: Half) => void): void {
  const { bytes } = dtypes[span.dtype]
  if (mode === 'scalar') {
    const offset = address(body, span, 0)
    value(0)
    body.memory(scalarStore(span.dtype), offset)
    return
  }
  if (bytes === 8) storePair(body, span, value)
  else if (bytes === 2) storeHalves(body, span, () => value(0))
  else if (bytes === 1) storeBytes(body, span, () => value(0))
  else if (span.step === bytes) {
    const offset = address(body, span, 0)
    value(0)
    body.memory('v128.store', offset)
  } else scatter(body, span, lanes, 'v128.store32_lane', () => value(0))
}

function storePair(body: Body, span: Span, value: (half: Half) => void): void {
  for (const half of [0, 1] as const) {
    const first = { ...span, offset: span.offset + 2 * half * span.step }
    if (span.step === 8) {
      const offset = address(body, first, 0)
      value(half)
      body.memory('v128.store', offset)
    } else scatter(body, first, [0, 1], 'v128.store64_lane', () => value(half))
  }
}

/** The low halves of four lanes, which are below 2¹⁶. */
function storeHalves(body: Body, span: Span, value: () => void): void {
  const packed = () => {
    value()
    const scratch = body.local('v128')
    body.tee(scratch).get(scratch).op('i16x8.narrow_i32x4_u')
    body.release('v128', scratch)
  }
  if (span.step !== 2) return scatter(body, span, lanes, 'v128.store16_lane', packed)
  const offset = address(body, span, 0)
  packed()
  body.memory('v128.store64_lane', offset, 0)
}

/** The low bytes of four lanes. */
function storeBytes(body: Body, span: Span, value: () => void): void {
  const packed = () => {
    value()
    body.v128(new Uint8Array(new Int32Array(4).fill(span.dtype === 'bool' ? 1 : 255).buffer))
    body.op('v128.and')
    const scratch = body.local('v128')
    body.tee(scratch).get(scratch).op('i16x8.narrow_i32x4_u').tee(scratch).get(scratch).op('i8x16.narrow_i16x8_u')
    body.release('v128', scratch)
  }
  if (span.step !== 1) return scatter(body, span, lanes, 'v128.store8_lane', packed)
  const offset = address(body, span, 0)
  packed()
  body.memory('v128.store32_lane', offset, 0)
}

function scatter(body: Body, span: Span, which: readonly number[], op: string, value: () => void): void {
  const scratch = body.local('v128')
  value()
  body.set(scratch)
  for (const lane of which) {
    const offset = address(body, span, lane)
    body.get(scratch).memory(op, offset, lane)
  }
  body.release('v128', scratch)
}
