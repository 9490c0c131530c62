import { expect } from 'vitest'
import { grad, jit, lax, type NDArray, numpy as np, vmap } from '../../src/index.ts'
import { type Check, functionNamed, loadFixture } from '../check.ts'
import {
  type Case,
  describeCase,
  expectLike,
  isMany,
  type Packed,
  type PackedArgument,
  type Tolerance,
  unpack,
  unpackArgument,
} from '../fixture.ts'

/** A call, and gradients of the weighted sum of its result. */
interface WeightedCase extends Case {
  readonly weights?: Packed
  /** The arguments that are differentiated, and the gradients. */
  readonly at?: number | readonly number[]
  readonly grad?: Packed
  readonly grads?: readonly Packed[]
}
interface GradCase extends WeightedCase {
  readonly rest: readonly PackedArgument[]
  /** Whether the arrays go in as one list. */
  readonly listed: boolean
  readonly out: Packed
  /** Whether the function is of `lax`. */
  readonly lax?: true
}

const spaces = { numpy: np, lax } as never
type Loss = (x: NDArray) => NDArray
/** Derivatives sum in another order, and XLA fuses. */
const close: Tolerance = { ulps: 8, absolute: 2e-5 }
/** Sums and products round as often as they have terms; the others move values about, or do one thing with them. */
const rounding = /cum|quantile|percentile|histogram|interp|bincount|conv|reduceWindow/
const toleranceOf = (fn: string): Tolerance => (rounding.test(fn) ? { ulps: 4, absolute: 8e-6 } : {})

function checkGradient(loss: Loss, x: NDArray, expected: Packed): void {
  expectLike(grad(loss)(x), expected, close)
}

function checkTransformed(loss: Loss, x: NDArray, expected: Packed): void {
  expectLike(jit(grad(loss))(x), expected, close)
  for (const each of vmap(grad(loss))(np.stack([x, x]))) expectLike(each, expected, close)
}

const gradientChecks = (subject: string, title: string, make: () => readonly [Loss, NDArray], out: Packed): Check[] => [
  { subject, title: `gradient of ${title}`, run: () => checkGradient(...make(), out) },
  { subject, title: `gradient under jit and vmap of ${title}`, run: () => checkTransformed(...make(), out) },
]

function checkCall(space: string, { fn, args, out }: WeightedCase): void {
  const result = functionNamed(spaces, space, fn)(...args.map(unpackArgument))
  if (!isMany(out)) return expectLike(result as NDArray, out, toleranceOf(fn))
  const results = result as readonly NDArray[]
  expect(results.length).toBe(out.length)
  out.forEach((packed, i) => expectLike(results[i] as NDArray, packed, toleranceOf(fn)))
}

function callChecks(space: string, c: WeightedCase): Check[] {
  const [subject, title] = [`${space}.${c.fn}`, describeCase(c)]
  const grads = c.grads ?? (c.grad === undefined ? [] : [c.grad])
  const places = typeof c.at === 'number' ? [c.at] : (c.at ?? [0])
  const lossBy = (at: number) => (): readonly [Loss, NDArray] => {
    const values = c.args.map(unpackArgument)
    const f = functionNamed(spaces, space, c.fn)
    const loss = (x: NDArray): NDArray => (f(...values.with(at, x)) as NDArray).mul(unpack(c.weights as Packed)).sum()
    return [loss, values[at] as NDArray]
  }
  return [
    { subject, title, run: () => checkCall(space, c) },
    ...grads.flatMap((out, i) =>
      gradientChecks(subject, `argument ${places[i]} of ${title}`, lossBy(places[i] as number), out),
    ),
  ]
}

function gradChecks(c: GradCase): Check[] {
  const [space, at] = [c.lax ? 'lax' : 'numpy', c.at as number]
  const make = (): readonly [Loss, NDArray] => {
    const [values, options] = [c.args.map(unpackArgument), c.rest.map(unpackArgument)]
    const f = functionNamed(spaces, space, c.fn)
    const loss = (x: NDArray): NDArray => {
      const operands = values.with(at, x)
      return (f(...(c.listed ? [operands] : operands), ...options) as NDArray).mul(unpack(c.weights as Packed)).sum()
    }
    return [loss, values[at] as NDArray]
  }
  return gradientChecks(`${space}.${c.fn}`, describeCase({ ...c, args: [...c.args, ...c.rest] }), make, c.out)
}

/** Taking, ordering, counting; windows and convolutions; gradients of elementwise and reducing functions. */
export async function weighted(): Promise<readonly Check[]> {
  const ordering = await loadFixture<WeightedCase>('ordering')
  const windows = await loadFixture<WeightedCase>('laxWindow')
  const gradients = await loadFixture<GradCase>('grad')
  return [
    ...ordering.flatMap((c) => callChecks('numpy', c)),
    ...windows.flatMap((c) => callChecks('lax', c)),
    ...gradients.flatMap(gradChecks),
  ]
}
