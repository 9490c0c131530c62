import { type Aval, formatAval, type Jaxpr, RecentMap } from '@proj/backend'
import type { TreeDef } from '@proj/tree'
import { isTracer, type NDArray } from '../array.ts'
import { axesKey } from '../axes.ts'
import { timed } from '../compileLog.ts'
import { config, configKey } from '../config.ts'
import { TransformError } from '../errors.ts'
import { callDonating } from '../evaluate.ts'
import { stage } from '../interpreters/staging.ts'
import { checkOptions } from '../options.ts'
import { recorded, recorder } from '../recording.ts'
import { bind, currentTrace, getBase } from '../trace.ts'
import { explainMiss } from './cacheMiss.ts'
import { checkFunction, FlatFunction } from './flat.ts'
import { type AnyFunction, type FlatTree, flattenArrays, unflattenArrays, type Widened } from './leaves.ts'
import { Lowered } from './lower.ts'
import { checkStatics } from './statics.ts'

export interface JitOptions {
  /** Arguments whose value is part of the program: compared by value if primitive, else by identity. */
  readonly staticArgnums?: number | readonly number[]
  /** Arguments that the caller gives up: their memory may become a result's, and using them afterwards is an error. */
  readonly donateArgnums?: number | readonly number[]
}

/** What a call must share with an earlier one to run the same program. */
export interface Signature {
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

/** What `jit` returns: the function, and a way to see what becomes of it. */
export type Jitted<F extends AnyFunction> = F &
  ((...args: Widened<Parameters<F>>) => ReturnType<F>) & {
    /** The program for arguments such as these, traced or found, but not run. */
    lower(...args: Widened<Parameters<F>>): Lowered
  }

/**
 * `f`, traced once for each new structure, shape, dtype and static value of its arguments, compiled as a whole, and from then on run in one call.
 * Arrays and numbers are traced; other leaves (functions, strings) are static.
 *
 * @throws {TransformError} when `f` is async
 * @example jit((x: NDArray) => x.sin().add(1))(np.ones([3]))
 */
export function jit<F extends AnyFunction>(f: F, options: JitOptions = {}): Jitted<F> {
  checkFunction('jit', f)
  checkOptions('jit', options, ['staticArgnums', 'donateArgnums'])
  const cache = new ProgramCache()
  const isStatic = positionTest('staticArgnums', options.staticArgnums)
  const isDonated = positionTest('donateArgnums', options.donateArgnums)
  const name = f.name || 'anonymous'
  const flatten = (args: readonly unknown[]) =>
    args.map((arg, i) => (isStatic(i, args.length) ? null : flattenArrays(arg)))
  const programFor = (args: readonly unknown[], inputs: readonly (FlatTree | null)[], arrays: readonly NDArray[]) => {
    const signature = signatureOf(args, inputs, arrays)
    return cache.find(signature) ?? cache.add(traceLogged(f, args, inputs, signature, cache))
  }
  const call = (args: readonly unknown[]): unknown => {
    if (config.disableJit) return f(...args.map((arg, i) => (isStatic(i, args.length) ? arg : withArrays(arg))))
    const inputs = flatten(args)
    const arrays = arraysOf(inputs)
    const program = programFor(args, inputs, arrays)
    const params = { jaxpr: program.jaxpr, name }
    const donated = options.donateArgnums === undefined ? [] : donatedAt(inputs, isDonated, program.consts.length)
    const operands = [...program.consts, ...arrays]
    const outs =
      donated.length > 0 && currentTrace() === getBase()
        ? callDonating(operands, params, donated)
        : bind('jit', operands, params)
    return unflattenArrays(program.output, outs)
  }
  const jitted = (...args: unknown[]): unknown =>
    recorder() === undefined ? call(args) : recorded('call', `jit(${name})`, () => call(args))
  const lower = (...args: unknown[]): Lowered => {
    const inputs = flatten(args)
    return new Lowered(name, programFor(args, inputs, arraysOf(inputs)).jaxpr)
  }
  return Object.defineProperties(jitted, { name: { value: `jit(${name})` }, lower: { value: lower } }) as never
}

function arraysOf(inputs: readonly (FlatTree | null)[]): NDArray[] {
  const arrays: NDArray[] = []
  for (const input of inputs) if (input !== null) arrays.push(...input.arrays)
  return arrays
}

/** Leaves as the function would meet them if it were traced: bare numbers and typed arrays as arrays. */
function withArrays(arg: unknown): unknown {
  const flat = flattenArrays(arg)
  return unflattenArrays(flat, flat.arrays)
}

function traceLogged(
  f: AnyFunction,
  args: readonly unknown[],
  inputs: readonly (FlatTree | null)[],
  signature: Signature,
  cache: ProgramCache,
): Program {
  const name = `jit(${f.name || 'anonymous'})`
  checkStatics(args, inputs)
  if (config.explainCacheMisses) console.warn(explainMiss(name, cache.all(), signature, inputs))
  return timed('trace', `${name}: traced for ${signature.avals.map(formatAval).join(', ') || 'no arrays'}`, () =>
    trace(f, args, inputs, signature),
  )
}

/** Whether an argument is among those that an option names, by position from the front or from the end. */
function positionTest(option: string, argnums: number | readonly number[] = []): (i: number, count: number) => boolean {
  const positions = typeof argnums === 'number' ? [argnums] : argnums
  for (const n of positions) {
    if (!Number.isInteger(n)) throw new TransformError('jit', `${option} has ${n}`, 'name arguments by position')
  }
  return (i, count) => positions.includes(i) || positions.includes(i - count)
}

/** Which operands belong to donated arguments. */
function donatedAt(
  inputs: readonly (FlatTree | null)[],
  isDonated: (i: number, count: number) => boolean,
  constCount: number,
): readonly number[] {
  let next = constCount
  return inputs.flatMap((input, i) => {
    const at = (input?.arrays ?? []).map(() => next++)
    return isDonated(i, inputs.length) ? at : []
  })
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
      if (input.statics.length > 0) statics.push(input.isArray.map(Number).join(''))
    }
  })
  return { config: axesKey() + configKey(), defs, avals: arrays.map((x) => x.aval), statics }
}

function trace(
  f: AnyFunction,
  args: readonly unknown[],
  inputs: readonly (FlatTree | null)[],
  signature: Signature,
): Program {
  const dynamic = inputs.filter((input) => input !== null)
  const flat = new FlatFunction(f, dynamic, (given) => {
    const next = given.values()
    return args.map((arg, i) => (inputs[i] === null ? arg : next.next().value))
  })
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

/** Of one function, signatures' hashes whose programs are kept at least. */
const keptBuckets = 1024
/** Programs of one hash, which differ in static objects. */
const keptAlike = 64

/** Programs by signature; the one that ran last is tried first. */
class ProgramCache {
  #last: Program | undefined
  readonly #byBucket = new RecentMap<string, readonly Program[]>(keptBuckets)

  find(signature: Signature): Program | undefined {
    if (this.#last !== undefined && matches(this.#last, signature)) return this.#last
    const found = this.#byBucket.get(bucket(signature))?.find((program) => matches(program, signature))
    if (found !== undefined) this.#last = found
    return found
  }

  all(): readonly Program[] {
    return this.#byBucket.values().flat()
  }

  /** A program that closed over tracers is good for this one call only. */
  add(program: Program): Program {
    if (program.consts.some(isTracer)) return program
    const key = bucket(program)
    this.#byBucket.set(key, [...(this.#byBucket.get(key) ?? []), program].slice(-keptAlike))
    this.#last = program
    return program
  }
}

/** A hash: equal signatures share it. */
const bucket = ({ avals, config, statics }: Signature): string =>
  `${config};${avals.map((aval) => `${aval.dtype}${aval.shape.join()}`).join(';')};${statics.map(staticHash).join()}`

const staticHash = (value: unknown): string =>
  typeof value === 'object' || typeof value === 'function' ? typeof value : String(value)
