import { grad, type NDArray, numpy as np, ShapeError } from '@proj/autodiff'
import { TreeError, treeMask, treeStr, treeUnmask } from '@proj/tree'
import { describe, expect, it } from 'vitest'
import { array, Hidden, Layer, main, Plain, Power, Quantized, Symmetric, slope, sumOfPowers } from './main.ts'

describe('a buffer', () => {
  const power = new Power({ buffer: np.array([1, 2, 3]) })

  it('computes as any array', () => {
    expect(sumOfPowers(power, 1).item()).toBe(6)
    expect(power.call(2).arraySync()).toEqual([1, 4, 9])
  })

  it('has no gradient', () => {
    expect(grad(sumOfPowers)(power, 1).buffer.arraySync()).toEqual([0, 0, 0])
  })
})

describe('a masked field', () => {
  it('is refused where it is not masked, with its path and the remedy', () => {
    expect(() => slope(new Plain({ mode: 'training', alpha: 2 }), np.array(2))).toThrow(
      /argument 0 at \.mode is string "training".*treeMask/,
    )
  })

  it('leaves the gradient to the others: d(x^alpha)/dalpha = x^alpha log x', () => {
    const gradient = slope(new Hidden({ mode: 'training', alpha: 2 }), np.array(2)) as Hidden
    expect((gradient.alpha as unknown as NDArray).item()).toBeCloseTo(4 * Math.log(2), 5)
    expect(treeStr(gradient)).toContain('mode=#training')
  })

  it('is itself when it is read', () => {
    expect(new Hidden({ mode: 'training', alpha: 2 }).mode).toBe('training')
    expect(
      treeUnmask(treeMask(new Hidden({ mode: 'test', alpha: 2 })))
        .call(np.array(3))
        .item(),
    ).toBe(3)
  })
})

describe('a validator', () => {
  it('passes what is allowed', () => expect(new Layer({ inFeatures: 1 }).inFeatures).toBe(1))

  it('names the field and the reason', () => {
    expect(() => new Layer({ inFeatures: 0 })).toThrow(/inFeatures.*0 not in range \[1, 100\]/)
    expect(() => new Layer({ inFeatures: 1.5 })).toThrow(/inFeatures.*1\.5 is not an integer/)
  })

  it('runs on assignment through at, too', () => {
    expect(() => new Layer({ inFeatures: 1 }).at('inFeatures').set(101)).toThrow(TreeError)
  })

  it('checks shape and dtype of an array, and a converter follows', () => {
    expect(new Quantized({ data: np.ones([3, 1, 2, 6]) }).data.dtype).toBe('int8')
    expect(() => new Quantized({ data: np.ones([1, 1, 2, 3]) })).toThrow(/size 1 is not 3 at axis 0/)
    expect(() => new Quantized({ data: np.ones([3, 1, 2, 6], 'int32') })).toThrow(/dtype int32 is not float32/)
    expect(() => new Quantized({ data: 3 as never })).toThrow(/number is no array/)
  })

  it.each([
    [[null, 5], [5, 5], true],
    [['...', 5], [5], true],
    [['...', 5], [2, 3, 5], true],
    [[null, 5], [5], false],
    [[1, '...', 1], [1], false],
    [['...', 5], [5, 4], false],
  ] as const)('compares %j with the shape %j', (pattern, shape, fits) => {
    const check = () => array(pattern, 'float32')(np.ones(shape))
    if (fits) expect(check().shape).toEqual(shape)
    else expect(check).toThrow(TypeError)
  })

  it('takes one gap', () => expect(() => array(['...', 1, '...'], 'float32')).toThrow(ShapeError))
})

describe('a parametrisation', () => {
  it('is what a reader sees', () => {
    const model = new Symmetric({ matrix: np.arange(9).reshape([3, 3]) })
    expect(model.matrix.arraySync()).toEqual([
      [0, 1, 2],
      [1, 8, 5],
      [2, 5, 16],
    ])
  })
})

describe('the program', () => {
  it('prints the published values', () => {
    const lines: string[] = []
    main((text) => lines.push(text))
    expect(lines[0]).toBe('The sum of a buffer: f32[] 6; its gradient: Power(buffer=f32[3] [0, 0, 0])')
    expect(lines[1]).toBe('[1, #2] has the leaves [1]')
    expect(lines.filter((line) => line.startsWith('accepted'))).toEqual([])
  })
})
