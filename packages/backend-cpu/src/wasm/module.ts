import { Body, encodeType, type ValType } from './body.ts'
import { Bytes } from './encode.ts'

/** `i32.const 0 end` */
const offsetZero = [0x41, 0x00, 0x0b]

interface FunctionType {
  readonly params: readonly ValType[]
  readonly results: readonly ValType[]
}

/** The most pages a memory can have; one that threads share must say how many it has at most. */
export const maxPages = 65536

/** A module that imports one memory, `env.memory`, and perhaps functions from `env`, and exports some of its own. */
export class ModuleBuilder {
  readonly #isShared: boolean
  readonly #types: FunctionType[] = []
  readonly #typeNumbers = new Map<string, number>()
  readonly #functions: { type: number; body: Body | undefined }[] = []
  readonly #imports: { type: number; name: string }[] = []
  readonly #exports: { name: string; fn: number }[] = []
  readonly #table: number[] = []

  constructor({ isShared = false }: { readonly isShared?: boolean } = {}) {
    this.#isShared = isShared
  }

  /**
   * The number of a function from outside.
   *
   * @throws {RangeError} when a function of the module's own has its number already
   */
  import(name: string, params: readonly ValType[], results: readonly ValType[] = []): number {
    if (this.#functions.length > 0) throw new RangeError(`import: ${name} comes too late; import before declaring.`)
    return this.#imports.push({ type: this.#typeOf({ params, results }), name }) - 1
  }

  /** A function's number, before there is code for it. */
  declare(params: readonly ValType[], results: readonly ValType[] = []): number {
    this.#functions.push({ type: this.#typeOf({ params, results }), body: undefined })
    return this.#imports.length + this.#functions.length - 1
  }

  /** Gives a declared function its code. */
  define(fn: number, body: Body): void {
    ;(this.#functions[fn - this.#imports.length] as { body: Body | undefined }).body = body
  }

  export(name: string, fn: number): void {
    this.#exports.push({ name, fn })
  }

  /** The number under which `Body.callIndirect` finds a function. */
  tabulate(fn: number): number {
    return this.#table.push(fn) - 1
  }

  /** The number of a type of functions, for `Body.callIndirect`. */
  type(params: readonly ValType[], results: readonly ValType[] = []): number {
    return this.#typeOf({ params, results })
  }

  toBytes(): Uint8Array<ArrayBuffer> {
    const bytes = new Bytes().bytes([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00])
    const types = vector(this.#types, (out, { params, results }) => {
      out.byte(0x60).u32(params.length).bytes(params.map(encodeType))
      out.u32(results.length).bytes(results.map(encodeType))
    })
    const imports = new Bytes()
      .u32(1 + this.#imports.length)
      .name('env')
      .name('memory')
      .byte(0x02)
    if (this.#isShared) imports.byte(0x03).u32(0).u32(maxPages)
    else imports.byte(0x00).u32(0)
    for (const { type, name } of this.#imports) imports.name('env').name(name).byte(0x00).u32(type)
    section(bytes, 1, types)
    section(bytes, 2, imports)
    section(
      bytes,
      3,
      vector(this.#functions, (out, { type }) => out.u32(type)),
    )
    const { length } = this.#table
    if (length > 0) section(bytes, 4, new Bytes().u32(1).bytes([0x70, 0x01]).u32(length).u32(length))
    section(
      bytes,
      7,
      vector(this.#exports, (out, { name, fn }) => out.name(name).byte(0x00).u32(fn)),
    )
    const elements = vector(this.#table, (out, fn) => out.u32(fn))
    if (length > 0) section(bytes, 9, new Bytes().u32(1).byte(0x00).bytes(offsetZero).append(elements))
    section(
      bytes,
      10,
      vector(this.#functions, (out, { body }) => {
        const code = (body ?? new Body()).finish()
        out.u32(code.length).append(code)
      }),
    )
    return bytes.toArray()
  }

  #typeOf(type: FunctionType): number {
    const key = `${type.params.join()}>${type.results.join()}`
    let number = this.#typeNumbers.get(key)
    if (number === undefined) this.#typeNumbers.set(key, (number = this.#types.push(type) - 1))
    return number
  }
}

function vector<T>(items: readonly T[], write: (out: Bytes, item: T) => void): Bytes {
  const out = new Bytes().u32(items.length)
  for (const item of items) write(out, item)
  return out
}

const section = (out: Bytes, id: number, content: Bytes): Bytes => out.byte(id).u32(content.length).append(content)
