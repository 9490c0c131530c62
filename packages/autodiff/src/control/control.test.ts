import { describe, expect, it } from 'vitest'
import { grad, jit, jvp, lax, type NDArray, numpy as np, vmap } from '../index.ts'

const num = (x: NDArray): unknown => x.arraySync()

describe('smoke', () => {
  it('scan', () => {
    const [c, ys] = lax.scan((s: NDArray, x: NDArray) => [s.add(x), s.mul(x)] as const, 0, np.array([1, 2, 3]))
    expect(num(c)).toBe(6)
    expect(num(ys)).toEqual([0, 2, 9])
    const f = (w: NDArray, xs: NDArray) =>
      lax
        .scan(
          (h: NDArray, x: NDArray) => {
            const n = np.tanh(h.mul(w).add(x))
            return [n, n.mul(n)] as const
          },
          0.5,
          xs,
        )[1]
        .sum()
    const xs = np.array([0.1, 0.2, 0.3])
    const g = grad(f, [0, 1])(0.7, xs)
    const h = 1e-3
    const fd = ((f(np.array(0.7 + h), xs).item() as number) - (f(np.array(0.7 - h), xs).item() as number)) / (2 * h)
    expect(g[0].item()).toBeCloseTo(fd, 3)
    expect(num(jit(grad(f))(0.7, xs))).toBeCloseTo(fd, 3)
    expect(num(jvp((w: NDArray) => f(w, xs), [0.7], [1])[1])).toBeCloseTo(fd, 3)
    expect((num(vmap(grad(f), [0, null])(np.array([0.7, 0.1]), xs)) as number[])[0]).toBeCloseTo(fd, 3)
    expect(
      (num(grad((w: NDArray) => vmap(f, [0, null])(w, xs).sum())(np.array([0.7, 0.1]))) as number[])[0],
    ).toBeCloseTo(fd, 3)
    const d2 = grad(grad(f))(0.7, xs).item() as number
    const fd2 = ((grad(f)(0.7 + h, xs).item() as number) - (grad(f)(0.7 - h, xs).item() as number)) / (2 * h)
    expect(d2).toBeCloseTo(fd2, 2)
  })
  it('while, cond', () => {
    expect(
      num(
        lax.whileLoop(
          (n: NDArray) => n.lt(100),
          (n: NDArray) => n.mul(2),
          3,
        ),
      ),
    ).toBe(192)
    expect(num(lax.foriLoop(0, 4, (i: NDArray, x: NDArray) => x.add(i), 10))).toBe(16)
    const c = (x: NDArray) =>
      lax.cond(
        x.gt(0),
        (y: NDArray) => y.mul(3),
        (y: NDArray) => y.mul(y),
        x,
      )
    expect(num(c(np.array(2)))).toBe(6)
    expect(num(vmap(c)(np.array([2, -1])))).toEqual([6, 1])
    expect(num(grad(c)(2))).toBe(3)
    expect(num(grad(c)(-1))).toBe(-2)
    expect(num(vmap(grad(c))(np.array([2, -1])))).toEqual([3, -2])
    expect(num(jit(vmap(grad(c)))(np.array([2, -1])))).toEqual([3, -2])
    const w = (x: NDArray) =>
      lax.whileLoop(
        (n: NDArray) => n.lt(100),
        (n: NDArray) => n.mul(2),
        x,
      )
    expect(num(vmap(w)(np.array([3, 30, 200])))).toEqual([192, 120, 200])
    expect(num(jvp(w, [3], [1])[1])).toBe(64)
    expect(() => grad(w)(3)).toThrow(/scan/)
    expect(num(grad((x: NDArray) => lax.foriLoop(0, 3, (_i: NDArray, v: NDArray) => v.mul(x), 1))(2))).toBe(12)
    expect(num(lax.associativeScan((a: NDArray, b: NDArray) => a.mul(b), np.array([1, 2, 3, 4, 5])))).toEqual([
      1, 2, 6, 24, 120,
    ])
    expect(num(lax.map((x: NDArray) => x.mul(x), np.array([1, 2, 3, 4, 5]), { batchSize: 2 }))).toEqual([
      1, 4, 9, 16, 25,
    ])
    expect(num(vmap((x: NDArray) => x.div(lax.psum(x, 'i')), { axisName: 'i' })(np.array([1, 3])))).toEqual([
      0.25, 0.75,
    ])
    expect(
      num(
        vmap(
          jit((x: NDArray) => x.div(lax.psum(x, 'i'))),
          { axisName: 'i' },
        )(np.array([1, 3])),
      ),
    ).toEqual([0.25, 0.75])
    expect(() => lax.psum(np.array(1), 'i')).toThrow(/axis/)
  })
})
