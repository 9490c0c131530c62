import type { Backend } from '@proj/backend'
import { cpu } from '../src/index.ts'

/** The ways in which the backend can be set to compute. */
export const modes = {
  plain: () => cpu({ relaxedSimd: false }),
  relaxed: () => cpu(),
} satisfies Record<string, () => Backend>

export type Mode = keyof typeof modes

export const modeNames = Object.keys(modes) as Mode[]
