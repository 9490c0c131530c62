import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { type Jaxpr, JaxprBuilder, makeAval, type TypedArray } from '@proj/backend'
import { Random, randomData, randomJaxpr } from '@proj/backend/testing'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { autoEncoderGradient, chain, convolution, matmul, sum, unary } from '../../bench/workloads.ts'
import { CpuBackend, type ThreadOptions } from '../cpu.ts'
import type { CpuBuffer } from '../storage.ts'
import { control } from './control.ts'
import { type StartThread, startThread } from './platform.ts'

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** Divides everything, and starts threads at once. */
const eager = (threads: number, options: Partial<ThreadOptions> = {}): CpuBackend =>
  new CpuBackend({}, { threads, leastWork: 0, patientWork: 0, ...options })

const alone = () => new CpuBackend({ threads: 1 })

const inputsOf = (jaxpr: Jaxpr) => jaxpr.inputs.map(({ aval }, i) => randomData(new Random(i), aval, true))

/** What a program gives each time it runs. */
function runner(backend: CpuBackend, jaxpr: Jaxpr, inputs: readonly TypedArray[] = inputsOf(jaxpr)) {
  const executable = backend.compile(jaxpr, {})
  const buffers = inputs.map((data, i) => backend.put(data, (jaxpr.inputs[i] as Jaxpr['inputs'][number]).aval))
  return () => (executable.run(buffers) as CpuBuffer[]).map((buffer) => backend.getSync(buffer))
}

/** Of which kind a NaN is depends on the engine's tier, not on threads. Sooner than the runner's own comparison of large arrays. */
const isSame = (expected: readonly TypedArray[]) => (values: TypedArray, i: number) =>
  values.every((x, k) => Object.is(x, expected[i]?.[k]))

const f32 = (...shape: number[]) => makeAval(shape, 'float32')

/** One equation on float32. */
function one(op: 'concatenate' | 'reduceSum' | 'cumulative', params: object, ...shapes: readonly number[][]): Jaxpr {
  const b = new JaxprBuilder()
  return b.finish(b.emit(op, shapes.map((shape) => b.input(f32(...shape))) as never, params as never))
}

function softmax(rows: number, columns: number): Jaxpr {
  const b = new JaxprBuilder()
  const x = b.input(f32(rows, columns))
  const wide = { shape: [rows, columns], broadcastDimensions: [0] }
  const [most] = b.emit('reduceMax', [x], { axes: [1] })
  const [shifted] = b.emit('sub', [x, b.emit('broadcastInDim', [most], wide)[0]], {})
  const [powers] = b.emit('exp', [shifted], {})
  const [total] = b.emit('reduceSum', [powers], { axes: [1] })
  return b.finish(b.emit('div', [powers, b.emit('broadcastInDim', [total], wide)[0]], {}))
}

function product(lhs: number[], rhs: number[], batch: number[] = []): Jaxpr {
  const b = new JaxprBuilder()
  const axis = batch.length
  const dimensionNumbers = { lhsContracting: [axis + 1], rhsContracting: [axis], lhsBatch: batch, rhsBatch: batch }
  const [y] = b.emit('dotGeneral', [b.input(f32(...lhs)), b.input(f32(...rhs))], {
    dimensionNumbers,
    preferredElementType: 'float32',
  })
  return b.finish(b.emit('tanh', [y], {}))
}

/** A carry that is multiplied by a matrix, and all carries. */
function recurrence(): Jaxpr {
  const inner = new JaxprBuilder()
  const [w, x] = [inner.input(f32(65, 65)), inner.input(f32(65, 65))]
  const dimensionNumbers = { lhsContracting: [1], rhsContracting: [0], lhsBatch: [], rhsBatch: [] }
  const [y] = inner.emit('dotGeneral', [x, w], { dimensionNumbers, preferredElementType: 'float32' })
  const [z] = inner.emit('tanh', [y], {})
  const jaxpr = inner.finish([z, z])
  const b = new JaxprBuilder()
  const params = { jaxpr, length: 5, reverse: false, unroll: 1, numConsts: 1, numCarry: 1 }
  return b.finish(b.emit('scan', [b.input(f32(65, 65)), b.input(f32(65, 65))], params))
}

const programs: readonly (readonly [string, Jaxpr])[] = [
  ['a product of odd sizes', product([97, 301], [301, 67])],
  ['a product wider and deeper than a block', product([30, 300], [300, 1100])],
  ['a product that is packed several blocks deep at once', product([50, 900], [900, 300])],
  ['a product of squares', matmul(256).jaxpr],
  ['a transposed product', matmul(130, 0, 1).jaxpr],
  ['a stack of products', product([12, 33, 70], [12, 70, 41], [0])],
  ['a small product', product([130, 9], [9, 10])],
  ['a convolution', convolution(1, 16, 21).jaxpr],
  ['a batch of convolutions', convolution(6, 8, 13).jaxpr],
  ['softmax', softmax(129, 10)],
  ['softmax of long rows', softmax(37, 1003)],
  ['a chain', chain(10_007, true).jaxpr],
  ['a function', unary('erfInv', 4099).jaxpr],
  ['sums of columns', sum(301, 77, 0).jaxpr],
  ['sums of rows', sum(301, 77, 1).jaxpr],
  ['one sum', sum(1, 100_003, 1).jaxpr],
  ['arrays put together', one('concatenate', { dimension: 1 }, [33, 5], [33, 70])],
  ['a gradient', autoEncoderGradient().jaxpr],
  ['a scan', recurrence()],
]

describe('threads', () => {
  afterEach(() => {
    vi.restoreAllMocks()
    vi.resetModules()
  })

  const single = alone()
  const several = [2, 3, 4].map((threads) => eager(threads))

  it.each(programs)('change no bit of %s', async (_, jaxpr) => {
    const expected = runner(single, jaxpr)()
    for (const backend of several) {
      const run = runner(backend, jaxpr)
      for (let i = 0; i < 4; i++) {
        expect(run().map(isSame(expected))).not.toContain(false)
        await pause(2)
      }
    }
  })

  it('change no bit of random programs', async () => {
    for (let seed = 0; seed < 150; seed++) {
      const { jaxpr, inputs } = randomJaxpr({
        seed,
        size: 2 + (seed % 20),
        dtypes: [...single.dtypes],
        nonFinite: true,
      })
      const run = runner(several[seed % 3] as CpuBackend, jaxpr, inputs)
      const expected = runner(single, jaxpr, inputs)()
      for (let i = 0; i < 2; i++) {
        expect(run().map(isSame(expected)), `seed ${seed}`).not.toContain(false)
        await pause(0)
      }
    }
  })

  it('do a part of the work', async () => {
    const { start, pools } = watched()
    const run = runner(eager(2, { start }), matmul(256).jaxpr)
    for (let i = 0; i < 500 && helped(pools) === 0; i++) {
      run()
      await pause(5)
    }
    expect(helped(pools)).toBeGreaterThan(0)
  })

  it('go on when memory moves to another place', async () => {
    const { start, pools } = watched()
    let now = 0
    const options = { leastWork: 0, patientWork: 0, start }
    const { Engine } = await import('../engine.ts')
    const { CpuExecutable } = await import('../executable.ts')
    const { compileProgram } = await import('../compileProgram.ts')
    const { CpuBuffer: Buffer, storageOf } = await import('../storage.ts')
    const engine = new Engine({ roomy: 2 ** 17, clock: () => now, threads: { threads: 2, ...options } })
    const { jaxpr } = chain(100_000, true)
    const executable = (of: Jaxpr) =>
      new CpuExecutable(
        engine,
        compileProgram(of, { hasRelaxed: false, threads: { threads: 2, leastWork: 0 } }),
        of,
        'f',
      )
    const [large, small] = [executable(jaxpr), executable(chain(10_000, true).jaxpr)]
    const input = (length: number) => new Buffer('float32', storageOf(new Float32Array(length).fill(1)))
    large.run([input(100_000)])
    await pause(100)
    now = 1e6
    small.run([input(10_000)])
    small.run([input(10_000)])
    expect(pools).toHaveLength(2)
    for (let i = 0; i < 500 && helped(pools.slice(1)) === 0; i++) {
      small.run([input(10_000)])
      await pause(5)
    }
    expect(helped(pools.slice(1))).toBeGreaterThan(0)
  })

  it('are not started for little work', () => {
    const start = vi.fn<StartThread>()
    const few = new CpuBackend({}, { threads: 2, start })
    runner(few, softmax(100, 10))()
    runner(few, chain(100_000, false).jaxpr)()
    expect(start).not.toHaveBeenCalled()
    start.mockReturnValue({ post: () => {}, stop: () => {} })
    const run = runner(few, chain(1_000_000, false).jaxpr)
    for (let i = 0; i < 100; i++) run()
    expect(start).toHaveBeenCalledTimes(1)
  })

  it('must be a whole number', () => {
    expect(() => new CpuBackend({ threads: 0 })).toThrow('cpu: threads is 0; give a whole number from 1 on.')
  })

  it('that cannot start are done without, with one warning', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const { CpuBackend: Fresh } = await import('../cpu.ts')
    const start = () => {
      throw new Error('no more threads')
    }
    const expected = runner(alone(), matmul(130).jaxpr)()
    for (let i = 0; i < 2; i++) {
      const run = runner(
        new Fresh({}, { threads: 2, leastWork: 0, patientWork: 0, start }) as CpuBackend,
        matmul(130).jaxpr,
      )
      for (let k = 0; k < 3; k++) expect(run()).toEqual(expected)
    }
    expect(warn.mock.calls).toEqual([['cpu: a thread could not run (no more threads); going on with one.']])
  })

  it('that are killed are done without, with one warning', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const { CpuBackend: Fresh } = await import('../cpu.ts')
    const started: { stop(): void }[] = []
    const start: StartThread = (source, name, ended) => {
      const thread = startThread(source, name, ended)
      started.push(thread)
      return thread
    }
    const { jaxpr } = matmul(130)
    const run = runner(new Fresh({}, { threads: 3, leastWork: 0, patientWork: 0, start }) as CpuBackend, jaxpr)
    const expected = runner(alone(), jaxpr)()
    run()
    await pause(100)
    started[0]?.stop()
    await vi.waitFor(() => expect(warn).toHaveBeenCalledTimes(1))
    for (let i = 0; i < 3; i++) expect(run()).toEqual(expected)
    expect(warn.mock.calls).toEqual([['cpu: a thread could not run (it ended); going on with one.']])
  })

  it.each([
    ['shows no life', ''],
    ['fails', 'Atomics.store(words, at.hasFailed, 1)'],
  ])('that take a part and then %s make the call fail, and the next one right', async (_, then) => {
    // Takes the last part, and never finishes it.
    const grab = `function work() {
      const tickets = new BigInt64Array(memory.buffer, 0, 1)
      for (;;) {
        const ticket = Atomics.load(tickets, 0)
        if ((ticket & 0xffffffffn) > 0xffffn && Atomics.compareExchange(tickets, 0, ticket, ticket - 0x10000n) === ticket) break
      }
      ${then}
    }`
    const start: StartThread = (source, name, ended) =>
      startThread(source.replace(/function work\(\) \{[\s\S]*?\n\}/, grab), name, ended)
    const { jaxpr } = chain(100_000, true)
    const run = runner(eager(2, { start, patience: 3 }), jaxpr)
    const failing = async () => {
      for (let i = 0; i < 500; i++) {
        run()
        await pause(5)
      }
    }
    await expect(failing()).rejects.toThrow('cpu: a thread broke off in the middle of its part; call again')
    expect(run()).toEqual(runner(alone(), jaxpr)())
  })

  it('keep no program alive, and start only where there is work', async () => {
    const program = `
      import { cpu } from './src/index.ts'
      import { fill, matmul } from './bench/workloads.ts'
      const { jaxpr } = matmul(512)
      const backend = cpu({ threads: 2 })
      const inputs = jaxpr.inputs.map(({ aval }) => backend.put(fill(aval), aval))
      const executable = backend.compile(jaxpr, {})
      for (let i = 0; i < 10; i++) executable.run(inputs)
      console.log('done')`
    const args = ['--import', 'tsx', '--conditions=@proj/source', '--input-type=module', '--eval', program]
    const cwd = new URL('../..', import.meta.url)
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd, timeout: 15_000 })
    expect(stdout).toBe('done\n')
  })
})

/** Memories that threads were given, in order. */
function watched(): { start: StartThread; pools: Int32Array[] } {
  const pools: Int32Array[] = []
  const start: StartThread = (source, name, ended) => {
    const thread = startThread(source, name, ended)
    return {
      post: (message) => {
        const { memory } = message as { memory?: WebAssembly.Memory }
        if (memory !== undefined) pools.push(new Int32Array(memory.buffer))
        thread.post(message)
      },
      stop: () => thread.stop(),
    }
  }
  return { start, pools }
}

const helped = (pools: readonly Int32Array[]): number =>
  pools.reduce((total, words) => total + (words[control.helped / 4] as number), 0)
