import { evaluateJaxpr, type Jaxpr, JaxprBuilder, makeAval } from '@proj/backend'
import { conformance, workOf } from '@proj/backend/testing'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { cpu } from './index.ts'

conformance(cpu(), { describe, it })

const vector = makeAval([3], 'float32')

function tanhOfSum(aval = vector): Jaxpr {
  const b = new JaxprBuilder()
  const [sum] = b.emit('add', [b.input(aval), b.input(aval)], {})
  return b.finish(b.emit('tanh', [sum], {}))
}

const data = [Float32Array.of(1, 2, 3), Float32Array.of(-1, 0.5, -4)] as const

describe('cpu', () => {
  afterEach(() => {
    vi.restoreAllMocks()
    vi.resetModules()
  })

  it('runs a program again and again on other arrays', () => {
    const backend = cpu()
    const executable = backend.compile(tanhOfSum(), {})
    for (const [x, y] of [data, [data[1], data[1]]] as const) {
      const [out] = executable.run([backend.put(x, vector), backend.put(y, vector)])
      expect(backend.getSync?.(out)).toEqual(evaluateJaxpr(tanhOfSum(), [x, y])[0])
    }
  })

  it('never writes to results that it has handed out', () => {
    const backend = cpu()
    const executable = backend.compile(tanhOfSum(), {})
    const inputs = data.map((x) => backend.put(x, vector))
    const [first] = executable.run(inputs)
    const before = backend.getSync?.(first)
    executable.run([inputs[1], inputs[1]])
    expect(backend.getSync?.(first)).toEqual(before)
  })

  it('compiles programs of one structure once', () => {
    const compiled = vi.spyOn(WebAssembly, 'Module')
    const backend = cpu()
    compiled.mockClear()
    for (let i = 0; i < 3; i++) backend.compile(tanhOfSum(), {})
    expect(compiled).toHaveBeenCalledTimes(1)
  })

  it('explains what it fused', () => {
    const text = cpu().compile(tanhOfSum(), { name: 'tanhOfSum' }).explain?.()
    expect(text).toMatch(/^tanhOfSum: 1 regions, module of \d+ bytes, compiled in ms: clean up /)
    expect(text).toContain('loop[3] add tanh (f32[3], f32[3]) -> f32[3]')
  })

  it('says which input does not fit', () => {
    const backend = cpu()
    const executable = backend.compile(tanhOfSum(), { name: 'f' })
    const x = backend.put(Float32Array.of(1, 2), makeAval([2], 'float32'))
    expect(() => executable.run([x, x])).toThrow('f: input 0 has 8 bytes; give a buffer of 12 bytes.')
    expect(() => executable.run([x])).toThrow('f: got 1 buffers; give 2.')
  })

  it('refuses to run what was disposed', () => {
    const executable = cpu().compile(tanhOfSum(), { name: 'f' })
    executable.dispose()
    expect(() => executable.run([])).toThrow('f: the executable was disposed; compile the Jaxpr again.')
  })

  it('says how much memory is missing', () => {
    const b = new JaxprBuilder()
    const [wide] = b.emit('broadcastInDim', [b.input(vector)], { shape: [400_000_000, 3], broadcastDimensions: [1] })
    const backend = cpu()
    const executable = backend.compile(b.finish(b.emit('tanh', [wide], {})), { name: 'huge' })
    const found =
      'huge: result 0, f32[400000000,3], would take 4.47 GiB of memory, where there are at most 4 GiB; work on smaller pieces (a smaller batch, or lax.map over parts), and let jit take arguments over with donateArgnums.'
    expect(() => executable.run([backend.put(data[0], vector)])).toThrow(found)
  })

  it('takes no more memory than it is told, and goes on after saying so', () => {
    const b = new JaxprBuilder()
    const [wide] = b.emit('broadcastInDim', [b.input(vector)], { shape: [500_000, 3], broadcastDimensions: [1] })
    const backend = cpu({ memoryLimit: 2 ** 22 })
    const large = backend.compile(b.finish([...b.emit('tanh', [wide], {}), wide]), { name: 'large' })
    const x = backend.put(data[0], vector)
    for (let i = 0; i < 3; i++)
      expect(() => large.run([x])).toThrow(
        /^large: input 0|result \d, f32\[500000,3\], would take 5.72 MiB of memory, where there are at most 4 MiB/,
      )
    const small = backend.compile(tanhOfSum(), { name: 'small' })
    const [y] = small.run([x, backend.put(data[1], vector)])
    expect(backend.getSync?.(y)).toEqual(new Float32Array(evaluateJaxpr(tanhOfSum(), data)[0] as Float32Array))
  })

  it.each([0, 2 ** 20 - 1, 1.5e7 + 0.5, Number.NaN, -1])('refuses a memory limit of %d bytes', (memoryLimit) => {
    expect(() => cpu({ memoryLimit })).toThrow(
      `cpu: memoryLimit is ${memoryLimit}; give a number of bytes, 1 MiB or more.`,
    )
  })

  it("looks for the results' places once, however many arguments are given up", () => {
    const backend = cpu()
    const large = makeAval([10_000], 'float32')
    const work = (count: number): number => {
      const b = new JaxprBuilder()
      const results = Array.from({ length: count }, () => b.emit('neg', [b.input(large)], {})[0])
      const executable = backend.compile(b.finish(results), { name: 'f' })
      const inputs = results.map(() => backend.put(new Float32Array(10_000), large))
      const donated = new Set(inputs.keys())
      return workOf(() => executable.run(inputs, donated))
    }
    expect(work(400) / work(200)).toBeLessThan(2.1)
  })

  it('gives donated arrays up and says so when they are used', () => {
    const backend = cpu()
    const executable = backend.compile(tanhOfSum(), { name: 'f' })
    const inputs = data.map((x) => backend.put(x, vector))
    executable.run(inputs, new Set([1]))
    expect(() => executable.run(inputs)).toThrow(
      'f, input 1: the array was freed; keep it until its last use; donated arrays are freed too.',
    )
    expect(() => backend.getSync?.(inputs[1])).toThrow('cpu: the array was freed')
  })

  it('falls back to the reference where WebAssembly is blocked, and warns once', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    vi.spyOn(WebAssembly, 'Module').mockImplementation(function refuse() {
      throw new WebAssembly.CompileError('Wasm code generation disallowed by embedder')
    })
    vi.resetModules()
    const fresh = await import('./cpu.ts')
    const backend = fresh.cpu()
    fresh.cpu()
    expect(warn.mock.calls).toEqual([[expect.stringMatching(/^cpu: WebAssembly is blocked here/)]])
    const inputs = data.map((x) => backend.put(x, vector))
    const executable = backend.compile(tanhOfSum(), { name: 'f' })
    expect(backend.getSync?.(executable.run(inputs)[0])).toEqual(evaluateJaxpr(tanhOfSum(), data)[0])
    expect(executable.explain?.()).toContain('without WebAssembly')
  })
})
