import { describe, expect, it } from 'vitest'
import { makeAval } from './aval.ts'
import { JaxprBuilder, makeEqn } from './builder.ts'
import { ShapeError } from './errors.ts'
import { scalarLiteral } from './jaxpr.ts'

describe('JaxprBuilder', () => {
  it('records equations in order and does not change what it has finished', () => {
    const b = new JaxprBuilder()
    const x = b.input(makeAval([3], 'float32'))
    const [y] = b.emit('sin', [x], {})
    const jaxpr = b.finish([y])
    b.emit('cos', [y], {})
    expect(jaxpr.inputs).toEqual([x])
    expect(jaxpr.eqns.map((eqn) => eqn.op)).toEqual(['sin'])
    expect(jaxpr.outputs[0]).toBe(y)
    expect(y.aval).toBe(makeAval([3], 'float32'))
  })
  it('makes a variable for each result', () => {
    const b = new JaxprBuilder()
    const word = b.input(makeAval([4], 'uint32'))
    const [y0, y1] = b.emit('threefry2x32', [word, word, word, word], {})
    expect(y0).not.toBe(y1)
  })
})

describe('makeEqn', () => {
  it('checks the operands', () => {
    expect(() =>
      makeEqn('add', [scalarLiteral(1, 'float32'), { kind: 'var', aval: makeAval([2], 'float32') }], {}),
    ).toThrow(ShapeError)
  })
  it('keeps where it came from', () => {
    const source = { describe: () => 'user.ts:3' }
    expect(makeEqn('sin', [scalarLiteral(1, 'float32')], {}, source).source).toBe(source)
  })
})
