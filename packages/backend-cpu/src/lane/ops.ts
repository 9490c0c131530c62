/**
 * What a lane holds. In vector code four lanes go together: `f32`, `i32` and `mask` in one v128, `f64` and `i64` in two. A mask is
 * 0 or 1 in scalar code, all bits clear or set in a vector.
 */
export type LaneType = 'f32' | 'f64' | 'i32' | 'i64' | 'mask'

export const isPair = (type: LaneType): boolean => type === 'f64' || type === 'i64'

/** How a lane operation is done on four lanes. */
export type VectorForm =
  /** The same on each register of the operands. */
  | { readonly kind: 'each'; readonly ops: readonly string[] }
  /** Of two registers each, then the wanted 32-bit lanes of both results together. */
  | { readonly kind: 'narrow'; readonly ops: readonly string[]; readonly pick: 'even' | 'odd' | 'low' }
  /** From the low half, and from the high half brought down. */
  | { readonly kind: 'widen'; readonly low: readonly string[]; readonly high?: readonly string[] }

export interface LaneOp {
  readonly result: LaneType
  readonly scalar: readonly string[]
  /** Absent: lane by lane in scalar code. */
  readonly vector?: VectorForm
  /** The last operand of the instruction is the node's immediate, an i32. */
  readonly immediate?: boolean
}

const table = new Map<string, LaneOp>()

const each = (...ops: readonly string[]): VectorForm => ({ kind: 'each', ops })

function define(names: string, types: readonly LaneType[], row: (name: string, type: LaneType) => LaneOp): void {
  for (const name of names.split(' ')) for (const type of types) table.set(`${name}.${type}`, row(name, type))
}

const shapes = { f32: 'f32x4', f64: 'f64x2', i32: 'i32x4', i64: 'i64x2', mask: 'v128' } as const
const compareTo = (type: LaneType, name: string): VectorForm =>
  isPair(type) ? { kind: 'narrow', ops: [`${shapes[type]}.${name}`], pick: 'even' } : each(`${shapes[type]}.${name}`)

define('add sub mul div min max abs neg sqrt ceil floor trunc nearest', ['f32', 'f64'], (name, type) => {
  return { result: type, scalar: [`${type}.${name}`], vector: each(`${shapes[type]}.${name}`) }
})
/** Rounded once; only where the engine fuses. The scalar form is the vector's on one lane: see emit.ts. */
define('madd', ['f32', 'f64'], (_, type) => {
  return { result: type, scalar: [], vector: each(`${shapes[type]}.relaxed_madd`) }
})
/** One instruction, where `min` takes many for the sake of NaN and -0. NaN stays if it is the first operand; the second must not be one. */
define('atMost atLeast', ['f32', 'f64'], (name, type) => {
  const [scalar, vector] = name === 'atMost' ? ['min', 'pmin'] : ['max', 'pmax']
  return { result: type, scalar: [`${type}.${scalar}`], vector: each(`${shapes[type]}.${vector}`) }
})
define('add sub mul', ['i32', 'i64'], (name, type) => ({
  result: type,
  scalar: [`${type}.${name}`],
  vector: each(`${shapes[type]}.${name}`),
}))
define('and or xor', ['i32', 'i64'], (name, type) => ({
  result: type,
  scalar: [`${type}.${name}`],
  vector: each(`v128.${name}`),
}))
define('and or xor', ['mask'], (name) => ({ result: 'mask', scalar: [`i32.${name}`], vector: each(`v128.${name}`) }))
define('not', ['mask'], () => ({ result: 'mask', scalar: ['i32.eqz'], vector: each('v128.not') }))
define('shl shr_s shr_u', ['i32', 'i64'], (name, type) => {
  return { result: type, scalar: [`${type}.${name}`], vector: each(`${shapes[type]}.${name}`), immediate: true }
})
// By a count of each lane's own, of which only the low bits are looked at.
for (const name of ['shl', 'shr_s', 'shr_u']) table.set(`${name}By.i32`, { result: 'i32', scalar: [`i32.${name}`] })
for (const name of ['shl', 'shr_u']) table.set(`${name}By.i64`, { result: 'i64', scalar: [`i64.${name}`] })
define('div_s div_u rem_s rem_u', ['i32'], (name) => ({ result: 'i32', scalar: [`i32.${name}`] }))
define('clz', ['i32'], (name) => ({ result: 'i32', scalar: [`i32.${name}`] }))
define('lt_u', ['i64'], (name) => ({ result: 'mask', scalar: [`i64.${name}`] }))
define('clz', ['i64'], (name) => ({ result: 'i64', scalar: [`i64.${name}`] }))

define('eq ne lt gt le ge', ['f32', 'f64'], (name, type) => ({
  result: 'mask',
  scalar: [`${type}.${name}`],
  vector: compareTo(type, name),
}))
define('eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u', ['i32'], (name, type) => {
  return { result: 'mask', scalar: [`${type}.${name}`], vector: compareTo(type, name) }
})
define('eq ne lt_s gt_s le_s ge_s', ['i64'], (name, type) => ({
  result: 'mask',
  scalar: [`${type}.${name}`],
  vector: compareTo(type, name),
}))
define('select', ['f32', 'f64', 'i32', 'i64', 'mask'], (_, type) => ({
  result: type,
  scalar: ['select'],
  vector: each('v128.bitselect'),
}))

table.set('promote.f32', {
  result: 'f64',
  scalar: ['f64.promote_f32'],
  vector: { kind: 'widen', low: ['f64x2.promote_low_f32x4'] },
})
table.set('demote.f64', {
  result: 'f32',
  scalar: ['f32.demote_f64'],
  vector: { kind: 'narrow', ops: ['f32x4.demote_f64x2_zero'], pick: 'low' },
})
for (const sign of ['s', 'u']) {
  const convert: VectorForm = { kind: 'widen', low: [`f64x2.convert_low_i32x4_${sign}`] }
  table.set(`toF64_${sign}.i32`, { result: 'f64', scalar: [`f64.convert_i32_${sign}`], vector: convert })
  table.set(`toF32_${sign}.i32`, {
    result: 'f32',
    scalar: [`f32.convert_i32_${sign}`],
    vector: each(`f32x4.convert_i32x4_${sign}`),
  })
  table.set(`toI32_${sign}.f32`, {
    result: 'i32',
    scalar: [`i32.trunc_sat_f32_${sign}`],
    vector: each(`i32x4.trunc_sat_f32x4_${sign}`),
  })
  const truncate: VectorForm = { kind: 'narrow', ops: [`i32x4.trunc_sat_f64x2_${sign}_zero`], pick: 'low' }
  table.set(`toI32_${sign}.f64`, { result: 'i32', scalar: [`i32.trunc_sat_f64_${sign}`], vector: truncate })
  const extend: VectorForm = {
    kind: 'widen',
    low: [`i64x2.extend_low_i32x4_${sign}`],
    high: [`i64x2.extend_high_i32x4_${sign}`],
  }
  table.set(`toI64_${sign}.i32`, { result: 'i64', scalar: [`i64.extend_i32_${sign}`], vector: extend })
}
table.set('toF64_s.i64', { result: 'f64', scalar: ['f64.convert_i64_s'] })
table.set('toF64_u.i64', { result: 'f64', scalar: ['f64.convert_i64_u'] })
table.set('toI64_s.f64', { result: 'i64', scalar: ['i64.trunc_sat_f64_s'] })
table.set('low.i64', { result: 'i32', scalar: ['i32.wrap_i64'], vector: { kind: 'narrow', ops: [], pick: 'even' } })
table.set('high.i64', {
  result: 'i32',
  scalar: ['i64.const 32', 'i64.shr_u', 'i32.wrap_i64'],
  vector: { kind: 'narrow', ops: [], pick: 'odd' },
})
table.set('bits.f32', { result: 'i32', scalar: ['i32.reinterpret_f32'], vector: each() })
table.set('bits.f64', { result: 'i64', scalar: ['i64.reinterpret_f64'], vector: each() })
table.set('float.i32', { result: 'f32', scalar: ['f32.reinterpret_i32'], vector: each() })
table.set('float.i64', { result: 'f64', scalar: ['f64.reinterpret_i64'], vector: each() })
table.set('toI32.mask', { result: 'i32', scalar: [], vector: each('i32x4.neg') })

/** @throws {RangeError} when there is no such operation on lanes of that type */
export function laneOp(name: string, type: LaneType): LaneOp {
  const row = table.get(`${name}.${type}`)
  if (row === undefined) throw new RangeError(`laneOp: no ${name} of ${type}; add it to lane/ops.ts.`)
  return row
}

/** Every operation, as `name.type`. */
export const laneOpKeys: readonly string[] = [...table.keys()]
