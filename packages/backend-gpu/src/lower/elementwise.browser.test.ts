import { makeLiteral, type Var } from '@proj/backend'
import { beforeAll, describe, expect, it } from 'vitest'
import { evaluate, f32, i32, start, u32 } from '../testing/runJaxpr.ts'

beforeAll(start)

describe('integers', () => {
  const everyPair = (values: readonly number[]) =>
    [values.flatMap((x) => values.map(() => x)), values.flatMap(() => values)] as const
  const edges = [0, 1, -1, 7, -7, 31, 32, 33, 16777217, -16777217, 2147483647, -2147483648, 123456789, -46341]

  it.each([
    ['add', (x: number, y: number) => (x + y) | 0],
    ['mul', Math.imul],
    ['div', (x: number, y: number) => (y === 0 ? -1 : (x / y) | 0)],
    ['rem', (x: number, y: number) => (y === 0 ? x : (x % y) | 0)],
    ['and', (x: number, y: number) => x & y],
    ['xor', (x: number, y: number) => x ^ y],
    ['shiftLeft', (x: number, y: number) => (y >>> 0 > 31 ? 0 : x << y)],
    ['shiftRightArithmetic', (x: number, y: number) => x >> (y >>> 0 > 31 ? 31 : y)],
    ['shiftRightLogical', (x: number, y: number) => (y >>> 0 > 31 ? 0 : (x >>> y) | 0)],
  ] as const)('%s of int32 is exact, at the edges too', (op, oracle) => {
    const [xs, ys] = everyPair(edges)
    const [got] = evaluate([i32(xs.length), i32(ys.length)], [xs, ys], (b, x, y) => b.emit(op, [x, y], {}))
    expect(got).toEqual(xs.map((x, i) => oracle(x, ys[i] as number) + 0))
  })

  it.each([
    ['add', (x: number, y: number) => (x + y) >>> 0],
    ['mul', (x: number, y: number) => Math.imul(x, y) >>> 0],
    ['div', (x: number, y: number) => (y === 0 ? 0xffffffff : Math.floor(x / y))],
    ['rem', (x: number, y: number) => (y === 0 ? x : x % y)],
    ['max', Math.max],
    ['shiftRightLogical', (x: number, y: number) => (y > 31 ? 0 : x >>> y)],
    ['shiftRightArithmetic', (x: number, y: number) => (x >> Math.min(y, 31)) >>> 0],
  ] as const)('%s of uint32 is exact, at the edges too', (op, oracle) => {
    const [xs, ys] = everyPair(edges.map((x) => x >>> 0))
    const [got] = evaluate([u32(xs.length), u32(ys.length)], [xs, ys], (b, x, y) => b.emit(op, [x, y], {}))
    expect(got).toEqual(xs.map((x, i) => oracle(x, ys[i] as number)))
  })

  it('convert to and from floats by rounding to the nearest, by truncating and saturating', () => {
    const ints = [...edges, 16777219, 33554435, 2147483520, 2147483583, -2147483585]
    const [ofInt] = evaluate([i32(ints.length)], [ints], (b, x) =>
      b.emit('convertElementType', [x], { newDtype: 'float32' }),
    )
    expect(ofInt).toEqual(ints.map((x) => Math.fround(x | 0)))
    const words = ints.map((x) => x >>> 0)
    const [ofWord] = evaluate([u32(words.length)], [words], (b, x) =>
      b.emit('convertElementType', [x], { newDtype: 'float32' }),
    )
    expect(ofWord).toEqual(words.map(Math.fround))
    const floats = [
      0,
      -0,
      0.9,
      -0.9,
      1.5,
      -1.5,
      2147483648,
      -2147483648,
      3e9,
      -3e9,
      4294967040,
      4294967296,
      1e20,
      -1e20,
      Infinity,
      -Infinity,
      NaN,
      2147483520,
    ]
    const [toInt, toWord, toBool] = evaluate([f32(floats.length)], [floats], (b, x) =>
      (['int32', 'uint32', 'bool'] as const).map((newDtype) => b.emit('convertElementType', [x], { newDtype })[0]),
    )
    const saturate = (x: number, least: number, most: number) =>
      Number.isNaN(x) ? 0 : Math.min(most, Math.max(least, Math.trunc(Math.fround(x)))) + 0
    expect(toInt).toEqual(floats.map((x) => saturate(x, -(2 ** 31), 2 ** 31 - 1)))
    expect(toWord).toEqual(floats.map((x) => saturate(x, 0, 2 ** 32 - 1)))
    expect(toBool).toEqual(floats.map((x) => (x === 0 ? 0 : 1)))
  })

  it('pass as bits of floats, and back', () => {
    const values = [1, -1, 0.1, 3.4e38, -0, 1e-45, Infinity]
    const [words, back] = evaluate([f32(values.length)], [values], (b, x) => {
      const [bits] = b.emit('bitcastConvertType', [x], { newDtype: 'uint32' })
      return [bits, ...b.emit('bitcastConvertType', [bits], { newDtype: 'float32' })]
    })
    const floats = new Float32Array(values)
    expect(words).toEqual([...new Uint32Array(floats.buffer)])
    expect(back).toEqual([...floats])
  })
})

/** Threefry-2x32 with twenty rounds, as its authors write it. */
function threefry(key: readonly [number, number], counter: readonly [number, number]): readonly [number, number] {
  const rotations = [13, 15, 26, 6, 17, 29, 16, 24] as const
  const ks = [key[0], key[1], (0x1bd11bda ^ key[0] ^ key[1]) >>> 0]
  let [x, y] = [(counter[0] + key[0]) >>> 0, (counter[1] + key[1]) >>> 0]
  for (let round = 0; round < 20; round++) {
    const r = rotations[round % 8] as number
    x = (x + y) >>> 0
    y = ((((y << r) | (y >>> (32 - r))) >>> 0) ^ x) >>> 0
    if (round % 4 !== 3) continue
    const step = (round + 1) / 4
    x = (x + (ks[step % 3] as number)) >>> 0
    y = (y + (ks[(step + 1) % 3] as number) + step) >>> 0
  }
  return [x, y]
}

describe('threefry2x32', () => {
  const run = (columns: readonly ArrayLike<number>[]) => {
    const aval = u32((columns[0] as ArrayLike<number>).length)
    return evaluate([aval, aval, aval, aval], columns, (b, ...words) =>
      b.emit('threefry2x32', words as [Var, Var, Var, Var], {}),
    )
  }

  it('gives the published vectors', () => {
    const [y0, y1] = run([
      [0, 0xffffffff, 0x13198a2e],
      [0, 0xffffffff, 0x03707344],
      [0, 0xffffffff, 0x243f6a88],
      [0, 0xffffffff, 0x85a308d3],
    ])
    expect(y0).toEqual([0x6b200159, 0x1cb996fc, 0xc4923a9c])
    expect(y1).toEqual([0x99ba4efe, 0xbb002be7, 0x483df7a0])
  })

  it('agrees to the bit over many keys and counters', () => {
    const n = 50_000
    const column = (factor: number) => Uint32Array.from({ length: n }, (_, i) => Math.imul(i + 1, factor))
    const [k0, k1, x0, x1] = [column(2654435761), column(2246822519), column(3266489917), column(668265263)] as const
    const [y0, y1] = run([k0, k1, x0, x1])
    const want = Array.from(k0, (k, i) => threefry([k, k1[i] as number], [x0[i] as number, x1[i] as number]))
    expect(y0).toEqual(want.map(([x]) => x))
    expect(y1).toEqual(want.map(([, y]) => y))
  })
})

describe('NaN and infinities', () => {
  const values = [NaN, Infinity, -Infinity, 0, -1, 2]

  it('compare as IEEE says, NaN with itself too', () => {
    const results = evaluate([f32(6)], [values], (b, x) => [
      ...b.emit('ne', [x, x], {}),
      ...b.emit('eq', [x, x], {}),
      ...b.emit('lt', [x, makeLiteral(1, x.aval)], {}),
      ...b.emit('isFinite', [x], {}),
    ])
    expect(results).toEqual([
      [1, 0, 0, 0, 0, 0],
      [0, 1, 1, 1, 1, 1],
      [0, 0, 1, 1, 1, 0],
      [0, 0, 0, 1, 1, 1],
    ])
  })

  it('come out of literals', () => {
    const results = evaluate([f32(2)], [[1, 2]], (b, x) =>
      [NaN, Infinity, -Infinity].map((c) => b.emit('add', [x, makeLiteral(c, x.aval)], {})[0]),
    )
    expect(results).toEqual([
      [NaN, NaN],
      [Infinity, Infinity],
      [-Infinity, -Infinity],
    ])
  })

  it('win a maximum, and the position of it', () => {
    const results = evaluate([f32(5)], [[1, NaN, 3, NaN, Infinity]], (b, x) => [
      ...b.emit('reduceMax', [x], { axes: [0] }),
      ...b.emit('reduceMin', [x], { axes: [0] }),
      ...b.emit('argmax', [x], { axis: 0, indexDtype: 'int32' }),
      ...b.emit('argmin', [x], { axis: 0, indexDtype: 'uint32' }),
    ])
    expect(results).toEqual([[NaN], [NaN], [1], [1]])
  })
})
