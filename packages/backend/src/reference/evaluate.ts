import type { TypedArray } from '../dtype.ts'
import { BackendError } from '../errors.ts'
import { type Atom, isVar, type Jaxpr, rowOf, type Var } from '../jaxpr.ts'
import type { AnyKernel, KernelInput, KernelTable } from '../kernel.ts'
import { controlKernels } from './control.ts'
import { dot } from './dot.ts'
import { checkData, splat } from './element.ts'
import { elementwise } from './elementwise.ts'
import { fourier } from './fourier.ts'
import { indexing } from './indexing.ts'
import { linalg } from './linalg/kernels.ts'
import { marks } from './marks.ts'
import { movement } from './movement.ts'
import { order } from './order.ts'
import { random } from './random.ts'
import { reduce } from './reduce.ts'
import { window } from './window.ts'

/** Every op in plain loops: the meaning of the vocabulary, the oracle of tests, and a start for a backend of one's own. */
export const referenceKernels: KernelTable<TypedArray> = {
  ...elementwise,
  ...random,
  ...movement,
  ...reduce,
  ...dot,
  ...window,
  ...indexing,
  ...order,
  ...linalg,
  ...fourier,
  ...marks,
  ...controlKernels((jaxpr, inputs) => evaluateJaxpr(jaxpr, inputs)),
}

/**
 * Runs a Jaxpr equation by equation, slowly and plainly.
 *
 * @param inputs one array for each input, row-major, of the class `dtypes` names
 * @returns one array for each output, never an input's own
 * @throws {BackendError} when an array does not fit its input
 * @example evaluateJaxpr(jaxpr, [Float32Array.of(0, 1)]) // [[0, 0.8415]]
 */
export function evaluateJaxpr(jaxpr: Jaxpr, inputs: readonly TypedArray[]): TypedArray[] {
  if (inputs.length !== jaxpr.inputs.length)
    throw new BackendError('evaluateJaxpr', `got ${inputs.length} arrays`, `give ${jaxpr.inputs.length}`)
  jaxpr.inputs.forEach(({ aval }, i) => checkData(`evaluateJaxpr: input ${i}`, inputs[i] as TypedArray, aval))
  const values = new Map<Var, TypedArray>()
  jaxpr.inputs.forEach((input, i) => values.set(input, inputs[i] as TypedArray))
  const valueOf = (atom: Atom): TypedArray =>
    isVar(atom) ? (values.get(atom) as TypedArray) : splat(atom.value, atom.aval)
  for (const { op, params, inputs: atoms, outputs } of jaxpr.eqns) {
    const operands = atoms.map((atom): KernelInput<TypedArray> => ({ buffer: valueOf(atom), aval: atom.aval }))
    const kernel = rowOf<AnyKernel<TypedArray>>(referenceKernels, op)
    const results = kernel(
      operands,
      params,
      outputs.map((output) => output.aval),
    )
    outputs.forEach((output, i) => values.set(output, results[i] as TypedArray))
  }
  return jaxpr.outputs.map((atom) => valueOf(atom).slice())
}
