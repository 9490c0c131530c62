import { describe, expect, it } from 'vitest'
import { makeAval } from '../aval.ts'
import { build } from '../testing/controlSamples.ts'
import { evaluateJaxpr } from './evaluate.ts'

describe('convGeneralDilated', () => {
  it('multiplies padding like any zero, as XLA does: times infinity it is NaN', () => {
    const [x, w] = [makeAval([1, 1, 3], 'float32'), makeAval([1, 1, 3], 'float32')]
    const none = { windowStrides: [1], lhsDilation: [1], rhsDilation: [1], featureGroupCount: 1, batchGroupCount: 1 }
    const params = { ...none, low: [1], high: [1], preferredElementType: 'float32' as const }
    const jaxpr = build([x, w], (b, lhs, rhs) => b.emit('convGeneralDilated', [lhs, rhs], params))
    const [y] = evaluateJaxpr(jaxpr, [Float32Array.of(1, 2, 3), Float32Array.of(Infinity, Infinity, Infinity)])
    expect(y).toEqual(Float32Array.of(NaN, Infinity, NaN))
  })
})

describe('reduceWindow', () => {
  it('adds padding as the 0 that it is: a window of -0 alone is -0, beside padding 0', () => {
    const each = { windowStrides: [1], low: [0], high: [1], baseDilation: [1], windowDilation: [1] }
    const jaxpr = build([makeAval([2], 'float32')], (b, x) =>
      b.emit('reduceWindow', [x], { ...each, windowDimensions: [2], kind: 'add' }),
    )
    const [y] = evaluateJaxpr(jaxpr, [Float32Array.of(-0, -0)])
    expect(y).toEqual(Float32Array.of(-0, 0))
  })
})
