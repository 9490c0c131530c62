import { type Jaxpr, JaxprBuilder, makeAval, type TypedArray, type Var } from '@proj/backend'
import { describe, expect, it } from 'vitest'
import { compileProgram } from './compileProgram.ts'
import { Engine, type EngineOptions } from './engine.ts'
import { CpuExecutable, free } from './executable.ts'
import { CpuBuffer, elementsOf, storageOf } from './storage.ts'

const length = 16384
const aval = makeAval([length], 'float32')
const bytes = 4 * length

/** `x + y` of large arrays, and `x` handed through. */
function sum() {
  const b = new JaxprBuilder()
  const [x, y] = [b.input(aval), b.input(aval)]
  const [z] = b.emit('add', [x, y], {})
  return b.finish([z, x])
}

function setUp(options: EngineOptions = {}) {
  const engine = new Engine(options)
  const compile = (jaxpr: Jaxpr, name: string) =>
    new CpuExecutable(engine, compileProgram(jaxpr, { hasRelaxed: false }), jaxpr, name)
  const executable = compile(sum(), 'sum')
  const array = (value: number) => new CpuBuffer('float32', storageOf(new Float32Array(length).fill(value)))
  const value = (buffer: CpuBuffer) => elementsOf('float32', engine.read(buffer.storage))[length - 1]
  return { engine, compile, executable, array, value }
}

const add = (executable: CpuExecutable, x: CpuBuffer, y: CpuBuffer) => executable.run([x, y]) as [CpuBuffer, CpuBuffer]

describe('Engine', () => {
  it('keeps large arrays in memory from call to call', () => {
    const { executable, array, value } = setUp()
    const one = array(1)
    let [x] = add(executable, one, one)
    const { address } = one.storage
    expect(address).toBeGreaterThanOrEqual(0)
    for (let i = 0; i < 10; i++) [x] = add(executable, x, one)
    expect(value(x)).toBe(12)
    expect(one.storage.address).toBe(address)
  })

  it('moves the arrays unused for longest out under pressure, and back when they are used', () => {
    const { engine, executable, array, value } = setUp({ roomy: 6 * bytes })
    const one = array(1)
    const kept: CpuBuffer[] = []
    let [x] = add(executable, one, one)
    for (let i = 0; i < 40; i++) {
      kept.push(x)
      ;[x] = add(executable, x, one)
    }
    expect(engine.bytes.length).toBeLessThan(8 * bytes)
    expect(kept.filter((buffer) => buffer.storage.address >= 0).length).toBeLessThan(6)
    expect(kept.map(value)).toEqual(kept.map((_, i) => i + 2))
    const [again] = add(executable, kept[0] as CpuBuffer, kept[1] as CpuBuffer)
    expect(value(again)).toBe(5)
  })

  it('gives room back at once when the last array of a storage is freed', () => {
    const { engine, executable, array, value } = setUp()
    const one = array(1)
    const [, same] = add(executable, one, one)
    expect(same.storage).toBe(one.storage)
    free(engine, one)
    free(engine, one)
    expect(value(same)).toBe(1)
    free(engine, same)
    expect(same.storage.address).toBe(-1)
  })

  it('holds constant memory in a loop that donates', () => {
    const { engine, executable, array, value } = setUp()
    const one = array(1)
    let x = array(0)
    for (let i = 0; i < 100; i++) {
      const [next, same] = executable.run([x, one], new Set([0])) as [CpuBuffer, CpuBuffer]
      free(engine, same)
      x = next
    }
    expect(value(x)).toBe(100)
    expect(engine.bytes.length).toBeLessThan(6 * bytes)
  })
})

/** A program with an intermediate result of `parts` arrays, and one result of one. */
function transient(parts: number) {
  const b = new JaxprBuilder()
  const x = b.input(aval)
  const [wide] = b.emit('broadcastInDim', [x], { shape: [parts, length], broadcastDimensions: [1] })
  const [sums] = b.emit('cumulative', [wide], { kind: 'add', axis: 0, reverse: false })
  const [last] = b.emit('slice', [sums], {
    startIndices: [parts - 1, 0],
    limitIndices: [parts, length],
    strides: [1, 1],
  })
  return b.finish(b.emit('reshape', [last], { newSizes: [length] }))
}

/** What a callback in the middle of a program does. */
function calling(callback: () => void) {
  const b = new JaxprBuilder()
  const x = b.input(aval)
  const [same] = b.emit('callback', [x], {
    callback: ([data]) => {
      callback()
      return [data as TypedArray]
    },
    outs: [aval],
    hasEffect: true,
    name: 'callback',
  })
  return b.finish(b.emit('add', [same as Var, x], {}))
}

describe('after a large transient', () => {
  const parts = 64
  const roomy = 4 * bytes

  function afterTransient() {
    let now = 0
    const all = setUp({ roomy, clock: () => now })
    const one = all.array(1)
    const large = all.compile(transient(parts), 'transient')
    const run = () => large.run([one]) as [CpuBuffer]
    const [result] = run()
    const peak = all.engine.bytes.length
    const pass = (milliseconds: number) => {
      now += milliseconds
    }
    return { ...all, one, run, result, peak, pass, small: () => add(all.executable, one, one) }
  }

  it('moves to a smaller memory when nobody has needed the large one for long enough', () => {
    const { engine, pass, peak, small, value, run, result, one } = afterTransient()
    expect(peak).toBeGreaterThan(parts * bytes)
    const before = value(result)
    const [early] = small()
    expect(engine.bytes.length).toBeGreaterThanOrEqual(peak)
    pass(1000)
    small()
    expect(engine.bytes.length).toBeLessThan(peak / 16)
    expect([value(early), value(result), value(one)]).toEqual([2, before, 1])
    const [late] = small()
    expect(value(late)).toBe(2)
    const [again] = run()
    expect(value(again)).toBe(before)
    expect(engine.bytes.length).toBeGreaterThan(parts * bytes)
  })

  it('stays where the large one is needed again and again', () => {
    const { engine, pass, peak, small, run } = afterTransient()
    for (let i = 0; i < 20; i++) {
      pass(10)
      small()
      pass(10)
      small()
      run()
    }
    expect(engine.bytes.length).toBeGreaterThanOrEqual(peak)
  })

  it('never moves while a call runs, nor under a callback that runs others', () => {
    const { engine, compile, pass, peak, small, value, one } = afterTransient()
    const seen: number[] = []
    const outer = compile(
      calling(() => {
        pass(1e6)
        small()
        seen.push(engine.bytes.length)
      }),
      'outer',
    )
    const [result] = outer.run([one]) as [CpuBuffer]
    expect(seen[0]).toBeGreaterThanOrEqual(peak)
    expect(value(result)).toBe(2)
    expect(engine.bytes.length).toBeLessThan(peak / 16)
  })
})

describe('a call that finds too little room', () => {
  it('takes what is kept for calls to come', () => {
    const { compile, executable, array, value } = setUp({ most: 40 * bytes })
    const one = array(1)
    compile(transient(30), 'transient').run([one])
    // The room of 30 arrays is idle now; 20 sums do not fit beside it.
    let last = one
    const kept: CpuBuffer[] = []
    for (let i = 0; i < 20; i++) {
      ;[last] = add(executable, last, one)
      kept.push(last)
    }
    expect(kept.map(value)).toEqual(kept.map((_, i) => i + 2))
    expect(kept.every(({ storage }) => storage.address >= 0)).toBe(true)
  })

  it('leaves nothing of itself behind', () => {
    const b = new JaxprBuilder()
    const x = b.input(aval)
    const [wide] = b.emit('broadcastInDim', [x], { shape: [4, length], broadcastDimensions: [1] })
    // A result that there is room for, and then one that there is none for.
    const jaxpr = b.finish([...b.emit('neg', [x], {}), ...b.emit('neg', [wide], {})])
    const { engine, compile, executable, array, value } = setUp({ most: 5 * bytes })
    const failing = compile(jaxpr, 'failing')
    const [one, two] = [array(1), array(2)]
    for (let i = 0; i < 5; i++) {
      expect(() => failing.run([one], new Set([0]))).toThrow(
        /^failing: result 1, f32\[4,16384\], would take 256 KiB of memory, beside 128 KiB that the running calls use, where there are at most 320 KiB; /,
      )
      const [three, same] = add(executable, one, two)
      expect(value(three)).toBe(3)
      for (const buffer of [three, same]) free(engine, buffer)
    }
  })
})
