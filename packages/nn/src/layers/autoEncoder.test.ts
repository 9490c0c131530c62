import { grad, jit, type NDArray, numpy as np, random, vmap } from '@proj/autodiff'
import { TreeError, treeMask, treeUnmask } from '@proj/tree'
import { describe, expect, it } from 'vitest'
import { type Activation, identity, relu } from '../functions/activation.ts'
import { AutoEncoder } from './autoEncoder.ts'

const make = (activation: Activation = relu) =>
  new AutoEncoder({ key: random.PRNGKey(0), sizes: [4, 3, 2], activation })

describe('AutoEncoder', () => {
  it('has the sizes it is asked for', () => {
    const net = make()
    const shapes = [net.enc1, net.enc2, net.dec2, net.dec1].map((layer) => layer.weight.shape)
    expect(shapes).toEqual([
      [3, 4],
      [2, 3],
      [3, 2],
      [4, 3],
    ])
  })
  it('is [1, 10, 20] by default', () => {
    expect(new AutoEncoder({ key: random.PRNGKey(0) }).enc2.weight.shape).toEqual([20, 10])
  })
  it('decodes by the transposed encoder when tied', () => {
    const net = make()
    const x = np.array([1, 2, 3, 4])
    const code = relu(net.enc2.call(relu(net.enc1.call(x))))
    const hidden = relu(code.matmul(net.enc2.weight).add(net.dec2.bias))
    const expected = hidden.matmul(net.enc1.weight).add(net.dec1.bias).arraySync() as number[]
    ;(net.tiedCall(x).arraySync() as number[]).forEach((value, i) =>
      expect(value).toBeCloseTo(expected[i] as number, 5),
    )
  })
  it('is not changed by a tied call', () => {
    const net = make()
    const { weight } = net.dec1
    net.tiedCall(np.ones([4]))
    expect(net.dec1.weight).toBe(weight)
  })
  it('gives the tied decoder weights no gradient, and the encoder weights one', () => {
    const loss = (net: AutoEncoder, x: NDArray) =>
      vmap((row: NDArray) => treeUnmask(net).tiedCall(row))(x)
        .sub(x)
        .square()
        .mean()
    const grads = jit(grad(loss))(treeMask(make(identity)), np.ones([5, 4]))
    expect(grads.dec1.weight.abs().max().item()).toBe(0)
    expect(grads.dec2.weight.abs().max().item()).toBe(0)
    expect(grads.enc1.weight.abs().max().item()).toBeGreaterThan(0)
  })
  it('shows the arrow form when tiedCall is passed without its object', () => {
    const net = make()
    expect(() => vmap(net.tiedCall)(np.ones([2, 4]))).toThrow(TreeError)
    expect(() => vmap(net.tiedCall)(np.ones([2, 4]))).toThrow(/=> model\.tiedCall/)
  })
})
