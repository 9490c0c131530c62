import { type DType, dtypes, isFloat } from '@proj/backend'
import type { Graph, Node } from '../lane/graph.ts'
import { asStored, asValue, storedTypes } from '../lower/element.ts'
import type { FunctionContext } from '../lower/functionContext.ts'
import { wrap } from '../lower/lanes.ts'
import type { Base } from '../nest/access.ts'
import { Kernel } from '../nest/kernel.ts'

/** Which 32 bits of a key: narrower keys have only high ones. */
export type Word = 'low' | 'high'

/** The words of a key, the one that matters least first. */
export const wordsOf = (dtype: DType): readonly Word[] => (dtype === 'float64' ? ['low', 'high'] : ['high'])

export interface WordOptions {
  readonly word: Word
  readonly descends: boolean
}

const least = -0x8000_0000
const leastWide = -(2n ** 63n)

/** Bits of a float count up with its size: those of negative ones are turned round, and stand below the others. NaN is above all. */
function floatKey(g: Graph, x: Node): Node {
  // Adding 0 makes 0 of -0.
  const bits = g.op('bits', g.add(x, g.same(x, 0)))
  const isWide = bits.type === 'i64'
  const sign = g.shift('shr_s', bits, isWide ? 63 : 31)
  const turned = g.op('xor', bits, g.op('or', sign, isWide ? g.i64(leastWide) : g.i32(least)))
  return g.select(g.op('eq', x, x), turned, isWide ? g.i64(-1n) : g.i32(-1))
}

/** A float of that key, the other way round. */
function floatOfKey(g: Graph, key: Node): Node {
  const isWide = key.type === 'i64'
  const flip = isWide ? g.i64(leastWide) : g.i32(least)
  const below = g.op('xor', g.shift('shr_s', key, isWide ? 63 : 31), isWide ? g.i64(-1n) : g.i32(-1))
  return g.op('float', g.op('xor', key, g.op('or', below, flip)))
}

const flipsSign = (dtype: DType): boolean => dtypes[dtype].kind === 'int'

/** An integer that, unsigned, has the order of `x`: ascending, -0 like 0, NaN last. An i64 for float64. */
function keyOf(g: Graph, x: Node, dtype: DType): Node {
  if (isFloat(dtype)) return floatKey(g, x)
  if (dtype === 'bool') return g.op('toI32', x)
  return flipsSign(dtype) ? g.op('xor', x, g.i32(least)) : x
}

/** What has that key; of -0 and 0, the latter. */
function ofKey(g: Graph, key: Node, dtype: DType): Node {
  if (isFloat(dtype)) return floatOfKey(g, key)
  if (dtype === 'bool') return g.op('ne', key, g.i32(0))
  return wrap(g, flipsSign(dtype) ? g.op('xor', key, g.i32(least)) : key, dtype)
}

/** Elements one after the other, `step` elements apart. */
export interface Run {
  readonly base: Base
  readonly step: number
  readonly dtype: DType
}

/** Computes `length` elements of `to` from those of `from`. */
function mapRun(
  context: FunctionContext,
  length: number,
  from: Run,
  to: Run,
  f: (g: Graph, stored: Node) => Node,
): void {
  const kernel = new Kernel(context, { sizes: [length], kept: 1 }, 0)
  const pass = kernel.pass()
  pass.forbidOverrun()
  const walk = ({ step }: Run) => ({ strides: [step], offset: 0 })
  const element = pass.read(pass.main, storedTypes[from.dtype], from.base, walk(from), from.dtype)
  pass.store('main', f(pass.main, element), to.base, walk(to), to.dtype)
  kernel.emit()
}

/** One 32-bit word of the key of a stored element, the order turned round where it `descends`. */
export function keyWord(g: Graph, stored: Node, dtype: DType, { word, descends }: WordOptions): Node {
  const key = keyOf(g, asValue(g, stored, dtype), dtype)
  const part = key.type === 'i64' ? g.op(word, key) : key
  return descends ? g.op('xor', part, g.i32(-1)) : part
}

/** Writes one word of each element's key. */
export function writeKeyWords(
  context: FunctionContext,
  length: number,
  from: Run,
  to: Base,
  options: WordOptions,
): void {
  const { dtype } = from
  mapRun(context, length, from, { base: to, step: 1, dtype: 'uint32' }, (g, stored) =>
    keyWord(g, stored, dtype, options),
  )
}

/** What holds whole keys: 32 bits, or of float64 64, which go as a float64 of these bits. */
export const keyHolder = (dtype: DType): 'uint32' | 'float64' => (dtype === 'float64' ? 'float64' : 'uint32')

/** Writes each element's whole key. */
export function writeKeys(context: FunctionContext, length: number, from: Run, to: Base): void {
  mapRun(context, length, from, { base: to, step: 1, dtype: keyHolder(from.dtype) }, (g, stored) => {
    const key = keyOf(g, asValue(g, stored, from.dtype), from.dtype)
    return key.type === 'i64' ? g.op('float', key) : key
  })
}

/** Writes the elements that whole keys stand for. */
export function readKeys(context: FunctionContext, length: number, from: Base, to: Run): void {
  mapRun(context, length, { base: from, step: 1, dtype: keyHolder(to.dtype) }, to, (g, stored) => {
    const key = stored.type === 'f64' ? g.op('bits', stored) : stored
    return asStored(g, ofKey(g, key, to.dtype), to.dtype)
  })
}
