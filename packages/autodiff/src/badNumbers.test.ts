import { referenceBackend } from '@proj/backend'
import { beforeAll, describe, expect, it } from 'vitest'
import { FloatingPointError, grad, jit, type NDArray, numpy as np, setBackend, vmap, withConfig } from './index.ts'

beforeAll(() => setBackend(referenceBackend()))

const x = np.array([1, -1, -2])
const debugNans = <T>(body: () => T): T => withConfig({ debugNans: true }, body)
const debugInfs = <T>(body: () => T): T => withConfig({ debugInfs: true }, body)

describe('debugNans', () => {
  it('throws at the op that makes a NaN, with its operands and the line', () => {
    expect(() => debugNans(() => x.log())).toThrow(FloatingPointError)
    expect(() => debugNans(() => x.log())).toThrow(
      /^log: made 2 NaNs in f32\[3\] at .*badNumbers\.test\.ts:\d+:\d+\)?; its operands are finite: f32\[3\] from -2 to 1\.$/,
    )
  })

  it('finds the op in a compiled function, and in functions that it calls', () => {
    const inner = jit(function inner(y: NDArray) {
      return y.log().sum()
    })
    const f = jit((y: NDArray) => [y.add(1), inner(y.mul(2))])
    expect(() => debugNans(() => f(x))).toThrow(
      /^log: made 2 NaNs in f32\[3\] at inner2? \(.*badNumbers\.test\.ts:\d+:\d+\); its operands are finite: f32\[3\] from -4 to 2\.$/,
    )
    expect(debugNans(() => f(np.array([1, 2])))).toHaveLength(2)
  })

  it('says when the operands have one already', () => {
    expect(() => debugNans(() => np.array(NaN).add(1))).toThrow('add: made 1 NaN in f32[]')
    expect(() => debugNans(() => np.array(NaN).add(1))).toThrow('its operands hold some already')
  })

  it('sees into grad and vmap', () => {
    const root = (y: NDArray) => y.sqrt().mul(0).sum()
    expect(() => debugNans(() => grad(root)(np.array([0, 1])))).toThrow(/NaN|infinit/)
    expect(() => debugNans(() => vmap((y: NDArray) => y.sqrt())(x))).toThrow('sqrt: made 2 NaNs')
  })

  it('lets infinities, integers and sound results through, and is off by default', () => {
    expect(debugNans(() => np.array(0).log().item())).toBe(-Infinity)
    expect(debugNans(() => np.arange(3).add(1).arraySync())).toEqual([1, 2, 3])
    expect(x.log().arraySync()).toEqual([0, NaN, NaN])
  })
})

describe('debugInfs', () => {
  it('does the same for infinities', () => {
    expect(() => debugInfs(() => np.array([0, 1]).log())).toThrow('log: made 1 infinity in f32[2]')
    expect(() => debugInfs(() => jit((y: NDArray) => y.exp().neg())(1000))).toThrow('exp: made 1 infinity in f32[]')
    expect(debugInfs(() => x.log().arraySync())).toEqual([0, NaN, NaN])
  })
})
