import { at, FrozenError, MaskedError, TreeClass, treeMask, treeUnmask } from '@proj/tree'
import { describe, expect, it } from 'vitest'
import { grad, jit, type NDArray, numpy as np, TracerError } from '../index.ts'

class Net extends TreeClass {
  weight = np.array([1, 2])
  size = 3
}

describe('arrays as leaves of trees', () => {
  it('are selected element by element by boolean arrays', () => {
    const leaves = [np.array([1, 2, 3]), 5]
    const mask = [np.array([true, false, true]), false]
    expect((at(leaves, mask).set(0)[0] as NDArray).arraySync()).toEqual([0, 2, 0])
    expect((at(leaves, mask).get() as unknown as NDArray[])[0]?.arraySync()).toEqual([1, 3])
  })
  it('cannot be taken by a mask while they have no values', () => {
    const take = jit((x: NDArray) => (at([x], [x.gt(1)]).get() as unknown as NDArray[])[0] as NDArray)
    expect(() => take(np.array([1, 2]))).toThrow(TracerError)
  })
})

describe('trees inside transforms', () => {
  it('are sealed: assigning to an argument names the field and the way out', () => {
    const assign = jit((net: Net) => {
      net.weight = np.zeros([2])
      return net.weight
    })
    expect(() => assign(new Net())).toThrow(FrozenError)
    expect(() => assign(new Net())).toThrow(/Net\.weight.*valueAndTree/)
  })
  it('name treeUnmask when a masked leaf is computed with', () => {
    const masked = treeMask(new Net())
    expect(() => grad((net: Net) => net.weight.mul(net.size).sum())(masked)).toThrow(MaskedError)
    expect(() => grad((net: Net) => net.weight.mul(net.size).sum())(masked)).toThrow(/treeUnmask/)
    expect(grad((net: Net) => treeUnmask(net).weight.sum())(masked).weight.arraySync()).toEqual([1, 1])
  })
  it('may change structure between calls', () => {
    const sum = jit((xs: readonly NDArray[]) => xs.reduce((a, b) => a.add(b)))
    expect(sum([np.array(1)]).item()).toBe(1)
    expect(sum([np.array(1), np.array(2)]).item()).toBe(3)
  })
})
