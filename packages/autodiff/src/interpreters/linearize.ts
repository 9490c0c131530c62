import type { NDArray } from '../array.ts'
import { type Flat, Linear, type Tangent } from '../primitives/rules.ts'
import { runJvp } from './jvp.ts'
import { type Pending, partialEval, resume } from './partial.ts'
import { transposePending } from './transpose.ts'

/** A function at a point: its value there, and its derivative as a linear program. */
export interface Linearized {
  readonly outs: readonly NDArray[]
  /** Tangents of the results from tangents of the arguments. */
  pushforward(tangents: readonly NDArray[]): readonly Tangent[]
  /** Cotangents of the arguments from cotangents of the results. */
  pullback(cts: readonly Tangent[]): readonly Tangent[]
}

/** Computes `f` at `xs` and puts off all that depends on tangents. `transform` is what the user called. */
export function linearizeFlat(transform: string, f: Flat, xs: readonly NDArray[]): Linearized {
  let outs: readonly NDArray[] = []
  let hasTangent: readonly boolean[] = []
  const pending: Pending = partialEval(
    (unknowns) => {
      const [primals, tangents] = runJvp(transform, f, xs, unknowns)
      outs = primals
      hasTangent = tangents.map((t) => t !== null)
      return tangents.filter((t) => t !== null)
    },
    xs.map((x) => new Linear(x.aval)),
  )
  return {
    outs,
    pushforward: (tangents) => {
      const some = resume(pending, tangents)[Symbol.iterator]()
      return hasTangent.map((has) => (has ? (some.next().value as NDArray) : null))
    },
    pullback: (cts) =>
      transposePending(
        pending,
        cts.filter((_, i) => hasTangent[i]),
      ),
  }
}
