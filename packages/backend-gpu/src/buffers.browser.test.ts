import { BackendError, makeAval, makeLiteral } from '@proj/backend'
import { beforeAll, describe, expect, it } from 'vitest'
import type { GpuBuffer } from './buffers.ts'
import { webgl } from './gpu.ts'
import { backend, draws, f32, i32, numbers, put, start, trace, u32 } from './testing/runJaxpr.ts'

beforeAll(start)

describe('put and get', () => {
  it.each([0, 1, 5, 1023, 1024, 1025, 4096, 5000, 20_001])('bring %i elements back, at once and later', async (n) => {
    for (const [aval, values] of [
      [f32(n), numbers(n)],
      [i32(n), Int32Array.from({ length: n }, (_, i) => (i * 2654435761) | 0)],
      [u32(n), Uint32Array.from({ length: n }, (_, i) => (i * 2654435761) >>> 0)],
      [makeAval([n], 'bool'), Uint8Array.from({ length: n }, (_, i) => (i % 3 === 0 ? 1 : 0))],
    ] as const) {
      const buffer = backend.put(values, aval)
      expect(backend.getSync(buffer)).toEqual(values)
      expect(await backend.get(buffer)).toEqual(values)
    }
  })

  it('keep what is special: NaN, infinities, both zeros, denormals', () => {
    const values = new Float32Array([Number.NaN, Infinity, -Infinity, 0, -0, 1e-45])
    expect([...backend.getSync(backend.put(values, f32(6)))]).toEqual([...values])
  })

  it('copy: the data stays the caller’s', () => {
    const data = new Float32Array([1, 2])
    const buffer = backend.put(data, f32(2))
    data[0] = 9
    expect([...backend.getSync(buffer)]).toEqual([1, 2])
  })

  it('refuse data of another length or class, a dtype it lacks, and a buffer that was freed', async () => {
    expect(() => backend.put(new Float32Array(3), f32(2))).toThrow(/put: Float32Array\(3\) for f32\[2\]/)
    expect(() => backend.put(new Int32Array(2), f32(2))).toThrow(BackendError)
    expect(() => backend.put(new Float64Array(2), makeAval([2], 'float64'))).toThrow(/f64\[2\] on webgl; cast/)
    const buffer = put(f32(2), [1, 2])
    backend.free(buffer)
    backend.free(buffer)
    expect(() => backend.getSync(buffer)).toThrow(/freed or donated/)
  })
})

describe('memory', () => {
  it('reuses the texture of what is freed, and counts', () => {
    const aval = f32(3000)
    const before = backend.stats()
    const buffers = Array.from({ length: 5 }, () => put(aval, numbers(3000)))
    const held = backend.stats()
    expect(held.textures).toBe(before.textures + 5)
    expect(held.bytes).toBe(before.bytes + 5 * 4 * 3 * 1024)
    for (const buffer of buffers) backend.free(buffer)
    expect(backend.stats()).toMatchObject({ textures: before.textures, bytes: before.bytes })
    const made = backend.stats().freeTextures
    put(aval, numbers(3000))
    expect(backend.stats().freeTextures).toBe(made - 1)
  })

  it('stays constant over a loop that frees or donates, with scratch in every step', () => {
    const aval = f32(40, 50)
    const jaxpr = trace([aval], (b, x) => {
      const [total] = b.emit('reduceSum', [x], { axes: [0, 1] })
      const [wide] = b.emit('broadcastInDim', [total], { shape: [40, 50], broadcastDimensions: [] })
      const [small] = b.emit('mul', [wide, makeLiteral(1e-4, aval)], {})
      return b.emit('sub', [x, small], {})
    })
    const executable = backend.compile(jaxpr, {})
    let x = put(aval, numbers(2000))
    const before = backend.stats()
    for (let step = 0; step < 50; step++) {
      const [next] = executable.run([x], new Set([0]))
      expect(x.texture).toBeUndefined()
      x = next as GpuBuffer
    }
    const after = backend.stats()
    expect(after.textures).toBe(before.textures)
    expect(after.bytes + after.freeBytes - before.bytes - before.freeBytes).toBeLessThan(40_000)
  })

  it('gives back what is merely forgotten', async () => {
    const before = backend.stats().textures
    const fill = () => {
      for (let k = 0; k < 20; k++) put(f32(200_000), new Float32Array(200_000))
    }
    fill()
    expect(backend.stats().textures).toBeGreaterThan(before)
    for (let turn = 0; turn < 400 && backend.stats().textures > before; turn++) {
      void Array.from({ length: 20 }, () => new Float64Array(100_000)) // makes the collector run
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    expect(backend.stats().textures).toBeLessThanOrEqual(before)
  })

  it('shares a texture between an argument and a result that is it, until both are gone', () => {
    const aval = f32(6)
    const executable = backend.compile(
      trace([aval], (b, x) => [x, x, ...b.emit('reshape', [x], { newSizes: [2, 3] })]),
      {},
    )
    expect(draws(executable)).toBe(0)
    const x = put(aval, [1, 2, 3, 4, 5, 6])
    const [a, b, c] = executable.run([x], new Set([0])) as [GpuBuffer, GpuBuffer, GpuBuffer]
    backend.free(a)
    backend.free(c)
    expect([...backend.getSync(b)]).toEqual([1, 2, 3, 4, 5, 6])
    expect(() => backend.getSync(x)).toThrow(/freed or donated/)
  })

  it('keeps an argument that is given twice and donated once until the end', () => {
    const executable = backend.compile(
      trace([f32(3), f32(3)], (b, x, y) => {
        const [p] = b.emit('reduceSum', [x], { axes: [0] })
        const [wide] = b.emit('broadcastInDim', [p], { shape: [3], broadcastDimensions: [] })
        return b.emit('mul', [wide, y], {})
      }),
      {},
    )
    const x = put(f32(3), [1, 2, 3])
    const [out] = executable.run([x, x], new Set([0]))
    expect([...backend.getSync(out as GpuBuffer)]).toEqual([6, 12, 18])
  })

  it('deletes free textures beyond what it may keep', async () => {
    const frugal = await webgl({ keepBytes: 0 })
    frugal.free(frugal.put(new Float32Array(10), f32(10)))
    expect(frugal.stats()).toMatchObject({ textures: 0, bytes: 0, freeTextures: 0, freeBytes: 0 })
  })
})
