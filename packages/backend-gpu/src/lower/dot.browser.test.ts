import { beforeAll, describe, expect, it } from 'vitest'
import type { GpuBuffer } from '../buffers.ts'
import { backend, evaluate, f32, i32, numbers, put, start, trace } from '../testing/runJaxpr.ts'

beforeAll(start)

describe('contractions', () => {
  const dot = { lhsContracting: [1], rhsContracting: [0], lhsBatch: [], rhsBatch: [] }

  it.each([
    [3, 4, 5],
    [33, 65, 31],
    [70, 130, 90],
    [5, 3001, 9],
    [1, 5000, 1],
    [65, 7, 64],
  ])('multiply %i x %i by %i', (m, k, n) => {
    const [x, y] = [numbers(m * k), numbers(k * n, (i) => Math.cos(i * 7.3))]
    const [got] = evaluate([f32(m, k), f32(k, n)], [x, y], (b, l, r) =>
      b.emit('dotGeneral', [l, r], { dimensionNumbers: dot, preferredElementType: 'float32' }),
    )
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let total = 0
        for (let c = 0; c < k; c++) total += (x[i * k + c] as number) * (y[c * n + j] as number)
        expect(Math.abs((got?.[i * n + j] as number) - total)).toBeLessThan(2e-6 * Math.sqrt(k) * 3 + 1e-6)
      }
    }
  })

  it('multiply large batches with transposes and an epilogue, in packed form', () => {
    const [batch, m, k, n] = [3, 34, 37, 30]
    const jaxpr = trace([f32(batch, k, m), f32(n, batch, k), f32(n)], (b, x, y, bias) => {
      const numbersOf = { lhsContracting: [1], rhsContracting: [2], lhsBatch: [0], rhsBatch: [1] }
      const [product] = b.emit('dotGeneral', [x, y], { dimensionNumbers: numbersOf, preferredElementType: 'float32' })
      const [wide] = b.emit('broadcastInDim', [bias], { shape: [batch, m, n], broadcastDimensions: [2] })
      return b.emit('add', [product, wide], {})
    })
    const executable = backend.compile(jaxpr, {})
    expect(executable.explain()).toContain('matmul 34x37x30')
    const [x, y, bias] = [numbers(batch * k * m), numbers(n * batch * k, (i) => Math.cos(i * 7.3)), numbers(n)] as const
    const [out] = executable.run([put(f32(batch, k, m), x), put(f32(n, batch, k), y), put(f32(n), bias)])
    const got = backend.getSync(out as GpuBuffer)
    let worst = 0
    for (let b = 0; b < batch; b++)
      for (let i = 0; i < m; i++)
        for (let j = 0; j < n; j++) {
          let total = bias[j] as number
          for (let c = 0; c < k; c++)
            total += (x[(b * k + c) * m + i] as number) * (y[(j * batch + b) * k + c] as number)
          worst = Math.max(worst, Math.abs((got[(b * m + i) * n + j] as number) - total))
        }
    expect(worst).toBeLessThan(2e-5)
  })

  it('are exact for integers', () => {
    const [x, y] = [
      [123456, -7, 2 ** 30, 5],
      [1000, 3, 3, -1],
    ]
    const [got] = evaluate([i32(2, 2), i32(2, 2)], [x, y], (b, l, r) =>
      b.emit('dotGeneral', [l, r], { dimensionNumbers: dot, preferredElementType: 'int32' }),
    )
    const at = (i: number, j: number) =>
      (Math.imul(x[i * 2] as number, y[j] as number) + Math.imul(x[i * 2 + 1] as number, y[2 + j] as number)) | 0
    expect(got).toEqual([at(0, 0), at(0, 1), at(1, 0), at(1, 1)])
  })
})
