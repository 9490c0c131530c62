import type { Aval } from './aval.ts'
import type { TypedArray } from './dtype.ts'
import type { AnyKernel, KernelTable } from './kernel.ts'
import type { OpName } from './ops.ts'

/** How a device's arrays become ordinary ones and back. */
export interface HostAccess<Buffer> {
  load(buffer: Buffer, aval: Aval): TypedArray
  store(data: TypedArray, aval: Aval): Buffer
}

/**
 * Kernels on typed arrays made to work on a device's own buffers, by way of the host: slow, but what a new backend lacks it has at once.
 *
 * @example interpreterBackend({ ...mine, kernels: { ...liftKernels(referenceKernels, host), dotGeneral: fastDot } })
 */
export function liftKernels<Keys extends OpName, Buffer>(
  kernels: KernelTable<TypedArray, Keys>,
  { load, store }: HostAccess<Buffer>,
): KernelTable<Buffer, Keys> {
  const lift =
    (kernel: AnyKernel<TypedArray>): AnyKernel<Buffer> =>
    (inputs, params, outs) => {
      const operands = inputs.map(({ buffer, aval }) => ({ buffer: load(buffer, aval), aval }))
      return kernel(operands, params, outs).map((data, i) => store(data, outs[i] as Aval))
    }
  const rows = Object.entries<unknown>(kernels).map(([op, kernel]) => [op, lift(kernel as AnyKernel<TypedArray>)])
  return Object.fromEntries(rows) as KernelTable<Buffer, Keys>
}
