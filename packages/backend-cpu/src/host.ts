import {
  type AnyKernel,
  type Aval,
  dtypes,
  type OpName,
  type Params,
  referenceKernels,
  rowOf,
  sizeOf,
  type TypedArray,
  type Var,
  type WholeRegion,
} from '@proj/backend'
import type { Slot } from './memory.ts'

/** A buffer that the host reads or writes. */
interface HostArray {
  readonly slot: Slot
  readonly aval: Aval
}

/** A region that the reference does, on the engine's memory. */
export interface HostCall {
  readonly op: OpName
  readonly params: Params<OpName>
  readonly inputs: readonly HostArray[]
  readonly outputs: readonly HostArray[]
}

export function hostCall({ op, params, inputs, outputs }: WholeRegion, slots: ReadonlyMap<Var, Slot>): HostCall {
  return {
    op,
    params,
    inputs: inputs.map(({ source, aval }) => ({ slot: slots.get(source) as Slot, aval })),
    outputs: outputs.map((output) => ({ slot: slots.get(output) as Slot, aval: output.aval })),
  }
}

/** The elements of an array where they are; valid until the memory grows. */
function viewOf({ slot, aval }: HostArray, { buffer }: WebAssembly.Memory, arena: number): TypedArray {
  const address = slot.kind === 'arena' ? arena + slot.offset : new Uint32Array(buffer)[arena / 4 + slot.index]
  const View = dtypes[aval.dtype].array as unknown as new (buffer: ArrayBuffer, at: number, size: number) => TypedArray
  return new View(buffer as ArrayBuffer, address as number, sizeOf(aval.shape))
}

/** Does what a region is for with the reference's kernel. A callback may run other programs, so that the memory is another one afterwards. */
export function callHost({ op, params, inputs, outputs }: HostCall, memory: WebAssembly.Memory, arena: number): void {
  const results = rowOf<AnyKernel<TypedArray>>(referenceKernels, op)(
    inputs.map((input) => ({ buffer: viewOf(input, memory, arena), aval: input.aval })),
    params,
    outputs.map((output) => output.aval),
  )
  outputs.forEach((output, i) => viewOf(output, memory, arena).set(results[i] as TypedArray))
}
