import {
  type Atom,
  type Aval,
  type Backend,
  type Executable,
  families,
  infer,
  type Jaxpr,
  JaxprBuilder,
  makeAval,
  type OpName,
  type Params,
  type TypedArray,
} from '@proj/backend'
import type { NDArray } from './array.ts'
import { getBackend } from './backends.ts'
import { ConcreteArray } from './concrete.ts'
import { TracerError } from './errors.ts'
import { checkAlive } from './interpreters/staging.ts'
import type { Base } from './trace.ts'

/** A Jaxpr on one backend, ready to run. */
interface Compiled {
  readonly executable: Executable
  readonly outAvals: readonly Aval[]
}

/** What one backend has compiled: ops by their key, functions by their Jaxpr. */
class Cache {
  readonly ops = new Map<string, Compiled>()
  readonly jaxprs = new WeakMap<Jaxpr, Compiled>()
}
const caches = new WeakMap<Backend, Cache>()

function cacheOf(backend: Backend): Cache {
  let cache = caches.get(backend)
  if (cache === undefined) caches.set(backend, (cache = new Cache()))
  return cache
}

/** Forgets every compiled function and op of the current backend. */
export const clearCaches = (): void => void caches.delete(getBackend())

function compile(backend: Backend, jaxpr: Jaxpr, name: string): Compiled {
  return { executable: backend.compile(jaxpr, { name }), outAvals: jaxpr.outputs.map((output) => output.aval) }
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
  for (const _ in params) return `${key};${JSON.stringify(params)}`
  return key
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
  { executable, outAvals }: Compiled,
  backend: Backend,
  operands: readonly ConcreteArray[],
): readonly NDArray[] {
  const buffers = executable.run(operands.map((x) => x.bufferOn(backend)))
  return buffers.map((buffer, i) => ConcreteArray.fromBuffer(backend, buffer, outAvals[i] as Aval))
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

function processCall(operands: readonly ConcreteArray[], { jaxpr, name }: Params<'jit'>): readonly NDArray[] {
  const backend = getBackend()
  const { jaxprs } = cacheOf(backend)
  let compiled = jaxprs.get(jaxpr)
  if (compiled === undefined) jaxprs.set(jaxpr, (compiled = compile(backend, jaxpr, name)))
  return run(compiled, backend, operands)
}

function processOp(op: OpName, operands: readonly ConcreteArray[], params: Params<OpName>): readonly NDArray[] {
  const moved = moveSplat(op, operands, params)
  if (moved !== undefined) return moved
  const backend = getBackend()
  const { ops } = cacheOf(backend)
  const key = keyOf(op, operands, params)
  let compiled = ops.get(key)
  if (compiled === undefined) ops.set(key, (compiled = compile(backend, programOf(op, operands, params), op)))
  return run(compiled, backend, operands.map(scalarOf))
}

/** The trace under all others: each op is a compiled program, run at once. */
export const evaluator: Base = {
  transform: 'eager evaluation',
  process(op, operands, params) {
    const arrays = operands.map((x) => concrete(op, x))
    return families[op] === 'call' ? processCall(arrays, params as Params<'jit'>) : processOp(op, arrays, params)
  },
  fromData(data: TypedArray, aval: Aval): NDArray {
    const backend = getBackend()
    return ConcreteArray.fromBuffer(backend, backend.put(data, aval), aval)
  },
  splat: (value, aval) => ConcreteArray.splat(value, aval),
}
