import { type Aval, formatAval, sameAval } from './aval.ts'
import type { Backend, CompileOptions, Executable } from './backend.ts'
import { bodiesOf } from './bodies.ts'
import type { DType, TypedArray } from './dtype.ts'
import { BackendError, UnsupportedOp } from './errors.ts'
import { type Atom, type Eqn, type Jaxpr, rowOf, type Var } from './jaxpr.ts'
import { type Cell, type Handle, Memory } from './memory.ts'
import { families, type OpName, type Params } from './ops.ts'
import { type Device, Program } from './program.ts'
import { checkData } from './reference/element.ts'
import { cleanUp } from './rewrite/cleanUp.ts'

export type { Handle } from './memory.ts'

/** All that a simple backend is made of. `Buffer` is whatever the device calls an array. */
export interface InterpreterOptions<Buffer> extends Device<Buffer> {
  readonly name: string
  readonly dtypes: readonly DType[]
  /** Copies `data` to the device. */
  put(data: TypedArray, aval: Aval): Buffer
  /** Copies it back, when it is there. One of `get` and `getSync` is enough. */
  get?(buffer: Buffer, aval: Aval): Promise<TypedArray>
  getSync?(buffer: Buffer, aval: Aval): TypedArray
  /** Gives the device its memory back; leave it out where the garbage collector does. */
  free?(buffer: Buffer): void
  /** One function for each op the device knows; loops, branches and calls need none. */
  readonly kernels: Device<Buffer>['kernels']
}

/** A program that is given handles. */
class Compiled<Buffer> implements Executable<Handle<Buffer>> {
  private isDisposed = false

  constructor(
    private readonly program: Program<Buffer>,
    private readonly memory: Memory<Buffer>,
    private readonly where: string,
  ) {}

  run(inputs: readonly Handle<Buffer>[], donated?: ReadonlySet<number>): Handle<Buffer>[] {
    const { jaxpr } = this.program
    const results = this.program.execute(this.inputCells(inputs))
    const passedOn = new Map(jaxpr.inputs.map((input, i) => [input as Atom, inputs[i] as Handle<Buffer>]))
    const outputs = jaxpr.outputs.map(
      (atom, i) => passedOn.get(atom) ?? this.memory.handle(results[i] as Cell<Buffer>, atom.aval),
    )
    for (const cell of results) this.memory.release(cell)
    for (const i of donated ?? [])
      if (!outputs.includes(inputs[i] as Handle<Buffer>)) this.memory.free(inputs[i] as Handle<Buffer>)
    return outputs
  }

  dispose(): void {
    if (this.isDisposed) return
    this.isDisposed = true
    this.program.dispose()
  }

  private inputCells(inputs: readonly Handle<Buffer>[]): Cell<Buffer>[] {
    if (this.isDisposed) throw new BackendError(this.where, 'the executable was disposed', 'compile it again')
    const wanted = this.program.jaxpr.inputs
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
}

/** The kernels that an equation is run by; those of a loop take it apart and put it together. */
function kernelsFor({ op, params, inputs, outputs }: Eqn): readonly OpName[] {
  if (op !== 'scan') return families[op] === 'control' || families[op] === 'barrier' ? [] : [op]
  const { numConsts, numCarry } = params as Params<'scan'>
  const taken: OpName[] = inputs.length > numConsts + numCarry ? ['slice', 'reshape'] : []
  return outputs.length > numCarry ? [...taken, 'reshape', 'concatenate'] : taken
}

/** Ops that look at a value before they go on. */
const looks: ReadonlySet<OpName> = new Set<OpName>(['while', 'cond', 'callback'])

function checkSupport<Buffer>(jaxpr: Jaxpr, options: InterpreterOptions<Buffer>): void {
  const { name, kernels, dtypes: known, getSync } = options
  const checkDType = ({ aval }: Atom, where: string) => {
    if (!known.includes(aval.dtype))
      throw new UnsupportedOp(
        `${where} on ${name}`,
        `no buffers of ${formatAval(aval)}`,
        `use one of ${known.join(', ')}, or run it on another backend`,
      )
  }
  const checkKernels = (eqn: Eqn) => {
    for (const op of kernelsFor(eqn)) {
      if (rowOf<unknown>(kernels, op) !== undefined || (op === 'callback' && getSync !== undefined)) continue
      throw new UnsupportedOp(
        `${eqn.op} on ${name}`,
        `no kernel${op === eqn.op ? '' : ` '${op}'`} for (${eqn.inputs.map((atom) => formatAval(atom.aval)).join(', ')})`,
        `run it on another backend, or add a row '${op}' to its kernels`,
      )
    }
    if (!looks.has(eqn.op) || getSync !== undefined || rowOf<unknown>(kernels, eqn.op) !== undefined) return
    throw new UnsupportedOp(
      `${eqn.op} on ${name}`,
      'it cannot wait for a value to look at',
      'run it on another backend, or give interpreterBackend a getSync',
    )
  }
  for (const input of jaxpr.inputs) checkDType(input, 'input')
  for (const eqn of jaxpr.eqns) {
    for (const atom of [...eqn.inputs, ...eqn.outputs]) checkDType(atom, eqn.op)
    checkKernels(eqn)
    for (const body of bodiesOf(eqn.params)) checkSupport(body, options)
  }
}

/**
 * A backend from a table of kernels: one call of a kernel for each equation, intermediates freed as soon as they are dead. Slow beside a
 * compiler, and all that a new device needs to begin with. Jaxprs are cleaned up first, so kernels never see a call; loops and
 * branches run their Jaxprs in the same way.
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
      return new Compiled(new Program(program, options, memory), memory, `${title} on ${name}`)
    },
  }
  if (getSync === undefined) return backend
  return { ...backend, getSync: (handle) => getSync.call(options, live(handle, `${name}.getSync`), handle.aval) }
}
