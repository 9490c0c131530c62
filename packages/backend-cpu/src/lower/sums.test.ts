import { type Aval, JaxprBuilder, makeAval, scalarLiteral, type TypedArray, type Var } from '@proj/backend'
import { describe, expect, it } from 'vitest'
import { cpu } from '../index.ts'

const backend = cpu()
const million = 1_000_000
const f32 = (...shape: number[]): Aval => makeAval(shape, 'float32')

/** Exact but for one rounding. Source: Shewchuk, "Adaptive precision floating-point arithmetic" (1997), as Python's `math.fsum`. */
function exactSum(numbers: Iterable<number>): number {
  const partials: number[] = []
  for (let x of numbers) {
    let kept = 0
    for (let y of partials) {
      if (Math.abs(x) < Math.abs(y)) [x, y] = [y, x]
      const high = x + y
      const low = y - (high - x)
      if (low !== 0) partials[kept++] = low
      x = high
    }
    partials.length = kept
    partials.push(x)
  }
  return partials.reduceRight((sum, x) => sum + x, 0)
}

function run(aval: Aval, data: Float32Array, make: (b: JaxprBuilder, x: Var) => readonly Var[]): TypedArray[] {
  const b = new JaxprBuilder()
  const jaxpr = b.finish(make(b, b.input(aval)))
  return backend
    .compile(jaxpr, {})
    .run([backend.put(data, aval)])
    .map((buffer) => backend.getSync?.(buffer) as TypedArray)
}

const sumOver = (b: JaxprBuilder, x: Var, ...axes: number[]): Var => b.emit('reduceSum', [x], { axes })[0]
const splat = (value: number, aval: Aval) => ({ ...scalarLiteral(value, 'float32'), aval })

/** Numbers whose sums in float32 go wrong: all alike in sign, or all but cancelling. */
const series: { readonly [name: string]: (i: number) => number } = {
  'tenths, which float32 cannot hold': () => 0.1,
  'numbers of one sign and many sizes': (i) => Math.abs(Math.sin(i * 12.9898)) * 10 ** (i % 5),
  'numbers of both signs that cancel in part': (i) => Math.sin(i * 78.233) + 0.001,
}

const close = (got: number, want: number, within = 1e-6): void =>
  expect(Math.abs(got - want) / Math.abs(want)).toBeLessThan(within)

describe.each(Object.entries(series))('ten million %s', (_, term) => {
  const shape = [2500, 4000] as const
  const x = Float32Array.from({ length: 10 * million }, (_, i) => term(i))
  const column = (j: number) => Array.from({ length: shape[0] }, (_, i) => x[i * shape[1] + j] as number)

  it('sum to 1e-6 of the truth, along either axis, too', () => {
    const [total, rows, columns] = run(f32(...shape), x, (b, v) => [
      sumOver(b, v, 0, 1),
      sumOver(b, v, 1),
      sumOver(b, v, 0),
    ]) as [TypedArray, TypedArray, TypedArray]
    close(total[0] as number, exactSum(x))
    for (const i of [0, 1, 1234, 2499]) close(rows[i] as number, exactSum(x.subarray(4000 * i, 4000 * (i + 1))))
    for (const j of [0, 1, 2345, 3999]) close(columns[j] as number, exactSum(column(j)))
  })

  it('have a mean and a variance to 1e-6, the first million of them', () => {
    const some = x.slice(0, million)
    const n = some.length
    const aval = f32(n)
    const [mean, variance] = run(aval, some.slice(), (b, v) => {
      const [mean] = b.emit('div', [sumOver(b, v, 0), splat(n, f32())], {})
      const [wide] = b.emit('broadcastInDim', [mean], { shape: [n], broadcastDimensions: [] })
      const [off] = b.emit('sub', [v, wide], {})
      const [square] = b.emit('mul', [off, off], {})
      return [mean, b.emit('div', [sumOver(b, square, 0), splat(n, f32())], {})[0]]
    }) as [TypedArray, TypedArray]
    close(mean[0] as number, exactSum(some) / n)
    // Around the mean as float32 has it, which is what was asked for.
    const around = Math.fround(exactSum(some) / n)
    const want = exactSum(some.map((y) => Math.fround(Math.fround(y - around) ** 2))) / n
    if (want > 0) close(variance[0] as number, want, 2e-6)
  })

  it('have running sums right to 1e-6 at every step, the first million of them', () => {
    const count = million
    const [sums] = run(f32(count), x.slice(0, count), (b, v) =>
      b.emit('cumulative', [v], { kind: 'add', axis: 0, reverse: false }),
    ) as [TypedArray]
    for (const i of [10, 999, 123_456, count - 1]) {
      const want = exactSum(x.subarray(0, i + 1))
      // Relative to what was added up: sums that nearly cancel have no more.
      expect(Math.abs((sums[i] as number) - want)).toBeLessThan(
        6e-8 * exactSum(x.subarray(0, i + 1).map(Math.abs)) + 1e-6,
      )
    }
  })
})

describe('sums', () => {
  it('over windows are right to 1e-6', () => {
    const [size, window] = [300_000, 100_000]
    const x = Float32Array.from({ length: size }, (_, i) => 0.1 + (i % 7))
    const [sums] = run(f32(size), x, (b, v) =>
      b.emit('reduceWindow', [v], {
        kind: 'add',
        windowDimensions: [window],
        windowStrides: [window],
        low: [0],
        high: [0],
        baseDilation: [1],
        windowDilation: [1],
      }),
    ) as [TypedArray]
    expect(sums.length).toBe(3)
    for (const i of [0, 1, 2]) close(sums[i] as number, exactSum(x.subarray(i * window, (i + 1) * window)))
  })

  it('of logarithms, and products, are right to 1e-6', () => {
    const x = Float32Array.from({ length: million }, (_, i) => 1 + Math.sin(i) / 1000)
    const [logs, product] = run(f32(million), x, (b, v) => [
      sumOver(b, b.emit('log', [v], {})[0], 0),
      b.emit('reduceProd', [v], { axes: [0] })[0],
    ]) as [TypedArray, TypedArray]
    const want = exactSum(x.map((y) => Math.fround(Math.log(y))))
    expect(Math.abs((logs[0] as number) - want)).toBeLessThan(1e-6 * exactSum(x.map((y) => Math.abs(Math.log(y)))))
    close(product[0] as number, Math.exp(exactSum(Float64Array.from(x, Math.log))))
  })

  it.each([0, 1, 3, 4, 5, 31])('of %i elements are those of float64, rounded', (n) => {
    const x = Float32Array.from({ length: n }, (_, i) => 0.1 * (i + 1))
    const [sum] = run(f32(n), x, (b, v) => [sumOver(b, v, 0)]) as [TypedArray]
    expect(sum[0]).toBe(Math.fround(exactSum(x)))
  })
})
