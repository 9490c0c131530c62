import { describe, expect, it } from 'vitest'
import { makeAval } from '../aval.ts'
import { JaxprBuilder } from '../builder.ts'
import { checkJaxpr } from '../check.ts'
import type { Var } from '../jaxpr.ts'
import { formatJaxpr } from '../print.ts'
import { removeDeadCode } from './deadCode.ts'
import { inline } from './inline.ts'

const f32 = makeAval([3], 'float32')

function nested() {
  const inner = new JaxprBuilder()
  const [p, q] = [inner.input(f32), inner.input(f32)]
  const body = inner.finish([q, ...inner.emit('sub', [p, q], {})])
  const middle = new JaxprBuilder()
  const [x, y] = [middle.input(f32), middle.input(f32)]
  const jaxpr = middle.finish(middle.emit('jit', [y, x], { jaxpr: body, name: 'inner' }) as readonly Var[])
  const b = new JaxprBuilder()
  const [u, v] = [b.input(f32), b.input(f32)]
  const once = b.emit('jit', [u, v], { jaxpr, name: 'outer' }) as readonly Var[]
  const twice = b.emit('jit', [u, once[1] as Var], { jaxpr, name: 'outer' }) as readonly Var[]
  return b.finish(twice)
}

describe('inline', () => {
  it('puts bodies in the place of calls, however deep, with variables of their own', () => {
    expect(formatJaxpr(checkJaxpr(inline(nested())))).toBe(
      '{ lambda ; a:f32[3] b:f32[3]. let\n    c:f32[3] = sub b a\n    d:f32[3] = sub c a\n  in (a, d) }',
    )
  })
  it('leaves a program without calls as it is', () => {
    const b = new JaxprBuilder()
    const jaxpr = b.finish(b.emit('sin', [b.input(f32)], {}))
    expect(inline(jaxpr)).toBe(jaxpr)
  })
})

describe('removeDeadCode', () => {
  it('drops what leads nowhere and keeps every input', () => {
    const b = new JaxprBuilder()
    const [x, y] = [b.input(f32), b.input(f32)]
    const [used] = b.emit('sin', [x], {})
    const [unused] = b.emit('cos', [y], {})
    b.emit('neg', [unused], {})
    expect(formatJaxpr(removeDeadCode(b.finish([used])))).toBe(
      '{ lambda ; a:f32[3] b:f32[3]. let c:f32[3] = sin a in (c,) }',
    )
  })
})
