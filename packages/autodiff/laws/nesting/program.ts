import fc from 'fast-check'
import type { NDArray } from '../../src/index.ts'
import { numpy as np } from '../../src/index.ts'
import type { Arrays, Dialect, Flat } from './dialect.ts'
import { cycled, recipes } from './ops.ts'
import { type Setting, transforms } from './transforms.ts'

/** A line of a program: an op of `recipes`, or one of `transforms` with bodies. Numbers choose operands, counted from the newest value. */
export interface Step {
  readonly op: string
  readonly x: number
  readonly y: number
  readonly n: number
  readonly bodies?: readonly Program[]
}
export type Program = readonly Step[]

/** More steps were run than a trial is worth. */
export class OutOfBudget extends Error {}

/** How steps are run, and how many more may be. */
export interface Run {
  readonly dialect: Dialect
  stepsLeft: number
}

const mostElements = 24
const bounded = (x: NDArray): NDArray => {
  if (x.size === 0) return np.zeros([1], { dtype: 'float64' })
  if (x.size > mostElements) return x.ravel().slice(`0:${mostElements}`)
  return x.ndim > 3 ? x.ravel() : x
}

/** The values after the program, oldest first; bodies see all that came before. */
function values(run: Run, program: Program, before: Arrays): Arrays {
  const pool = [...before]
  for (const { op, x, y, n, bodies = [] } of program) {
    if (run.stepsLeft-- <= 0) throw new OutOfBudget(op)
    const newest = (k: number): NDArray => pool[pool.length - 1 - (k % pool.length)] as NDArray
    const recipe = recipes[op]
    const made =
      recipe === undefined
        ? (transforms[op] as (setting: Setting) => Arrays)({ run, newest, x, y, n, body: bodyIn(run, bodies, pool) })
        : [recipe({ x: newest(x), y: newest(y), n })]
    pool.push(...made.map(bounded))
  }
  return pool
}

/** Bodies as functions of arrays that see `outer`, unless they are closed, and return their newest `results` values. */
const bodyIn =
  (run: Run, bodies: readonly Program[], outer: Arrays): Setting['body'] =>
  (i, { results = 1, closed = false, shapes } = {}) =>
  (xs) => {
    const all = values(run, bodies[i] as Program, closed ? xs : [...outer, ...xs])
    const newest = Array.from({ length: results }, (_, k) => all[all.length - 1 - (k % all.length)] as NDArray)
    return shapes === undefined ? newest : newest.map((value, k) => cycled(value, shapes[k] as readonly number[]))
  }

/** The program as a function: its two newest values. */
export const functionOf =
  (run: Run, program: Program): Flat =>
  (xs) =>
    bodyIn(run, [program], [])(0, { results: 2 })(xs)

const small = fc.nat({ max: 11 })
const numbers = { x: small, y: small, n: small }

const opStep: fc.Arbitrary<Step> = fc.record({ op: fc.constantFrom(...Object.keys(recipes)), ...numbers })

/** Programs of one to four steps, with bodies inside bodies `depth` deep. */
export function programs(depth: number, most = 4): fc.Arbitrary<Program> {
  const step =
    depth === 0
      ? opStep
      : fc.oneof(
          { arbitrary: opStep, weight: 3 },
          {
            arbitrary: fc.record({
              op: fc.constantFrom(...Object.keys(transforms)),
              ...numbers,
              bodies: fc.tuple(programs(depth - 1, 3), programs(depth - 1, 2)),
            }),
            weight: 2,
          },
        )
  return fc.array(step, { minLength: 1, maxLength: most })
}
