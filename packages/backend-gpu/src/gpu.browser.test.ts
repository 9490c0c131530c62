import { makeLiteral } from '@proj/backend'
import { beforeAll, describe, expect, it } from 'vitest'
import type { GpuBuffer } from './buffers.ts'
import { backend, draws, evaluate, f32, numbers, programs, put, start, trace } from './testing/runJaxpr.ts'

beforeAll(start)

describe('fusion', () => {
  it('makes one program of an elementwise chain', () => {
    const jaxpr = trace([f32(300, 40), f32(300, 40)], (b, x, y) => {
      const [a] = b.emit('mul', [x, y], {})
      const [c] = b.emit('tanh', [a], {})
      const [d] = b.emit('add', [c, x], {})
      const [e] = b.emit('gt', [d, y], {})
      return b.emit('select', [e, d, y], {})
    })
    const executable = backend.compile(jaxpr, { name: 'chain' })
    expect(draws(executable)).toBe(1)
    const [x, y] = [numbers(12_000), numbers(12_000, (i) => Math.cos(i))]
    const [out] = executable.run([put(f32(300, 40), x), put(f32(300, 40), y)])
    const got = backend.getSync(out as GpuBuffer)
    const want = x.map((v, i) => {
      const d = Math.tanh(v * (y[i] as number)) + v
      return Math.max(d, y[i] as number)
    })
    expect(Math.max(...got.map((v, i) => Math.abs((v as number) - (want[i] as number))))).toBeLessThan(1e-6)
  })

  it('stores several results of one shape in one draw', () => {
    const executable = backend.compile(
      trace([f32(50)], (b, x) => [...b.emit('sin', [x], {}), ...b.emit('cos', [x], {}), ...b.emit('exp', [x], {})]),
      {},
    )
    expect(draws(executable)).toBe(1)
  })

  it('stores more results than a device has attachments', () => {
    const results = evaluate([f32(3)], [[1, 2, 3]], (b, x) =>
      Array.from({ length: 19 }, (_, k) => b.emit('mul', [x, makeLiteral(k, x.aval)], {})[0]),
    )
    expect(results).toEqual(Array.from({ length: 19 }, (_, k) => [k, 2 * k, 3 * k].map((v) => v + 0)))
  })

  it('reads through broadcasts, transposes, slices and reversals without a draw for them', () => {
    const jaxpr = trace([f32(3, 4), f32(4)], (b, x, row) => {
      const [wide] = b.emit('broadcastInDim', [row], { shape: [3, 4], broadcastDimensions: [1] })
      const [sum] = b.emit('add', [x, wide], {})
      const [turned] = b.emit('transpose', [x], { permutation: [1, 0] })
      const [flat] = b.emit('reshape', [turned], { newSizes: [3, 4] })
      const [back] = b.emit('rev', [x], { dimensions: [1] })
      const [mixed] = b.emit('sub', [sum, back], {})
      return b.emit('add', [mixed, flat], {})
    })
    const executable = backend.compile(jaxpr, {})
    const x = Float32Array.from({ length: 12 }, (_, i) => i * i)
    const row = [100, 200, 300, 400]
    const [out] = executable.run([put(f32(3, 4), x), put(f32(4), row)])
    const at = (r: number, c: number) => x[r * 4 + c] as number
    const want = Array.from({ length: 12 }, (_, i) => {
      const [r, c] = [Math.floor(i / 4), i % 4]
      const flat = at(i % 3, Math.floor(i / 3))
      return at(r, c) + (row[c] as number) - at(r, 3 - c) + flat
    })
    expect([...backend.getSync(out as GpuBuffer)]).toEqual(want)
  })

  it('shares a program between executables, and between sizes where nothing depends on them', () => {
    const before = backend.stats().programs
    const compile = (n: number) =>
      backend.compile(
        trace([f32(n)], (b, x) => b.emit('asinh', [x], {})),
        {},
      )
    const [a, b] = [compile(17), compile(19)]
    expect(backend.stats().programs).toBe(before + 1)
    a.dispose()
    b.dispose()
    expect(programs(compile(17))).toBe(1)
    expect(backend.stats().programs).toBe(before + 1)
  })
})
