import { describe, expect, it } from 'vitest'
import {
  checkpoint,
  jacfwd,
  jacrev,
  jvp,
  lax,
  linearize,
  linearTranspose,
  type NDArray,
  numpy as np,
  vjp,
} from '../index.ts'

describe('jvp', () => {
  it('returns the value and the derivative along the tangents', () => {
    const [y, t] = jvp(
      (x: NDArray, z: NDArray) => x.mul(z),
      [np.array([1, 2]), np.array([3, 4])],
      [np.array([1, 0]), np.array([0, 1])],
    )
    expect([y.arraySync(), t.arraySync()]).toEqual([
      [3, 8],
      [3, 2],
    ])
  })
  it('takes bare numbers', () => {
    const [y, t] = jvp((x: NDArray) => lax.sin(x), [0], [1])
    expect([y.item(), t.item()]).toEqual([0, 1])
  })
  it('names a tangent of another shape', () => {
    expect(() => jvp((x: NDArray) => x, [np.ones([2])], [np.ones([3])])).toThrow(
      /tangent 0 is f32\[3\] for a value of type f32\[2\]/,
    )
  })
})

describe('vjp', () => {
  it('pulls a cotangent of a tree back to each argument', () => {
    const [out, pullback] = vjp(
      (x: NDArray, y: NDArray) => ({ product: x.mul(y), sum: x.add(y) }),
      np.array([1, 2]),
      np.array([3, 4]),
    )
    expect(out.product.arraySync()).toEqual([3, 8])
    const [gx, gy] = pullback({ product: np.array([1, 1]), sum: np.array([10, 20]) })
    expect([gx.arraySync(), gy.arraySync()]).toEqual([
      [13, 24],
      [11, 22],
    ])
  })
  it('can be pulled back more than once', () => {
    const [, pullback] = vjp((x: NDArray) => x.mul(x), np.array([1, 2]))
    expect(pullback(np.array([1, 0]))[0].arraySync()).toEqual([2, 0])
    expect(pullback(np.array([0, 1]))[0].arraySync()).toEqual([0, 4])
  })
  it('names a cotangent of another structure', () => {
    const [, pullback] = vjp((x: NDArray) => ({ y: x }), np.ones([2]))
    expect(() => pullback(np.ones([2]) as never)).toThrow(/cotangent 0 has structure/)
  })
})

describe('linearize', () => {
  it('gives the derivative as a function that is linear', () => {
    const [y, push] = linearize((x: NDArray) => x.mul(x), np.array([1, 2]))
    expect(y.arraySync()).toEqual([1, 4])
    expect(push(np.array([1, 1])).arraySync()).toEqual([2, 4])
    expect(push(np.array([2, 3])).arraySync()).toEqual([4, 12])
  })
})

describe('linearTranspose', () => {
  it('of the way back is the way forward, through a checkpoint as well', () => {
    const f = (y: NDArray) => checkpoint((z: NDArray) => np.sin(z))(y).mul(y)
    const t = np.array([1, 2])
    const twiceBack = (x: NDArray) => {
      const [out, back] = vjp(f, x)
      return linearTranspose((ct: NDArray) => back(ct)[0], out)(t)[0]
    }
    const forward = (x: NDArray) => jvp(f, [x], [t])[1]
    const x = np.array([0.3, 0.5])
    expect(twiceBack(x).arraySync()).toEqual(forward(x).arraySync())
    const slopes = jacfwd(forward)(x).arraySync() as number[][]
    for (const jacobian of [jacfwd, jacrev]) {
      const found = jacobian(twiceBack)(x).arraySync() as number[][]
      found.flat().forEach((value, i) => expect(value).toBeCloseTo(slopes.flat()[i] as number, 5))
    }
  })
})
