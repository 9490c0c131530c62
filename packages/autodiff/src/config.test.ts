import { referenceBackend } from '@proj/backend'
import { TreeClass } from '@proj/tree'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { configKey } from './config.ts'
import {
  clearCaches,
  config,
  isNDArray,
  jit,
  type NDArray,
  numpy as np,
  random,
  setBackend,
  TransformError,
  withConfig,
} from './index.ts'

beforeAll(() => setBackend(referenceBackend()))
afterEach(() => config.update('threefryPartitionable', true))

describe('config', () => {
  it('starts as JAX does today', () => {
    expect({ ...config }).toMatchObject({
      threefryPartitionable: true,
      debugNans: false,
      debugInfs: false,
      checkTracerLeaks: false,
      logCompiles: false,
      explainCacheMisses: false,
      disableJit: false,
    })
  })

  it('changes by update, and for the length of a function by withConfig', () => {
    config.update('threefryPartitionable', false)
    expect(config.threefryPartitionable).toBe(false)
    expect(withConfig({ threefryPartitionable: true }, () => config.threefryPartitionable)).toBe(true)
    expect(config.threefryPartitionable).toBe(false)
  })

  it('is put back when the function throws, and where functions nest', () => {
    const fail = () =>
      withConfig({ threefryPartitionable: false }, () => {
        withConfig({ threefryPartitionable: true }, () => {})
        expect(config.threefryPartitionable).toBe(false)
        throw new Error('no')
      })
    expect(fail).toThrow('no')
    expect(config.threefryPartitionable).toBe(true)
  })

  it('refuses switches and values there are none of', () => {
    expect(() => config.update('x64' as never, true as never)).toThrow(
      'config: there is no x64; use one of threefryPartitionable, debugNans,',
    )
    expect(() => config.update('threefryPartitionable', 1 as never)).toThrow(
      'config: threefryPartitionable cannot be 1; use a boolean.',
    )
    expect(config.threefryPartitionable).toBe(true)
  })
})

describe('configKey', () => {
  it('is one text for each setting that programs depend on', () => {
    const before = configKey()
    const other = withConfig({ threefryPartitionable: false }, configKey)
    expect(other).not.toBe(before)
    expect(withConfig({ debugNans: true, logCompiles: true }, configKey)).toBe(before)
    expect(configKey()).toBe(before)
  })

  it('keeps compiled functions of different settings apart', () => {
    const sample = jit((key: NDArray) => random.uniform(key, [3]))
    const key = random.PRNGKey(0)
    const today = sample(key).arraySync()
    const before = withConfig({ threefryPartitionable: false }, () => sample(key).arraySync())
    expect(before).not.toEqual(today)
    expect(before).toEqual(withConfig({ threefryPartitionable: false }, () => random.uniform(key, [3]).arraySync()))
    expect(sample(key).arraySync()).toEqual(today)
  })
})

/** What is logged while `body` runs. */
function logOf(body: () => void): readonly string[] {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  try {
    body()
    return warn.mock.calls.map(([text]) => String(text))
  } finally {
    warn.mockRestore()
  }
}

class Layer extends TreeClass {
  weight: NDArray
  constructor(size: number) {
    super()
    this.weight = np.ones([size])
  }
}
const netOf = (size: number) => ({ layers: [new Layer(10), new Layer(10), new Layer(size)] })

describe('explainCacheMisses', () => {
  const explain = (body: () => void): readonly string[] => withConfig({ explainCacheMisses: true }, () => logOf(body))

  it('names the leaf that changed', () => {
    const f = jit(function total(net: ReturnType<typeof netOf>, _scale: number) {
      return net.layers.map((layer) => layer.weight.sum())
    })
    expect(explain(() => f(netOf(10), 1))).toEqual(['jit(total): traced, as it is called for the first time'])
    expect(explain(() => f(netOf(10), 2))).toEqual([])
    expect(explain(() => f(netOf(12), 1))).toEqual([
      'jit(total): retraced because argument 0 `.layers[2].weight` went from f32[10] to f32[12]',
    ])
    expect(explain(() => f(netOf(12), 0.5))).toEqual([
      'jit(total): retraced because argument 1 went from i32[]* to f32[]*',
    ])
  })

  it('names structures, static values, and the config', () => {
    const f = jit(
      function pick(x: object, _how: unknown) {
        return x
      },
      { staticArgnums: 1 },
    )
    const x = { a: np.ones([2]) }
    f(x, 'sum')
    expect(explain(() => f({ b: np.ones([2]) }, 'sum'))).toEqual([
      'jit(pick): retraced because argument 0 went from structure TreeDef({a: *}) to TreeDef({b: *})',
    ])
    expect(explain(() => f(x, 'mean'))).toEqual(['jit(pick): retraced because static "sum" became "mean"'])
    const relu = () => Object.defineProperty(() => {}, 'name', { value: 'relu' })
    f(x, relu())
    expect(explain(() => f(x, relu()))[0]).toMatch(/static function relu is another one of that name$/)
    expect(explain(() => withConfig({ threefryPartitionable: false }, () => f(x, 'sum')))).toEqual([
      expect.stringMatching(/config went from threefryPartitionable=true,\S+ to threefryPartitionable=false/),
    ])
  })
})

describe('logCompiles', () => {
  it('says what is traced and compiled, once', () => {
    clearCaches()
    const f = jit(function twice(x: NDArray) {
      return x.mul(2)
    })
    const run = () => withConfig({ logCompiles: true }, () => logOf(() => void f(np.ones([3]))))
    expect(run()).toEqual([
      expect.stringMatching(/^jit\(twice\): traced for f32\[3\] in \d+\.\d\d ms$/),
      expect.stringMatching(/^twice: compiled 1 equation by \S+ in \d+\.\d\d ms$/),
    ])
    expect(run()).toEqual([])
  })
})

describe('disableJit', () => {
  it('runs the function as it stands, on values', () => {
    const seen: unknown[] = []
    const f = jit((x: NDArray, { y }: { y: NDArray }) => {
      seen.push(x.item())
      return x.add(y)
    })
    expect(() => f(1, { y: np.ones([2]) })).toThrow('item')
    expect(withConfig({ disableJit: true }, () => f(1, { y: np.ones([2]) })).arraySync()).toEqual([2, 2])
    expect(withConfig({ disableJit: true }, () => f(2, { y: 3 as never })).item()).toBe(5)
    expect(seen).toEqual([1, 2])
  })
})

describe('static values', () => {
  it('belong to the place they stand in', () => {
    const f = jit((x: Record<string, unknown>) => Object.values(x).map((v) => (isNDArray(v) ? v.add(1) : v)))
    const read = (out: unknown[]) => out.map((v) => (isNDArray(v) ? v.item() : v))
    expect(read(f({ a: 'tanh', b: 1 }))).toEqual(['tanh', 2])
    expect(read(f({ a: 1, b: 'tanh' }))).toEqual([2, 'tanh'])
  })

  it('that may change are refused as static arguments', () => {
    const f = jit((x: NDArray, _how: unknown) => x, { staticArgnums: [1] })
    for (const [how, named] of [
      [np.ones([2]), 'the array f32[2]'],
      [[1, 2], 'an array that may change'],
      [{ a: 1 }, 'an object that may change'],
      [new Map(), 'a Map that may change'],
      [new Float32Array(2), 'a typed array'],
    ] as const) {
      expect(() => f(np.ones([1]), how)).toThrow(TransformError)
      expect(() => f(np.ones([1]), how)).toThrow(`jit: static argument 1 is ${named}`)
    }
    for (const how of [1, 'a', null, Symbol('s'), () => 1, Object.freeze({ a: 1 }), new Date()])
      expect(f(np.ones([1]), how).arraySync()).toEqual([1])
  })
})
