import { readFileSync } from 'node:fs'
import { referenceBackend } from '@proj/backend'
import { cpu } from '@proj/backend-cpu'
import { beforeAll, describe, expect, it } from 'vitest'
import { grad, lax, type NDArray, setBackend, vmap } from '../index.ts'
import { type Case, describeCase, expectLike, type Packed, type Tolerance, unpackArgument } from '../testing/fixture.ts'
import * as special from './special/index.ts'
import * as stats from './stats/index.ts'

interface SpecialCase extends Case {
  readonly out: Packed
  /** Of the sum of the results, by each argument; `null` where JAX has none. */
  readonly grads?: readonly (Packed | null)[]
}
const cases = JSON.parse(
  readFileSync(new URL('../../fixtures/special.json', import.meta.url), 'utf8'),
) as readonly SpecialCase[]

type Callable = (...args: unknown[]) => NDArray
const spaces = { lax, special, ...stats } as unknown as {
  readonly [space: string]: { readonly [name: string]: Callable }
}

/**
 * In units of the last place, then absolute, in single precision. Exponentials of logarithms (the incomplete functions far in their tails, beta,
 * gamma, factorial) lose what their exponent is large; XLA fuses multiplications with additions, which the others do not, and its erfinv in double
 * precision is off by a hundred units, which its derivative multiplies. Absolute: near zeros.
 */
const close: Tolerance = { ulps: 16, absolute: 1e-6 }
const exponentials: Tolerance = { ulps: 600, absolute: 2e-7 }
// biome-ignore format: a row for each group
const tolerances: { readonly [fn: string]: Tolerance } = {
  igamma: exponentials, igammac: exponentials, igammaGradA: exponentials, randomGammaGrad: exponentials, betainc: exponentials,
  gamma: exponentials, factorial: exponentials, beta: exponentials, erfinv: { ulps: 2000 },
}

/** Double precision is held to as many of its own, far smaller, units. */
function toleranceOf({ fn, out }: SpecialCase): Tolerance {
  const single = tolerances[fn.split('.')[1] as string] ?? close
  return out[0] === 'float64' ? { ulps: single.ulps as number, absolute: 4e-15 } : single
}

function callOf({ fn, args }: SpecialCase) {
  const [space, name] = fn.split('.') as [string, string]
  const f = spaces[space]?.[name]
  if (f === undefined) throw new Error(`there is no ${fn}`)
  return { f, values: args.map(unpackArgument) }
}

const named = cases.map((c, i) => [i, describeCase(c), c] as const)
const differentiable = named.flatMap(([i, name, c]) =>
  (c.grads ?? []).flatMap((out, at) => (out === null ? [] : [[i, name, at, c, out] as const])),
)

const lossBy =
  (f: Callable, values: readonly unknown[], at: number) =>
  (x: NDArray): NDArray =>
    f(...values.with(at, x)).sum()

describe.each([
  ['the reference backend', referenceBackend],
  ['the default backend', cpu],
] as const)('special functions on %s', (_, backend) => {
  beforeAll(() => {
    setBackend(backend())
  })

  it.each(named)('%i: %s is what JAX gives', (_i, _name, c) => {
    const { f, values } = callOf(c)
    expectLike(f(...values), c.out, toleranceOf(c))
  })

  it.each(differentiable)('%i: %s has the derivative by argument %i that JAX has', (_i, _name, at, c, out) => {
    const { f, values } = callOf(c)
    expectLike(grad(lossBy(f, values, at))(values[at] as NDArray), out, toleranceOf(c))
  })
})

describe('special functions under vmap', () => {
  beforeAll(() => {
    setBackend(referenceBackend())
  })
  it.each(differentiable)('%i: %s has the same derivative by argument %i', (_i, _name, at, c, out) => {
    const { f, values } = callOf(c)
    const x = values[at] as NDArray
    const rows = x.reshape([1, ...x.shape])
    const [row] = [...vmap(grad(lossBy(f, values, at)))(rows)] as [NDArray]
    expectLike(row, out, toleranceOf(c))
  })
})

describe('functions without a derivative', () => {
  it('say so, and by which operand', () => {
    expect(() => grad((a: NDArray) => lax.igammaGradA(a, 1).sum())(special.gamma([1, 2]))).toThrow(
      /igammaGradA: its derivative by operand 0/,
    )
    expect(() => grad((a: NDArray) => lax.betainc(a, 1, 0.5).sum())(special.gamma([1, 2]))).toThrow(/stopGradient/)
  })
})
