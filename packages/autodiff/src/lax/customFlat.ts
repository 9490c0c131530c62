import { formatAval, RecentMap } from '@proj/backend'
import type { NDArray } from '../array.ts'
import { type Staged, stage } from '../interpreters/staging.ts'
import { bind } from '../trace.ts'

/** A tangent; `null` is zero. */
export type Tangent = NDArray | null
type Flat = (xs: readonly NDArray[]) => readonly NDArray[]
/** Results and their tangents. */
export type FlatJvp = (
  xs: readonly NDArray[],
  ts: readonly Tangent[],
) => readonly [outs: readonly NDArray[], tangents: readonly Tangent[]]

/** Recordings of one function that are kept at least. */
const kept = 128

/** `f` recorded once for each list of shapes and dtypes. It must not close over arrays. */
function recorder(name: string, f: Flat): (xs: readonly NDArray[]) => Staged {
  const known = new RecentMap<string, Staged>(kept)
  return (xs) => {
    const key = xs.map((x) => `${formatAval(x.aval)}${x.weakType ? '*' : ''}`).join()
    const found = known.get(key)
    if (found !== undefined) return found
    const staged = stage(
      name,
      f,
      xs.map((x) => x.aval),
    )
    known.set(key, staged)
    return staged
  }
}

/** `f` as one step, whose derivative is that of its formula. */
export function callFlat(name: string, f: Flat): Flat {
  const record = recorder(name, f)
  return (xs) => {
    const { jaxpr, consts } = record(xs)
    return bind('jit', [...consts, ...xs], { jaxpr, name })
  }
}

/**
 * `f` as one step, whose derivative is `jvp`; backwards it is transposed, so it must be linear in the tangents.
 *
 * @param f of arrays that it takes as arguments, all of them
 */
export function customFlat(name: string, f: Flat, jvp: FlatJvp): Flat {
  const record = recorder(name, f)
  const rules = { jvp }
  return (xs) => bind('customCall', xs, { jaxpr: record(xs).jaxpr, name, rules })
}

/**
 * `f` of one array as one step that counts as linear and as its own transpose: tangents and cotangents go through it, too.
 *
 * @param f of an array that it takes as its argument, to one of the same shape and dtype
 */
export function linearFlat(name: string, f: (x: NDArray) => NDArray): (x: NDArray) => NDArray {
  const record = recorder(name, ([x]) => [f(x as NDArray)])
  const run = (x: NDArray): NDArray => bind('customCall', [x], { jaxpr: record([x]).jaxpr, name, rules })[0] as NDArray
  const through = ([t]: readonly Tangent[]): readonly Tangent[] => [t ? run(t) : null]
  const jvp: FlatJvp = ([x], ts) => [[run(x as NDArray)], through(ts)]
  const rules = { jvp, transpose: through }
  return run
}
