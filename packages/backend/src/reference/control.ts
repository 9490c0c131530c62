import type { TypedArray } from '../dtype.ts'
import type { Jaxpr } from '../jaxpr.ts'
import type { Kernel, KernelInput, KernelTable } from '../kernel.ts'
import { allocate } from './element.ts'

type Run = (jaxpr: Jaxpr, inputs: readonly TypedArray[]) => readonly TypedArray[]

const buffersOf = (inputs: readonly KernelInput<TypedArray>[]): TypedArray[] => inputs.map(({ buffer }) => buffer)

const whileKernel =
  (run: Run): Kernel<'while', TypedArray> =>
  (inputs, { condJaxpr, bodyJaxpr, condConsts, bodyConsts }) => {
    const operands = buffersOf(inputs)
    const toCondition = operands.slice(0, condConsts)
    const toBody = operands.slice(condConsts, condConsts + bodyConsts)
    let carry: readonly TypedArray[] = operands.slice(condConsts + bodyConsts)
    while (run(condJaxpr, [...toCondition, ...carry])[0]?.[0]) carry = run(bodyJaxpr, [...toBody, ...carry])
    return carry
  }

const scanKernel =
  (run: Run): Kernel<'scan', TypedArray> =>
  (inputs, { jaxpr, length, reverse, numConsts, numCarry }, outs) => {
    const operands = buffersOf(inputs)
    const consts = operands.slice(0, numConsts)
    const xs = operands.slice(numConsts + numCarry)
    let carry: readonly TypedArray[] = operands.slice(numConsts, numConsts + numCarry)
    const ys = outs.slice(numCarry).map(allocate)
    for (let turn = 0; turn < length; turn++) {
      const i = reverse ? length - 1 - turn : turn
      const rows = xs.map((x) => x.slice((x.length / length) * i, (x.length / length) * (i + 1)))
      const results = run(jaxpr, [...consts, ...carry, ...rows])
      carry = results.slice(0, numCarry)
      ys.forEach((y, k) => y.set(results[numCarry + k] as TypedArray, (y.length / length) * i))
    }
    return [...carry, ...ys]
  }

/** The branch that an index chooses: the nearest, where there is none of that number. */
export const branchOf = (branches: readonly Jaxpr[], index: number): number =>
  Math.min(Math.max(index, 0), branches.length - 1)

type ControlOp = 'while' | 'scan' | 'cond' | 'jit' | 'customCall' | 'checkpoint'

/** The kernels of ops that hold Jaxprs, given what runs one. */
export function controlKernels(run: Run): KernelTable<TypedArray, ControlOp> {
  const call: Kernel<'jit' | 'customCall' | 'checkpoint', TypedArray> = (inputs, { jaxpr }) =>
    run(jaxpr, buffersOf(inputs))
  return {
    while: whileKernel(run),
    scan: scanKernel(run),
    cond: ([index, ...operands], { branches }) =>
      run(branches[branchOf(branches, index.buffer[0] as number)] as Jaxpr, buffersOf(operands)),
    jit: call,
    customCall: call,
    checkpoint: call,
  }
}
