import { BackendError, type Executable, type Literal, sizeOf, type TypedArray } from '@proj/backend'
import type { Buffers, GpuBuffer } from './buffers.ts'
import type { Device } from './device.ts'
import { extentOf, type GpuDType } from './layout.ts'
import { type ArraySlot, type HostPass, isDrawn, type Pass, type Slot } from './pass.ts'
import type { Passes } from './plan/passes.ts'
import type { Program, Programs } from './programs.ts'
import type { Shelf, Texture } from './texturePool.ts'

/** One draw, made ready. Slots are known by number, those of the arguments first. */
interface Draw {
  readonly program: Program
  readonly inputs: readonly number[]
  readonly outputs: readonly number[]
  readonly shelves: readonly Shelf[]
  readonly width: number
  readonly height: number
  /** Slots that nothing reads after this draw. */
  readonly last: readonly number[]
}

/** One pass on the host, made ready. */
interface HostWork {
  readonly pass: HostPass
  readonly inputs: readonly number[]
  readonly outputs: readonly number[]
  readonly last: readonly number[]
}

type Work = Draw | HostWork

const isDraw = (work: Work): work is Draw => 'program' in work

/** A slot by number, or a texture that holds a literal. */
type Result =
  | { readonly slot: ArraySlot; readonly number: number }
  | { readonly slot: ArraySlot; readonly filled: Texture }

const isFilled = (result: Result): result is Result & { readonly filled: Texture } => 'filled' in result

/** Of an executable that nobody has any more, what it held goes back. */
const collected = new FinalizationRegistry<() => void>((release) => release())

/** A static list of draws. Between draws textures come from the pool and go back to it, so scratch is shared by all. */
export class GpuExecutable implements Executable<GpuBuffer> {
  readonly #name: string
  readonly #device: Device
  readonly #buffers: Buffers
  readonly #programs: Programs
  readonly #passes: Passes['passes']
  readonly #inputs: readonly ArraySlot[]
  readonly #works: readonly Work[]
  readonly #results: readonly Result[]
  /** The slots among the results. */
  readonly #kept: ReadonlySet<number>
  /** Slots without elements: read by loops that never turn, written by no draw. */
  readonly #empty: readonly (readonly [slot: number, texture: Texture])[]
  /** By slot number: the draw that reads it last, -1 for none. */
  readonly #lastUse: readonly number[]
  /** Gives programs and textures back. It knows nothing of the executable, so that the collector may find that lost. */
  readonly #release: () => void
  #disposed = false

  constructor(name: string, { passes, inputs, outputs }: Passes, device: Device, buffers: Buffers, programs: Programs) {
    this.#name = name
    this.#device = device
    this.#buffers = buffers
    this.#programs = programs
    this.#passes = passes
    this.#inputs = inputs
    const numbers = numberSlots(inputs, passes)
    const results = outputs.map((output) => this.#resultOf(output, numbers))
    this.#results = results
    this.#kept = new Set(results.flatMap((result) => (isFilled(result) ? [] : [result.number])))
    this.#empty = emptySlots(inputs, passes).map((slot) => [
      numbers.get(slot) as number,
      buffers.filled(slot as ArraySlot, 0),
    ])
    this.#lastUse = lastUses(passes, numbers)
    const compiled = programs.acquire(passes.filter(isDrawn))[Symbol.iterator]()
    this.#works = passes.map((pass, k) =>
      isDrawn(pass)
        ? this.#draw(pass, k, compiled.next().value as Program, numbers)
        : { pass, ...this.#slots(pass, k, numbers) },
    )
    this.#release = this.#releaser()
    collected.register(this, this.#release, this)
  }

  run(inputs: readonly GpuBuffer[], donated?: ReadonlySet<number>): GpuBuffer[] {
    this.#check(inputs)
    const textures: (Texture | undefined)[] = inputs.map((buffer) => this.#buffers.textureOf(buffer, this.#name))
    for (const [slot, texture] of this.#empty) textures[slot] = texture
    const dying = donated === undefined || donated.size === 0 ? undefined : this.#dying(inputs, donated)
    this.#device.use(() => {
      this.#works.forEach((work, k) => {
        if (isDraw(work)) this.#run(work, textures)
        else this.#compute(work, textures)
        for (const slot of work.last) this.#buffers.pool.release(textures[slot] as Texture)
        for (const input of dying?.get(k) ?? []) this.#buffers.free(inputs[input] as GpuBuffer)
      })
    })
    const results = this.#wrap(textures)
    for (const input of donated ?? []) this.#buffers.free(inputs[input] as GpuBuffer)
    return results
  }

  dispose(): void {
    if (this.#disposed) return
    this.#disposed = true
    collected.unregister(this)
    this.#release()
  }

  explain(): string {
    const draws = this.#works.filter(isDraw)
    const count = new Set(draws.map((draw) => draw.program)).size
    const lines = this.#passes.map(({ label, inputs, outputs }, k) => {
      const stored = outputs.map(({ format, texels }) => `${format}[${texels}]`).join(', ')
      return `  ${k + 1}. ${label} (reads ${inputs.length}) -> ${stored}`
    })
    return [`${this.#name} on webgl: ${draws.length} draws, ${count} programs`, ...lines].join('\n')
  }

  #releaser(): () => void {
    const [programs, { pool }] = [this.#programs, this.#buffers]
    const held = this.#works.filter(isDraw).map((draw) => draw.program)
    const filled = this.#results.filter(isFilled).map((result) => result.filled)
    const textures = [...filled, ...this.#empty.map(([, texture]) => texture)]
    return () => {
      for (const program of held) programs.release(program)
      for (const texture of textures) pool.release(texture)
    }
  }

  /** A result that no draw writes, a literal or one without elements, is filled here and now. */
  #resultOf(output: ArraySlot | Literal, numbers: ReadonlyMap<Slot, number>): Result {
    if (!('kind' in output)) {
      return output.texels === 0
        ? { slot: output, filled: this.#buffers.filled(output, 0) }
        : { slot: output, number: numbers.get(output) as number }
    }
    const slot: ArraySlot = { format: output.aval.dtype as GpuDType, texels: sizeOf(output.aval.shape) }
    return { slot, filled: this.#buffers.filled(slot, output.value) }
  }

  #draw(pass: Pass, k: number, program: Program, numbers: ReadonlyMap<Slot, number>): Draw {
    const { width, height } = extentOf((pass.outputs[0] as Slot).texels, this.#device.limits.textureSize)
    const shelves = pass.outputs.map((slot) => this.#buffers.pool.shelf(slot))
    return { program, ...this.#slots(pass, k, numbers), shelves, width, height }
  }

  /** The numbers of a pass's slots, and which of them nothing reads afterwards. */
  #slots(
    pass: Pass | HostPass,
    k: number,
    numbers: ReadonlyMap<Slot, number>,
  ): Pick<Draw, 'inputs' | 'outputs' | 'last'> {
    const number = (slot: Slot) => numbers.get(slot) as number
    const written = [...new Set([...pass.inputs, ...pass.outputs])].filter((slot) => slot.texels > 0).map(number)
    const isScratch = (slot: number) => slot >= this.#inputs.length && !this.#kept.has(slot)
    const last = written.filter((slot) => isScratch(slot) && (this.#lastUse[slot] as number) <= k)
    return { inputs: pass.inputs.map(number), outputs: pass.outputs.map(number), last }
  }

  /** Reads the operands back, computes, and uploads what has elements. */
  #compute({ pass, inputs, outputs }: HostWork, textures: (Texture | undefined)[]): void {
    const operands = inputs.map((slot, i) => this.#buffers.read(textures[slot] as Texture, pass.inputs[i] as ArraySlot))
    const results = pass.compute(operands)
    pass.outputs.forEach((slot, i) => {
      if (slot.texels > 0) textures[outputs[i] as number] = this.#buffers.upload(slot, results[i] as TypedArray)
    })
  }

  #run({ program, inputs, outputs, shelves, width, height }: Draw, textures: (Texture | undefined)[]): void {
    const { gl } = this.#device
    const { pool } = this.#buffers
    outputs.forEach((slot, k) => {
      textures[slot] = pool.take(shelves[k] as Shelf)
    })
    this.#device.target(outputs.map((slot) => (textures[slot] as Texture).gl))
    gl.viewport(0, 0, width, height)
    gl.useProgram(program.gl)
    inputs.forEach((slot, unit) => {
      gl.activeTexture(gl.TEXTURE0 + unit)
      gl.bindTexture(gl.TEXTURE_2D, (textures[slot] as Texture).gl)
    })
    gl.drawArrays(gl.TRIANGLES, 0, 3)
  }

  /** A handle of its own for each result, also where two results, or a result and an argument, are one texture. */
  #wrap(textures: readonly (Texture | undefined)[]): GpuBuffer[] {
    const handles = this.#results.map((result) => {
      const texture = isFilled(result) ? result.filled : (textures[result.number] as Texture)
      texture.holders++
      return this.#buffers.wrap(result.slot, texture)
    })
    // The draws that made them let go.
    for (const slot of this.#kept)
      if (slot >= this.#inputs.length) this.#buffers.pool.release(textures[slot] as Texture)
    return handles
  }

  /** By draw: the donated arguments that nothing needs after it. */
  #dying(inputs: readonly GpuBuffer[], donated: ReadonlySet<number>): ReadonlyMap<number, readonly number[]> {
    const dying = new Map<number, number[]>()
    for (const input of donated) {
      const buffer = inputs[input] as GpuBuffer
      const once = inputs.indexOf(buffer) === inputs.lastIndexOf(buffer)
      if (!once || this.#kept.has(input)) continue
      const draw = this.#lastUse[input] as number
      dying.set(draw, [...(dying.get(draw) ?? []), input])
    }
    return dying
  }

  #check(inputs: readonly GpuBuffer[]): void {
    this.#device.check(this.#name)
    if (this.#disposed) throw new BackendError(this.#name, 'a disposed executable', 'compile it again')
    if (inputs.length !== this.#inputs.length) {
      throw new BackendError(this.#name, `${inputs.length} arguments`, `it takes ${this.#inputs.length}`)
    }
    this.#inputs.forEach(({ format, texels }, k) => {
      const { dtype, size } = inputs[k] as GpuBuffer
      if (dtype !== format || size !== texels) {
        throw new BackendError(
          this.#name,
          `argument ${k} holds ${size} elements of ${dtype}`,
          `it was compiled for ${texels} of ${format}`,
        )
      }
    })
  }
}

/** Arguments first, then the rest in the order of the passes. */
function numberSlots(inputs: readonly Slot[], passes: Passes['passes']): ReadonlyMap<Slot, number> {
  const numbers = new Map<Slot, number>()
  inputs.forEach((slot, k) => {
    numbers.set(slot, k)
  })
  for (const slot of passes.flatMap((pass) => pass.outputs)) numbers.set(slot, numbers.size)
  for (const slot of emptySlots(inputs, passes)) numbers.set(slot, numbers.size)
  return numbers
}

function emptySlots(inputs: readonly Slot[], passes: Passes['passes']): readonly Slot[] {
  const read = new Set(passes.flatMap((pass) => pass.inputs))
  return [...read].filter((slot) => slot.texels === 0 && !inputs.includes(slot))
}

/** By slot number: the pass that reads it last, or -1. */
function lastUses(passes: Passes['passes'], numbers: ReadonlyMap<Slot, number>): readonly number[] {
  const last = new Array<number>(numbers.size).fill(-1)
  passes.forEach((pass, k) => {
    for (const slot of pass.inputs) last[numbers.get(slot) as number] = k
  })
  return last
}
