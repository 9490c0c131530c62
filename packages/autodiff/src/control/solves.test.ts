import { describe, expect, it } from 'vitest'
import { grad, hessian, jacfwd, jacrev, jit, jvp, lax, type NDArray, numpy as np, vmap } from '../index.ts'

const close = (x: NDArray, y: unknown, rtol = 1e-4): void =>
  expect(np.allclose(x, y as NDArray, { rtol, atol: 1e-5 }).item()).toBe(true)

/** Newton's method, twenty steps of it. */
const newton = (f: (x: NDArray) => NDArray, x0: NDArray): NDArray =>
  lax.foriLoop(
    0,
    20,
    (_: NDArray, x: NDArray) => {
      const [y, slope] = jvp(f, [x] as never, [np.onesLike(x)] as never) as unknown as readonly [NDArray, NDArray]
      return x.sub(y.div(slope))
    },
    x0,
  ) as NDArray
const divide = (g: (x: NDArray) => NDArray, y: NDArray): NDArray => y.div(g(np.onesLike(y)))
const cubeRoot = (a: NDArray): NDArray => lax.customRoot((x: NDArray) => x.pow(3).sub(a), np.array(1.5), newton, divide)

describe('customRoot', () => {
  it('gives what the solver finds', () => close(cubeRoot(np.array(8)), 2))
  it('has the derivative of the implicit function, forward, reverse and twice', () => {
    close(grad(cubeRoot)(8), 1 / 12)
    close(jacfwd(cubeRoot)(8), 1 / 12)
    close(grad(grad(cubeRoot))(8), (-2 / 9) * 8 ** (-5 / 3))
  })
  it('goes through jit and vmap', () => {
    close(jit(vmap(grad(cubeRoot)))(np.array([1, 8, 27])), [1 / 3, 1 / 12, 1 / 27])
  })
  it('does not look into the solver: one without derivatives serves', () => {
    const root = (a: NDArray): NDArray =>
      lax.customRoot(
        (x: NDArray) => x.square().sub(a),
        np.array(1),
        () => lax.stopGradient(a.sqrt()),
        divide,
      )
    close(grad(root)(9), 1 / 6)
  })
  it('gives what stands beside the solution, and no derivative of it', () => {
    const f = (a: NDArray): readonly [NDArray, NDArray] =>
      lax.customRoot(
        (x: NDArray) => x.sub(a),
        np.array(0),
        (_f: unknown, _x: NDArray) => [a, a.mul(2)],
        divide,
        { hasAux: true },
      )
    close(f(np.array(3))[1], 6)
    close(grad((a: NDArray) => f(a)[0].add(f(a)[1]))(3), 1)
  })
  it('takes trees', () => {
    const f = (a: NDArray): { u: NDArray; v: NDArray } =>
      lax.customRoot(
        ({ u, v }: { u: NDArray; v: NDArray }) => ({ u: u.sub(a), v: v.sub(a.square()) }),
        { u: np.array(0), v: np.array(0) },
        () => ({ u: a, v: a.square() }),
        (_g: unknown, y: { u: NDArray; v: NDArray }) => y,
      )
    close(grad((a: NDArray) => f(a).v.add(f(a).u))(3), 7)
  })
  it('says what a function returned that is unlike the guess', () => {
    expect(() => lax.customRoot((x: NDArray) => x.reshape(1), np.array(1), newton, divide)).toThrow(
      /customRoot: f returned f32\[1\] for f32\[\]; return the same shape and dtype/,
    )
    expect(() =>
      lax.customRoot(
        (x: NDArray) => x,
        np.array(1),
        () => [1, 2],
        divide,
      ),
    ).toThrow(/solve returned/)
  })
})

const a = np.array([
  [4, 1],
  [2, 3],
])
const b = np.array([1, 2])
const direct = (m: NDArray, y: NDArray): NDArray => np.linalg.solve(m, y)
/** With solvers that nothing can be differentiated through. */
const opaque = (m: NDArray, y: NDArray): NDArray =>
  lax.customLinearSolve(
    (x: NDArray) => m.matmul(x),
    y,
    (_: unknown, y: NDArray) => direct(lax.stopGradient(m), y),
    { transposeSolve: (_: unknown, y: NDArray) => direct(lax.stopGradient(m).T, y) },
  )

describe('customLinearSolve', () => {
  it('solves', () => close(opaque(a, b), direct(a, b)))
  it('has the derivatives of the solution by both sides, in both directions', () => {
    for (const jacobian of [jacfwd, jacrev])
      for (const n of [0, 1] as const) close(jacobian(opaque, n)(a, b), jacobian(direct, n)(a, b))
  })
  it('can be differentiated twice', () => {
    const of = (solve: typeof direct) => hessian((m: NDArray) => solve(m, b).square().sum())(a)
    close(of(opaque), of(direct), 1e-3)
  })
  it('goes through jit and vmap', () => {
    const many = np.stack([b, b.mul(3)])
    close(jit(vmap(opaque, [null, 0]))(a, many), np.stack([direct(a, b), direct(a, b.mul(3))]))
    const slope = (solve: typeof direct) => vmap((y: NDArray) => grad((m: NDArray) => solve(m, y).sum())(a))(many)
    close(slope(opaque), slope(direct))
  })
  it('asks for the transposed solver only when it is needed, and not of symmetric ones', () => {
    const solve = (y: NDArray, symmetric: boolean): NDArray =>
      lax.customLinearSolve(
        (x: NDArray) => x.mul(2),
        y,
        (_: unknown, y: NDArray) => y.div(2),
        { symmetric },
      )
    close(jvp((y: NDArray) => solve(y, false), [b] as never, [b] as never)[1] as NDArray, b.div(2))
    expect(() => grad((y: NDArray) => solve(y, false).sum())(b)).toThrow(/pass transposeSolve, or symmetric: true/)
    close(grad((y: NDArray) => solve(y, true).sum())(b), [0.5, 0.5])
  })
  it('says what a function returned that is unlike b', () => {
    const sum = (x: NDArray): NDArray => x.sum()
    expect(() => lax.customLinearSolve(sum, b, (_: unknown, y: NDArray) => y)).toThrow(
      /customLinearSolve: matvec returned f32\[\] for f32\[2\]/,
    )
  })
})
