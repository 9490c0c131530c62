import { type AnyKernel, referenceKernels, rowOf, type TypedArray, type WholeRegion } from '@proj/backend'
import { type Context, slotOf } from './context.ts'
import { newSlot } from './stage.ts'

/** Ops that read their operands in an order of their own run on the host, by the reference: slower than a shader would be, and right. */
export function lowerWhole(context: Context, { op, params, inputs, outputs }: WholeRegion): void {
  const kernel = rowOf<AnyKernel<TypedArray>>(referenceKernels, op)
  const avals = outputs.map((output) => output.aval)
  const slots = outputs.map((output) => {
    const slot = newSlot(output)
    context.slots.set(output, slot)
    return slot
  })
  context.passes.push({
    label: `${op} on the host`,
    inputs: inputs.map(({ source }) => slotOf(context, source)),
    outputs: slots,
    compute: (operands) =>
      kernel(
        operands.map((buffer, i) => ({ buffer, aval: (inputs[i] as WholeRegion['inputs'][number]).aval })),
        params,
        avals,
      ),
  })
}
