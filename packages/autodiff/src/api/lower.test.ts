import { referenceBackend } from '@proj/backend'
import { describe, expect, it } from 'vitest'
import {
  explain,
  getBackend,
  grad,
  jit,
  lax,
  type NDArray,
  numpy as np,
  pureCallback,
  random,
  setBackend,
} from '../index.ts'

const normal = (...shape: number[]): NDArray => random.normal(random.key(shape.length), shape)

describe('lower', () => {
  const double = jit(function double(x: NDArray) {
    return x.mul(2)
  })

  it('shows the program that a call runs', () => {
    const lowered = double.lower(np.ones([3]))
    expect(String(lowered)).toBe('{ lambda ; a:f32[3]. let b:f32[3] = mul a 2.0:f32[3] in (b,) }')
    expect(lowered.compile().explain()).toMatch(/^double: 1 regions, module of .* KiB|bytes, compiled in ms: clean up/)
  })

  it('traces, but does not run', () => {
    let [traces, calls] = [0, 0]
    const f = jit((x: NDArray) => {
      traces++
      return pureCallback(
        (y: NDArray) => {
          calls++
          return y
        },
        x,
        x,
      )
    })
    f.lower(np.ones([2])).compile()
    expect([traces, calls]).toEqual([1, 0])
    f(np.ones([2]))
    expect([traces, calls]).toEqual([1, 1])
  })

  it('takes static arguments as a call does', () => {
    const power = jit((x: NDArray, n: number) => np.power(x, n), { staticArgnums: 1 })
    expect(String(power.lower(np.ones([2]), 3))).toContain('integerPow[y=3]')
  })

  it('says so where a backend has no figures', async () => {
    const before = getBackend()
    await setBackend(referenceBackend())
    try {
      const compiled = jit(function f(x: NDArray) {
        return x.sin()
      })
        .lower(np.ones([2]))
        .compile()
      expect(() => compiled.stats()).toThrow('f: this backend has no figures of its programs; use explain().')
      expect(compiled.explain()).toBe('f: this backend does not say what it makes of a program')
    } finally {
      await setBackend(before)
    }
  })
})

describe('explain', () => {
  it('takes a jitted function or any other', () => {
    function sumOfSines(x: NDArray) {
      return x.sin().sum()
    }
    const x = np.ones([10])
    expect(explain(sumOfSines, x)).toMatch(/^sumOfSines: 1 regions/)
    expect(explain(jit(sumOfSines), x)).toContain('reduceSum sin (f32[10]) -> f32[]')
  })
})

type Params = { readonly [name: string]: NDArray }

function mlp({ w1, b1, w2, b2 }: Params, x: NDArray): NDArray {
  return np
    .tanh(x.matmul(w1 as NDArray).add(b1 as NDArray))
    .matmul(w2 as NDArray)
    .add(b2 as NDArray)
}

function mlpStep(params: Params, x: NDArray, y: NDArray): Params {
  const slope = grad((p: Params) => mlp(p, x).sub(y).square().mean())(params)
  return Object.fromEntries(Object.entries(params).map(([name, p]) => [name, p.sub((slope[name] as NDArray).mul(0.1))]))
}

const mlpParams = { w1: normal(784, 256), b1: normal(256), w2: normal(256, 10), b2: normal(10) }

function convNet(params: { readonly a: NDArray; readonly b: NDArray }, x: NDArray): NDArray {
  const conv = (image: NDArray, kernel: NDArray) => lax.convGeneralDilated(image, kernel, [1, 1], 'SAME')
  return np.mean(np.maximum(conv(np.maximum(conv(x, params.a), 0), params.b), 0))
}

function attention({ q, k, v }: Params, x: NDArray): NDArray {
  const scores = x
    .matmul(q as NDArray)
    .matmul(x.matmul(k as NDArray).T)
    .mul(0.125)
  const weights = np.exp(scores.sub(np.max(scores, 1, { keepdims: true })))
  return weights.div(np.sum(weights, 1, { keepdims: true })).matmul(x.matmul(v as NDArray))
}

function deepChain(x: NDArray): NDArray {
  for (let i = 0; i < 50; i++) x = np.flip(x.sin(), 0)
  return x
}

const programs = {
  'a training step of an MLP': () => jit(mlpStep).lower(mlpParams, normal(128, 784), normal(128, 10)),
  'the gradient of a convolutional net': () =>
    jit(grad(convNet)).lower({ a: normal(8, 3, 3, 3), b: normal(8, 8, 3, 3) }, normal(4, 3, 16, 16)),
  attention: () => jit(attention).lower({ q: normal(64, 64), k: normal(64, 64), v: normal(64, 64) }, normal(256, 64)),
  'the gradient of attention': () =>
    jit(grad((p: Params, x: NDArray) => attention(p, x).sum())).lower(
      { q: normal(64, 64), k: normal(64, 64), v: normal(64, 64) },
      normal(256, 64),
    ),
  'a deep chain of small arrays': () => jit(deepChain).lower(normal(1000)),
  'a deep chain of large arrays': () => jit(deepChain).lower(normal(100_000)),
  'the gradient of a deep chain': () => jit(grad((x: NDArray) => deepChain(x).sum())).lower(normal(10_000)),
  'a scan of training steps': () =>
    jit((params: Params, xs: NDArray, ys: NDArray) =>
      lax.scan((p: Params, [x, y]: readonly [NDArray, NDArray]) => [mlpStep(p, x, y), np.zeros([])], params, [xs, ys]),
    ).lower(mlpParams, normal(4, 32, 784), normal(4, 32, 10)),
  'the gradient of a scan': () =>
    jit(
      grad((w: NDArray, x: NDArray) =>
        lax.scan((h: NDArray) => [np.tanh(h.matmul(w)), h], x, undefined, { length: 10 })[0].sum(),
      ),
    ).lower(normal(64, 64), normal(32, 64)),
} as const

describe('the memory plan', () => {
  it.each(Object.entries(programs))('of %s takes at most 1.3 times what is in use at one time', (_, lower) => {
    const { peakBytes, liveBytes } = lower().compile().stats()
    expect(liveBytes).toBeGreaterThan(0)
    expect(peakBytes / liveBytes).toBeLessThanOrEqual(1.3)
  })
})
