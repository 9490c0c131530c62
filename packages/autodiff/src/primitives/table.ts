import { type OpName, rowOf } from '@proj/backend'
import { calls } from './call.ts'
import { elementwise } from './elementwise.ts'
import { movement } from './movement.ts'
import { reduce } from './reduce.ts'
import type { Rules, RuleTable } from './rules.ts'

/** What autodiff knows of every op: the one place that must be total. */
export const rules: RuleTable = { ...elementwise, ...movement, ...reduce, ...calls }

/** The rules of an op known only at run time, seen as taking and returning lists. */
export const rulesOf = (op: OpName): Rules<'jit'> => rowOf<Rules<'jit'>>(rules, op)
