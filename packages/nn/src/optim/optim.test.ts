import { readFileSync } from 'node:fs'
import { jit, type NDArray, numpy as np } from '@proj/autodiff'
import { describe, expect, it } from 'vitest'
import { adam, applyUpdates, chain, type GradientTransformation, scale, sgd } from './index.ts'

type Plain = { w: number[][]; b: number[] }
interface Fixture {
  readonly params: Plain
  readonly grads: readonly Plain[]
  readonly steps: { readonly [name: string]: readonly Plain[] }
}
const fixture: Fixture = JSON.parse(readFileSync(new URL('../../fixtures/optim.json', import.meta.url), 'utf8'))

const arrays = ({ w, b }: Plain) => ({ w: np.array(w), b: np.array(b) })
type Params = ReturnType<typeof arrays>

const optimisers: { readonly [name: string]: GradientTransformation } = {
  sgd: sgd(0.1) as GradientTransformation,
  adam: adam(1e-2),
  adamOther: adam(1e-1, { b1: 0.8, b2: 0.99, eps: 1e-6 }),
}

const expectClose = (got: NDArray, wanted: number[] | number[][]): void =>
  (wanted.flat() as number[]).forEach((value, i) => expect(got.dataSync()[i]).toBeCloseTo(value, 6))

describe.each(Object.entries(optimisers))('%s', (name, optimiser) => {
  const run = (step: (params: Params, grads: Params, state: unknown) => readonly [Params, unknown]): void => {
    let params = arrays(fixture.params)
    let state: unknown = optimiser.init(params)
    fixture.grads.forEach((grads, i) => {
      ;[params, state] = step(params, arrays(grads), state)
      const wanted = (fixture.steps[name] as readonly Plain[])[i] as Plain
      expectClose(params.w, wanted.w)
      expectClose(params.b, wanted.b)
    })
  }
  const step = (params: Params, grads: Params, state: unknown) => {
    const [updates, next] = optimiser.update(grads, state, params)
    return [applyUpdates(params, updates), next] as const
  }

  it('takes the steps that optax takes', () => run(step))
  it('takes the same steps under jit', () => run(jit(step)))
})

describe('chain', () => {
  it('applies one after the other, each with its own state', () => {
    const both = chain(scale(2) as GradientTransformation, scale(-3) as GradientTransformation)
    const grads = { w: np.array([1, 2]) }
    const [updates] = both.update(grads, both.init(grads))
    expect(updates.w.arraySync()).toEqual([-6, -12])
  })
})
