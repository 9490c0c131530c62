import { describe, expect, it } from 'vitest'
import { makeAval } from './aval.ts'
import { JaxprBuilder } from './builder.ts'
import { makeLiteral, scalarLiteral } from './jaxpr.ts'
import { formatJaxpr, formatLiteral, formatOp } from './print.ts'

const f32 = makeAval([3], 'float32')

/** The expected texts are what `jax.make_jaxpr` prints, our names of ops and parameters put in. */
describe('formatJaxpr', () => {
  it('writes one equation on one line', () => {
    const b = new JaxprBuilder()
    expect(formatJaxpr(b.finish(b.emit('sin', [b.input(f32)], {})))).toBe(
      '{ lambda ; a:f32[3]. let b:f32[3] = sin a in (b,) }',
    )
  })
  it('writes a program without equations', () => {
    const b = new JaxprBuilder()
    const x = b.input(f32)
    expect(formatJaxpr(b.finish([x]))).toBe('{ lambda ; a:f32[3]. let  in (a,) }')
  })
  it('indents several equations and the bodies of calls', () => {
    const inner = new JaxprBuilder()
    const [s] = inner.emit('sin', [inner.input(f32)], {})
    const body = inner.finish(inner.emit('add', [s, makeLiteral(1, f32)], {}))
    const b = new JaxprBuilder()
    const [y] = b.emit('jit', [b.input(f32)], { name: 'f', jaxpr: body }) as unknown as readonly [typeof s]
    const [z] = b.emit('reduceSum', [y], { axes: [0] })
    expect(formatJaxpr(b.finish([z, y]))).toBe(
      [
        '{ lambda ; a:f32[3]. let',
        '    b:f32[3] = jit[',
        '      name=f',
        '      jaxpr={ lambda ; a:f32[3]. let',
        '          b:f32[3] = sin a',
        '          c:f32[3] = add b 1.0:f32[3]',
        '        in (c,) }',
        '    ] a',
        '    c:f32[] = reduceSum[axes=(0,)] b',
        '  in (c, b) }',
      ].join('\n'),
    )
  })
  it('shows results that nobody uses as _', () => {
    const b = new JaxprBuilder()
    const x = b.input(f32)
    b.emit('sin', [x], {})
    expect(formatJaxpr(b.finish([x]))).toBe('{ lambda ; a:f32[3]. let _:f32[3] = sin a in (a,) }')
  })
  it('counts past z as JAX does', () => {
    const b = new JaxprBuilder()
    for (let i = 0; i < 28; i++) b.input(f32)
    expect(formatJaxpr(b.finish([]))).toContain('y:f32[3] z:f32[3] ba:f32[3] bb:f32[3]. let')
  })
})

describe('formatLiteral', () => {
  // biome-ignore format: a case a row
  it.each([
    [2, 'float32', '2.0:f32[]'], [-0, 'float32', '-0.0:f32[]'], [0.5, 'float64', '0.5:f64[]'], [NaN, 'float32', 'nan:f32[]'], [-Infinity, 'float32', '-inf:f32[]'],
    [1e30, 'float32', '1e+30:f32[]'], [2, 'int32', '2:i32[]'], [1, 'bool', 'True:bool[]'],
  ] as const)('of %d in %s', (value, dtype, text) => expect(formatLiteral(scalarLiteral(value, dtype))).toBe(text))
})

describe('formatOp', () => {
  it('shows nested parameters', () => {
    const dimensionNumbers = { lhsContracting: [1], rhsContracting: [0], lhsBatch: [], rhsBatch: [] }
    expect(formatOp({ op: 'dotGeneral', params: { dimensionNumbers, preferredElementType: 'float32' } })).toBe(
      'dotGeneral[dimensionNumbers={lhsContracting=(1,) rhsContracting=(0,) lhsBatch=() rhsBatch=()} preferredElementType=float32]',
    )
    expect(formatOp({ op: 'sin', params: {} })).toBe('sin')
  })
  it('names functions and what holds them, and writes numbers as everywhere', () => {
    function double() {
      return []
    }
    const outs = [makeAval([2], 'float32')]
    expect(formatOp({ op: 'callback', params: { callback: double, outs, hasEffect: true, name: 'f' } })).toBe(
      'callback[callback=<function double> outs=(f32[2],) hasEffect=true name=f]',
    )
    expect(formatOp({ op: 'gather', params: { fillValue: NaN } as never })).toBe('gather[fillValue=nan]')
    const empty = { inputs: [], eqns: [], outputs: [] }
    expect(formatOp({ op: 'customCall', params: { jaxpr: empty, name: 'f', rules: { jvp: double } } })).toContain(
      'rules=<Object>',
    )
  })
  it('writes branches one below the other', () => {
    const empty = { inputs: [], eqns: [], outputs: [] }
    expect(formatOp({ op: 'cond', params: { branches: [empty, empty] } })).toMatch(
      /^cond\[\n {2}branches=\(\{ lambda .*, \{ lambda .*\)\n\]$/,
    )
  })
})
