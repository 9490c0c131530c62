import type { Aval } from './aval.ts'
import type { Args, Each, OpName, Outs, Params } from './ops.ts'

/** What a kernel is given for an operand. */
export interface KernelInput<Buffer> {
  readonly buffer: Buffer
  readonly aval: Aval
}

/**
 * Computes one equation: operands, static parameters and the avals of the results in, a buffer for each result out. A result may be an
 * operand's own buffer (a reshape need not copy); operands are never written.
 */
export type Kernel<K extends OpName, Buffer> = (
  inputs: Each<Args<K>, KernelInput<Buffer>>,
  params: Params<K>,
  outs: Each<Outs<K>, Aval>,
) => Each<Outs<K>, Buffer>

export type KernelTable<Buffer, Keys extends OpName = OpName> = { readonly [K in Keys]: Kernel<K, Buffer> }

/** A kernel of an op that is known only at run time; see `rowOf`. */
export type AnyKernel<Buffer> = (
  inputs: readonly KernelInput<Buffer>[],
  params: Params<OpName>,
  outs: readonly Aval[],
) => readonly Buffer[]
