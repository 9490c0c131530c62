import { readFileSync } from 'node:fs'
import { referenceBackend } from '@proj/backend'
import { beforeAll, describe, expect, it } from 'vitest'
import { grad, jit, lax, type NDArray, numpy as np, setBackend, vmap } from '../index.ts'
import {
  describeCase,
  expectLike,
  type Packed,
  type PackedArgument,
  type Tolerance,
  unpack,
  unpackArgument,
} from '../testing/fixture.ts'

beforeAll(() => setBackend(referenceBackend()))

interface GradCase {
  readonly fn: string
  readonly args: readonly PackedArgument[]
  readonly rest: readonly PackedArgument[]
  /** Whether the arrays go in as one list. */
  readonly listed: boolean
  /** The argument that is differentiated. */
  readonly at: number
  readonly weights: Packed
  readonly out: Packed
  /** Whether the function is of `lax`. */
  readonly lax?: true
}
const cases = JSON.parse(
  readFileSync(new URL('../../fixtures/grad.json', import.meta.url), 'utf8'),
) as readonly GradCase[]

const close: Tolerance = { ulps: 8, absolute: 2e-5 }
type Functions = { readonly [name: string]: (...args: unknown[]) => NDArray }
const functionsOf = (c: GradCase): Functions => (c.lax ? lax : np) as unknown as Functions

/** The weighted sum that the oracle differentiates, as a function of the one argument. */
function lossOf(c: GradCase): {
  readonly loss: (x: NDArray) => NDArray
  readonly x: NDArray
} {
  const { fn, args, rest, listed, at, weights } = c
  const f = functionsOf(c)[fn] as Functions[string]
  const values = args.map(unpackArgument)
  const options = rest.map(unpackArgument)
  const loss = (x: NDArray): NDArray => {
    const operands = values.with(at, x)
    const out = f(...(listed ? [operands] : operands), ...options)
    return out.mul(unpack(weights)).sum()
  }
  return { loss, x: values[at] as NDArray }
}

describe('the gradient of numpy functions', () => {
  it.each(cases.map((c, i) => [i, describeCase({ ...c, args: [...c.args, ...c.rest] }), c] as const))(
    '%i: %s is what JAX has',
    (_i, _name, c) => {
      const { loss, x } = lossOf(c)
      expectLike(grad(loss)(x), c.out, close)
    },
  )

  it.each(cases.map((c, i) => [i, describeCase({ ...c, args: [...c.args, ...c.rest] }), c] as const))(
    '%i: %s is the same under jit and vmap',
    (_i, _name, c) => {
      const { loss, x } = lossOf(c)
      expectLike(jit(grad(loss))(x), c.out, close)
      const both = vmap(grad(loss))(np.stack([x, x]))
      const [first, second] = [...both] as [NDArray, NDArray]
      expectLike(first, c.out, close)
      expectLike(second, c.out, close)
    },
  )
})

describe('where', () => {
  it('has a NaN gradient where the branch not taken is undefined, and none with a second where inside', () => {
    const naive = grad((x: NDArray) => np.where(x.gt(0), np.sqrt(x), 0).sum())
    const safe = grad((x: NDArray) => np.where(x.gt(0), np.sqrt(np.where(x.gt(0), x, 1)), 0).sum())
    const x = np.array([0, 4])
    expect(naive(x).arraySync()).toEqual([Number.NaN, 0.25])
    expect(safe(x).arraySync()).toEqual([0, 0.25])
  })
})
