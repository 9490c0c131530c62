import { beforeAll, describe, expect, it } from 'vitest'
import type { GpuBuffer } from '../buffers.ts'
import { backend, draws, evaluate, f32, i32, numbers, put, start, trace } from '../testing/runJaxpr.ts'

beforeAll(start)

describe('reductions', () => {
  it.each([
    [[7, 11, 5], [1]],
    [
      [7, 11, 5],
      [0, 2],
    ],
    [[3, 4000], [1]],
    [[4000, 3], [0]],
    [
      [40, 2500],
      [0, 1],
    ],
    [[5000], [0]],
  ] as const)('sum %j over %j', (shape, axes) => {
    const n = shape.reduce((a, b) => a * b, 1)
    const x = numbers(n)
    const [got] = evaluate([f32(...shape)], [x], (b, v) => b.emit('reduceSum', [v], { axes }))
    const kept = shape.flatMap((_, d) => ((axes as readonly number[]).includes(d) ? [] : [d]))
    const want = new Map<string, number>()
    x.forEach((value, i) => {
      let rest = i
      const index = shape
        .toReversed()
        .map((size) => {
          const at = rest % size
          rest = Math.floor(rest / size)
          return at
        })
        .reverse()
      const key = kept.map((d) => index[d]).join()
      want.set(key, (want.get(key) ?? 0) + value)
    })
    const scale = Math.sqrt(n) * 3
    ;[...want.values()].forEach((total, k) => expect(Math.abs((got?.[k] as number) - total)).toBeLessThan(scale * 1e-6))
  })

  it('find the first of equal extremes, in long arrays too', () => {
    const x = Int32Array.from({ length: 6000 }, (_, i) => i % 1000)
    const results = evaluate([i32(6000)], [x], (b, v) => [
      ...b.emit('argmax', [v], { axis: 0, indexDtype: 'int32' }),
      ...b.emit('argmin', [v], { axis: 0, indexDtype: 'int32' }),
      ...b.emit('reduceMax', [v], { axes: [0] }),
      ...b.emit('reduceSum', [v], { axes: [0] }),
    ])
    expect(results).toEqual([[999], [0], [999], [2997000]])
  })

  it('of no elements give the neutral element', () => {
    const results = evaluate([f32(0, 2)], [[]], (b, x) => [
      ...b.emit('reduceSum', [x], { axes: [0] }),
      ...b.emit('reduceProd', [x], { axes: [0] }),
      ...b.emit('reduceMax', [x], { axes: [0] }),
    ])
    expect(results).toEqual([
      [0, 0],
      [1, 1],
      [-Infinity, -Infinity],
    ])
  })

  it('take in what comes before and after: a softmax is four draws at most', () => {
    const jaxpr = trace([f32(20, 30)], (b, x) => {
      const over = { shape: [20, 30], broadcastDimensions: [0] }
      const [most] = b.emit('reduceMax', [x], { axes: [1] })
      const [shifted] = b.emit('sub', [x, ...b.emit('broadcastInDim', [most], over)], {})
      const [e] = b.emit('exp', [shifted], {})
      const [total] = b.emit('reduceSum', [e], { axes: [1] })
      return b.emit('div', [e, ...b.emit('broadcastInDim', [total], over)], {})
    })
    const executable = backend.compile(jaxpr, {})
    expect(draws(executable)).toBeLessThanOrEqual(4)
    const [out] = executable.run([put(f32(20, 30), numbers(600))])
    const rows = backend.getSync(out as GpuBuffer) as Float32Array
    for (let r = 0; r < 20; r++) expect(rows.subarray(r * 30, r * 30 + 30).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5)
  })
})
