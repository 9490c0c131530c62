import { describe, expect, it } from 'vitest'
import { Body } from './body.ts'
import { Bytes } from './encode.ts'
import { ModuleBuilder } from './module.ts'
import { opcode } from './opcodes.ts'

/** Runs the one function that `write` describes. */
function run(write: (body: Body) => void, ...args: readonly number[]): number {
  const module = new ModuleBuilder()
  const fn = module.declare(
    args.map(() => 'f64' as const),
    ['f64'],
  )
  const body = new Body(args.map(() => 'f64' as const))
  write(body)
  module.define(fn, body)
  module.export('f', fn)
  const memory = new WebAssembly.Memory({ initial: 1 })
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.toBytes()), { env: { memory } })
  return (exports['f'] as (...args: readonly number[]) => number)(...args)
}

describe('Bytes', () => {
  it('writes LEB128 as the specification does', () => {
    expect([...new Bytes().u32(624485).toArray()]).toEqual([0xe5, 0x8e, 0x26])
    expect([...new Bytes().s32(-123456).toArray()]).toEqual([0xc0, 0xbb, 0x78])
    expect([...new Bytes().s32(64).toArray()]).toEqual([0xc0, 0x00])
    expect([...new Bytes().s64(-(2n ** 63n)).toArray()]).toEqual([
      0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f,
    ])
  })
})

describe('ModuleBuilder', () => {
  it('makes functions that the engine runs', () => {
    expect(run((body) => body.get(0).get(1).op('f64.sub'), 5, 3)).toBe(2)
  })

  it('repeats a loop, also no times and once', () => {
    const power = (times: number) => (body: Body) => {
      const product = body.local('f64')
      body.f64(1).set(product)
      body.repeat(times, () => body.get(product).get(0).op('f64.mul').set(product))
      body.get(product)
    }
    expect([0, 1, 2, 10].map((times) => run(power(times), 2))).toEqual([1, 2, 4, 1024])
  })

  it('gives locals of one type to another use once they are released', () => {
    const body = new Body()
    const first = body.local('f32')
    body.release('f32', first)
    expect(body.local('i32')).not.toBe(first)
    expect(body.local('f32')).toBe(first)
  })

  it('chooses by if and else', () => {
    const size = (body: Body) => {
      const result = body.local('f64')
      body
        .get(0)
        .f64(0)
        .op('f64.lt')
        .if(
          () => body.get(0).op('f64.neg').set(result),
          () => body.get(0).set(result),
        )
      body.get(result)
    }
    expect([run(size, -3), run(size, 4)]).toEqual([3, 4])
  })

  it('names an instruction that is not there', () => {
    expect(() => opcode('f32.cosine')).toThrow(/no instruction f32.cosine/)
  })
})
