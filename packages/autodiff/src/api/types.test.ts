import { TreeClass } from '@proj/tree'
import { describe, expectTypeOf, it } from 'vitest'
import {
  checkpoint,
  customJvp,
  customVjp,
  customVmap,
  grad,
  hessian,
  jacfwd,
  jacrev,
  jit,
  jvp,
  lax,
  linearize,
  linearTranspose,
  type NDArray,
  numpy as np,
  random,
  stopGradient,
  valueAndGrad,
  vjp,
  vmap,
} from '../index.ts'

// What a transform makes of a function's type. The bodies run too, so that types and values agree.

interface Params {
  readonly w: NDArray
  readonly layers: readonly { readonly b: NDArray }[]
}
const params = (): Params => ({ w: np.ones([3]), layers: [{ b: np.ones([]) }] })
const loss = (p: Params, x: NDArray): NDArray => p.layers.reduce((y, { b }) => y.add(b), p.w.mul(x).sum())
const withAux = (p: Params, x: NDArray) => [loss(p, x), { seen: x }] as const
const x = np.ones([3])

class Model extends TreeClass {
  weight = np.ones([3])
  call(row: NDArray): NDArray {
    return this.weight.mul(row)
  }
}

describe('jit, vmap and checkpoint keep the type of the function', () => {
  it('parameters and result, array parameters also taking what is array-like', () => {
    for (const f of [jit(loss), checkpoint(loss)]) {
      expectTypeOf(f(params(), x)).toEqualTypeOf<NDArray>()
      expectTypeOf(f(params(), 2)).toEqualTypeOf<NDArray>()
      expectTypeOf(f).toExtend<typeof loss>()
      // @ts-expect-error the first parameter is a tree
      const wrong = () => f(x, x)
      expectTypeOf(wrong).toBeFunction()
    }
    expectTypeOf(vmap(loss, [null, 0])(params(), np.ones([2, 3]))).toEqualTypeOf<NDArray>()
  })

  it('generics', () => {
    const first = <T extends { readonly a: NDArray }>(tree: T): T => tree
    for (const f of [jit(first), vmap(first), checkpoint(first)])
      expectTypeOf(f({ a: x, b: x })).toEqualTypeOf<{ a: NDArray; b: NDArray }>()
  })

  it('overloads', () => {
    function twice(y: NDArray): NDArray
    function twice(y: readonly NDArray[]): readonly NDArray[]
    function twice(y: NDArray | readonly NDArray[]): NDArray | readonly NDArray[] {
      return 'length' in y ? y.map((z) => z.mul(2)) : y.mul(2)
    }
    for (const f of [jit(twice), vmap(twice), checkpoint(twice)]) {
      expectTypeOf(f(x)).toEqualTypeOf<NDArray>()
      expectTypeOf(f([x])).toEqualTypeOf<readonly NDArray[]>()
    }
  })

  it('a method, as an arrow', () => {
    const model = new Model()
    expectTypeOf(vmap((row: NDArray) => model.call(row))(np.ones([2, 3]))).toEqualTypeOf<NDArray>()
    expectTypeOf(jit((m: Model, row: NDArray) => m.call(row))(model, x)).toEqualTypeOf<NDArray>()
  })

  it('in any nesting', () => {
    expectTypeOf(jit(vmap(grad(loss), [null, 0]))(params(), np.ones([2, 3]))).toEqualTypeOf<Params>()
    expectTypeOf(grad(jit(checkpoint(loss)), 1)(params(), x)).toEqualTypeOf<NDArray>()
    expectTypeOf(jit(valueAndGrad(jit(loss)))(params(), x)).toEqualTypeOf<readonly [value: NDArray, gradient: Params]>()
  })
})

describe('derivatives have the types of what they are by', () => {
  it('grad: by one argument, by several, with aux', () => {
    expectTypeOf(grad(loss)(params(), x)).toEqualTypeOf<Params>()
    expectTypeOf(grad(loss, 1)(params(), x)).toEqualTypeOf<NDArray>()
    expectTypeOf(grad(loss, [0, 1])(params(), x)).toEqualTypeOf<[Params, NDArray]>()
    expectTypeOf(grad(loss, { argnums: [1] })(params(), x)).toEqualTypeOf<[NDArray]>()
    expectTypeOf(grad(withAux, { hasAux: true })(params(), x)).toEqualTypeOf<
      readonly [gradient: Params, aux: { readonly seen: NDArray }]
    >()
    const both = valueAndGrad(withAux, { argnums: 1, hasAux: true })(params(), x)
    expectTypeOf(both[0][1].seen).toEqualTypeOf<NDArray>()
    expectTypeOf(both[1]).toEqualTypeOf<NDArray>()
  })

  it('jvp, linearize: of the result', () => {
    const pair = (p: Params) => ({ a: p.w, b: p.layers })
    type Out = ReturnType<typeof pair>
    expectTypeOf(jvp(pair, [params()], [params()])).toEqualTypeOf<readonly [out: Out, tangent: Out]>()
    const [out, push] = linearize(pair, params())
    expectTypeOf(out).toEqualTypeOf<Out>()
    expectTypeOf(push(params())).toEqualTypeOf<Out>()
    const [, , aux] = jvp(withAux, [params(), x], [params(), x], { hasAux: true })
    expectTypeOf(aux).toEqualTypeOf<{ readonly seen: NDArray }>()
  })

  it('vjp, linearTranspose: of the arguments, also behind another transform', () => {
    for (const f of [loss, jit(loss), checkpoint(jit(loss))]) {
      const [out, pull] = vjp(f, params(), x)
      expectTypeOf(out).toEqualTypeOf<NDArray>()
      expectTypeOf(pull(1)).toEqualTypeOf<[p: Params, x: NDArray]>()
    }
    const linear = jit((y: NDArray) => y.mul(3))
    expectTypeOf(linearTranspose(linear, x)(x)).toEqualTypeOf<[y: NDArray]>()
  })

  it('jacfwd, jacrev, hessian: of the result, with the argument in each place', () => {
    const f = (p: Params) => ({ y: p.w.mul(2) })
    expectTypeOf(jacfwd(f)(params()).y).toEqualTypeOf<Params>()
    expectTypeOf(jacrev(f)(params()).y.layers[0]?.b).toEqualTypeOf<NDArray | undefined>()
    expectTypeOf(hessian((y: NDArray) => y.square().sum())(x)).toEqualTypeOf<NDArray>()
    expectTypeOf(jacfwd(jit((y: NDArray) => y.mul(2)))(x)).toEqualTypeOf<NDArray>()
  })
})

describe('functions with rules, and control flow', () => {
  it('keep their type', () => {
    const f = (y: NDArray, p: { readonly a: NDArray }) => ({ z: y.add(p.a) })
    type F = typeof f
    for (const g of [customJvp(f), customVjp(f), customVmap(f)]) expectTypeOf(g).toExtend<F>()
    expectTypeOf(stopGradient({ a: x })).toEqualTypeOf<{ a: NDArray }>()
  })

  it('give the carry and rows of the body', () => {
    const step = (carry: { readonly n: NDArray }, row: NDArray) => [carry, { twice: row.mul(2) }] as const
    expectTypeOf(lax.scan(step, { n: x }, np.ones([2, 3]))).toEqualTypeOf<
      readonly [carry: { readonly n: NDArray }, ys: { readonly twice: NDArray }]
    >()
    expectTypeOf(
      lax.cond(
        true,
        (y: NDArray) => ({ y }),
        (y: NDArray) => ({ y: y.neg() }),
        x,
      ),
    ).toEqualTypeOf<{ y: NDArray }>()
    expectTypeOf(lax.foriLoop(0, 2, (_i: NDArray, y: NDArray) => y.add(1), 0)).toEqualTypeOf<NDArray>()
    expectTypeOf(
      lax.whileLoop(
        (y: NDArray) => y.lt(3),
        (y: NDArray) => y.add(1),
        0,
      ),
    ).toEqualTypeOf<NDArray>()
    expectTypeOf(lax.map((row: NDArray) => [row, row] as const, np.ones([2, 3]))).toEqualTypeOf<
      readonly [NDArray, NDArray]
    >()
  })

  it('split a key into as many as are written', () => {
    const [a, b] = random.split(random.key(0), 2)
    expectTypeOf(a).toEqualTypeOf<NDArray>()
    expectTypeOf(b).toEqualTypeOf<NDArray>()
  })
})
