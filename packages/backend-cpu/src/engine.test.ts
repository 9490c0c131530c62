import { JaxprBuilder, makeAval } from '@proj/backend'
import { describe, expect, it } from 'vitest'
import { compileProgram } from './compileProgram.ts'
import { Engine } from './engine.ts'
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

function setUp(limit?: number) {
  const engine = new Engine(limit)
  const executable = new CpuExecutable(engine, compileProgram(sum(), { hasRelaxed: false }), sum(), 'sum')
  const array = (value: number) => new CpuBuffer('float32', storageOf(new Float32Array(length).fill(value)))
  const value = (buffer: CpuBuffer) => elementsOf('float32', engine.read(buffer.storage))[length - 1]
  return { engine, executable, array, value }
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
    const { engine, executable, array, value } = setUp(6 * bytes)
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
