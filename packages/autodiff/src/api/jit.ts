import type { Aval, Jaxpr } from '@proj/backend'
import type { TreeDef } from '@proj/tree'
import { isTracer, type NDArray } from '../array.ts'
import { configKey } from '../config.ts'
import { TransformError } from '../errors.ts'
import { stage } from '../interpreters/staging.ts'
import { bind } from '../trace.ts'
import { FlatFunction } from './flat.ts'
import { type AnyFunction, type FlatTree, flattenArrays, unflattenArrays, type Widened } from './leaves.ts'

export interface JitOptions {
  /** Arguments whose value is part of the program: compared by value if primitive, else by identity. */
  readonly staticArgnums?: number | readonly number[]
}

/** What a call must share with an earlier one to run the same program. */
interface Signature {
  readonly config: string
  readonly defs: readonly TreeDef[]
  readonly avals: readonly Aval[]
  readonly statics: readonly unknown[]
}

interface Program extends Signature {
  readonly jaxpr: Jaxpr
  readonly consts: readonly NDArray[]
  readonly output: Omit<FlatTree, 'arrays'>
}

/**
 * `f`, traced once for each new structure, shape, dtype and static value of its arguments, compiled as a whole, and from then on run in one call.
 * Arrays and numbers are traced; other leaves (functions, strings) are static.
 *
 * @throws {TransformError} when `f` is async
 * @example jit((x: NDArray) => x.sin().add(1))(np.ones([3]))
 */
export function jit<F extends AnyFunction>(
  f: F,
  options: JitOptions = {},
): F & ((...args: Widened<Parameters<F>>) => ReturnType<F>) {
  const cache = new ProgramCache()
  const isStatic = staticTest(options)
  const jitted = (...args: unknown[]): unknown => {
    const inputs = args.map((arg, i) => (isStatic(i, args.length) ? null : flattenArrays(arg)))
    const arrays: NDArray[] = []
    for (const input of inputs) if (input !== null) arrays.push(...input.arrays)
    const signature = signatureOf(args, inputs, arrays)
    const program = cache.find(signature) ?? cache.add(trace(f, args, inputs, signature))
    const outs = bind('jit', [...program.consts, ...arrays], { jaxpr: program.jaxpr, name: f.name || 'anonymous' })
    return unflattenArrays(program.output, outs)
  }
  return Object.defineProperty(jitted, 'name', { value: `jit(${f.name || 'anonymous'})` }) as never
}

function staticTest({ staticArgnums = [] }: JitOptions): (i: number, count: number) => boolean {
  const positions = typeof staticArgnums === 'number' ? [staticArgnums] : staticArgnums
  for (const n of positions) {
    if (!Number.isInteger(n)) throw new TransformError('jit', `staticArgnums has ${n}`, 'name arguments by position')
  }
  return (i, count) => positions.includes(i) || positions.includes(i - count)
}

function signatureOf(
  args: readonly unknown[],
  inputs: readonly (FlatTree | null)[],
  arrays: readonly NDArray[],
): Signature {
  const statics: unknown[] = []
  const defs: TreeDef[] = []
  inputs.forEach((input, i) => {
    if (input === null) statics.push(args[i])
    else {
      defs.push(input.def)
      for (const { value } of input.statics) statics.push(value)
    }
  })
  return { config: configKey(), defs, avals: arrays.map((x) => x.aval), statics }
}

function trace(
  f: AnyFunction,
  args: readonly unknown[],
  inputs: readonly (FlatTree | null)[],
  signature: Signature,
): Program {
  const dynamic = inputs.filter((input) => input !== null)
  const withStatics = (...given: unknown[]): unknown => {
    const next = given[Symbol.iterator]()
    return f(...args.map((arg, i) => (inputs[i] === null ? arg : next.next().value)))
  }
  const flat = new FlatFunction(withStatics, dynamic)
  const { jaxpr, consts } = stage('jit', flat.call, signature.avals)
  const { def, statics, isArray } = flat.output as FlatTree
  return { ...signature, jaxpr, consts, output: { def, statics, isArray } }
}

const equalLists = (a: readonly unknown[], b: readonly unknown[]): boolean => {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false
  return true
}

const matches = (a: Signature, b: Signature): boolean =>
  a.config === b.config &&
  equalLists(a.avals, b.avals) &&
  equalLists(a.defs, b.defs) &&
  equalLists(a.statics, b.statics)

/** Programs by signature; the one that ran last is tried first. */
class ProgramCache {
  #last: Program | undefined
  readonly #byRoot = new Map<string, Program[]>()

  find(signature: Signature): Program | undefined {
    if (this.#last !== undefined && matches(this.#last, signature)) return this.#last
    const found = this.#byRoot.get(bucket(signature))?.find((program) => matches(program, signature))
    if (found !== undefined) this.#last = found
    return found
  }

  /** A program that closed over tracers is good for this one call only. */
  add(program: Program): Program {
    if (program.consts.some(isTracer)) return program
    const key = bucket(program)
    this.#byRoot.set(key, [...(this.#byRoot.get(key) ?? []), program])
    this.#last = program
    return program
  }
}

/** A hash: equal signatures share it. */
const bucket = ({ avals, config }: Signature): string =>
  `${config};${avals.map((aval) => `${aval.dtype}${aval.shape.join()}`).join(';')}`
