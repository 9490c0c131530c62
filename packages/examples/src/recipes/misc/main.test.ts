import { numpy as np, random, withConfig } from '@proj/autodiff'
import { tree, treeStr, valueAndTree } from '@proj/tree'
import { describe, expect, it } from 'vitest'
import { gradientOfL1, LazyLinear, l1ByName, l1ByPattern, main, materialize, Net, negativeL2, Signed } from './main.ts'

const seeded = () => withConfig({ threefryPartitionable: false }, () => new Net({ key: random.PRNGKey(0) }))

describe('a lazy layer', () => {
  const x = np.ones([10, 1])

  it('gets its weights at the first call, in a new tree', () => {
    const lazy = new LazyLinear(1)
    const made = materialize(lazy, x)
    expect(treeStr(lazy)).toBe('LazyLinear(outFeatures=1)')
    expect([made.weight?.arraySync(), made.bias?.arraySync()]).toEqual([[[1]], [0]])
  })

  it('keeps them afterwards', () => {
    const made = materialize(new LazyLinear(1), x)
    expect(made.call(x).arraySync()).toEqual(Array.from({ length: 10 }, () => [1]))
    expect(valueAndTree((copy: LazyLinear) => copy.call(x))(made)[1].weight).toBe(made.weight)
  })

  it('cannot make them on a finished tree: the first call goes through valueAndTree', () => {
    const finished = tree.seal(new LazyLinear(1))
    expect(() => finished.call(x)).toThrow(TypeError)
    expect(materialize(finished, x).weight?.shape).toEqual([1, 1])
  })
})

describe('regularisation', () => {
  it('of the negative entries is the published value', () => {
    expect(negativeL2(new Signed()).item()).toBeCloseTo(2.8333335, 6)
  })

  it('of weights chosen by name is the published value, by RegExp too', () => {
    expect(l1ByName(seeded()).item()).toBeCloseTo(331.84155, 3)
    expect(l1ByPattern(seeded()).item()).toBe(l1ByName(seeded()).item())
  })

  it('has the sign of each chosen weight as gradient, and zero elsewhere', () => {
    const net = seeded()
    const gradient = gradientOfL1(net)
    expect(gradient.linear2.weight.arraySync()).toEqual(np.sign(net.linear2.weight).arraySync())
    expect(gradient.linear3.weight.abs().sum().item()).toBe(0)
    expect(gradient.linear1.bias.abs().sum().item()).toBe(0)
  })
})

describe('the program', () => {
  it('prints the published values', () => {
    const lines: string[] = []
    main((text) => lines.push(text))
    expect(lines[0]).toBe('Before its first call: LazyLinear(outFeatures=1)')
    expect(lines[1]).toBe('After it: LazyLinear(outFeatures=1, weight=f32[1,1] [[1]], bias=f32[1] [0])')
    expect(lines[2]).toMatch(/2\.83333/)
    expect(lines[3]).toMatch(/331\.841/)
  })
})
