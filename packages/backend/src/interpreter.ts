import { type Aval, formatAval, sameAval } from './aval.ts'
import type { Backend, CompileOptions, Executable } from './backend.ts'
import type { DType, TypedArray } from './dtype.ts'
import { BackendError, UnsupportedOp } from './errors.ts'
import { type Atom, type Eqn, isVar, type Jaxpr, rowOf, type Var } from './jaxpr.ts'
import type { AnyKernel, KernelInput, KernelTable } from './kernel.ts'
import type { OpName } from './ops.ts'
import { checkData, splat } from './reference/element.ts'
import { cleanUp } from './rewrite/cleanUp.ts'

/** All that a simple backend is made of. `Buffer` is whatever the device calls an array. */
export interface InterpreterOptions<Buffer> {
  readonly name: string
  readonly dtypes: readonly DType[]
  /** Copies `data` to the device. */
  put(data: TypedArray, aval: Aval): Buffer
  /** Copies it back, when it is there. One of `get` and `getSync` is enough. */
  get?(buffer: Buffer, aval: Aval): Promise<TypedArray>
  getSync?(buffer: Buffer, aval: Aval): TypedArray
  /** Gives the device its memory back; leave it out where the garbage collector does. */
  free?(buffer: Buffer): void
  /** One function for each op the device knows. */
  readonly kernels: Partial<KernelTable<Buffer, Exclude<OpName, 'jit'>>>
}

/** A device buffer and how many handles and running programs still need it: kernels may hand on an operand's own. */
interface Cell<Buffer> {
  readonly buffer: Buffer
  holders: number
}

/** What users of the backend hold. */
export interface Handle<Buffer> {
  readonly aval: Aval
  /** `undefined` once freed. */
  cell: Cell<Buffer> | undefined
}

/** Counts holders; the last one to let go frees the buffer. */
class Memory<Buffer> {
  private readonly lost: FinalizationRegistry<Cell<Buffer>> | undefined

  constructor(private readonly freeBuffer: ((buffer: Buffer) => void) | undefined) {
    if (freeBuffer !== undefined) this.lost = new FinalizationRegistry((cell) => this.release(cell))
  }

  handle(cell: Cell<Buffer>, aval: Aval): Handle<Buffer> {
    const handle: Handle<Buffer> = { aval, cell }
    cell.holders++
    this.lost?.register(handle, cell, handle)
    return handle
  }

  release(cell: Cell<Buffer>): void {
    cell.holders--
    if (cell.holders === 0) this.freeBuffer?.(cell.buffer)
  }

  free(handle: Handle<Buffer>): void {
    const { cell } = handle
    if (cell === undefined) return
    handle.cell = undefined
    this.lost?.unregister(handle)
    this.release(cell)
  }
}

/** For each equation, the variables that nobody needs after it. */
function lastUses(jaxpr: Jaxpr): readonly (readonly Var[])[] {
  const needed = new Set<Atom>(jaxpr.outputs)
  const dying: Var[][] = []
  for (const eqn of jaxpr.eqns.toReversed()) {
    const dead: Var[] = []
    for (const atom of [...eqn.inputs, ...eqn.outputs]) {
      if (!isVar(atom) || needed.has(atom)) continue
      needed.add(atom)
      dead.push(atom)
    }
    dying.push(dead)
  }
  return dying.reverse()
}

/** A Jaxpr that is run kernel by kernel. */
class Program<Buffer> implements Executable<Handle<Buffer>> {
  private readonly literals = new Map<Atom, Cell<Buffer>>()
  private readonly dying: readonly (readonly Var[])[]
  private isDisposed = false

  constructor(
    private readonly jaxpr: Jaxpr,
    private readonly options: InterpreterOptions<Buffer>,
    private readonly memory: Memory<Buffer>,
    private readonly where: string,
  ) {
    this.dying = lastUses(jaxpr)
    for (const atom of [...jaxpr.eqns.flatMap((eqn) => eqn.inputs), ...jaxpr.outputs]) {
      if (isVar(atom) || this.literals.has(atom)) continue
      this.literals.set(atom, { buffer: options.put(splat(atom.value, atom.aval), atom.aval), holders: 1 })
    }
  }

  run(inputs: readonly Handle<Buffer>[], donated?: ReadonlySet<number>): Handle<Buffer>[] {
    const cells = this.inputCells(inputs)
    const values = new Map<Atom, Cell<Buffer>>(this.literals)
    const owned = new Map<Var, Cell<Buffer>>()
    this.jaxpr.inputs.forEach((input, i) => values.set(input, cells[i] as Cell<Buffer>))
    try {
      this.jaxpr.eqns.forEach((eqn, i) => this.step(eqn, this.dying[i] as readonly Var[], values, owned))
      const passedOn = new Map(this.jaxpr.inputs.map((input, i) => [input as Atom, inputs[i] as Handle<Buffer>]))
      const outputs = this.jaxpr.outputs.map(
        (atom) => passedOn.get(atom) ?? this.memory.handle(values.get(atom) as Cell<Buffer>, atom.aval),
      )
      for (const i of donated ?? [])
        if (!outputs.includes(inputs[i] as Handle<Buffer>)) this.memory.free(inputs[i] as Handle<Buffer>)
      return outputs
    } finally {
      for (const cell of owned.values()) this.memory.release(cell)
    }
  }

  dispose(): void {
    if (this.isDisposed) return
    this.isDisposed = true
    for (const cell of this.literals.values()) this.memory.release(cell)
    this.literals.clear()
  }

  private inputCells(inputs: readonly Handle<Buffer>[]): Cell<Buffer>[] {
    if (this.isDisposed) throw new BackendError(this.where, 'the executable was disposed', 'compile it again')
    const wanted = this.jaxpr.inputs
    if (inputs.length !== wanted.length)
      throw new BackendError(this.where, `got ${inputs.length} buffers`, `give ${wanted.length}`)
    return inputs.map(({ aval, cell }, i) => {
      const input = wanted[i] as Var
      if (!sameAval(aval, input.aval))
        throw new BackendError(this.where, `input ${i} is ${formatAval(aval)}`, `give ${formatAval(input.aval)}`)
      if (cell === undefined) throw new BackendError(this.where, `input ${i} was freed`, 'keep it, or donate it last')
      return cell
    })
  }

  /** Runs one kernel and lets go of what nobody needs any more. */
  private step(eqn: Eqn, dying: readonly Var[], values: Map<Atom, Cell<Buffer>>, owned: Map<Var, Cell<Buffer>>): void {
    const operands = eqn.inputs.map((atom) => ({ atom, cell: values.get(atom) as Cell<Buffer> }))
    const kernel = rowOf<AnyKernel<Buffer>>(this.options.kernels, eqn.op)
    const results = kernel(
      operands.map(({ atom, cell }): KernelInput<Buffer> => ({ buffer: cell.buffer, aval: atom.aval })),
      eqn.params,
      eqn.outputs.map((output) => output.aval),
    )
    eqn.outputs.forEach((output, i) => {
      const buffer = results[i] as Buffer
      const cell = operands.find((operand) => operand.cell.buffer === buffer)?.cell ?? { buffer, holders: 0 }
      cell.holders++
      values.set(output, cell)
      owned.set(output, cell)
    })
    for (const variable of dying) {
      const cell = owned.get(variable)
      owned.delete(variable)
      values.delete(variable)
      if (cell !== undefined) this.memory.release(cell)
    }
  }
}

function checkSupport<Buffer>(jaxpr: Jaxpr, { name, kernels, dtypes: known }: InterpreterOptions<Buffer>): void {
  const checkDType = ({ aval }: Atom, where: string) => {
    if (!known.includes(aval.dtype))
      throw new UnsupportedOp(
        `${where} on ${name}`,
        `no buffers of ${formatAval(aval)}`,
        `use one of ${known.join(', ')}, or run it on another backend`,
      )
  }
  for (const input of jaxpr.inputs) checkDType(input, 'input')
  for (const { op, inputs, outputs } of jaxpr.eqns) {
    for (const atom of [...inputs, ...outputs]) checkDType(atom, op)
    if (rowOf<unknown>(kernels, op) !== undefined) continue
    const operands = inputs.map((atom) => formatAval(atom.aval)).join(', ')
    throw new UnsupportedOp(
      `${op} on ${name}`,
      `no kernel for (${operands})`,
      `run it on another backend, or add a row '${op}' to its kernels`,
    )
  }
}

/**
 * A backend from a table of kernels: one call of a kernel for each equation, intermediates freed as soon as they are dead. Slow beside a
 * compiler, and all that a new device needs to begin with. Jaxprs are cleaned up first, so kernels never see `jit`.
 *
 * @throws {UnsupportedOp} from `compile`, naming the op, when a kernel or a dtype is missing
 * @example interpreterBackend({ name: 'mine', dtypes: ['float32'], put: (data) => data.slice(), getSync: (x) => x.slice(), kernels })
 */
export function interpreterBackend<Buffer>(options: InterpreterOptions<Buffer>): Backend<Handle<Buffer>> {
  const { name, getSync } = options
  const memory = new Memory(options.free === undefined ? undefined : (buffer: Buffer) => options.free?.(buffer))
  const live = (handle: Handle<Buffer>, where: string): Buffer => {
    if (handle.cell === undefined)
      throw new BackendError(where, `a buffer of ${formatAval(handle.aval)} was freed`, 'read it before')
    return handle.cell.buffer
  }
  const backend: Backend<Handle<Buffer>> = {
    name,
    dtypes: new Set(options.dtypes),
    put(data, aval) {
      checkData(`${name}.put`, data, aval)
      return memory.handle({ buffer: options.put(data, aval), holders: 0 }, aval)
    },
    async get(handle) {
      const buffer = live(handle, `${name}.get`)
      if (options.get !== undefined) return options.get(buffer, handle.aval)
      if (getSync !== undefined) return options.getSync?.(buffer, handle.aval) as TypedArray
      throw new BackendError(`${name}.get`, 'it has neither get nor getSync', 'give interpreterBackend one of them')
    },
    free: (handle) => memory.free(handle),
    compile(jaxpr: Jaxpr, { name: title = 'jaxpr' }: CompileOptions) {
      const program = cleanUp(jaxpr)
      checkSupport(program, options)
      return new Program(program, options, memory, `${title} on ${name}`)
    },
  }
  if (getSync === undefined) return backend
  return { ...backend, getSync: (handle) => getSync.call(options, live(handle, `${name}.getSync`), handle.aval) }
}
