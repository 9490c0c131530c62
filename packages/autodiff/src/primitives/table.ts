import { type OpName, rowOf } from '@proj/backend'
import { marks } from './barrier.ts'
import { calls } from './call.ts'
import { callback } from './callback.ts'
import { checkpoints } from './checkpoint.ts'
import { collective } from './collective.ts'
import { control } from './control.ts'
import { cumulative } from './cumulative.ts'
import { custom } from './custom.ts'
import { elementwise } from './elementwise.ts'
import { fourier } from './fourier.ts'
import { indexing } from './indexing.ts'
import { linalg } from './linalg.ts'
import { movement } from './movement.ts'
import { reduce } from './reduce.ts'
import type { Rules, RuleTable } from './rules.ts'
import { sort } from './sort.ts'
import { window } from './window.ts'

/** What autodiff knows of every op: the one place that must be total. */
export const rules: RuleTable = {
  ...elementwise,
  ...movement,
  ...reduce,
  ...calls,
  ...control,
  ...custom,
  ...checkpoints,
  ...collective,
  ...callback,
  ...marks,
  ...linalg,
  ...fourier,
  ...indexing,
  ...sort,
  ...cumulative,
  ...window,
}

/** The rules of an op known only at run time, seen as taking and returning lists. */
export const rulesOf = (op: OpName): Rules<'jit'> => rowOf<Rules<'jit'>>(rules, op)
