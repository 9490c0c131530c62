import type { Body, ValType } from '../wasm/body.ts'
import type { Graph, Helper, Leaf, Node } from './graph.ts'
import { isPair, type LaneType, laneOp, type VectorForm } from './ops.ts'

export type Mode = 'vector' | 'scalar'

/** Which register of a value: pairs have a second one in vector code. */
export type Half = 0 | 1

/** What the emitter must be told about the world outside a graph. */
export interface Surroundings {
  readonly body: Body
  /** Leaves one register of a leaf's value on the stack; that of the copy's own elements, where there are several. */
  leaf(leaf: Leaf, mode: Mode, half: Half, copy: number): void
  /** The number of a helper's function, that on vectors or that on scalars. */
  helper(helper: Helper, mode: Mode): number
}

/** Code for several vectors of elements at once: their chains of instructions wait for nothing of one another. */
export interface Copies {
  readonly count: number
  /** Whether a leaf has other elements in each copy. */
  differs(leaf: Leaf): boolean
}

const single: Copies = { count: 1, differs: () => false }

export const scalarType = (type: LaneType): ValType => (type === 'mask' ? 'i32' : type)
const registers = (type: LaneType, mode: Mode): readonly Half[] => (mode === 'vector' && isPair(type) ? [0, 1] : [0])
export const registerType = (type: LaneType, mode: Mode): ValType => (mode === 'vector' ? 'v128' : scalarType(type))

/** Whether a helper has a form on vectors. */
const isWide = ({ params, result, body }: Helper): boolean =>
  typeof body === 'function' && ![...params, result].some(isPair)

/** Operations that take their operands apart, and so want them in locals. */
const opensOperands = (node: Node): boolean => {
  if (node.op === 'call' || node.op === 'rare') return !isWide(node.immediate as Helper)
  return (
    node.op !== 'leaf' && node.op !== 'const' && laneOp(node.op, (node.args.at(-1) as Node).type).vector === undefined
  )
}

/** Deeper expressions are cut by a local, so that no recursion runs out of stack. */
const maxDepth = 60

/**
 * Which nodes get a local: those used more than once, those that a deeper loop uses, and the roots.
 */
function chooseLocals(graph: Graph, roots: readonly Node[], mode: Mode): boolean[] {
  const count = graph.nodes.length
  const uses = new Uint32Array(count)
  const wanted = new Uint8Array(count)
  const depth = new Uint16Array(count)
  const local = new Array<boolean>(count).fill(false)
  for (const root of roots) {
    wanted[root.id] = 1
    local[root.id] = true
  }
  for (let id = count - 1; id >= 0; id--) {
    const node = graph.nodes[id] as Node
    if (wanted[id] === 0) continue
    const opens = mode === 'vector' && opensOperands(node)
    for (const arg of node.args) {
      wanted[arg.id] = 1
      // Each register of the result looks at its own register of a pair, but at the one register of another operand.
      const times = registers(node.type, mode).length > registers(arg.type, mode).length ? 2 : 1
      uses[arg.id] = (uses[arg.id] as number) + times
      if (opens || node.op === 'rare' || arg.level < node.level) local[arg.id] = true
    }
  }
  for (let id = 0; id < count; id++) {
    const node = graph.nodes[id] as Node
    if (wanted[id] === 0) {
      local[id] = false
      continue
    }
    depth[id] = 1 + Math.max(0, ...node.args.map((arg) => (local[arg.id] ? 0 : (depth[arg.id] as number))))
    if ((uses[id] as number) > 1 || (depth[id] as number) > maxDepth || node.op === 'rare') local[id] = true
    if (mode === 'vector' && opensOperands(node)) local[id] = true
    if (node.op === 'const') local[id] = mode === 'vector'
  }
  return local
}

const picks = {
  even: [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27],
  odd: [4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31],
  low: [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23],
} as const
const bringDown = [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15]

/** Turns a graph into code of one mode, level by level: a node is computed as far outside the loops as it can be. */
export class Emitter {
  readonly #around: Surroundings
  readonly #body: Body
  readonly mode: Mode
  readonly copies: number
  /** By node, then by copy, then by register. */
  readonly #locals = new Map<Node, number[][]>()
  readonly #levels: Node[][] = []
  /** By node: whether each copy has a value of its own. */
  readonly #differs: boolean[] = []

  constructor(graph: Graph, roots: readonly Node[], mode: Mode, around: Surroundings, copies = single) {
    this.#around = around
    this.#body = around.body
    this.mode = mode
    this.copies = copies.count
    const local = chooseLocals(graph, roots, mode)
    for (const node of graph.nodes) {
      this.#differs.push(
        node.op === 'leaf'
          ? copies.differs(node.immediate as Leaf)
          : node.args.some((arg) => this.#differs[arg.id] as boolean),
      )
      if (!local[node.id]) continue
      const level = (this.#levels[node.level] ??= [])
      level.push(node)
    }
  }

  /** Computes what changes at `level` and is used more than once or further inside. */
  level(level: number): void {
    for (const node of this.#levels[level] ?? []) this.#compute(node)
  }

  /** Leaves one register of a value on the stack. */
  value(node: Node, half: Half = 0, copy = 0): void {
    const locals = this.#locals.get(node)
    if (locals === undefined) return this.#inline(node, half, copy)
    this.#body.get((locals[this.#differs[node.id] ? copy : 0] as readonly number[])[half] as number)
  }

  /** Leaves lane `lane` of a value that is in locals on the stack. */
  lane(node: Node, lane: number, copy = 0): void {
    if (this.mode === 'scalar') return this.value(node)
    const half = (isPair(node.type) ? lane >> 1 : 0) as Half
    this.value(node, half, copy)
    this.#extract(node.type, isPair(node.type) ? lane & 1 : lane)
  }

  #extract(type: LaneType, lane: number): void {
    const shape = { f32: 'f32x4', f64: 'f64x2', i32: 'i32x4', i64: 'i64x2', mask: 'i32x4' }[type]
    this.#body.lane(`${shape}.extract_lane`, lane)
    if (type === 'mask') this.#body.i32(1).op('i32.and')
  }

  #compute(node: Node): void {
    const halves = registers(node.type, this.mode)
    const copies = Array.from({ length: this.#differs[node.id] ? this.copies : 1 }, (_, copy) => copy)
    const locals = copies.map(() => halves.map(() => this.#body.local(registerType(node.type, this.mode))))
    if (node.op === 'rare') this.#rare(node, locals)
    else
      for (const copy of copies) {
        const own = locals[copy] as readonly number[]
        if (this.mode === 'vector' && opensOperands(node)) this.#eachLane(node, node.args, own, copy)
        else
          for (const half of halves) {
            this.#inline(node, half, copy)
            this.#body.set(own[half] as number)
          }
      }
    this.#locals.set(node, locals)
  }

  #inline(node: Node, half: Half, copy: number): void {
    if (node.op === 'leaf') return this.#around.leaf(node.immediate as Leaf, this.mode, half, copy)
    if (node.op === 'const') return this.#constant(node)
    if (node.op === 'call') return this.#call(node.immediate as Helper, node.args, copy)
    const row = laneOp(node.op, (node.args.at(-1) as Node).type)
    if (this.mode === 'vector') this.#vector(node, row.vector as VectorForm, half, copy)
    else if (node.op === 'madd') this.#fusedScalar(node)
    else this.#scalar(node, row.scalar)
  }

  /** Of whole registers, or of scalars. */
  #call(helper: Helper, args: readonly Node[], copy: number): void {
    for (const arg of args) this.value(arg, 0, copy)
    this.#body.call(this.#around.helper(helper, this.mode))
  }

  /** There is no scalar instruction: one lane of the vector's, so that both give the same. */
  #fusedScalar({ args, type }: Node): void {
    const shape = type === 'f32' ? 'f32x4' : 'f64x2'
    for (const arg of args) {
      this.value(arg)
      this.#body.op(`${shape}.splat`)
    }
    this.#body.op(`${shape}.relaxed_madd`).lane(`${shape}.extract_lane`, 0)
  }

  #scalar(node: Node, ops: readonly string[]): void {
    const [first, ...rest] = node.args as readonly [Node, ...Node[]]
    if (node.op === 'select') {
      for (const arg of rest) this.value(arg)
      this.value(first)
    } else for (const arg of node.args) this.value(arg)
    if (typeof node.immediate === 'number') {
      if (node.type === 'i64') this.#body.i64(BigInt(node.immediate))
      else this.#body.i32(node.immediate)
    }
    this.#ops(ops)
  }

  #vector(node: Node, form: VectorForm, half: Half, copy: number): void {
    if (form.kind === 'narrow') {
      for (const part of [0, 1] as const) {
        for (const arg of node.args) this.value(arg, part, copy)
        this.#ops(form.ops)
      }
      this.#body.shuffle(picks[form.pick])
      return
    }
    if (form.kind === 'widen') {
      this.value(node.args[0] as Node, 0, copy)
      if (half === 1 && form.high === undefined) this.#doubled()
      this.#ops(half === 1 ? (form.high ?? form.low) : form.low)
      return
    }
    const [first, ...rest] = node.args as readonly [Node, ...Node[]]
    if (node.op === 'select') {
      for (const arg of rest) this.value(arg, half, copy)
      this.value(first, 0, copy)
      if (isPair(node.type)) this.#body.op(half === 0 ? 'i64x2.extend_low_i32x4_s' : 'i64x2.extend_high_i32x4_s')
    } else for (const arg of node.args) this.value(arg, half, copy)
    if (typeof node.immediate === 'number') this.#body.i32(node.immediate)
    this.#ops(form.ops)
  }

  /** Brings the high half of the register on the stack down. */
  #doubled(): void {
    const scratch = this.#body.local('v128')
    this.#body.tee(scratch).get(scratch).shuffle(bringDown)
    this.#body.release('v128', scratch)
  }

  /** The fast values, then what is wrong in them, behind one branch for all copies. */
  #rare(node: Node, locals: readonly (readonly number[])[]): void {
    const [mask, fast, ...args] = node.args as readonly [Node, Node, ...Node[]]
    const helper = node.immediate as Helper
    locals.forEach((own, copy) => {
      own.forEach((local, half) => {
        this.value(fast, half as Half, copy)
        this.#body.set(local)
      })
    })
    locals.forEach((_, copy) => {
      this.value(mask, 0, copy)
      if (copy > 0) this.#body.op(this.mode === 'vector' ? 'v128.or' : 'i32.or')
    })
    if (this.mode === 'vector') this.#body.op('v128.any_true')
    this.#body.if(() =>
      locals.forEach((own, copy) => {
        if (this.mode === 'vector' && !isWide(helper)) return this.#eachLane(node, args, own, copy, mask)
        const [local] = own as readonly [number]
        this.#call(helper, args, copy)
        if (this.mode === 'vector') {
          this.#body.get(local)
          this.value(mask, 0, copy)
          this.#body.op('v128.bitselect')
        }
        this.#body.set(local)
      }),
    )
  }

  /** Lane by lane in scalar code; operands are in locals. Of `node`, where `mask` holds if there is one. */
  #eachLane(node: Node, args: readonly Node[], locals: readonly number[], copy: number, mask?: Node): void {
    const apply = () => {
      if (typeof node.immediate === 'object' && 'body' in node.immediate)
        this.#body.call(this.#around.helper(node.immediate, 'scalar'))
      else this.#ops(laneOp(node.op, (node.args.at(-1) as Node).type).scalar)
    }
    const shape = { f32: 'f32x4', f64: 'f64x2', i32: 'i32x4', i64: 'i64x2', mask: 'i32x4' }[node.type]
    for (let lane = 0; lane < 4; lane++) {
      const local = locals[isPair(node.type) ? lane >> 1 : 0] as number
      const replace = () => {
        this.#body.get(local)
        for (const arg of args) this.lane(arg, lane, copy)
        apply()
        if (node.type === 'mask') this.#body.i32(-1).op('i32.mul')
        this.#body.lane(`${shape}.replace_lane`, isPair(node.type) ? lane & 1 : lane).set(local)
      }
      if (mask === undefined) replace()
      else {
        this.lane(mask, lane, copy)
        this.#body.if(replace)
      }
    }
  }

  #constant({ type, immediate }: Node): void {
    const body = this.#body
    if (this.mode === 'vector') {
      body.v128(splat(type, immediate as number | bigint))
    } else if (type === 'i64') body.i64(immediate as bigint)
    else if (type === 'f32') body.f32(immediate as number)
    else if (type === 'f64') body.f64(immediate as number)
    else body.i32(immediate as number)
  }

  #ops(ops: readonly string[]): void {
    for (const op of ops) {
      if (op === 'i64.const 32') this.#body.i64(32n)
      else this.#body.op(op)
    }
  }
}

/** One number in all lanes of a register. */
function splat(type: LaneType, value: number | bigint): Uint8Array {
  if (type === 'f32') return new Uint8Array(new Float32Array(4).fill(value as number).buffer)
  if (type === 'f64') return new Uint8Array(new Float64Array(2).fill(value as number).buffer)
  if (type === 'i64') return new Uint8Array(new BigInt64Array(2).fill(value as bigint).buffer)
  return new Uint8Array(new Int32Array(4).fill(type === 'mask' ? -Number(value) : (value as number)).buffer)
}
