import type { Eqn } from '@proj/backend'
import { describe, expect, it } from 'vitest'
import { customJvp, grad, jit, makeJaxpr, type NDArray, numpy as np, vmap } from './index.ts'

/** The number of the line that calls it. */
const here = (): number => Number(/trace\.test\.ts:(\d+)/.exec((new Error().stack ?? '').split('\n')[2] ?? '')?.[1])

const lineOf = ({ source }: Eqn): number => Number(/trace\.test\.ts:(\d+)/.exec(source?.describe() ?? '')?.[1])

const linesBy = (eqns: readonly Eqn[], op: string): number[] => eqns.filter((eqn) => eqn.op === op).map(lineOf)

describe('the line of an equation', () => {
  it('is the one that asked for the op, for all that differentiation and batching make of it', () => {
    const lines: number[] = []
    const f = (x: NDArray): NDArray => {
      lines[0] = here() + 1
      const y = x.sin()
      lines[1] = here() + 1
      return y.exp()
    }
    const { eqns } = makeJaxpr(vmap(grad(f))).call(undefined, np.ones([3])).jaxpr
    expect(linesBy(eqns, 'sin')).toEqual([lines[0]])
    expect(linesBy(eqns, 'cos')).toEqual([lines[0]])
    expect(linesBy(eqns, 'exp')).toEqual([lines[1]])
    // Backwards, too: the cotangent of exp comes first, then that of sin.
    expect(linesBy(eqns, 'mul')).toEqual([lines[1], lines[0]])
  })

  it('stays that of the body when a recorded function is differentiated', () => {
    let line = 0
    const inner = jit((x: NDArray) => {
      line = here() + 1
      return x.sin()
    })
    inner(1)
    const { eqns } = makeJaxpr(grad((x: NDArray) => inner(x)))(1).jaxpr
    const known = eqns.find(({ op }) => op === 'jit') as Eqn
    const body = (known.params as { jaxpr: { eqns: readonly Eqn[] } }).jaxpr
    expect(linesBy(body.eqns, 'sin')).toEqual([line])
  })

  it("is the rule's own in a rule that the user wrote", () => {
    let line = 0
    const f = customJvp((x: NDArray) => x.sin()).defjvp(([x]: [NDArray], [t]: [NDArray]) => {
      line = here() + 1
      return [x.cos(), t.mul(2)]
    })
    const { eqns } = makeJaxpr(grad((x: NDArray) => f(x)))(1).jaxpr
    expect(linesBy(eqns, 'cos')).toEqual([line])
    expect(linesBy(eqns, 'mul')).toEqual([line])
  })
})
