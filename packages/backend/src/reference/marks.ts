import type { TypedArray } from '../dtype.ts'
import { AxisNameError, BackendError } from '../errors.ts'
import type { Kernel, KernelTable } from '../kernel.ts'
import { checkData } from './element.ts'

/** The function gets copies, so that it may keep or change them. */
const callback: Kernel<'callback', TypedArray> = (inputs, { callback, name }, outs) => {
  const results = callback(inputs.map(({ buffer }) => buffer.slice()))
  const where = `callback(${name})`
  if (!Array.isArray(results) || results.length !== outs.length)
    throw new BackendError(
      where,
      `it returned ${Array.isArray(results) ? `${results.length} arrays` : String(results)}`,
      `return a list of ${outs.length}`,
    )
  outs.forEach((aval, i) => checkData(`${where}: result ${i}`, results[i] as TypedArray, aval))
  return results.map((result: TypedArray) => result.slice())
}

type Collective = 'allReduce' | 'allGather' | 'ppermute' | 'axisIndex'

/** Outside the `vmap` that binds its axis a collective has no meaning. */
const unbound =
  (op: Collective): Kernel<Collective, TypedArray> =>
  (_inputs, { axisName }) => {
    throw new AxisNameError(op, axisName)
  }

export const marks: KernelTable<TypedArray, Collective | 'callback' | 'optimizationBarrier'> = {
  optimizationBarrier: (inputs) => inputs.map(({ buffer }) => buffer.slice()),
  callback,
  allReduce: unbound('allReduce'),
  allGather: unbound('allGather'),
  ppermute: unbound('ppermute'),
  axisIndex: unbound('axisIndex'),
}
