import { evalShape, grad, numpy as np, random, vmap, withConfig } from '@proj/autodiff'
import { treeRepr } from '@proj/tree'
import { describe, expect, it } from 'vitest'
import {
  build,
  forward,
  forwardJit,
  jaxprOf,
  Mixed,
  main,
  makeParams,
  manyParams,
  Named,
  ones,
  raiseLarge,
  raiseLargeMasked,
  scaled,
  shapeOf,
  slope,
} from './main.ts'

const original = <T>(body: () => T): T => withConfig({ threefryPartitionable: false }, body)
const keys = () => random.split(random.PRNGKey(0), 4).astype('float32')

describe('bcmap', () => {
  it('runs np.where over a tree', () => {
    expect(treeRepr(raiseLarge(new Mixed()).b)).toBe(
      '[i32[](μ=0.00, σ=0.00, ∈[0,0]), i32[](μ=103.00, σ=0.00, ∈[103,103])]',
    )
    expect(raiseLarge(new Mixed()).c.arraySync()).toEqual([104, 105, 106])
  })

  it('fails on a string, and passes with it hidden', () => {
    expect(() => raiseLarge(new Named())).toThrow(TypeError)
    const named = new Named()
    const out = raiseLargeMasked(named)
    expect([out.name, out.f, out.a]).toEqual(['tree', named.f, 1])
    expect(out.c.arraySync()).toEqual([104, 105, 106])
  })

  it('builds the published layers from a configuration', () => {
    const layers = original(() => build(random.PRNGKey(0)))
    expect(layers.map((layer) => treeRepr(layer.weight))).toEqual([
      'f32[1,1](μ=0.31, σ=0.00, ∈[0.31,0.31])',
      'f32[2,1](μ=-1.27, σ=0.33, ∈[-1.59,-0.94])',
      'f32[3,1](μ=0.24, σ=0.53, ∈[-0.48,0.77])',
      'f32[4,1](μ=-0.28, σ=0.21, ∈[-0.64,-0.08])',
    ])
  })
})

describe('automask', () => {
  it('lets grad see a tree with a string: the gradient has it too', () => {
    expect(() => grad((params: ReturnType<typeof ones>) => forward(params, np.ones([5, 5])).sum())(ones())).toThrow(
      /\.name is string "layer".*treeMask/,
    )
    const gradient = slope(ones(), np.ones([5, 5])) as unknown as ReturnType<typeof ones>
    expect(gradient.name).toBe('layer')
    expect(gradient.w2.shape).toEqual([5, 5])
  })

  it('compiles: tanh(5) five times', () => {
    const out = forwardJit(ones(), np.ones([5, 5])).arraySync() as number[][]
    for (const x of out.flat()) expect(x).toBeCloseTo(4.999546, 5)
  })

  it('batches a function that returns a string, as published', () => {
    expect(treeRepr(original(() => manyParams(keys())))).toBe(
      'dict(\n  name=layer,\n  w1=f32[4,5,5](μ=0.50, σ=0.28, ∈[0.02,1.00]),\n  w2=f32[4,5,5](μ=0.46, σ=0.27, ∈[0.01,0.99])\n)',
    )
  })

  it('gives what the transform alone gives where nothing needs hiding', () => {
    const weights = (key: Parameters<typeof makeParams>[0]) => makeParams(key).w1
    expect(manyParams(keys()).w1.arraySync()).toEqual(vmap(weights)(keys()).arraySync())
  })

  it('traces without the string', () => {
    expect(jaxprOf(ones(), np.ones([10, 5]))).toMatch(
      /lambda ; a:f32\[5,5\] b:f32\[5,5\] c:f32\[10,5\]\. let[\s\S]*tanh/,
    )
  })

  it('works for transforms called with everything at once', () => {
    expect(shapeOf({ name: 'layer', w1: np.ones([1, 3]), w2: np.ones([3, 1]) }, np.ones([10, 1]))).toBe('f32[10,1]')
    expect(String(evalShape((x: ReturnType<typeof np.ones>) => x.sum(), np.ones([3])))).toBe('f32[]')
  })
})

describe('inlineAutomask of scan', () => {
  it('carries the string through, and computes what a loop computes', () => {
    const [last, sums] = scaled(ones(), np.array([2, 3]))
    expect([last.name, last.w1.arraySync()]).toEqual(['layer', np.full([5, 5], 6).arraySync()])
    expect(sums.arraySync()).toEqual([50, 150])
  })
})

describe('the program', () => {
  it('prints it all', () => {
    const lines: string[] = []
    main((text) => lines.push(text))
    expect(lines.join('\n')).toContain('w1=f32[4,5,5](μ=0.50, σ=0.28, ∈[0.02,1.00])')
    expect(lines.at(-2)).toBe('f32[10,5]')
    expect(lines.at(-1)).toBe('f32[2] [50, 150]')
  })
})
