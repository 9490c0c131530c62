import { isLeaf, tree } from '@proj/tree'
import type { NDArray } from '../array.ts'
import { TransformError } from '../errors.ts'
import { type Axis, moveBatchAxis } from '../primitives/rules.ts'
import { userCode } from '../trace.ts'
import { arraysLike, type CustomCall, customFunction, dataOf, pairFrom, undefinedRule } from './custom.ts'
import { type AnyFunction, flattenArrays } from './leaves.ts'

type VmapRule<F extends AnyFunction> = (
  axisSize: number,
  // biome-ignore lint/suspicious/noExplicitAny: a tree of booleans like each argument
  inBatched: readonly any[],
  ...args: Parameters<F>
) => readonly [out: ReturnType<F>, outBatched: unknown]

/** A function with a batching of its own. */
export type CustomVmap<F extends AnyFunction> = F & {
  /**
   * Sets what `vmap` does: `rule(axisSize, inBatched, ...args)` gets batched leaves with the examples along the first dimension, and gives
   * `[out, outBatched]`; `outBatched` is a tree of booleans like `out`, or a prefix of one.
   */
  defVmap(rule: VmapRule<F>): CustomVmap<F>
}

/**
 * `f` with a batching that you give.
 *
 * @throws {TransformError} when it is batched without a rule, or the rule's results do not fit
 * @example
 * const double = customVmap((x: NDArray) => x.mul(2))
 * double.defVmap((_size, [batched], x) => [x.add(x), batched] as const)
 * vmap(double)(np.array([1, 2])) // [2, 4]
 */
export function customVmap<F extends AnyFunction>(f: F): CustomVmap<F> {
  let rule: ((...args: unknown[]) => unknown) | undefined
  const run = customFunction('customVmap', f, {}, (call) => ({
    batch: (size, xs, axes) => apply(call, rule ?? undefinedRule('customVmap', f.name, 'defVmap'), size, xs, axes),
  }))
  const custom = Object.assign((...args: unknown[]) => run(...args), {
    defVmap(given: (...args: never[]) => unknown) {
      rule = given as typeof rule
      return custom
    },
  })
  return Object.defineProperty(custom, 'name', { value: f.name }) as never
}

const isBoolean = isLeaf((x) => typeof x === 'boolean')

function apply(
  call: CustomCall,
  rule: (...args: unknown[]) => unknown,
  size: number,
  all: readonly NDArray[],
  allAxes: readonly Axis[],
): readonly [readonly NDArray[], readonly Axis[]] {
  const { where, program, inputs } = call
  const count = program.consts.length
  if (allAxes.slice(0, count).some((axis) => axis !== null))
    throw new TransformError(where, 'the function closes over a batched value', 'pass the value as an argument')
  const axes = allAxes.slice(count)
  const xs = all.slice(count).map((x, i) => (axes[i] === null ? x : moveBatchAxis(size, x, axes[i] as number, 0)))
  const next = axes[Symbol.iterator]()
  const inBatched = inputs.map(({ def, isArray }) =>
    tree.unflatten(
      def,
      isArray.map((is) => is && next.next().value !== null),
    ),
  )
  const result = userCode(() => rule(size, inBatched, ...dataOf(call, xs)))
  const [out, outBatched] = pairFrom(where, 'the rule', result, '[out, outBatched]')
  const perLeaf = tree.broadcastPrefix(outBatched, out, isBoolean, `${where}: outBatched`) as readonly boolean[]
  const outAxes = perLeaf.filter((_, i) => program.output.isArray[i]).map((is): Axis => (is ? 0 : null))
  const avals = flattenArrays(out).arrays.map((x) => x.aval)
  return [checked(call, out, avals, outAxes, size), outAxes]
}

/** The results, known to be those of the function with the examples in front. */
function checked(
  { where, program }: CustomCall,
  out: unknown,
  avals: readonly NDArray['aval'][],
  axes: readonly Axis[],
  size: number,
): readonly NDArray[] {
  const wanted = program.jaxpr.outputs.map(({ aval }, i) =>
    axes[i] === null ? aval : { ...aval, shape: [size, ...aval.shape], weakType: avals[i]?.weakType ?? false },
  )
  return arraysLike(where, 'the result of the rule', out, program.output, wanted)
}
