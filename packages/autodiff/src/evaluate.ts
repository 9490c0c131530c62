import {
  type Atom,
  type Aval,
  type Backend,
  bodiesOf,
  type Executable,
  families,
  holdsBodies,
  infer,
  isJaxpr,
  type Jaxpr,
  JaxprBuilder,
  makeAval,
  type OpName,
  type Params,
  RecentMap,
  type TypedArray,
} from '@proj/backend'
import type { NDArray } from './array.ts'
import { getBackend } from './backends.ts'
import { checkResults, watchesNumbers } from './badNumbers.ts'
import { timed } from './compileLog.ts'
import { ConcreteArray } from './concrete.ts'
import { TracerError } from './errors.ts'
import { checkAlive } from './leaks.ts'
import { isBackwardOnly, refuseForward } from './primitives/custom.ts'
import { type Recorder, recorded, recorder } from './recording.ts'
import type { Base } from './trace.ts'

/** A Jaxpr on one backend, ready to run. */
interface Compiled {
  readonly name: string
  readonly executable: Executable
  readonly outAvals: readonly Aval[]
}

/** By key. */
type Known = RecentMap<string, Compiled>
/** Ops of other shapes and parameters that are kept at least. */
const keptOps = 2048
const nothingKnown = (): Known => new RecentMap(keptOps)

/** What one backend has compiled: ops by their key, functions by their Jaxpr. */
class Cache {
  readonly ops = nothingKnown()
  readonly jaxprs = new WeakMap<Jaxpr, Compiled>()
  /** Control ops, each under the first Jaxpr that it holds, so that both are forgotten together. */
  readonly control = new WeakMap<Jaxpr, Known>()
}
const caches = new WeakMap<Backend, Cache>()

function cacheOf(backend: Backend): Cache {
  let cache = caches.get(backend)
  if (cache === undefined) caches.set(backend, (cache = new Cache()))
  return cache
}

/** Forgets every compiled function and op of the current backend. @example clearCaches() */
export const clearCaches = (): void => void caches.delete(getBackend())

function compile(backend: Backend, jaxpr: Jaxpr, name: string): Compiled {
  checkForward(jaxpr)
  const what = `${name}: compiled ${jaxpr.eqns.length} ${jaxpr.eqns.length === 1 ? 'equation' : 'equations'} by ${backend.name}`
  const executable = timed('compile', what, () => backend.compile(jaxpr, { name }))
  return { name, executable, outAvals: jaxpr.outputs.map((output) => output.aval) }
}

/** An op as a program of one equation; a splat comes in as one number and is repeated inside. */
function programOf(op: OpName, operands: readonly ConcreteArray[], params: Params<OpName>): Jaxpr {
  const builder = new JaxprBuilder()
  const inputs = operands.map((x): Atom => {
    if (x.splatValue === undefined) return builder.input(x.aval)
    const one = builder.input(scalarOf(x).aval)
    return x.ndim === 0 ? one : builder.emit('broadcastInDim', [one], { shape: x.shape, broadcastDimensions: [] })[0]
  })
  return builder.finish(builder.emit(op, inputs as never, params as never))
}

/** The repeated number of a splat, as an array of rank 0. */
function scalarOf(x: ConcreteArray): ConcreteArray {
  if (x.ndim === 0 || x.splatValue === undefined) return x
  return ConcreteArray.splat(x.splatValue, makeAval([], x.dtype, x.weakType))
}

const avalIds = new Map<Aval, number>()
function avalId(aval: Aval): number {
  let id = avalIds.get(aval)
  if (id === undefined) avalIds.set(aval, (id = avalIds.size))
  return id
}

function keyOf(op: OpName, operands: readonly ConcreteArray[], params: Params<OpName>): string {
  let key: string = op
  for (const x of operands) key += `${x.splatValue === undefined ? ',' : '~'}${avalId(x.aval)}`
  for (const name in params) key += `;${name}=${paramKey(params[name as keyof typeof params])}`
  return key
}

const identities = new WeakMap<object, number>()
let latest = 0
function identityOf(value: object): number {
  let identity = identities.get(value)
  if (identity === undefined) identities.set(value, (identity = ++latest))
  return identity
}

/** A text for a parameter: data by value, -0, NaN and infinities told apart; Jaxprs and functions by identity. */
function paramKey(value: unknown): string {
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : `${value}`
  if (Array.isArray(value)) return `[${value.map(paramKey).join()}]`
  if (typeof value === 'function' || isJaxpr(value)) return `#${identityOf(value)}`
  if (typeof value !== 'object' || value === null) return typeof value === 'string' ? `"${value}"` : String(value)
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype) return `#${identityOf(value)}`
  return `{${Object.entries(value)
    .map(([name, item]) => `${name}:${paramKey(item)}`)
    .join()}}`
}

/** Moving a repeated number about leaves it a repeated number, of another shape. */
function moveSplat(
  op: OpName,
  operands: readonly ConcreteArray[],
  params: Params<OpName>,
): readonly NDArray[] | undefined {
  const [x] = operands
  if (x?.splatValue === undefined || operands.length !== 1 || families[op] !== 'movement') return undefined
  return infer(op, [x.aval], params).map((aval) => ConcreteArray.splat(x.splatValue as number, aval))
}

function run(
  compiled: Compiled,
  backend: Backend,
  operands: readonly ConcreteArray[],
  donated?: ReadonlySet<number>,
): readonly NDArray[] {
  const { executable, outAvals } = compiled
  const inputs = operands.map((x) => x.bufferOn(backend))
  const recording = recorder()
  const buffers =
    recording === undefined
      ? executable.run(inputs, donated)
      : runRecorded(recording, compiled, backend, inputs, donated)
  return buffers.map((buffer, i) => ConcreteArray.fromBuffer(backend, buffer, outAvals[i] as Aval))
}

/** Those whose first profile is behind them. */
const prepared = new WeakSet<Executable>()

function runRecorded(
  recording: Recorder,
  { executable, name }: Compiled,
  backend: Backend,
  inputs: readonly unknown[],
  donated?: ReadonlySet<number>,
): readonly unknown[] {
  if (executable.prepareProfile !== undefined && !prepared.has(executable)) {
    recording.span('compile', `${name}: compiled again with marks`, () => executable.prepareProfile?.())
    prepared.add(executable)
  }
  const outs = recording.span('run', name, () => {
    if (executable.runProfiled === undefined) return executable.run(inputs, donated)
    return executable.runProfiled(inputs, donated, ({ name: region, start, end, ...work }) =>
      recording.add(region.endsWith('by the host') ? 'host' : 'region', region, 1000 * start, 1000 * end, { ...work }),
    )
  })
  const use = backend.memoryUse?.()
  if (use !== undefined) recording.count('memory', { reserved: use.reserved, inUse: use.inUse })
  return outs
}

function concrete(op: OpName, x: NDArray): ConcreteArray {
  if (x instanceof ConcreteArray) return x
  checkAlive(x)
  throw new TracerError(
    op,
    `got ${x}, which belongs to a transform that is not the innermost one running`,
    'pass it to the inner function as an argument, or return it',
  )
}

function compiledCall(backend: Backend, { jaxpr, name }: Params<'jit'>): Compiled {
  const { jaxprs } = cacheOf(backend)
  let compiled = jaxprs.get(jaxpr)
  if (compiled === undefined) jaxprs.set(jaxpr, (compiled = compile(backend, jaxpr, name)))
  return compiled
}

/** What runs when a compiled function is called. */
export const executableOf = (params: Params<'jit'>): Executable => compiledCall(getBackend(), params).executable

function processCall(
  operands: readonly ConcreteArray[],
  params: Params<'jit'>,
  donated?: ReadonlySet<number>,
): readonly NDArray[] {
  const backend = getBackend()
  return run(compiledCall(backend, params), backend, operands, donated)
}

/**
 * Runs a compiled function whose caller gives the arrays at `positions` up: their memory may become a result's. Of an array that is passed
 * twice nothing is given up.
 */
export function callDonating(
  operands: readonly NDArray[],
  params: Params<'jit'>,
  positions: readonly number[],
): readonly NDArray[] {
  const arrays = operands.map((x) => concrete('jit', x))
  const donated = positions.filter(
    (i) => arrays.indexOf(arrays[i] as ConcreteArray) === arrays.lastIndexOf(arrays[i] as ConcreteArray),
  )
  const outs = processCall(arrays, params, new Set(donated))
  for (const i of donated) arrays[i]?.giveUp(`donation to jit(${params.name})`)
  return outs
}

function processOp(op: OpName, operands: readonly ConcreteArray[], params: Params<OpName>): readonly NDArray[] {
  const moved = moveSplat(op, operands, params)
  if (moved !== undefined) return moved
  const backend = getBackend()
  const known = knownPrograms(cacheOf(backend), op, params)
  const key = keyOf(op, operands, params)
  let compiled = known.get(key)
  if (compiled === undefined) known.set(key, (compiled = compile(backend, programOf(op, operands, params), op)))
  return run(compiled, backend, operands.map(scalarOf))
}

function knownPrograms({ ops, control }: Cache, op: OpName, params: Params<OpName>): Known {
  const [body] = families[op] === 'control' ? bodiesOf(params) : []
  if (body === undefined) return ops
  let known = control.get(body)
  if (known === undefined) control.set(body, (known = nothingKnown()))
  return known
}

/** A call out of the program needs no program. */
function processCallback(
  operands: readonly ConcreteArray[],
  { callback, outs }: Params<'callback'>,
): readonly NDArray[] {
  const results = recorded('host', 'callback', () => callback(operands.map((x) => x.readSync())))
  return outs.map((aval, i) => evaluator.fromData(results[i] as TypedArray, aval))
}

const checked = new WeakSet<Jaxpr>()

/** @throws {TransformError} where a derivative is left that is only known backwards */
function checkForward(jaxpr: Jaxpr): void {
  if (checked.has(jaxpr)) return
  for (const { op, params } of jaxpr.eqns) {
    if (op === 'customCall' && isBackwardOnly(params as Params<'customCall'>))
      refuseForward((params as Params<'customCall'>).name)
    if (holdsBodies(op)) bodiesOf(params).forEach(checkForward)
  }
  checked.add(jaxpr)
}

function evaluate(op: OpName, operands: readonly NDArray[], params: Params<OpName>): readonly NDArray[] {
  const arrays = operands.map((x) => concrete(op, x))
  if (op === 'callback') return processCallback(arrays, params as Params<'callback'>)
  if (families[op] !== 'call') return processOp(op, arrays, params)
  if (op === 'customCall' && isBackwardOnly(params as Params<'customCall'>))
    refuseForward((params as Params<'customCall'>).name)
  return processCall(arrays, params as Params<'jit'>)
}

/** The trace under all others: each op is a compiled program, run at once. */
export const evaluator: Base = {
  transform: 'eager evaluation',
  process(op, operands, params) {
    const outs = evaluate(op, operands, params)
    if (watchesNumbers()) checkResults(evaluate, op, operands, params, outs)
    return outs
  },
  fromData(data: TypedArray, aval: Aval): NDArray {
    const backend = getBackend()
    const put = () => backend.put(data, aval)
    const buffer = recorder() === undefined ? put() : recorded('transfer', 'put', put, { bytes: data.byteLength })
    return ConcreteArray.fromBuffer(backend, buffer, aval)
  },
  splat: (value, aval) => ConcreteArray.splat(value, aval),
}
