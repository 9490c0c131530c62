import { formatAval, makeAval, sameAval } from '@proj/backend'
import { flattenArrays, type Narrowed, unflattenArrays, type Widened } from '../api/leaves.ts'
import { trace } from '../api/program.ts'
import { isNDArray, type NDArray } from '../array.ts'
import { TransformError } from '../errors.ts'
import { scalar } from '../lax/constant.ts'
import { add, convertElementType, lt } from '../lax/index.ts'
import { promoteAvals } from '../numpy/promotion.ts'
import { bind } from '../trace.ts'
import { castTo, checkStructure, settle, widenCarry } from './carry.ts'
import { type ScanOptions, scan } from './scan.ts'

// biome-ignore lint/suspicious/noExplicitAny: parameters are contravariant, so only `any` accepts every body
type Body = (carry: any) => unknown

/**
 * Repeats `body` on a value while `cond` says so. Forward derivatives work; a reverse one cannot, as the number of turns is known only
 * afterwards: use `scan`, or `foriLoop` with bounds that are numbers.
 *
 * @param cond gives one bool scalar
 * @param body gives a value of the same structure, shapes and dtypes
 * @throws {TransformError} when the value changes its type, naming the leaf
 * @example lax.whileLoop((n: NDArray) => n.lt(100), (n: NDArray) => n.mul(2), 3) // 192
 */
export function whileLoop<F extends Body>(
  cond: (carry: Parameters<F>[0]) => NDArray | boolean,
  body: F,
  init: Widened<[Parameters<F>[0]]>[0],
): Narrowed<Parameters<F>[0]> {
  const start = flattenArrays(init)
  const { program, carry } = settle(
    (avals) => trace('whileLoop', body, [start], avals),
    (avals, { jaxpr, output }) => {
      checkStructure('whileLoop', 'carry', start, output)
      return widenCarry(
        'whileLoop',
        start,
        avals,
        jaxpr.outputs.map((out) => out.aval),
      )
    },
    start.arrays.map((x) => x.aval),
  )
  const test = trace('whileLoop', cond, [start], carry)
  const [answer] = test.jaxpr.outputs
  if (!test.output.def.isLeaf || answer === undefined || !sameAval(answer.aval, makeAval([], 'bool')))
    throw new TransformError(
      'whileLoop',
      `the condition gives ${answer === undefined || !test.output.def.isLeaf ? test.output.def : formatAval(answer.aval)}`,
      'return one bool scalar, as comparisons, .all() and .any() give',
    )
  const outs = bind('while', [...test.consts, ...program.consts, ...castTo(start.arrays, carry)], {
    condJaxpr: test.jaxpr,
    bodyJaxpr: program.jaxpr,
    condConsts: test.consts.length,
    bodyConsts: program.consts.length,
  })
  return unflattenArrays(program.output, outs) as never
}

// biome-ignore lint/suspicious/noExplicitAny: as above
type ForiBody = (i: NDArray, carry: any) => unknown
type ForiCarry = readonly [i: NDArray, carry: unknown]

/** What is made of a body, once: loops are recorded by the identity of their functions. */
function derived<R extends (...args: never[]) => unknown>(make: (body: ForiBody) => R): (body: ForiBody) => R {
  const known = new WeakMap<ForiBody, R>()
  return (body) => {
    let made = known.get(body)
    if (made === undefined) known.set(body, (made = make(body)))
    return made
  }
}

const scanBody = derived(
  (body) =>
    ([i, carry]: ForiCarry) =>
      [[add(i, 1), body(i, carry)], null] as const,
)
const whileBody = derived(
  (body) =>
    ([i, upper, carry]: readonly [NDArray, NDArray, unknown]) =>
      [add(i, 1), upper, body(i, carry)] as const,
)
const isBelow = ([i, upper]: readonly [NDArray, NDArray, unknown]): NDArray => lt(i, upper)

/**
 * `carry = body(i, carry)` for `i` from `lower` up to, not including, `upper`. With bounds that are numbers it is a `scan`, differentiable in both
 * directions; with arrays a `whileLoop`, forward only.
 *
 * @throws {TransformError} when the carry changes its type, naming the leaf
 * @example lax.foriLoop(0, 4, (i: NDArray, x: NDArray) => x.add(i), 10) // 16
 */
export function foriLoop<F extends ForiBody>(
  lower: number | NDArray,
  upper: number | NDArray,
  body: F,
  init: Widened<[Parameters<F>[1]]>[0],
  { unroll = 1 }: Pick<ScanOptions, 'unroll'> = {},
): Narrowed<Parameters<F>[1]> {
  const [from, to] = bounds(lower, upper)
  if (typeof lower === 'number' && typeof upper === 'number') {
    const length = Math.max(0, upper - lower)
    const [[, carry]] = scan(scanBody(body), [from, init] as ForiCarry, null, { length, unroll })
    return carry as never
  }
  const [, , carry] = whileLoop(isBelow, whileBody(body), [from, to, init] as readonly [NDArray, NDArray, unknown])
  return carry as never
}

/** Two scalars of one integer dtype. */
function bounds(lower: number | NDArray, upper: number | NDArray): readonly [NDArray, NDArray] {
  const [from, to] = [lower, upper].map((x) => (isNDArray(x) ? x : scalar(x))) as [NDArray, NDArray]
  for (const x of [from, to])
    if (x.ndim !== 0 || !/int/.test(x.dtype))
      throw new TransformError('foriLoop', `a bound is ${formatAval(x.aval)}`, 'give integers, or integer scalars')
  const { dtype } = promoteAvals([from.aval, to.aval])
  return [convertElementType(from, dtype), convertElementType(to, dtype)]
}
