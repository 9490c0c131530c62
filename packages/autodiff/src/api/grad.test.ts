import { TreeClass, treeMask, treeUnmask } from '@proj/tree'
import { describe, expect, expectTypeOf, it } from 'vitest'
import {
  grad,
  jit,
  lax,
  type NDArray,
  numpy as np,
  stopGradient,
  TransformError,
  valueAndGrad,
  vmap,
} from '../index.ts'

const x3 = () => np.array([1, 2, 3])

describe('grad', () => {
  it('differentiates by the first argument', () => {
    const g = grad((x: NDArray, y: NDArray) => x.mul(x).mul(y).sum())
    expectTypeOf(g(x3(), x3())).toEqualTypeOf<NDArray>()
    expect(g(x3(), x3()).arraySync()).toEqual([2, 8, 18])
  })

  it('differentiates by the arguments that are named, one or several', () => {
    const f = (x: NDArray, y: NDArray) => x.mul(y).sum()
    expect(grad(f, 1)(x3(), np.array([4, 5, 6])).arraySync()).toEqual([1, 2, 3])
    const [gx, gy] = grad(f, [0, 1])(x3(), np.array([4, 5, 6]))
    expect([gx.arraySync(), gy.arraySync()]).toEqual([
      [4, 5, 6],
      [1, 2, 3],
    ])
    expect(grad(f, { argnums: -1 })(x3(), np.array([4, 5, 6])).arraySync()).toEqual([1, 2, 3])
  })

  it('gives a tree for a tree', () => {
    const g = grad((p: { w: NDArray; b: readonly NDArray[] }) =>
      p.w
        .mul(p.b[0] as NDArray)
        .sum()
        .add((p.b[1] as NDArray).sum()),
    )
    const out = g({ w: x3(), b: [np.array([4, 5, 6]), np.array([1, 1])] })
    expect(out.w.arraySync()).toEqual([4, 5, 6])
    expect(out.b.map((leaf) => leaf.arraySync())).toEqual([
      [1, 2, 3],
      [1, 1],
    ])
  })

  it('takes a bare number for a weak float32', () => {
    const g = grad((x: NDArray) => x.mul(x))(3)
    expect([g.item(), g.dtype]).toEqual([6, 'float32'])
  })

  it('nests', () => {
    const cube = (x: NDArray) => x.mul(x).mul(x)
    expect(grad(grad(cube))(2).item()).toBe(12)
    expect(grad(grad(grad(cube)))(2).item()).toBe(6)
  })

  it('keeps an inner derivative apart from an outer one', () => {
    // d/dx [x * d/dy (x + y)] = 1; confusing the two perturbations gives 2.
    const f = (x: NDArray) => x.mul(grad((y: NDArray) => x.add(y))(x))
    expect(grad(f)(3).item()).toBe(1)
  })

  it('goes through jit, inside and outside, and through vmap', () => {
    const f = (x: NDArray) => lax.sin(x).mul(x).sum()
    const expected = grad(f)(x3()).arraySync() as number[]
    const close = (got: unknown) =>
      (got as number[]).forEach((value, i) => expect(value).toBeCloseTo(expected[i] as number, 6))
    close(jit(grad(f))(x3()).arraySync())
    close(grad(jit(f))(x3()).arraySync())
    close(jit(grad(jit(f)))(x3()).arraySync())
    close(vmap(grad(f))(x3()).arraySync())
    close(grad((x: NDArray) => vmap(f)(x).sum())(x3()).arraySync())
  })

  it('stops at stopGradient', () => {
    expect(grad((x: NDArray) => x.mul(stopGradient(x)))(3).item()).toBe(3)
  })

  it('gives zeros where the result does not depend on the argument', () => {
    expect(grad((_x: NDArray) => np.array(1))(x3()).arraySync()).toEqual([0, 0, 0])
  })

  it('returns aux beside the gradient, as values', () => {
    const [g, aux] = grad((x: NDArray) => [x.mul(x).sum(), { twice: x.mul(2), name: 'kept' }] as const, {
      hasAux: true,
    })(x3())
    expect(g.arraySync()).toEqual([2, 4, 6])
    expect(aux.twice.arraySync()).toEqual([2, 4, 6])
    expect(aux.name).toBe('kept')
  })

  it('works on a masked class with leaves that are no floats', () => {
    class Net extends TreeClass {
      weight = x3()
      name = 'net'
      size = 3
    }
    const g = grad((net: Net) => treeUnmask(net).weight.mul(treeUnmask(net).size).sum())(treeMask(new Net()) as Net)
    expect(g.weight.arraySync()).toEqual([3, 3, 3])
  })
})

describe('valueAndGrad', () => {
  it('returns the value first', () => {
    const [value, g] = valueAndGrad((x: NDArray) => x.mul(x).sum())(x3())
    expect([value.item(), g.arraySync()]).toEqual([14, [2, 4, 6]])
  })

  it('pairs aux with the value', () => {
    const [[value, aux], g] = valueAndGrad((x: NDArray) => [x.sum(), x.mul(2)] as const, { hasAux: true })(x3())
    expect([value.item(), aux.arraySync(), g.arraySync()]).toEqual([6, [2, 4, 6], [1, 1, 1]])
  })
})

describe('bad input to grad', () => {
  const id = (x: NDArray) => x
  it('names the shape of a loss that is no scalar', () => {
    expect(() => grad(id)(x3())).toThrow(TransformError)
    expect(() => grad(id)(x3())).toThrow(/f32\[3\].*\.sum\(\)/)
  })
  it('names a loss that is no float', () => {
    expect(() => grad((x: NDArray) => x.sum().astype('int32'))(x3())).toThrow(/i32\[\].*return a float/)
  })
  it('names an integer argument and its path', () => {
    expect(() => grad((p: { a: NDArray }) => p.a.sum())({ a: np.arange(3) })).toThrow(
      /argument 0 at \.a is i32\[3\].*astype/,
    )
  })
  it('asks for treeMask when a leaf is no array', () => {
    expect(() => grad((p: { a: NDArray; f: string }) => p.a.sum())({ a: x3(), f: 'relu' })).toThrow(
      /argument 0 at \.f is string "relu".*treeMask/,
    )
  })
  it('names an argument that is not passed', () => {
    expect(() => grad(id, 2)(x3())).toThrow(/argument 2, and there are 1/)
  })
  it('refuses an async function', () => {
    const later = (async (x: NDArray) => x) as never as (x: NDArray) => NDArray
    expect(() => grad(later)(x3())).toThrow(/async/)
  })
  it('says what hasAux needs', () => {
    expect(() => grad((x: NDArray) => x.sum() as unknown, { hasAux: true })(x3())).toThrow(/\[value, aux\]/)
  })
})
