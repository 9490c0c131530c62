import { referenceBackend } from '@proj/backend'
import { FrozenError, TreeClass } from '@proj/tree'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  customJvp,
  DTypeError,
  evalShape,
  grad,
  jit,
  jvp,
  lax,
  linearTranspose,
  type NDArray,
  numpy as np,
  random,
  ShapeError,
  setBackend,
  TransformError,
  vmap,
} from './index.ts'

beforeAll(() => setBackend(referenceBackend()))

/** The number of the line that calls it. */
const here = (): number =>
  Number(/explanations\.test\.ts:(\d+)/.exec((new Error().stack ?? '').split('\n')[2] ?? '')?.[1])

function errorOf(run: () => unknown): Error {
  try {
    run()
  } catch (error) {
    return error as Error
  }
  throw new Error('nothing was thrown')
}

/** A message without the way to this file: lines of it are `#12`. */
const messageOf = (run: () => unknown): string =>
  errorOf(run).message.replaceAll(/\S*explanations\.test\.ts:(\d+):\d+/g, (place, line) =>
    place.startsWith('(') ? `(#${line}` : `#${line}`,
  )

const b = np.ones([4])
const lines = { sin: 0, add: 0 }
function model(x: NDArray): NDArray {
  lines.sin = here() + 1
  const y = x.sin()
  lines.add = here() + 1
  return np.add(y, b)
}
const remedy = 'sizes, aligned at the end, must agree or be 1.'
const found = (type: string): string =>
  `add: ${type} (made by sin at model (#${lines.sin})) and f32[4] do not broadcast; ${remedy}`

class Net extends TreeClass {
  weight = np.ones([3])
}

describe('a refusal outside of transforms', () => {
  it('has shapes and dtypes, and nothing more', () => {
    expect(messageOf(() => model(np.ones([2, 3])))).toBe(`add: f32[2,3] and f32[4] do not broadcast; ${remedy}`)
    expect(messageOf(() => np.where(np.ones([3], 'bool'), np.ones([2]), 1))).toBe(
      `where: bool[3] and f32[2] do not broadcast; ${remedy}`,
    )
    expect(messageOf(() => np.matmul(np.ones([2, 3, 4]), np.ones([5, 4, 2], 'int32')))).toBe(
      `matmul: [2] of f32[2,3,4] and [5] of f32[5,4,2] do not broadcast; ${remedy}`,
    )
    expect(messageOf(() => np.sum(np.arange(3), 1))).toBe('sum: axis 1 of i32[3]; use an integer from -1 to 0.')
  })
})

describe('a refusal while a transform runs', () => {
  const transforms: { readonly [name: string]: readonly [run: () => unknown, type: string] } = {
    'jit(model)': [() => jit(model)(np.ones([2, 3])), 'f32[2,3]'],
    'vmap(model)': [() => vmap(model)(np.ones([2, 3])), 'f32[3]'],
    'grad(model)': [() => grad(model)(np.ones([2, 3])), 'f32[2,3]'],
    'jvp(model)': [() => jvp(model, [np.ones([2, 3])], [np.ones([2, 3])]), 'f32[2,3]'],
    'evalShape(model)': [() => evalShape(model, np.ones([2, 3])), 'f32[2,3]'],
    'cond(model)': [() => lax.cond(true, model, model, np.ones([2, 3])), 'f32[2,3]'],
    'whileLoop(model)': [() => lax.whileLoop(() => np.array(true), model, np.ones([2, 3])), 'f32[2,3]'],
  }

  it.each(Object.entries(transforms))('names %s, the line, and where the operand was made', (name, [run, type]) => {
    const text = messageOf(run)
    expect(text).toBe(`${found(type)} At model (#${lines.add}), while ${name} traces the function.`)
  })

  it('in the body of a scan names scan', () => {
    const text = messageOf(() => lax.scan((c: NDArray, x: NDArray) => [c, model(x)] as const, 0, np.ones([5, 2, 3])))
    expect(text).toBe(`${found('f32[2,3]')} At model (#${lines.add}), while scan traces the function.`)
  })

  it('names all transforms around it, the innermost first', () => {
    const loss = (x: NDArray) => vmap((row: NDArray) => model(row))(x).sum()
    const step = (x: NDArray) => lax.scan((w: NDArray) => [w.sub(grad(loss)(w)), null] as const, x, null, { length: 2 })
    expect(messageOf(() => jit(step)(np.ones([2, 3])))).toBe(
      `${found('f32[3]')} At model (#${lines.add}), while vmap traces the function, inside grad(loss), inside scan, inside jit(step).`,
    )
  })

  it('says which operand is an argument', () => {
    const line = here() + 1
    expect(messageOf(() => jit((x: NDArray) => x.matmul(x.add(1).T.slice(0)))(np.ones([2, 3])))).toBe(
      `matmul: f32[2,3] (an argument of the function) and f32[2] (made by reshape at #${line}); axis 1 of the first and axis 0 of the second must agree. At #${line}, while jit traces the function.`,
    )
  })

  it('about an op is of the types that the user sees, not of batches', () => {
    let line = 0
    function f(x: NDArray): NDArray {
      line = here() + 1
      return lax.add(x.sin(), b)
    }
    const text = `add: got f32[3] (made by sin at f (#LINE)) and f32[4]; broadcast one of them first (the function of that name in numpy does it for you). At f (#LINE), while `
    const said = (run: () => unknown): string => messageOf(run).replaceAll(`#${line}`, '#LINE')
    expect(said(() => vmap(f)(np.ones([2, 3])))).toBe(`${text}vmap(f) traces the function.`)
    expect(said(() => vmap(vmap(f))(np.ones([5, 2, 3])))).toBe(
      `${text}vmap(f) traces the function, inside vmap(vmap(f)).`,
    )
    expect(said(() => jit(vmap(f))(np.ones([2, 3])))).toBe(`${text}vmap(f) traces the function, inside jit(vmap(f)).`)
    expect(said(() => grad(f)(np.ones([3])))).toBe(`${text}grad(f) traces the function.`)
    expect(said(() => linearTranspose(f, np.ones([3]))(b))).toContain('f32[3] (made by ')
  })

  it('does not guess which of several alike operands is meant', () => {
    expect(messageOf(() => jit((x: NDArray) => lax.bitwiseAnd(x, x.sin()))(b))).toMatch(/^and: got f32\[4\]; it takes/)
    expect(messageOf(() => jit((x: NDArray) => lax.concatenate([x, x.sin(), x.slice(0)], 0))(np.ones([2, 3])))).toMatch(
      /^concatenate: f32\[2,3\] \(an argument of the function\), f32\[2,3\] \(made by sin at #\d+\), f32\[3\] \(made by reshape/,
    )
  })

  it('is said of dtypes, axes, indices and losses, too', () => {
    const said = (f: (x: NDArray) => unknown) => messageOf(() => jit(f as (x: NDArray) => NDArray)(np.ones([2, 3])))
    const end = /\. At #\d+, while jit traces the function\.$/
    expect(said((x) => lax.add(x, np.arange(3)))).toMatch(
      /^add: got f32\[2,3\] \(an argument of the function\) and i32/,
    )
    for (const f of [
      (x: NDArray) => lax.add(x, np.arange(3)),
      (x: NDArray) => x.sum(4),
      (x: NDArray) => x.at(0).set(np.ones([4])),
      (x: NDArray) => x.at(x).get(),
      (x: NDArray) => grad((y: NDArray) => y.sin())(x),
      (x: NDArray) => lax.psum(x, 'i'),
      (x: NDArray) => x.astype('float8' as never),
    ])
      expect(said(f)).toMatch(end)
    expect(errorOf(() => jit((x: NDArray) => lax.add(x, np.arange(3)))(np.ones([3])))).toBeInstanceOf(DTypeError)
    expect(errorOf(() => jit((x: NDArray) => grad((y: NDArray) => y.sin())(x))(b))).toBeInstanceOf(TransformError)
  })

  it('is said of trees, whose errors begin where the engine complains', () => {
    let line = 0
    const assign = (net: Net): NDArray => {
      line = here() + 1
      net.weight = b
      return net.weight
    }
    const run = () => jit(assign)(new Net())
    expect(errorOf(run)).toBeInstanceOf(FrozenError)
    expect(messageOf(run)).toMatch(
      /^Net\.weight: .*; .*\. At assign \(#\d+\), while jit\(assign\) traces the function\.$/,
    )
    expect(messageOf(run)).toContain(`(#${line})`)
  })

  it('prints random keys as what they are', () => {
    expect(messageOf(() => jit((key: NDArray) => random.normal(key, [2]))(random.split(random.key(0), 3)))).toMatch(
      /^normal: a key of type key<fry>\[3\]; .* while jit traces the function\.$/,
    )
  })

  it('counts a rule of the user under the transform that runs it, once', () => {
    const f = customJvp((x: NDArray) => model(x))
    f.defjvp(([x]: [NDArray], [t]: [NDArray]) => [x, t.mul(model(x))])
    expect(messageOf(() => jit((x: NDArray) => f(x))(np.ones([2, 3])))).toBe(
      `${found('f32[2,3]')} At model (#${lines.add}), while customJvp traces the function, inside jit.`,
    )
    const g = customJvp((x: NDArray) => x.sum())
    g.defjvp(([x]: [NDArray], [t]: [NDArray]) => [g(x), model(x).mul(t).sum()])
    expect(messageOf(() => jit(grad((x: NDArray) => g(x)))(np.ones([2, 3])))).toBe(
      `${found('f32[2,3]')} At model (#${lines.add}), while grad traces the function, inside jit(gradient).`,
    )
  })
})

describe('the error that is explained', () => {
  it('is the one that was thrown, with its stack', () => {
    let thrown: unknown
    const error = errorOf(() =>
      jit((x: NDArray) => {
        try {
          return model(x)
        } catch (e) {
          thrown = e
          throw e
        }
      })(np.ones([2, 3])),
    )
    expect(error).toBe(thrown)
    expect(error).toBeInstanceOf(ShapeError)
    expect(error.stack).toContain(error.message)
    expect(error.stack).toMatch(/at model \(/)
  })

  it('may be caught inside: what follows is as if nothing had happened', () => {
    const f = jit((x: NDArray) => {
      try {
        return model(x)
      } catch {
        return x.mul(2)
      }
    })
    expect(
      f(np.ones([2, 3]))
        .sum()
        .item(),
    ).toBe(12)
  })

  it('is never one of the user', () => {
    const mine = new RangeError('mine')
    const run = () =>
      jit((): NDArray => {
        throw mine
      })()
    expect(errorOf(run)).toBe(mine)
    expect(mine.message).toBe('mine')
  })
})
