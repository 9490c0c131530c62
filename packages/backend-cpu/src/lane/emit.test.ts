import { describe, expect, it } from 'vitest'
import { hasRelaxedSimd } from '../relaxed.ts'
import { Body } from '../wasm/body.ts'
import { ModuleBuilder } from '../wasm/module.ts'
import { Emitter, type Mode, registerType, scalarType } from './emit.ts'
import { Graph, type Helper, type Leaf, type Node } from './graph.ts'
import { isPair, type LaneType, laneOpKeys } from './ops.ts'

const bytesOf: { readonly [T in LaneType]: number } = { f32: 4, i32: 4, mask: 4, f64: 8, i64: 8 }
interface Place extends Leaf {
  readonly offset: number
  readonly type: LaneType
}

/** Where operand `i` is: four elements. Results are at 1024. */
const operand = (i: number, type: LaneType): Place => ({ key: `operand ${i}`, level: 0, offset: 64 * i, type })

/** Runs what `build` describes on four lanes of each operand, in one mode. */
function run(
  types: readonly LaneType[],
  build: (g: Graph, operands: readonly Node[]) => Node,
  mode: Mode,
  memory: WebAssembly.Memory,
): ArrayLike<number | bigint> {
  const module = new ModuleBuilder()
  const helper = ({ params, result, body }: Helper, own: Mode): number => {
    const types = params.map((one) => registerType(one, own))
    const fn = module.declare(types, [registerType(result, own)])
    const code = new Body(types)
    if (typeof body === 'function') {
      const g = new Graph()
      const leaf = (one: Leaf) => void code.get(Number(one.key))
      const leaves = params.map((one, i) => g.leaf(one, { key: `${i}`, level: 0 }))
      new Emitter(g, [], own, { body: code, helper, leaf }).value(body(g, leaves))
    } else body.write(code)
    module.define(fn, code)
    return fn
  }
  let type: LaneType = 'f32'
  const functions = (mode === 'vector' ? [0] : [0, 1, 2, 3]).map((lane) => {
    const code = new Body([])
    const g = new Graph()
    const node = build(
      g,
      types.map((one, i) => g.leaf(one, operand(i, one))),
    )
    type = node.type
    const size = bytesOf[type]
    const leaf = (one: Leaf, _mode: Mode, half: 0 | 1) => {
      const { offset, type: own } = one as Place
      code.i32(0)
      if (mode === 'vector') code.memory('v128.load', offset + 16 * half)
      else code.memory(`${scalarType(own)}.load`, offset + lane * bytesOf[own])
      if (mode === 'scalar' && own === 'mask') code.i32(1).op('i32.and')
    }
    const emitter = new Emitter(g, [node], mode, { body: code, helper, leaf })
    emitter.level(0)
    for (const half of mode === 'vector' && isPair(type) ? ([0, 1] as const) : ([0] as const)) {
      code.i32(0)
      emitter.value(node, half)
      if (mode === 'scalar' && type === 'mask') code.i32(-1).op('i32.mul')
      code.memory(
        mode === 'vector' ? 'v128.store' : `${scalarType(type)}.store`,
        1024 + 16 * half + (mode === 'scalar' ? lane * size : 0),
      )
    }
    const fn = module.declare([])
    module.define(fn, code)
    module.export(`lane${lane}`, fn)
    return `lane${lane}`
  })
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.toBytes()), { env: { memory } })
  for (const name of functions) (exports[name] as () => void)()
  // As numbers: a NaN's sign is not ours to say.
  return new { f32: Float32Array, f64: Float64Array, i32: Int32Array, i64: BigInt64Array, mask: Int32Array }[type](
    memory.buffer.slice(1024, 1024 + 4 * bytesOf[type]),
  )
}

const floats = [0.5, -2.75, -0, NaN, Infinity, 1e10, -3.5, 2.5, 1e-30, -1]
const integers = [0, 1, -1, 5, -7, 0x7fffffff, -0x80000000, 31, 40, 1000]

/** Fills operand `i` with four values, chosen by `seed`. */
function fill(memory: WebAssembly.Memory, i: number, type: LaneType, seed: number): void {
  for (let lane = 0; lane < 4; lane++) {
    const at = 64 * i + lane * bytesOf[type]
    const view = new DataView(memory.buffer)
    const pick = (seed * 7 + lane * 3 + i * 5) % 10
    if (type === 'f32') view.setFloat32(at, floats[pick] as number, true)
    else if (type === 'f64') view.setFloat64(at, floats[pick] as number, true)
    else if (type === 'i64') view.setBigInt64(at, BigInt(integers[pick] as number) * 0x100000001n, true)
    else view.setInt32(at, type === 'mask' ? -(pick % 2) : (integers[pick] as number), true)
  }
}

const same = (types: readonly LaneType[], build: (g: Graph, operands: readonly Node[]) => Node) => {
  for (let seed = 0; seed < 10; seed++) {
    const memory = new WebAssembly.Memory({ initial: 1 })
    types.forEach((type, i) => fill(memory, i, type, seed))
    expect(run(types, build, 'vector', memory)).toEqual(run(types, build, 'scalar', memory))
  }
}

const shifts = /^(shl|shr_s|shr_u)\./
const divisions = /^(div|rem)_/
const isUnary = (name: string) =>
  /^(abs|neg|sqrt|ceil|floor|trunc|nearest|not|promote|demote|to|low|high|bits|float|clz)/.test(name)

describe('Emitter', () => {
  for (const key of laneOpKeys) {
    const [name, type] = key.split('.') as [string, LaneType]
    if (divisions.test(name)) continue // these trap by zero; the lowering guards them
    if (name === 'madd') continue // only where the engine has it: below
    it(`does ${key} alike on four lanes and on one`, () => {
      if (shifts.test(key)) same([type], (g, [x]) => g.shift(name as 'shl', x as Node, 5))
      else if (name === 'select') same(['mask', type, type], (g, xs) => g.op('select', ...xs))
      else if (name.startsWith('at')) same([type], (g, [x]) => g.op(name, x as Node, g.same(x as Node, 2)))
      else same(isUnary(name) ? [type] : [type, type], (g, xs) => g.op(name, ...xs))
    })
  }

  it('divides lane by lane', () => {
    same(['i32'], (g, [x]) => g.op('div_s', x as Node, g.i32(3)))
    same(['i32'], (g, [x]) => g.op('rem_u', x as Node, g.i32(7)))
  })

  it('computes a shared value once, and constants of all types', () => {
    same(['f32', 'f32'], (g, [x, y]) => {
      const sum = g.add(x as Node, y as Node)
      return g.mul(sum, g.sub(sum, g.f32(1.5)))
    })
    same(['i64'], (g, [x]) => g.add(x as Node, g.i64(-5n)))
    same(['mask'], (g, [x]) => g.op('xor', x as Node, g.mask(true)))
  })

  it('cuts expressions that are too deep for the stack', () => {
    same(['f32'], (g, [x]) => {
      let y = x as Node
      for (let i = 0; i < 3000; i++) y = g.add(g.mul(y, g.f32(0.5)), g.f32(i % 7))
      return y
    })
  })

  const plusHundred: Helper = {
    name: 'plus 100',
    params: ['f64'],
    result: 'f64',
    body: { write: (body) => body.get(0).f64(100).op('f64.add') },
  }

  it('calls helpers for each lane, and rare ones for the lanes that need it alone', () => {
    same(['f64'], (g, [x]) => g.call(plusHundred, x as Node))
    same(['f64'], (g, [x]) =>
      g.rare(g.op('lt', x as Node, g.f64(0)), g.mul(x as Node, g.f64(2)), plusHundred, x as Node),
    )
  })

  it('calls a helper on single registers for four lanes at once, and keeps the lanes that are not rare', () => {
    const halfLess: Helper = {
      name: 'half less',
      params: ['f32'],
      result: 'f32',
      body: (g, [x]) => g.sub(x as Node, g.f32(0.5)),
    }
    same(['f32'], (g, [x]) => g.call(halfLess, x as Node))
    same(['f32'], (g, [x]) => g.rare(g.op('lt', x as Node, g.f32(0)), g.mul(x as Node, g.f32(2)), halfLess, x as Node))
  })

  it.skipIf(!hasRelaxedSimd())(
    'multiplies and adds alike on four lanes and on one (skipped where nothing is fused)',
    () => {
      for (const type of ['f32', 'f64'] as const) same([type, type, type], (g, xs) => g.op('madd', ...xs))
    },
  )
})
