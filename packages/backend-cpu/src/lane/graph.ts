import type { Body } from '../wasm/body.ts'
import { type LaneType, laneOp } from './ops.ts'

/** A function that code calls. Vector code calls it on four lanes at once, if it is a graph over single registers, else lane by lane. */
export interface Helper {
  /** Unique; the module holds one function of it. */
  readonly name: string
  readonly params: readonly LaneType[]
  readonly result: LaneType
  /** What it computes, or its code where that takes loops or tables. */
  readonly body: ((g: Graph, params: readonly Node[]) => Node) | { write(body: Body): void }
}

/** A value of a lane, and how it is made: a node of a graph without cycles in which equal nodes are one. */
export interface Node {
  readonly id: number
  /** A lane operation, or one of `const`, `leaf`, `call`, `rare`. */
  readonly op: string
  readonly type: LaneType
  readonly args: readonly Node[]
  readonly immediate: number | bigint | Leaf | Helper | undefined
  /** How many loops deep it changes: 0 is the same throughout. */
  readonly level: number
}

/** A value from outside the graph; whoever emits the graph knows what it is. */
export interface Leaf {
  readonly key: string
  readonly level: number
}

const keyOf = (immediate: Node['immediate']): string => {
  if (typeof immediate === 'number') return Object.is(immediate, -0) ? '-0' : String(immediate)
  if (typeof immediate === 'object') return 'key' in immediate ? immediate.key : immediate.name
  return immediate === undefined ? '' : `${immediate}n`
}

export interface GraphOptions {
  /** Whether the code may multiply and add with one rounding in one instruction; no unless told. */
  readonly isFused?: boolean
}

/** Builds expressions on lanes. The same description becomes vector code or scalar code. */
export class Graph {
  /** In the order of making, so operands come first. */
  readonly nodes: Node[] = []
  readonly isFused: boolean
  readonly #known = new Map<string, Node>()

  constructor({ isFused = false }: GraphOptions = {}) {
    this.isFused = isFused
  }

  leaf(type: LaneType, leaf: Leaf): Node {
    return this.#make('leaf', type, [], leaf, leaf.level)
  }

  f32(value: number): Node {
    return this.#make('const', 'f32', [], Math.fround(value), 0)
  }

  f64(value: number): Node {
    return this.#make('const', 'f64', [], value, 0)
  }

  i32(value: number): Node {
    return this.#make('const', 'i32', [], value | 0, 0)
  }

  i64(value: bigint): Node {
    return this.#make('const', 'i64', [], BigInt.asIntN(64, value), 0)
  }

  mask(value: boolean): Node {
    return this.#make('const', 'mask', [], Number(value), 0)
  }

  /** A number in the type of `like`. */
  same(like: Node, value: number): Node {
    if (like.type === 'i64') return this.i64(BigInt(value))
    return like.type === 'mask' ? this.mask(value !== 0) : this[like.type](value)
  }

  /** A lane operation; `select` takes its mask first. */
  op(name: string, ...args: readonly Node[]): Node {
    const row = laneOp(name, (args.at(-1) as Node).type)
    return this.#make(name, row.result, args, undefined)
  }

  /** Shifts by a constant count below the width. */
  shift(name: 'shl' | 'shr_s' | 'shr_u', x: Node, count: number): Node {
    return this.#make(name, x.type, [x], count)
  }

  add(...terms: readonly [Node, ...Node[]]): Node {
    return terms.reduce((sum, term) => this.op('add', sum, term))
  }

  mul(...factors: readonly [Node, ...Node[]]): Node {
    return factors.reduce((product, factor) => this.op('mul', product, factor))
  }

  /** `x · y + z`, rounded once where multiplication and addition are fused. */
  madd = (x: Node, y: Node, z: Node): Node => (this.isFused ? this.op('madd', x, y, z) : this.add(this.mul(x, y), z))

  sub = (x: Node, y: Node): Node => this.op('sub', x, y)
  div = (x: Node, y: Node): Node => this.op('div', x, y)
  select = (mask: Node, onTrue: Node, onFalse: Node): Node => this.op('select', mask, onTrue, onFalse)

  /** The value of a function. */
  call(helper: Helper, ...args: readonly Node[]): Node {
    return this.#make('call', helper.result, args, helper)
  }

  /** `fast` where `mask` is false, else what `helper` makes of `args`; it is only called if some lane needs it. */
  rare(mask: Node, fast: Node, helper: Helper, ...args: readonly Node[]): Node {
    return this.#make('rare', helper.result, [mask, fast, ...args], helper)
  }

  /** `c₀ + x (c₁ + x (c₂ + …))`. */
  polynomial(x: Node, coefficients: readonly number[]): Node {
    const [last, ...rest] = coefficients.map((c) => this.same(x, c)).reverse() as [Node, ...Node[]]
    return rest.reduce((sum, c) => this.madd(sum, x, c), last)
  }

  #make(op: string, type: LaneType, args: readonly Node[], immediate: Node['immediate'], level?: number): Node {
    const key = `${op}:${type}:${args.map((arg) => arg.id).join()}:${keyOf(immediate)}`
    let node = this.#known.get(key)
    if (node === undefined) {
      node = {
        id: this.nodes.length,
        op,
        type,
        args,
        immediate,
        level: level ?? Math.max(0, ...args.map((arg) => arg.level)),
      }
      this.#known.set(key, node)
      this.nodes.push(node)
    }
    return node
  }
}
