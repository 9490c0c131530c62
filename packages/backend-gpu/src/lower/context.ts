import type { Var } from '@proj/backend'
import type { ArraySlot, DeviceLimits, HostPass, Pass, Slot } from '../pass.ts'
import { Shader } from '../shader/shader.ts'

/** What the lowering of regions shares: where each variable lies, and the passes so far. */
export interface Context {
  readonly limits: DeviceLimits
  /** Of every variable that is an input or has been stored. */
  readonly slots: Map<Var, ArraySlot>
  readonly passes: (Pass | HostPass)[]
  /** Matrices packed so far, by what they were packed from and how: many products share an operand. */
  readonly packed: Map<Var, Map<string, Slot>>
}

/** A shader that computes `texels` texels of each output. */
export const shaderFor = ({ limits }: Context, texels: number): Shader => new Shader(texels, limits)

export const slotOf = ({ slots }: Context, variable: Var): ArraySlot => slots.get(variable) as ArraySlot

/** Runs of at most `size` neighbours. */
export function chunked<T>(list: readonly T[], size: number): (readonly T[])[] {
  const count = Math.ceil(list.length / size)
  return Array.from({ length: count }, (_, k) => list.slice(k * size, (k + 1) * size))
}
