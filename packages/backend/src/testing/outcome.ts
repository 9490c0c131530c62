import type { Backend } from '../backend.ts'
import { type DType, dtypes, isFloat, type TypedArray } from '../dtype.ts'
import type { Atom, Jaxpr } from '../jaxpr.ts'
import { formatJaxpr } from '../print.ts'
import { evaluateJaxpr } from '../reference/evaluate.ts'
import { type Mismatch, worstMismatch } from './compare.ts'

/** One case of the suite, whatever runs it. */
export interface Test {
  readonly title: string
  readonly run: () => Promise<void>
}

/** Compiles, runs once, reads and gives everything back. */
export async function runOn(backend: Backend, jaxpr: Jaxpr, inputs: readonly TypedArray[]): Promise<TypedArray[]> {
  const executable = backend.compile(jaxpr, { name: 'conformance' })
  const buffers = inputs.map((data, i) => backend.put(data, (jaxpr.inputs[i] as Atom).aval))
  const results = executable.run(buffers)
  const outputs = await Promise.all(results.map((buffer) => backend.get(buffer)))
  for (const buffer of new Set([...buffers, ...results])) backend.free(buffer)
  executable.dispose()
  return outputs
}

/** How far a result may be off. */
export interface Allowance {
  readonly ulps: number
  /** Forgiven as well, by output and element: an absolute error. */
  readonly slack?: (output: number, index: number) => number
}

function describeMismatch({ index, got, want, error }: Mismatch, output: number): string {
  if (index < 0) return `output ${output} has ${got} elements, or the wrong class, where there are ${want}`
  return `output ${output}, element ${index}: got ${got}, the reference says ${want} (${error} units in the last place)`
}

/**
 * @throws {Error} with the worst element and the program, when a result is further off than allowed
 */
export function expectClose(
  jaxpr: Jaxpr,
  got: readonly TypedArray[],
  want: readonly TypedArray[],
  { ulps, slack }: Allowance,
): void {
  if (got.length !== want.length)
    throw new Error(`${got.length} outputs where there are ${want.length}\n${formatJaxpr(jaxpr)}`)
  want.forEach((data, output) => {
    const { dtype } = (jaxpr.outputs[output] as Atom).aval
    const forgiven = slack && ((index: number) => slack(output, index))
    const mismatch = worstMismatch(dtype, got[output] as TypedArray, data, isFloat(dtype) ? ulps : 0, forgiven)
    if (mismatch !== undefined) throw new Error(`${describeMismatch(mismatch, output)}\n${formatJaxpr(jaxpr)}`)
  })
}

/** Runs a program on the backend and on the reference. */
export async function expectAgreement(
  backend: Backend,
  jaxpr: Jaxpr,
  inputs: readonly TypedArray[],
  allowance: Allowance,
): Promise<void> {
  const got = await runOn(backend, jaxpr, inputs)
  expectClose(jaxpr, got, evaluateJaxpr(jaxpr, inputs), allowance)
}

/** A fresh array that differs from `data` in every element. */
export function otherData(data: TypedArray, dtype: DType): TypedArray {
  const other = new dtypes[dtype].array(data.length)
  for (let i = 0; i < data.length; i++)
    other[i] = dtype === 'bool' ? 1 - (data[i] as number) : dtype === 'float16' ? 0x3c00 : (data[i] as number) + 1
  return other
}
