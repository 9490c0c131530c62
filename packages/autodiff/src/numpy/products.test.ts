import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DTypeError, numpy as np, ShapeError } from '../index.ts'
import { contractionPath } from './contraction.ts'
import { parseSubscripts } from './einsum.ts'

const ones = (...shape: number[]) => np.ones(shape)

describe('products', () => {
  it.each<[string, () => unknown, string]>([
    [
      'matmul of sizes that differ',
      () => np.matmul(ones(2, 3), ones(4, 2)),
      'matmul: f32[2,3] and f32[4,2]; axis 1 of the first and axis 0 of the second must agree.',
    ],
    ['matmul of a scalar', () => np.matmul(2, ones(2, 2)), 'use multiply'],
    ['matmul of batches that do not broadcast', () => np.matmul(ones(2, 2, 2), ones(3, 2, 2)), 'do not broadcast'],
    ['dot of sizes that differ', () => np.dot(ones(2), ones(3)), 'dot: f32[2] and f32[3]'],
    ['tensordot of unlike axes', () => np.tensordot(ones(2, 3), ones(2, 3), [[0, 1], [0]]), 'name as many of each'],
    ['cross of vectors in four dimensions', () => np.cross(ones(4), ones(4)), 'vectors of length 4 and 4'],
  ])('%s is an error', (_, run, text) => {
    expect(run).toThrow(ShapeError)
    expect(run).toThrow(text)
  })

  it('sum in the dtype that is asked for', () => {
    expect(np.matmul(np.ones([2, 3], 'int8'), np.ones([3, 2], 'int8'), { preferredElementType: 'int32' }).dtype).toBe(
      'int32',
    )
    expect(() => np.matmul(ones(1, 1), ones(1, 1), { preferredElementType: 'f32' as never })).toThrow(DTypeError)
  })

  it('kron of identities is an identity', () => {
    expect(np.kron(np.eye(2), np.eye(3)).arraySync()).toEqual(np.eye(6).arraySync())
  })
})

describe('einsum', () => {
  it('is matmul, trace, transpose, outer, by name', () => {
    const [a, b] = [np.reshape(np.arange(6), [2, 3]), np.reshape(np.arange(12), [3, 4])]
    expect(np.einsum('ij,jk->ik', a, b).arraySync()).toEqual(np.matmul(a, b).arraySync())
    expect(np.einsum('ij->ji', a).arraySync()).toEqual(a.T.arraySync())
    expect(np.einsum('ij,jk->ik', a, b, { preferredElementType: 'float32' }).dtype).toBe('float32')
  })

  it('does not depend on the order of its operands', () => {
    const size = fc.integer({ min: 1, max: 3 })
    fc.assert(
      fc.property(size, size, size, size, (i, j, k, l) => {
        const [a, b, c] = [
          np.reshape(np.arange(i * j), [i, j]),
          np.reshape(np.arange(j * k), [j, k]),
          np.reshape(np.arange(k * l), [k, l]),
        ]
        const expected = np.matmul(np.matmul(a, b), c).arraySync()
        expect(np.einsum('ij,jk,kl->il', a, b, c).arraySync()).toEqual(expected)
        expect(np.einsum('kl,ij,jk->il', c, a, b).arraySync()).toEqual(expected)
      }),
      { numRuns: 20 },
    )
  })

  it('joins the operands in the order that multiplies least', () => {
    const sizes = new Map([
      ['i', 100],
      ['j', 2],
      ['k', 100],
      ['l', 2],
    ])
    // (kl, jk) first: 400 multiplications, then 400; the other way round 20000 each.
    expect(
      contractionPath(
        [
          ['i', 'j'],
          ['j', 'k'],
          ['k', 'l'],
        ],
        ['i', 'l'],
        sizes,
      ),
    ).toEqual([
      [1, 2],
      [0, 1],
    ])
  })

  it('finds an order for many operands too', () => {
    const names = [...'abcdefghij']
    const operands = names.slice(1).map((_, i) => np.full([2, 2], (i % 2) + 1))
    const subscripts = `${names
      .slice(1)
      .map((to, i) => `${names[i]}${to}`)
      .join()}->aj`
    const chained = operands.reduce((x, y) => np.matmul(x, y))
    expect(np.einsum(subscripts, ...operands).arraySync()).toEqual(chained.arraySync())
  })

  it('orders unnamed results by the alphabet, the ellipsis first', () => {
    expect(parseSubscripts('ba,...c', [np.ones([1, 1]), np.ones([1, 1])])).toMatchObject({
      output: ['…0', 'a', 'b', 'c'],
    })
  })

  it.each<[string, () => unknown]>([
    ['operands missing', () => np.einsum('ij,jk->ik', ones(2, 2))],
    ['axes unnamed', () => np.einsum('i->i', ones(2, 2))],
    ['sizes that differ', () => np.einsum('i,i', ones(2), ones(3))],
    ['a result name twice', () => np.einsum('ij->ii', ones(2, 2))],
    ['a result name from nowhere', () => np.einsum('ij->ik', ones(2, 2))],
    ['signs that are no names', () => np.einsum('i1->i', ones(2, 2))],
    ['two ellipses', () => np.einsum('...i...->i', ones(2, 2))],
  ])('%s is an error', (_, run) => {
    expect(run).toThrow(ShapeError)
    expect(run).toThrow("einsum '")
  })
})
