import type { Backend } from '@proj/backend'
import { CpuBackend } from '../src/cpu.ts'
import { cpu } from '../src/index.ts'

/** The ways in which the backend can be set to compute. */
export const modes = {
  plain: () => cpu({ relaxedSimd: false, threads: 1 }),
  relaxed: () => cpu({ threads: 1 }),
  /** All that can be divided is, however small. */
  threads: () => new CpuBackend({}, { threads: 2, leastWork: 0, patientWork: 0 }) as Backend,
} satisfies Record<string, () => Backend>

export type Mode = keyof typeof modes

export const modeNames = Object.keys(modes) as Mode[]
