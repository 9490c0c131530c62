import { type Aval, isFloat } from '@proj/backend'
import type { NDArray } from '../array.ts'
import { TransformError } from '../errors.ts'
import { evalJaxpr, stage } from '../interpreters/staging.ts'
import { bindBackward, withoutConsts } from '../primitives/custom.ts'
import { scatter, zerosOf as zeros } from '../primitives/derived.ts'
import type { Tangent } from '../primitives/rules.ts'
import { userCode } from '../trace.ts'
import {
  arraysLike,
  type CustomCall,
  type CustomOptions,
  customFunction,
  dataOf,
  fillLike,
  outAvals,
  pairFrom,
  undefinedRule,
} from './custom.ts'
import { type AnyFunction, flattenArrays, unflattenArrays } from './leaves.ts'
import { countArrays } from './program.ts'

// biome-ignore lint/suspicious/noExplicitAny: what is kept, and which arguments come first, is the rule's own affair
type BackwardRule<R = any> = (...residualsAndCotangent: any[]) => readonly R[]

/** A function with a reverse derivative of its own. */
export type CustomVjp<F extends AnyFunction> = F & {
  /**
   * Sets the derivative: `fwd(...args)` gives `[out, residuals]`, `bwd(residuals, cotangent)` a list with a cotangent for each argument, like it,
   * or null for none. Arguments in `nondiffArgnums` come first in `bwd`, and have no cotangent.
   */
  defvjp(
    fwd: (...args: Parameters<F>) => readonly [out: ReturnType<F>, residuals: unknown],
    bwd: BackwardRule,
  ): CustomVjp<F>
}

interface Rule {
  readonly fwd: (...args: unknown[]) => unknown
  readonly bwd: (...args: unknown[]) => unknown
}

/**
 * `f` with a reverse derivative that you give. It has no forward one: `jvp` and `jacfwd` refuse it.
 *
 * @throws {TransformError} when it is differentiated without a rule, forward, or the rule's results do not fit
 * @example
 * const clipGradient = customVjp((x: NDArray) => x)
 * clipGradient.defvjp((x) => [x, null], (_residuals, ct: NDArray) => [np.clip(ct, -1, 1)])
 * grad((x: NDArray) => clipGradient(x).mul(5))(2) // 1
 */
export function customVjp<F extends AnyFunction>(f: F, options: CustomOptions = {}): CustomVjp<F> {
  let rule: Rule | undefined
  const run = customFunction('customVjp', f, options, (call) => ({
    jvp: withoutConsts(
      call.program.consts.length,
      (xs, ts) => apply(call, f.name, rule ?? undefinedRule('customVjp', f.name, 'defvjp'), xs, ts),
      'customVjp',
    ),
  }))
  const custom = Object.assign((...args: unknown[]) => run(...args), {
    defvjp(fwd: Rule['fwd'], bwd: Rule['bwd']) {
      rule = { fwd, bwd }
      return custom
    },
  })
  return Object.defineProperty(custom, 'name', { value: f.name }) as never
}

type Primal = readonly NDArray[]

function apply(
  call: CustomCall,
  name: string,
  { fwd, bwd }: Rule,
  xs: Primal,
  ts: readonly Tangent[],
): readonly [Primal, readonly Tangent[]] {
  const { where, program, place, fixed } = call
  const result = userCode(() => fwd(...place(dataOf(call, xs))))
  const [out, kept] = pairFrom(where, 'fwd', result, '[out, residuals]')
  const avals = outAvals(call)
  const outs = arraysLike(where, 'the result of fwd', out, program.output, avals)
  const residuals = flattenArrays(kept)
  const back = (values: Primal, cts: Primal): readonly Tangent[] =>
    cotangentsOf(
      call,
      userCode(() => bwd(...fixed, unflattenArrays(residuals, values), unflattenArrays(program.output, cts))),
      xs.map((x) => x.aval),
    )
  return [outs, backwardTangents(name || where, residuals.arrays, xs, ts, avals, back)]
}

/** Tangents that can only be run backwards, of float results by float arguments. */
function backwardTangents(
  name: string,
  residuals: Primal,
  xs: Primal,
  ts: readonly Tangent[],
  outs: readonly Aval[],
  back: (residuals: Primal, cts: Primal) => readonly Tangent[],
): readonly Tangent[] {
  const [isIn, isOut] = [xs.map((x) => isFloat(x.dtype)), outs.map(({ dtype }) => isFloat(dtype))]
  const linear = fillLike(ts, xs).filter((_, i) => isIn[i])
  const floatOuts = outs.filter((_, i) => isOut[i])
  const tangents = bindBackward(name, residuals, linear, floatOuts, (values, cts) => {
    const all = scatter(cts, isOut).map((ct, i) => ct ?? zeros(outs[i] as Aval))
    return back(values, all).filter((_, i) => isIn[i])
  })
  return scatter(tangents, isOut)
}

/** What `bwd` gave, as one cotangent or none for each array of the arguments. */
function cotangentsOf({ where, inputs }: CustomCall, given: unknown, avals: readonly Aval[]): readonly Tangent[] {
  if (!Array.isArray(given) || given.length !== inputs.length)
    throw new TransformError(
      where,
      `bwd returned ${Array.isArray(given) ? `${given.length} cotangents` : flattenArrays(given).def} for ${inputs.length} arguments`,
      'return a list with a cotangent for each argument, or null for none',
    )
  let start = 0
  return inputs.flatMap((input, n): readonly Tangent[] => {
    const own = avals.slice(start, (start += countArrays(input)))
    const value: unknown = given[n]
    if (value === null || value === undefined) return own.map(() => null)
    return arraysLike(where, `the cotangent of argument ${n}`, value, input, own)
  })
}

/**
 * A function that gives its own pullback, `[out, pullback]`, as one that is differentiated in reverse: `pullback(ct)` gives the cotangent of the
 * argument, or a list with one for each.
 *
 * @throws {TransformError} when it is differentiated forward, or the pullback's results do not fit
 * @example
 * const square = customGradient((x: NDArray) => [x.mul(x), (ct: NDArray) => ct.mul(x).mul(2)] as const)
 * grad(square)(3) // 6
 */
export function customGradient<A extends readonly unknown[], R>(
  // biome-ignore lint/suspicious/noExplicitAny: a pullback of one argument gives a cotangent, of several a list
  f: (...args: A) => readonly [out: R, pullback: (ct: any) => unknown],
): (...args: A) => R {
  const primal = Object.defineProperty((...args: never[]) => f(...(args as never))[0], 'name', { value: f.name })
  return customFunction('customGradient', primal, {}, (call) => ({
    jvp: withoutConsts(
      call.program.consts.length,
      (xs, ts) => {
        const { where, program, inputs } = call
        const result = userCode(() => f(...(dataOf(call, xs) as never)))
        const [out, pullback] = pairFrom(where, 'the function', result, '[out, pullback]') as [unknown, AnyFunction]
        const avals = outAvals(call)
        const outs = arraysLike(where, 'the result', out, program.output, avals)
        const ins = xs.map((x) => x.aval)
        const run = (cts: Primal): Primal => {
          const given = userCode(() => pullback(unflattenArrays(program.output, cts)))
          return fillLike(cotangentsOf(call, inputs.length === 1 ? [given] : given, ins), xs)
        }
        const { jaxpr, consts } = stage(where, run, avals)
        return [
          outs,
          backwardTangents(f.name || where, consts, xs, ts, avals, (values, cts) =>
            evalJaxpr(jaxpr, [...values, ...cts]),
          ),
        ]
      },
      'customGradient',
    ),
  })) as never
}
