import { Bytes } from './encode.ts'
import { opcode } from './opcodes.ts'

export type ValType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128'

const valTypes: { readonly [T in ValType]: number } = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b }
const empty = 0x40

export const encodeType = (type: ValType): number => valTypes[type]

/** The code of one function, instruction by instruction. The engine's own validation is what checks its types. */
export class Body {
  readonly #code = new Bytes()
  readonly #locals: ValType[] = []
  readonly #free = new Map<ValType, number[]>()
  readonly #params: number

  constructor(params: readonly ValType[] = []) {
    this.#params = params.length
  }

  /** A local variable; its first value is 0 unless it was released before. */
  local(type: ValType): number {
    const free = this.#free.get(type)?.pop()
    if (free !== undefined) return free
    this.#locals.push(type)
    return this.#params + this.#locals.length - 1
  }

  /** Gives a local back for another use. */
  release(type: ValType, local: number): void {
    const free = this.#free.get(type)
    if (free === undefined) this.#free.set(type, [local])
    else free.push(local)
  }

  /** Instructions without immediates. */
  op(...names: readonly string[]): this {
    for (let i = 0; i < names.length; i++) this.#opcode(names[i] as string)
    return this
  }

  /** A lane instruction: `f32x4.extract_lane` and its kind. */
  lane(name: string, lane: number): this {
    this.#opcode(name)
    this.#code.byte(lane)
    return this
  }

  get(local: number): this {
    return this.#indexed('local.get', local)
  }

  set(local: number): this {
    return this.#indexed('local.set', local)
  }

  tee(local: number): this {
    return this.#indexed('local.tee', local)
  }

  call(fn: number): this {
    return this.#indexed('call', fn)
  }

  /** Calls the function of the module's table whose number is on the stack, above its arguments. */
  callIndirect(type: number): this {
    this.#opcode('call_indirect')
    this.#code.u32(type).byte(0)
    return this
  }

  i32(value: number): this {
    this.#opcode('i32.const')
    this.#code.s32(value)
    return this
  }

  i64(value: bigint): this {
    this.#opcode('i64.const')
    this.#code.s64(value)
    return this
  }

  f32(value: number): this {
    this.#opcode('f32.const')
    this.#code.f32(value)
    return this
  }

  f64(value: number): this {
    this.#opcode('f64.const')
    this.#code.f64(value)
    return this
  }

  v128(bytes: Uint8Array): this {
    this.#opcode('v128.const')
    this.#code.bytes(bytes)
    return this
  }

  shuffle(lanes: readonly number[]): this {
    this.#opcode('i8x16.shuffle')
    this.#code.bytes(lanes)
    return this
  }

  /** A load or store at the address on the stack plus `offset`; with `lane` for those that touch one lane. */
  memory(name: string, offset: number, lane?: number): this {
    this.#opcode(name)
    this.#code.byte(0).u32(offset)
    if (lane !== undefined) this.#code.byte(lane)
    return this
  }

  /** An atomic instruction at the address on the stack plus `offset`, which is a multiple of its size. */
  atomic(name: string, offset: number): this {
    this.#opcode(name)
    this.#code.byte(name.startsWith('i64') ? 3 : 2).u32(offset)
    return this
  }

  /** From and to addresses on the stack: `to from bytes memory.copy`. */
  copyMemory(): this {
    this.#opcode('memory.copy')
    this.#code.byte(0).byte(0)
    return this
  }

  /** Sets bytes: `to byte bytes memory.fill`. */
  fillMemory(): this {
    this.#opcode('memory.fill')
    this.#code.byte(0)
    return this
  }

  /** Runs `inside` again whenever it branches to `depth` 0. */
  loop(inside: () => void): this {
    return this.#nested('loop', inside)
  }

  block(inside: () => void): this {
    return this.#nested('block', inside)
  }

  /** Runs `then` if the stack's top is not 0. */
  if(then: () => void, otherwise?: () => void): this {
    this.#opcode('if')
    this.#code.byte(empty)
    then()
    if (otherwise !== undefined) {
      this.#opcode('else')
      otherwise()
    }
    return this.op('end')
  }

  br(depth: number): this {
    return this.#indexed('br', depth)
  }

  brIf(depth: number): this {
    return this.#indexed('br_if', depth)
  }

  /** Branches to depth `n` for a number n below `count` on the stack, to `count` for any other. */
  table(count: number): this {
    this.#opcode('br_table')
    this.#code.u32(count)
    for (let depth = 0; depth <= count; depth++) this.#code.u32(depth)
    return this
  }

  /** Runs `inside` `times` times, counting down in a local. */
  repeat(times: number, inside: () => void): this {
    if (times <= 0) return this
    if (times === 1) {
      inside()
      return this
    }
    const counter = this.local('i32')
    this.i32(times).set(counter)
    this.loop(() => {
      inside()
      this.get(counter).i32(1).op('i32.sub').tee(counter).brIf(0)
    })
    this.release('i32', counter)
    return this
  }

  /** Runs `inside` as often as a local says, which is counted down. */
  repeatLocal(counter: number, inside: () => void): this {
    return this.block(() => {
      this.get(counter).op('i32.eqz').brIf(0)
      this.loop(() => {
        inside()
        this.get(counter).i32(1).op('i32.sub').tee(counter).brIf(0)
      })
    })
  }

  /** The function as the code section holds it. */
  finish(): Bytes {
    const runs: { type: ValType; count: number }[] = []
    for (const type of this.#locals) {
      const last = runs.at(-1)
      if (last?.type === type) last.count++
      else runs.push({ type, count: 1 })
    }
    const bytes = new Bytes().u32(runs.length)
    for (const { type, count } of runs) bytes.u32(count).byte(encodeType(type))
    return bytes.append(this.#code).byte(opcode('end'))
  }

  #nested(name: string, inside: () => void): this {
    this.#opcode(name)
    this.#code.byte(empty)
    inside()
    return this.op('end')
  }

  #opcode(name: string): void {
    const code = opcode(name)
    if (code < 0x10000) this.#code.byte(code)
    else this.#code.byte(code >>> 16).u32(code & 0xffff)
  }

  #indexed(name: string, index: number): this {
    this.#opcode(name)
    this.#code.u32(index)
    return this
  }
}
