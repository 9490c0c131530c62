import { describe, expect, it } from 'vitest'
import { makeAval } from '../aval.ts'
import { JaxprBuilder } from '../builder.ts'
import { BackendError } from '../errors.ts'
import { makeLiteral } from '../jaxpr.ts'
import { opNames } from '../ops.ts'
import { evaluateJaxpr, referenceKernels } from './evaluate.ts'

const f32 = makeAval([2], 'float32')

describe('evaluateJaxpr', () => {
  it('knows every op', () => expect(Object.keys(referenceKernels).sort()).toEqual([...opNames].sort()))
  it('runs calls', () => {
    const inner = new JaxprBuilder()
    const [p, q] = [inner.input(f32), inner.input(f32)]
    const body = inner.finish([q, ...inner.emit('sub', [p, q], {})])
    const b = new JaxprBuilder()
    const [x, y] = [b.input(f32), b.input(f32)]
    const jaxpr = b.finish(b.emit('jit', [x, y], { jaxpr: body, name: 'f' }) as readonly (typeof x)[])
    expect(evaluateJaxpr(jaxpr, [Float32Array.of(5, 7), Float32Array.of(1, 2)])).toEqual([
      Float32Array.of(1, 2),
      Float32Array.of(4, 5),
    ])
  })

  it('does nothing for a stack of ever so many empty matrices', () => {
    const b = new JaxprBuilder()
    const x = b.input(makeAval([100_000, 100_000, 0, 8], 'float32'))
    const jaxpr = b.finish(b.emit('svd', [x], { fullMatrices: false }) as readonly (typeof x)[])
    expect(evaluateJaxpr(jaxpr, [new Float32Array()]).map(({ length }) => length)).toEqual([0, 0, 0])
  })

  it('never hands out an array it was given', () => {
    const b = new JaxprBuilder()
    const x = b.input(f32)
    const data = Float32Array.of(1, 2)
    const [first, second, third] = evaluateJaxpr(b.finish([x, x, makeLiteral(3, f32)]), [data])
    expect(first).toEqual(data)
    expect(first).not.toBe(data)
    expect(second).not.toBe(first)
    expect(third).toEqual(Float32Array.of(3, 3))
  })
  it('refuses arrays that do not fit', () => {
    const b = new JaxprBuilder()
    const jaxpr = b.finish([b.input(f32)])
    expect(() => evaluateJaxpr(jaxpr, [])).toThrow(/evaluateJaxpr: got 0 arrays; give 1/)
    expect(() => evaluateJaxpr(jaxpr, [new Int32Array(2)])).toThrow(BackendError)
    expect(() => evaluateJaxpr(jaxpr, [new Float32Array(3)])).toThrow(
      /input 0: got a Float32Array of 3; give a Float32Array of 2 for f32\[2\]/,
    )
  })
})
