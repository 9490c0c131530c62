import { describe, expect, it, vi } from 'vitest'
import {
  checkpoint,
  checkpointName,
  checkpointPolicies,
  closureConvert,
  customGradient,
  customJvp,
  customVjp,
  customVmap,
  debug,
  grad,
  hessian,
  jacfwd,
  jacrev,
  jit,
  jvp,
  lax,
  linearize,
  linearTranspose,
  makeJaxpr,
  type NDArray,
  numpy as np,
  pureCallback,
  ShapeDtypeStruct,
  valueAndGrad,
  vjp,
  vmap,
} from '../index.ts'

const num = (x: NDArray): unknown => x.arraySync()

/** Its derivative is ten times the true one, so that a test sees whose rule was used. */
function tenfold() {
  const f = customJvp((x: NDArray) => x.mul(x))
  f.defjvp(([x], [t]) => [f(x), t.mul(x).mul(20)] as const)
  return f
}

describe('customJvp', () => {
  it('takes its own derivative under every transform and nesting', () => {
    const f = tenfold()
    expect(num(f(np.array(3)))).toBe(9)
    expect(num(grad(f)(3))).toBe(60)
    expect(num(jvp(f, [3], [1])[1])).toBe(60)
    expect(num(jit(grad(f))(3))).toBe(60)
    expect(num(grad(jit(f))(3))).toBe(60)
    expect(num(vmap(grad(f))(np.array([1, 3])))).toEqual([20, 60])
    expect(num(grad((x: NDArray) => vmap(f)(x).sum())(np.array([1, 3])))).toEqual([20, 60])
    expect(num(grad((x: NDArray) => jit(vmap(jit(f)))(x).sum())(np.array([1, 3])))).toEqual([20, 60])
    expect(num(grad(grad(f))(3))).toBe(20)
    expect(
      num(
        grad(
          (x: NDArray) => lax.scan((c: NDArray, y: NDArray) => [f(c).add(y), null] as const, x, np.array([1, 2]))[0],
        )(1),
      ),
    ).toBe(20 * 40)
  })
  it('takes partial rules', () => {
    const f = customJvp((x: NDArray, y: NDArray) => x.mul(y))
    f.defjvps((t: NDArray, out: NDArray, x: NDArray) => t.mul(out).add(x.mul(0)), null)
    expect(grad(f, [0, 1])(3, 4).map(num)).toEqual([12, 0])
  })
  it('hands arguments that are no data to the rule', () => {
    const f = customJvp((g: (x: NDArray) => NDArray, x: NDArray) => g(x), { nondiffArgnums: [0] })
    f.defjvp((g: (x: NDArray) => NDArray, [x]: [NDArray], [t]: [NDArray]) => [g(x), t.mul(7)] as const)
    expect(num(grad((x: NDArray) => f((y) => y.exp(), x))(0))).toBe(7)
  })
})

describe('customVjp', () => {
  const f = customVjp((x: NDArray, y: NDArray) => x.mul(y).sum())
  f.defvjp(
    (x, y) => [x.mul(y).sum(), { x, y }],
    ({ x, y }, ct: NDArray) => [ct.mul(y).mul(2), ct.mul(x).mul(3)],
  )
  it('takes its own way back under every nesting', () => {
    const [x, y] = [np.array([1, 2]), np.array([3, 4])]
    const expected = [
      [6, 8],
      [3, 6],
    ]
    expect(grad(f, [0, 1])(x, y).map(num)).toEqual(expected)
    expect(jit(grad(f, [0, 1]))(x, y).map(num)).toEqual(expected)
    expect(grad(jit(f), [0, 1])(x, y).map(num)).toEqual(expected)
    expect(vjp(f, x, y)[1](1).map(num)).toEqual(expected)
    const xs = np.stack([x, y])
    expect(num(vmap(grad(f), [0, null])(xs, y))).toEqual([
      [6, 8],
      [6, 8],
    ])
    expect(num(grad((z: NDArray) => vmap(f, [null, 0])(z, xs).sum())(x))).toEqual([8, 12])
    expect(num(jacrev(vmap(f, [0, null]))(xs, y))).toEqual([
      [
        [6, 8],
        [0, 0],
      ],
      [
        [0, 0],
        [6, 8],
      ],
    ])
    const nested = (w: NDArray) =>
      vmap(
        (row: NDArray) => lax.scan((c: NDArray, r: NDArray) => [c.add(jit(f)(r.mul(w), r)), null] as const, 0, row)[0],
      )(np.stack([xs, xs])).sum()
    expect(num(grad(nested)(1))).toBe(2 * 2 * (5 + 25))
  })
  it('refuses forward derivatives', () => {
    expect(() => jvp(f, [np.ones([2]), np.ones([2])], [np.ones([2]), np.ones([2])])).toThrow(
      /customVjp gives the reverse/,
    )
    expect(() => jit((x: NDArray) => jvp((z: NDArray) => f(z, z), [x], [x])[1])(np.ones([2]))).toThrow(
      /customVjp gives the reverse/,
    )
  })
  it('has second derivatives of its rule', () => {
    const cube = customVjp((x: NDArray) => x.mul(x).mul(x))
    cube.defvjp(
      (x) => [cube(x), x],
      (x: NDArray, ct: NDArray) => [ct.mul(x).mul(x).mul(3)],
    )
    expect(num(grad(grad(cube))(2))).toBe(12)
    expect(() => hessian(cube)(2)).toThrow(/reverse/)
    const direct = customVjp((x: NDArray) => x.mul(x).mul(x))
    direct.defvjp(
      (x) => [x.mul(x).mul(x), x],
      (x: NDArray, ct: NDArray) => [ct.mul(x).mul(x).mul(3)],
    )
    expect(num(hessian(direct)(2))).toBe(12)
  })
  it('refuses what does not fit', () => {
    const wrong = customVjp((x: NDArray) => x.sin())
    expect(() => grad(wrong)(1)).toThrow(/no rule yet/)
    wrong.defvjp(
      (x) => [x.sin(), null],
      () => [np.ones([3])],
    )
    expect(() => grad(wrong)(1)).toThrow(/cotangent of argument 0 is f32\[3\] instead of f32\[\]/)
    wrong.defvjp(
      (x) => [x.sin(), null],
      () => [],
    )
    expect(() => grad(wrong)(1)).toThrow(/0 cotangents for 1 argument/)
  })
  it('customGradient takes the pullback', () => {
    const square = customGradient((x: NDArray) => [x.mul(x), (ct: NDArray) => ct.mul(x).mul(20)] as const)
    expect(num(grad(square)(3))).toBe(60)
    expect(num(jit(vmap(grad(square)))(np.array([1, 3])))).toEqual([20, 60])
  })
})

describe('customVmap', () => {
  it('takes its own batching, and keeps it under derivatives', () => {
    const f = customVmap((x: NDArray) => x.mul(2))
    const seen = vi.fn()
    f.defVmap((size, [batched], x) => {
      seen(size, batched, x.shape)
      return [x.mul(3), batched] as const
    })
    expect(num(f(np.array(1)))).toBe(2)
    expect(num(vmap(f)(np.array([1, 2])))).toEqual([3, 6])
    expect(seen).toHaveBeenCalledWith(2, true, [2])
    expect(num(vmap((x: NDArray) => jvp(f, [x], [x])[1])(np.array([1, 2])))).toEqual([3, 6])
    expect(num(grad(f)(1))).toBe(2)
  })
  it('has the Jacobian of its function: one point, many directions', () => {
    const f = customVmap((x: NDArray, y: NDArray) => x.mul(y))
    f.defVmap((axisSize, inBatched, x, y) => {
      const inAxes = inBatched.map((is) => (is ? 0 : null))
      return [vmap((a: NDArray, b: NDArray) => a.mul(b), { inAxes, axisSize })(x, y), true] as const
    })
    const [x, y] = [np.array([1, 2, 3]), np.array([4, 5, 6])]
    const diagonal = np.diag(y).arraySync()
    expect(num(jacfwd(f)(x, y))).toEqual(diagonal)
    expect(num(jacrev(f)(x, y))).toEqual(diagonal)
    const push = (t: NDArray) => jvp(f, [x, y], [t, np.zeros([3])])[1]
    expect(num(vmap(push, { outAxes: 1 })(np.eye(3)))).toEqual(diagonal)
  })
})

describe('checkpoint', () => {
  const f = (w: NDArray, x: NDArray) => np.sin(np.sin(x.matmul(w)).mul(2)).sum()
  const [w, x] = [
    np.array([
      [0.1, 0.2],
      [0.3, 0.4],
    ]),
    np.array([
      [1, 2],
      [3, 4],
    ]),
  ]
  it('changes no value and no derivative', () => {
    const expected = grad(f, [0, 1])(w, x).map(num)
    for (const policy of [undefined, checkpointPolicies.everythingSaveable, checkpointPolicies.dotsSaveable]) {
      const g = checkpoint(f, policy === undefined ? {} : { policy })
      expect(grad(g, [0, 1])(w, x).map(num)).toEqual(expected)
      expect(jit(grad(g, [0, 1]))(w, x).map((d) => Math.fround(d.sum().item() as number))).toEqual(
        grad(f, [0, 1])(w, x).map((d) => expect.closeTo(d.sum().item() as number, 4)),
      )
      expect(
        num(
          grad(
            (v: NDArray) =>
              lax.scan((c: NDArray, r: NDArray) => [c.add(g(v, r)), null] as const, 0, np.stack([x, x]))[0],
          )(w),
        ),
      ).toEqual(num(grad((v: NDArray) => f(v, x).mul(2))(w)))
    }
  })
  const residuals = (policy?: ReturnType<typeof checkpointPolicies.saveOnlyTheseNames>) => {
    const g = checkpoint(
      (y: NDArray) => np.sin(checkpointName(np.sin(y), 'inner')).sum(),
      policy === undefined ? {} : { policy },
    )
    const text = String(makeJaxpr((y: NDArray) => grad(g)(y))(np.ones([3])))
    return (text.match(/ cos /g) ?? []).length
  }
  it('computes again what the policy does not keep', () => {
    expect(
      String(makeJaxpr(grad(checkpoint((y: NDArray) => np.sin(np.sin(y)).sum())))(np.ones([3]))).match(/= sin /g)
        ?.length,
    ).toBe(3)
    expect(residuals(checkpointPolicies.saveOnlyTheseNames('inner'))).toBe(2)
  })
})

describe('jacobians', () => {
  const f = (p: { a: NDArray; b: NDArray }) => ({ s: p.a.mul(p.b), t: p.a.sum() })
  const p = { a: np.array([1, 2]), b: np.array([3, 4]) }
  it('agree, over trees', () => {
    for (const jac of [jacfwd(f), jacrev(f)]) {
      const j = jac(p)
      expect(num(j.s.a)).toEqual([
        [3, 0],
        [0, 4],
      ])
      expect(num(j.s.b)).toEqual([
        [1, 0],
        [0, 2],
      ])
      expect(num(j.t.a)).toEqual([1, 1])
      expect(num(j.t.b)).toEqual([0, 0])
    }
  })
  it('take several arguments, and aux', () => {
    const g = (x: NDArray, y: NDArray) => [x.mul(y), { seen: x }] as const
    const [[dx, dy], aux] = jacfwd(g, { argnums: [0, 1], hasAux: true })(np.array([1, 2]), np.array([3, 4]))
    expect([num(dx), num(dy), num(aux.seen)]).toEqual([
      [
        [3, 0],
        [0, 4],
      ],
      [
        [1, 0],
        [0, 2],
      ],
      [1, 2],
    ])
    expect(num(jit(hessian((x: NDArray) => x.mul(x).mul(x).sum()))(np.array([1, 2])))).toEqual([
      [6, 0],
      [0, 12],
    ])
  })
  it('hasAux of jvp, vjp, linearize', () => {
    const g = (x: NDArray) => [x.mul(x), { x }] as const
    const [y, t, a] = jvp(g, [3], [1], { hasAux: true })
    expect([num(y), num(t), num(a.x)]).toEqual([9, 6, 3])
    const [y2, pull, a2] = vjp(g, 3, { hasAux: true })
    expect([num(y2), num(pull(1)[0]), num(a2.x)]).toEqual([9, 6, 3])
    const [y3, push, a3] = linearize(g, 3, { hasAux: true })
    expect([num(y3), num(push(2)), num(a3.x)]).toEqual([9, 12, 3])
  })
  it('linearTranspose, closureConvert', () => {
    expect(linearTranspose((x: NDArray) => x.mul(3).sum(), new ShapeDtypeStruct([2], 'float32'))(2).map(num)).toEqual([
      [6, 6],
    ])
    expect(() => linearTranspose((x: NDArray) => x.sin(), 1)).not.toThrow()
    expect(() => linearTranspose((x: NDArray) => x.sin(), 1)(1)).toThrow(/sin.*not linear/)
    const g = grad((x: NDArray) => {
      const [pure, consts] = closureConvert((y: NDArray) => y.mul(x), x)
      return pure(x, ...consts)
    })
    expect(num(g(3))).toBe(6)
  })
})

describe('callbacks', () => {
  it('run in compiled code, loops, and batches', () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {})
    const f = jit((x: NDArray) => {
      debug.print('x = {} {{}} {0}', x)
      return x.add(1)
    })
    f(np.array(1))
    f(np.array(2))
    expect(log.mock.calls).toEqual([['x = 1 {} 1'], ['x = 2 {} 2']])
    log.mockClear()
    vmap(f)(np.array([1, 2]))
    grad(f)(5)
    lax.scan(
      (c: NDArray, x: NDArray) => {
        debug.print('{c}', { c })
        return [c.add(x), null] as const
      },
      0,
      np.array([1, 2]),
    )
    expect(log.mock.calls.map(([line]) => line)).toEqual(['x = 1 {} 1', 'x = 2 {} 2', 'x = 5 {} 5', '0', '1'])
    log.mockRestore()
  })
  it('pureCallback gives values, by either vmap method', () => {
    const host = vi.fn((x: NDArray) => x.mul(2))
    const f = (x: NDArray) => pureCallback(host, np.zeros([2]), x)
    expect(num(f(np.array([1, 2])))).toEqual([2, 4])
    expect(num(jit(f)(np.array([1, 2])))).toEqual([2, 4])
    expect(
      num(
        vmap(f)(
          np.array([
            [1, 2],
            [3, 4],
          ]),
        ),
      ),
    ).toEqual([
      [2, 4],
      [6, 8],
    ])
    const g = (x: NDArray) => pureCallback(host, np.zeros([2]), x, { vmapMethod: 'expandDims' })
    host.mockClear()
    expect(
      num(
        vmap(g)(
          np.array([
            [1, 2],
            [3, 4],
          ]),
        ),
      ),
    ).toEqual([
      [2, 4],
      [6, 8],
    ])
    expect(host).toHaveBeenCalledTimes(1)
    expect(() => grad((x: NDArray) => f(x).sum())(np.array([1, 2]))).toThrow(/derivative/)
    expect(() => pureCallback((x: NDArray) => x, np.zeros([3]), np.zeros([2]))).toThrow(/announced/)
  })
  it('jit gives donated arrays up', () => {
    const x = np.ones([4])
    const f = jit((a: NDArray) => a.add(1), { donateArgnums: 0 })
    expect(num(f(x))).toEqual([2, 2, 2, 2])
    const y = np.array([1, 2, 3])
    expect(num(f(y))).toEqual([2, 3, 4])
    expect(() => y.dataSync()).toThrow(/donation to jit/)
    void valueAndGrad
  })
})
