// For the tests in a browser: Jaxprs written and run in a line or two.

import {
  type Atom,
  type Aval,
  type DType,
  type Executable,
  type Jaxpr,
  JaxprBuilder,
  makeAval,
  type TypedArray,
  type Var,
} from '@proj/backend'
import type { GpuBuffer } from '../buffers.ts'
import { type WebglBackend, webgl } from '../gpu.ts'

/** The backend under test, once `start` is done. */
export let backend: WebglBackend

export async function start(): Promise<void> {
  backend = await webgl()
}

export const f32 = (...shape: number[]): Aval => makeAval(shape, 'float32')
export const i32 = (...shape: number[]): Aval => makeAval(shape, 'int32')
export const u32 = (...shape: number[]): Aval => makeAval(shape, 'uint32')

type Body = (b: JaxprBuilder, ...inputs: Var[]) => readonly Atom[]

/** Builds a Jaxpr of these arguments. */
export function trace(avals: readonly Aval[], body: Body): Jaxpr {
  const builder = new JaxprBuilder()
  return builder.finish(body(builder, ...avals.map((aval) => builder.input(aval))))
}

const arrays: { readonly [D in DType]?: new (values: ArrayLike<number>) => TypedArray } = {
  float32: Float32Array,
  int32: Int32Array,
  uint32: Uint32Array,
  bool: Uint8Array,
}

export function put(aval: Aval, values: ArrayLike<number>): GpuBuffer {
  const Values = arrays[aval.dtype] as new (values: ArrayLike<number>) => TypedArray
  return backend.put(new Values(values), aval)
}

/** Compiles and runs once, on plain numbers. */
export function evaluate(avals: readonly Aval[], args: readonly ArrayLike<number>[], body: Body): number[][] {
  const executable = backend.compile(trace(avals, body), {})
  const results = executable.run(avals.map((aval, k) => put(aval, args[k] as ArrayLike<number>)))
  executable.dispose()
  return results.map((result) => Array.from(backend.getSync(result)))
}

const explained = (executable: Executable, what: string): number =>
  Number(new RegExp(`(\\d+) ${what}`).exec(executable.explain?.() ?? '')?.[1])

export const draws = (executable: Executable): number => explained(executable, 'draws')
export const programs = (executable: Executable): number => explained(executable, 'programs')

/** `n` numbers without a pattern, within ±3 unless told. */
export const numbers = (n: number, f = (i: number) => Math.sin(i * 12.9898) * 3): Float32Array =>
  Float32Array.from({ length: n }, (_, i) => f(i))
