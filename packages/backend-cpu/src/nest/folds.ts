import { Emitter, type Half, type Mode, type Surroundings } from '../lane/emit.ts'
import { Graph, type Node } from '../lane/graph.ts'
import { isPair } from '../lane/ops.ts'
import type { Body } from '../wasm/body.ts'
import type { Fold, Held, Nest } from './pass.ts'

/** Puts a node's value into locals. */
export function assign(body: Body, emitter: Emitter, node: Node, { locals }: Held): void {
  for (let copy = 0; copy < emitter.copies; copy++) {
    locals[emitter.mode]?.[copy]?.forEach((local, half) => {
      emitter.value(node, half as Half, copy)
      body.set(local)
    })
  }
}

/** Gives accumulators their first values, in code of those modes. */
export function begin({ body, space }: Nest, fold: Fold, modes: Iterable<Mode>, around: Surroundings): void {
  const isEmpty = space.sizes.slice(space.kept).includes(0)
  for (const mode of modes) {
    const g = new Graph()
    const values = fold.accumulator.initial(g, isEmpty)
    const emitter = new Emitter(g, [], mode, around)
    values.forEach((value, i) => {
      for (const copy of fold.held[i]?.locals[mode] ?? [])
        copy.forEach((local, half) => {
          emitter.value(value, half as Half)
          body.set(local)
        })
    })
  }
}

/** What there is of partial results: several vectors, and perhaps that of a rest which scalar code went through. */
interface Partial {
  readonly copies: number
  readonly hasRest: boolean
}

/**
 * Makes one scalar result of partial ones. Several vectors are joined in pairs: no longer a chain of instructions than need be, since what
 * follows waits for it. The lanes of one vector, of a short row, come in turn, which is about as exact, and as fast.
 */
export function join(nest: Nest, fold: Fold, { copies, hasRest }: Partial, around: Surroundings): void {
  const { body } = nest
  for (let half = copies >> 1; half > 0; half >>= 1)
    for (let copy = 0; copy < half; copy++) merge(body, fold, copyOf(fold, copy), copyOf(fold, copy + half), around)
  const first = copyOf(fold, 0)
  if (copies > 1) for (const by of [2, 1] as const) merge(body, fold, first, turned(body, first, by), around)
  const lanes = (copies > 1 ? [0] : [0, 1, 2, 3]).map((lane) => laneOf(body, first, lane))
  if (!hasRest) start(body, fold, lanes.shift() as readonly Held[])
  for (const lane of lanes) merge(body, fold, fold.held, lane, around)
}

/** The scalar result is that of a lane. */
function start(body: Body, { held }: Fold, lane: readonly Held[]): void {
  lane.forEach(({ locals }, i) => {
    body.get(locals.scalar?.[0]?.[0] as number).set(held[i]?.locals.scalar?.[0]?.[0] as number)
  })
}

/** Merges `other` into `own`, both in vectors or both in scalars. */
function merge(body: Body, { accumulator }: Fold, own: readonly Held[], other: readonly Held[], around: Surroundings) {
  const g = new Graph()
  const leaves = (some: readonly Held[], name: string) =>
    some.map((held, i) => g.leaf(held.type, { ...held, key: `${name} ${i}`, level: 0 } as Held))
  const merged = accumulator.merge(g, leaves(own, 'own'), leaves(other, 'other'))
  const mode = other[0]?.locals.vector === undefined ? 'scalar' : 'vector'
  const emitter = new Emitter(g, merged, mode, around)
  emitter.level(0)
  merged.forEach((node, i) => {
    assign(body, emitter, node, own[i] as Held)
  })
}

/** One vector of what is accumulated. */
const copyOf = ({ held }: Fold, copy: number): Held[] =>
  held.map((one) => ({ ...one, locals: { vector: [one.locals.vector?.[copy] as readonly number[]] } }))

const bytes = (from: number): number[] => Array.from({ length: 16 }, (_, i) => (i + from) % 16)

/** The same with its lanes turned round, by two or by one; lanes 2 and 3 of pairs may be left as they are by one. */
function turned(body: Body, some: readonly Held[], by: 1 | 2): Held[] {
  return some.map((one) => {
    const registers = one.locals.vector?.[0] as readonly number[]
    if (isPair(one.type) && by === 2) return { ...one, locals: { vector: [registers.toReversed()] } }
    const shift = isPair(one.type) ? 8 : 4 * by
    const locals = registers.map((register) => {
      const local = body.local('v128')
      body.get(register).get(register).shuffle(bytes(shift)).set(local)
      return local
    })
    return { ...one, locals: { vector: [locals] } }
  })
}

/** A lane of one vector, as scalars in new locals. */
const laneOf = (body: Body, some: readonly Held[], lane: number): Held[] =>
  some.map((held): Held => ({ ...held, locals: { scalar: [[extracted(body, held, lane)]] } }))

function extracted(body: Body, { type, locals }: Held, lane: number): number {
  const shape = { f32: 'f32x4', f64: 'f64x2', i32: 'i32x4', i64: 'i64x2', mask: 'i32x4' }[type]
  const [register, index] = isPair(type) ? [lane >> 1, lane & 1] : [0, lane]
  const local = body.local(type === 'mask' ? 'i32' : type)
  body.get(locals.vector?.[0]?.[register] as number).lane(`${shape}.extract_lane`, index)
  if (type === 'mask') body.i32(1).op('i32.and')
  body.set(local)
  return local
}
