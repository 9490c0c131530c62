import { describe, expect, it } from 'vitest'
import { makeAval } from './aval.ts'
import { JaxprBuilder, makeEqn } from './builder.ts'
import { checkJaxpr } from './check.ts'
import { JaxprError } from './errors.ts'
import { type Eqn, type Jaxpr, makeLiteral, makeVar, scalarLiteral } from './jaxpr.ts'
import type { OpName } from './ops.ts'

const f32 = makeAval([3], 'float32')

function sound(): Jaxpr & { readonly eqns: readonly [Eqn, Eqn] } {
  const b = new JaxprBuilder()
  const x = b.input(f32)
  const [y] = b.emit('sin', [x], {})
  const [z] = b.emit('add', [x, y], {})
  return b.finish([z]) as Jaxpr & { readonly eqns: readonly [Eqn, Eqn] }
}

function expectError(jaxpr: Jaxpr, message: RegExp): void {
  expect(() => checkJaxpr(jaxpr, 'pass')).toThrow(JaxprError)
  expect(() => checkJaxpr(jaxpr, 'pass')).toThrow(message)
}

describe('checkJaxpr', () => {
  it('gives a sound Jaxpr back', () => {
    const jaxpr = sound()
    expect(checkJaxpr(jaxpr)).toBe(jaxpr)
  })
  it('finds a use before its definition', () => {
    const jaxpr = sound()
    expectError(
      { ...jaxpr, eqns: jaxpr.eqns.toReversed() },
      /^pass: equation 0 \(add\): a f32\[3\] is used before it is defined/,
    )
  })
  it('finds an output that nothing defines', () =>
    expectError({ ...sound(), outputs: [makeVar(f32)] }, /^pass: output: a f32\[3\] is used before/))
  it('finds a variable defined twice', () => {
    const jaxpr = sound()
    expectError({ ...jaxpr, eqns: [...jaxpr.eqns, jaxpr.eqns[0]] }, /equation 2 \(sin\): a f32\[3\] is defined twice/)
    expectError({ ...jaxpr, inputs: [...jaxpr.inputs, ...jaxpr.inputs] }, /pass: input: a f32\[3\] is defined twice/)
  })
  it('finds results that the operands do not give', () => {
    const jaxpr = sound()
    const wrong = { ...jaxpr.eqns[0], outputs: [makeVar(makeAval([4], 'float32'))] }
    expectError({ ...jaxpr, eqns: [wrong], outputs: [] }, /results \(f32\[4\]\); the operands give \(f32\[3\]\)/)
    expectError({ ...jaxpr, eqns: [{ ...jaxpr.eqns[0], outputs: [] }], outputs: [] }, /results \(\)/)
  })
  it('finds operands that do not fit', () => {
    const jaxpr = sound()
    const wrong = { ...jaxpr.eqns[1], inputs: [jaxpr.inputs[0] as Eqn['inputs'][number], scalarLiteral(1, 'float32')] }
    expectError({ ...jaxpr, eqns: [wrong], outputs: [] }, /equation 0 \(add\): add: got f32\[3\] and f32\[\]/)
    expectError({ ...jaxpr, eqns: [{ ...wrong, inputs: [] }], outputs: [] }, /got 0 operands; give 2/)
  })
  it('finds an op outside the vocabulary', () => {
    const jaxpr = sound()
    expectError(
      { ...jaxpr, eqns: [{ ...jaxpr.eqns[0], op: 'toString' as OpName }], outputs: [] },
      /unknown op toString/,
    )
  })
  it('finds a literal that its dtype cannot hold', () => {
    for (const [value, dtype] of [
      [1.5, 'int32'],
      [-1, 'uint8'],
      [256, 'uint8'],
      [2, 'bool'],
      [NaN, 'int8'],
    ] as const)
      expectError({ inputs: [], eqns: [], outputs: [scalarLiteral(value, dtype)] }, /literal .* of /)
    checkJaxpr({
      inputs: [],
      eqns: [],
      outputs: [
        scalarLiteral(NaN, 'float32'),
        scalarLiteral(4294967295, 'uint32'),
        makeLiteral(1, makeAval([2], 'bool')),
      ],
    })
  })
  it('looks into the bodies of calls', () => {
    const body = { ...sound(), outputs: [makeVar(f32)] }
    const x = makeVar(f32)
    const eqn = makeEqn('jit', [x], { jaxpr: body, name: 'f' })
    expectError({ inputs: [x], eqns: [eqn], outputs: [] }, /equation 0 \(jit\): output: a f32\[3\] is used before/)
  })
})
