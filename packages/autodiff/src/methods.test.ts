import { inspect } from 'node:util'
import { referenceBackend } from '@proj/backend'
import { afterAll, describe, expect, it } from 'vitest'
import {
  BackendError,
  grad,
  jit,
  type NDArray,
  numpy as np,
  ShapeError,
  setBackend,
  TracerError,
  vmap,
} from './index.ts'

const x = () =>
  np.array([
    [1, 2, 3],
    [4, 5, 6],
  ])

describe('operators', () => {
  const a = np.array([7, -7])
  it.each([
    ['add', a.add(2), [9, -5]],
    ['sub', a.sub(2), [5, -9]],
    ['mul', a.mul(2), [14, -14]],
    ['div', a.div(2), [3.5, -3.5]],
    ['floorDivide', a.floorDivide(2), [3, -4]],
    ['mod', a.mod(2), [1, 1]],
    ['pow', a.pow(2), [49, 49]],
    ['neg', a.neg(), [-7, 7]],
    ['abs', a.abs(), [7, 7]],
    ['matmul', a.matmul([1, 1]), 0],
    ['eq', a.eq(7), [true, false]],
    ['ne', a.ne(7), [false, true]],
    ['lt', a.lt(7), [false, true]],
    ['le', a.le(7), [true, true]],
    ['gt', a.gt(-7), [true, false]],
    ['ge', a.ge(-7), [true, true]],
    ['bitwiseAnd', a.gt(0).bitwiseAnd([true, true]), [true, false]],
    ['bitwiseOr', a.gt(0).bitwiseOr(false), [true, false]],
    ['bitwiseXor', a.gt(0).bitwiseXor(true), [false, true]],
    ['bitwiseNot', a.gt(0).bitwiseNot(), [false, true]],
    ['leftShift', np.arange(3).leftShift(1), [0, 2, 4]],
    ['rightShift', np.arange(3).rightShift(1), [0, 0, 1]],
    ['square', a.square(), [49, 49]],
    ['sqrt', np.array([4, 9]).sqrt(), [2, 3]],
    ['exp', np.zeros([1]).exp(), [1]],
    ['log', np.ones([1]).log(), [0]],
    ['sin', np.zeros([1]).sin(), [0]],
    ['cos', np.zeros([1]).cos(), [1]],
    ['tanh', np.zeros([1]).tanh(), [0]],
    ['clip', a.clip(-1, 1), [1, -1]],
    ['round', np.array([2.5, 3.5]).round(), [2, 4]],
    ['astype', np.array([1.5, 0]).astype('bool'), [true, false]],
    ['copy', a.copy(), [7, -7]],
    ['dot', a.dot(a), 98],
  ])('%s', (_, result, expected) => {
    expect(result.arraySync()).toEqual(expected)
  })
})

describe('shape', () => {
  it.each<[string, NDArray, readonly number[]]>([
    ['T', np.zeros([2, 3, 4]).T, [4, 3, 2]],
    ['mT', np.zeros([2, 3, 4]).mT, [2, 4, 3]],
    ['reshape by numbers', x().reshape(3, -1), [3, 2]],
    ['reshape by a list', x().reshape([6]), [6]],
    ['reshape to a vector', x().reshape(-1), [6]],
    ['transpose', np.zeros([2, 3, 4]).transpose(), [4, 3, 2]],
    ['transpose by numbers', np.zeros([2, 3, 4]).transpose(1, 0, 2), [3, 2, 4]],
    ['transpose by a list', np.zeros([2, 3, 4]).transpose([0, 2, 1]), [2, 4, 3]],
    ['ravel', x().ravel(), [6]],
    ['flatten', x().flatten(), [6]],
    ['squeeze', np.zeros([1, 2, 1]).squeeze(), [2]],
    ['squeeze of an axis', np.zeros([1, 2, 1]).squeeze(0), [2, 1]],
    ['swapaxes', np.zeros([2, 3, 4]).swapaxes(0, 2), [4, 3, 2]],
    ['repeat', x().repeat(2, 1), [2, 6]],
    ['diagonal', x().diagonal(), [2]],
  ])('%s', (_, result, shape) => {
    expect(result.shape).toEqual(shape)
  })

  it('counts bytes', () => {
    expect([x().itemsize, x().nbytes, np.zeros([3], 'int8').nbytes]).toEqual([4, 24, 3])
  })
})

describe('reductions', () => {
  it('take an axis, options, or both', () => {
    expect(x().sum().item()).toBe(21)
    expect(x().sum(0).arraySync()).toEqual([5, 7, 9])
    expect(x().sum({ axis: 0, keepdims: true }).arraySync()).toEqual([[5, 7, 9]])
    expect(x().sum(-1, { keepdims: true }).arraySync()).toEqual([[6], [15]])
    expect(x().mean([0, 1]).item()).toBe(3.5)
  })

  it.each([
    ['prod', x().prod(), 720],
    ['var', x().var(0), [2.25, 2.25, 2.25]],
    ['std', x().std({ axis: 0 }), [1.5, 1.5, 1.5]],
    ['max', x().max(1), [3, 6]],
    ['min', x().min(1), [1, 4]],
    ['ptp', x().ptp(), 5],
    ['all', x().gt(1).all(0), [false, true, true]],
    ['any', x().gt(5).any(), true],
    ['argmax', x().argmax(), 5],
    ['argmin', x().argmin(0), [0, 0, 0]],
  ])('%s', (_, result, expected) => {
    expect(result.arraySync()).toEqual(expected)
  })
})

describe('reading', () => {
  it('gives values flat or nested, now or later, always as a copy', async () => {
    const a = x()
    expect(await a.data()).toEqual(Float32Array.of(1, 2, 3, 4, 5, 6))
    expect(await a.array()).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ])
    a.dataSync().fill(0)
    expect(a.arraySync()).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ])
    expect(np.zeros([2, 0]).arraySync()).toEqual([[], []])
  })

  it('gives booleans for bool and numbers for float16', async () => {
    expect(np.array([true, false]).arraySync()).toEqual([true, false])
    expect(np.array([true]).item()).toBe(true)
    await setBackend(referenceBackend())
    const half = np.array([0.1, 2], 'float16')
    expect(half.dataSync()).toEqual(Float32Array.of(0.0999755859375, 2))
    expect(half.arraySync()).toEqual([0.0999755859375, 2])
  })

  it('takes one element out of an array of any rank', () => {
    expect(np.array([[3]]).item()).toBe(3)
    expect(() => x().item()).toThrow(
      new ShapeError('item', 'f32[2,3] has 6 elements', 'use arraySync(), or reduce it first'),
    )
  })

  it('iterates over axis 0', () => {
    expect([...x()].map((row) => row.arraySync())).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ])
    expect(() => [...np.array(1)]).toThrow(ShapeError)
  })

  it('waits, disposes, and refuses what was disposed', async () => {
    const a = x().add(1)
    expect(await a.blockUntilReady()).toBe(a)
    a.dispose()
    expect(() => a.dataSync()).toThrow(BackendError)
    expect(() => a.add(1)).toThrow('dispose()')
  })

  it('disposes at the end of a block', () => {
    let outer: NDArray
    {
      using a = x().add(1)
      outer = a
    }
    expect(() => outer.dataSync()).toThrow(BackendError)
  })
})

describe('conversion', () => {
  it('makes a number of one element', () => {
    expect(Number(np.array([2.5]))).toBe(2.5)
    expect(+np.array(2)).toBe(2)
    expect(`${np.array(2)}`).toBe('f32[] 2')
  })

  it('refuses to make a number of several', () => {
    expect(() => Number(x())).toThrow(ShapeError)
    expect(() => (x() as unknown as number) > 1).toThrow('x.gt(y)')
  })

  it('writes JSON as nested lists', () => {
    expect(JSON.stringify({ w: x() })).toBe('{"w":[[1,2,3],[4,5,6]]}')
  })
})

describe('printing', () => {
  it.each<[NDArray, string]>([
    [x(), 'f32[2,3] [[1, 2, 3], [4, 5, 6]]'],
    [np.array([0.1, 1 / 3, 1e-10, -0, Number.NaN, Infinity]), 'f32[6] [0.1, 0.33333334, 1e-10, -0, NaN, Infinity]'],
    [np.array([true, false]), 'bool[2] [true, false]'],
    [np.array(Float64Array.of(0.1)), 'f64[1] [0.1]'],
    [np.zeros([0, 2]), 'f32[0,2] []'],
    [np.arange(2000), 'i32[2000] [0, 1, 2, ..., 1997, 1998, 1999]'],
    [
      np.arange(60).reshape(3, 20).mul(1000),
      `i32[3,20] \n[[${[...Array(20).keys()].map((i) => String(i * 1000).padStart(5)).join(', ')}],
 [${[...Array(20).keys()].map((i) => String((i + 20) * 1000).padStart(5)).join(', ')}],
 [${[...Array(20).keys()].map((i) => String((i + 40) * 1000).padStart(5)).join(', ')}]]`,
    ],
  ])('shows dtype, shape and values', (array, text) => {
    expect(inspect(array)).toBe(text)
    expect(String(array)).toBe(text)
  })

  it('shows a tracer by type and transform', () => {
    const seen: string[] = []
    jit((a: NDArray) => {
      seen.push(`${a}`, inspect(a))
      return a
    })(x())
    expect(seen).toEqual(['Tracer<f32[2,3]>[jit]', 'Tracer<f32[2,3]>[jit]'])
  })
})

describe('a tracer has no values', () => {
  const readers: readonly [string, (a: NDArray) => unknown][] = [
    ['item()', (a) => a.sum().item()],
    ['Number()', (a) => Number(a.sum())],
    ['unary +', (a) => +a.sum()],
    ['>', (a) => (a.sum() as unknown as number) > 1],
    ['+', (a) => (a.sum() as unknown as number) + 1],
    // biome-ignore lint/suspicious/noDoubleEquals: what converts is what is tested
    ['==', (a) => (a.sum() as unknown) == 1],
    ['dataSync()', (a) => a.dataSync()],
    ['arraySync()', (a) => a.arraySync()],
    ['JSON.stringify', (a) => JSON.stringify(a)],
  ]

  it.each(readers)('%s throws under jit, vmap and grad', (_, read) => {
    const f = (a: NDArray): NDArray => {
      read(a)
      return a.sum()
    }
    expect(() => jit(f)(x())).toThrow(TracerError)
    expect(() => vmap(f)(x())).toThrow(TracerError)
    expect(() => grad(f)(x())).toThrow(TracerError)
  })

  it('says which transform, which type, where it was made, and what to do', () => {
    const f = jit((a: NDArray) => {
      a.mul(2).item()
      return a
    })
    expect(() => f(x())).toThrow(
      /item: a value of type f32\[2,3\] has no numbers yet while jit traces the function, made by mul at .*methods\.test\.ts:\d+/,
    )
    expect(() => f(x())).toThrow('where(…) or cond(…)')
    expect(() => jit((a: NDArray) => a.item() as never)(x())).toThrow('an argument of the function')
  })

  it('rejects when it is read later', async () => {
    const reads: Promise<unknown>[] = []
    jit((a: NDArray) => {
      reads.push(
        a.data().catch((error: unknown) => error),
        a.array().catch((error: unknown) => error),
      )
      return a
    })(x())
    for (const error of await Promise.all(reads)) expect(error).toBeInstanceOf(TracerError)
  })

  it('is left alone by dispose', () => {
    expect(
      jit((a: NDArray) => {
        a.dispose()
        return a.add(1)
      })(np.array([1])).arraySync(),
    ).toEqual([2])
  })
})

afterAll(() => setBackend(referenceBackend()))
