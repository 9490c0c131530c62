import { add } from '../lax/index.ts'
import { withoutConsts } from '../primitives/custom.ts'
import type { Tangent } from '../primitives/rules.ts'
import { userCode } from '../trace.ts'
import {
  arraysLike,
  type CustomCall,
  type CustomOptions,
  customFunction,
  dataOf,
  fillLike,
  onlyFloats,
  outAvals,
  pairFrom,
  undefinedRule,
} from './custom.ts'
import { type AnyFunction, flattenArrays, unflattenArrays } from './leaves.ts'

type Pair<F extends AnyFunction> = readonly [out: ReturnType<F>, tangentOut: ReturnType<F>]
/** For each argument the part of the tangent that its tangent makes. */
type Rules<P extends unknown[], R> = { [I in keyof P]: ((tangent: P[I], out: R, ...primals: P) => R) | null }

/** A function with a derivative of its own. */
export type CustomJvp<F extends AnyFunction> = F & {
  /** Sets the derivative: `rule(primals, tangents)` gives `[out, tangentOut]`, linear in the tangents. Arguments in `nondiffArgnums` come first. */
  defjvp(rule: (primals: Parameters<F>, tangents: Parameters<F>) => Pair<F>): CustomJvp<F>
  // biome-ignore lint/suspicious/noExplicitAny: with nondiffArgnums those arguments come first, whatever they are
  defjvp(rule: (...args: any[]) => Pair<F>): CustomJvp<F>
  /** Sets the derivative as a sum: one `rule(tangent, out, ...primals)` for each argument, or null where it adds nothing. */
  defjvps(...rules: Rules<Parameters<F>, ReturnType<F>>): CustomJvp<F>
}

/**
 * `f` with a derivative that you give, forward; reverse ones follow from it.
 *
 * @throws {TransformError} when it is differentiated without a rule, the rule's results do not fit, or `f` closes over what is differentiated
 * @example
 * const safeLog = customJvp((x: NDArray) => x.log())
 * safeLog.defjvp(([x], [t]) => [safeLog(x), t.div(x.add(0.5))] as const)
 * grad(safeLog)(0) // 2
 */
export function customJvp<F extends AnyFunction>(f: F, options: CustomOptions = {}): CustomJvp<F> {
  let rule: ((...args: unknown[]) => unknown) | undefined
  const run = customFunction('customJvp', f, options, (call) => {
    const flat = (xs: Parameters<typeof apply>[2], ts: Parameters<typeof apply>[3]) =>
      apply(call, rule ?? undefinedRule('customJvp', f.name, 'defjvp'), xs, ts)
    return { jvp: withoutConsts(call.program.consts.length, flat) }
  })
  const custom = Object.assign((...args: unknown[]) => run(...args), {
    defjvp(given: (...args: never[]) => unknown) {
      rule = given as typeof rule
      return custom
    },
    defjvps(...rules: readonly (((...args: never[]) => unknown) | null)[]) {
      rule = sumOf(custom, rules)
      return custom
    },
  })
  return Object.defineProperty(custom, 'name', { value: f.name }) as never
}

type Arrays = readonly Tangent[]

function apply(
  call: CustomCall,
  rule: (...args: unknown[]) => unknown,
  xs: readonly NonNullable<Tangent>[],
  ts: Arrays,
): readonly [readonly NonNullable<Tangent>[], Arrays] {
  const { where, program, fixed } = call
  const result = userCode(() => rule(...fixed, dataOf(call, xs), dataOf(call, fillLike(ts, xs))))
  const [out, tangent] = pairFrom(where, 'the rule', result, '[out, tangentOut]')
  const avals = outAvals(call)
  const outs = arraysLike(where, 'the result of the rule', out, program.output, avals)
  const tangents = arraysLike(where, 'the tangent of the rule', tangent, program.output, avals)
  return [outs, onlyFloats(tangents, avals)]
}

/** The rule that adds up what each argument makes. */
const sumOf =
  (f: AnyFunction, rules: readonly (((...args: never[]) => unknown) | null)[]) =>
  (...given: unknown[]): unknown => {
    const [primals, tangents] = given.slice(-2) as [unknown[], unknown[]]
    const out = f(...primals)
    const flatOut = flattenArrays(out)
    const terms = rules.flatMap((rule, i) =>
      rule === null ? [] : [flattenArrays(rule(tangents[i] as never, out as never, ...(primals as never[])))],
    )
    const sum = terms.reduce<Arrays>(
      (total, { arrays }) => arrays.map((t, i) => (total[i] ? add(total[i], t) : t)),
      flatOut.arrays.map(() => null),
    )
    return [out, unflattenArrays(flatOut, fillLike(sum, flatOut.arrays))]
  }
