import {
  type Atom,
  type Aval,
  cleanUp,
  type Jaxpr,
  JaxprBuilder,
  makeAval,
  makeLiteral,
  planJaxpr,
  type Var,
} from '@proj/backend'
import { describe, expect, it } from 'vitest'
import type { DeviceLimits } from '../pass.ts'
import { isDrawn } from '../pass.ts'
import { type Passes, passesOf } from './passes.ts'

/** What WebGL2 promises at the least. */
const least: DeviceLimits = { textureSize: 2048, samplers: 16, drawBuffers: 4 }

const f32 = (...shape: number[]) => makeAval(shape, 'float32')

function trace(avals: readonly Aval[], body: (b: JaxprBuilder, ...inputs: Var[]) => readonly Atom[]): Jaxpr {
  const builder = new JaxprBuilder()
  return builder.finish(body(builder, ...avals.map((aval) => builder.input(aval))))
}

const lower = (jaxpr: Jaxpr, limits = least): Passes => passesOf(planJaxpr(cleanUp(jaxpr), { reads: 12 }), limits)

/** Every pass reads what is there by then, and keeps to the device's limits. */
function expectRunnable({ passes, inputs, outputs }: Passes, limits = least): void {
  const there = new Set<unknown>(inputs)
  for (const pass of passes) {
    for (const slot of pass.inputs) expect(there.has(slot) || slot.texels === 0).toBe(true)
    for (const slot of pass.outputs) there.add(slot)
    if (!isDrawn(pass)) continue
    expect(pass.inputs.length).toBeLessThanOrEqual(limits.samplers)
    expect(pass.outputs.length).toBeLessThanOrEqual(limits.drawBuffers)
    expect(new Set(pass.outputs.map((slot) => slot.texels)).size).toBe(1)
    pass.inputs.forEach((_, k) => {
      expect(pass.source).toContain(`s${k};`)
    })
  }
  for (const output of outputs) expect('kind' in output || output.texels === 0 || there.has(output)).toBe(true)
}

const plain = { lhsContracting: [1], rhsContracting: [0], lhsBatch: [], rhsBatch: [] }

const dot = (b: JaxprBuilder, x: Atom, y: Atom): Var =>
  b.emit('dotGeneral', [x, y], { dimensionNumbers: plain, preferredElementType: 'float32' })[0]

describe('passesOf', () => {
  it('makes one pass of an elementwise chain, of a text that fits every size of as many rows', () => {
    const chain = (n: number) =>
      lower(
        trace([f32(n)], (b, x) => {
          const [y] = b.emit('mul', [x, makeLiteral(1.5, x.aval)], {})
          return b.emit('add', [y, makeLiteral(0.5, x.aval)], {})
        }),
      )
    const sourceOf = (n: number) => chain(n).passes.filter(isDrawn)[0]?.source
    expect(chain(10).passes).toHaveLength(1)
    expect(sourceOf(10)).toBe(sourceOf(1_000_000))
    expect(sourceOf(10)).not.toContain('int i')
  })

  it('sends what has no shader to the host, between draws', () => {
    const sorted = trace([f32(6)], (b, x) => {
      const [y] = b.emit('mul', [x, makeLiteral(2, x.aval)], {})
      const [z] = b.emit('sort', [y], { dimension: 0, isStable: true, numKeys: 1 }) as readonly [Var]
      return b.emit('add', [z, makeLiteral(1, x.aval)], {})
    })
    const lowered = lower(sorted)
    expect(lowered.passes.map(isDrawn)).toEqual([true, false, true])
    expect(lowered.passes[1]?.label).toBe('sort on the host')
    expectRunnable(lowered)
  })

  it('stores results of one shape together, as many as there are attachments', () => {
    const many = trace([f32(5)], (b, x) =>
      Array.from({ length: 10 }, (_, k) => b.emit('mul', [x, makeLiteral(k + 2, x.aval)], {})[0]),
    )
    expect(lower(many).passes.map((pass) => pass.outputs.length)).toEqual([4, 4, 2])
    expect(lower(many, { ...least, drawBuffers: 8 }).passes.map((pass) => pass.outputs.length)).toEqual([8, 2])
    expectRunnable(lower(many))
  })

  it('sums long rows in two passes and short ones in one', () => {
    const sum = (n: number) => lower(trace([f32(3, n)], (b, x) => b.emit('reduceSum', [x], { axes: [1] })))
    expect(sum(100).passes).toHaveLength(1)
    expect(sum(10_000).passes).toHaveLength(2)
    expectRunnable(sum(10_000))
  })

  it('packs large products only', () => {
    const product = (n: number) => lower(trace([f32(n, n), f32(n, n)], (b, x, y) => [dot(b, x, y)]))
    expect(product(8).passes.map((pass) => pass.label)).toEqual(['dot'])
    expect(product(64).passes.map((pass) => pass.label)).toEqual(['pack', 'pack', 'matmul 64x64x64', 'unpack'])
    expectRunnable(product(64))
  })

  it('packs an operand once for all products that read it alike', () => {
    const jaxpr = trace([f32(64, 64), f32(64, 64), f32(64, 64)], (b, x, y, z) => [dot(b, x, y), dot(b, x, z)])
    expect(lower(jaxpr).passes.filter((pass) => pass.label === 'pack')).toHaveLength(3)
    expectRunnable(lower(jaxpr))
  })

  it('takes bias and activation into the pass that ends a product', () => {
    const layer = (n: number) =>
      lower(
        trace([f32(n, n), f32(n, n), f32(n)], (b, x, w, bias) => {
          const [wide] = b.emit('broadcastInDim', [bias], { shape: [n, n], broadcastDimensions: [1] })
          return b.emit('tanh', b.emit('add', [dot(b, x, w), wide], {}), {})
        }),
      )
    expect(layer(8).passes).toHaveLength(1)
    expect(layer(64).passes).toHaveLength(4)
    expect(layer(64).passes.at(-1)?.label).toBe('unpack add tanh')
    expectRunnable(layer(64))
  })

  it('gathers more operands than a pass can read', () => {
    const avals = Array.from({ length: 50 }, () => f32(2))
    const laid = lower(trace(avals, (b, ...xs) => b.emit('concatenate', xs, { dimension: 0 })))
    expect(laid.passes.length).toBeGreaterThan(3)
    expectRunnable(laid)
  })

  it('keeps to the samplers when one region folds many ways over a long axis', () => {
    const jaxpr = trace([f32(5000)], (b, x) => {
      const sums = Array.from(
        { length: 20 },
        (_, k) => b.emit('reduceSum', b.emit('mul', [x, makeLiteral(k + 2, x.aval)], {}), { axes: [0] })[0],
      )
      return [sums.reduce((total, sum) => b.emit('add', [total, sum], {})[0])]
    })
    expectRunnable(lower(jaxpr))
  })

  it('needs no pass for what has no elements, for views of arguments and for literals', () => {
    const jaxpr = trace([f32(0, 3), f32(4)], (b, x, y) => [
      ...b.emit('tanh', [x], {}),
      ...b.emit('reshape', [y], { newSizes: [2, 2] }),
      makeLiteral(1, f32(3)),
    ])
    expect(lower(jaxpr).passes).toEqual([])
    expectRunnable(lower(jaxpr))
  })
})
