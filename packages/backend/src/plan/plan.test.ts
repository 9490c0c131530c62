import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeAval, sizeOf } from '../aval.ts'
import { JaxprBuilder } from '../builder.ts'
import { type Jaxpr, scalarLiteral, type Var } from '../jaxpr.ts'
import { families, opNames } from '../ops.ts'
import { evaluateJaxpr } from '../reference/evaluate.ts'
import { cleanUp } from '../rewrite/cleanUp.ts'
import { randomJaxpr } from '../testing/randomJaxpr.ts'
import { workOf } from '../testing/work.ts'
import { planJaxpr } from './plan.ts'
import { type DotRegion, operandsOf, type Plan, type Region, readsOf, stagesOf } from './region.ts'
import { randomProgram } from './testing/randomProgram.ts'
import { replay } from './testing/replay.ts'

const stepsOf = (plan: Plan): number =>
  plan.regions.reduce((n, region) => n + stagesOf(region).reduce((m, stage) => m + stage.steps.length, 0), 0)

describe('planJaxpr', () => {
  it('keeps the meaning of any program, and computes no equation twice', () => {
    fc.assert(
      fc.property(
        fc.infiniteStream(fc.nat(1 << 20)),
        fc.record({ reads: fc.integer({ min: 4, max: 24 }), steps: fc.integer({ min: 1, max: 40 }) }),
        (stream, limits) => {
          const jaxpr = randomProgram((n) => (stream.next().value as number) % n)
          const inputs = jaxpr.inputs.map(({ aval }, i) =>
            Int32Array.from({ length: sizeOf(aval.shape) }, (_, k) => ((k * 7 + i * 3) % 11) - 5),
          )
          const plan = planJaxpr(jaxpr, limits)
          expect(stepsOf(plan)).toBeLessThanOrEqual(jaxpr.eqns.length)
          expect(replay(plan, inputs)).toEqual(evaluateJaxpr(jaxpr, inputs))
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('keeps the meaning of windows, convolutions, whole ops, loops and barriers', () => {
    const ops = opNames.filter((op) => !['collective', 'call', 'elementwise'].includes(families[op]))
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 4, max: 24 }), (seed, reads) => {
        const program = randomJaxpr({
          seed,
          size: 10,
          ops: [...ops, 'add', 'neg', 'and'],
          dtypes: ['int32', 'bool'],
          maxElements: 60,
        })
        const jaxpr = cleanUp(program.jaxpr)
        const plan = planJaxpr(jaxpr, { reads })
        expect(replay(plan, program.inputs)).toEqual(evaluateJaxpr(jaxpr, program.inputs))
      }),
      { numRuns: 1000 },
    )
  })

  const f32 = (...shape: number[]) => makeAval(shape, 'float32')
  const product = {
    dimensionNumbers: { lhsContracting: [1], rhsContracting: [0], lhsBatch: [], rhsBatch: [] },
    preferredElementType: 'float32',
  } as const
  const kinds = (plan: Plan): string[] => plan.regions.map((region) => region.kind)

  it('makes one region of a dense layer: product, bias, activation', () => {
    const b = new JaxprBuilder()
    const [x, w, bias] = [b.input(f32(8, 3)), b.input(f32(5, 3)), b.input(f32(5))]
    const [turned] = b.emit('transpose', [w], { permutation: [1, 0] })
    const [y] = b.emit('dotGeneral', [x, turned], product)
    const [wide] = b.emit('broadcastInDim', [bias], { shape: [8, 5], broadcastDimensions: [1] })
    const [sum] = b.emit('add', [y, wide], {})
    const [out] = b.emit('tanh', [sum], {})
    const plan = planJaxpr(b.finish([out]))
    expect(kinds(plan)).toEqual(['dot'])
    const [region] = plan.regions as [DotRegion]
    expect(region.rhs.at.strides).toEqual([0, 3, 1])
    expect(region.epilogue.steps.map((step) => step.op)).toEqual(['add', 'tanh'])
    expect(region.epilogue.stores).toEqual([out])
  })

  it('makes a transposed product in the order that is asked for', () => {
    const b = new JaxprBuilder()
    const [y] = b.emit('dotGeneral', [b.input(f32(8, 3)), b.input(f32(3, 5))], product)
    const [out] = b.emit('transpose', [y], { permutation: [1, 0] })
    const plan = planJaxpr(b.finish([out]))
    const [region] = plan.regions as [DotRegion]
    expect(kinds(plan)).toEqual(['dot'])
    expect(region.roles).toEqual(['rhs', 'lhs'])
    expect(region.epilogue.shape).toEqual([5, 8])
  })

  it('makes a transposed convolution in the order that is asked for, with groups, too', () => {
    const convolved = (channels: number, featureGroupCount: number) => {
      const b = new JaxprBuilder()
      const both = [1, 1]
      const params = { windowStrides: both, low: [0, 0], high: [0, 0], lhsDilation: both, rhsDilation: both }
      const operands = [b.input(f32(2, 4, 5, 6)), b.input(f32(8, channels, 2, 3))] as const
      const counts = { featureGroupCount, batchGroupCount: 1, preferredElementType: 'float32' } as const
      const [y] = b.emit('convGeneralDilated', operands, { ...params, ...counts })
      const [out] = b.emit('transpose', [y], { permutation: [3, 0, 2, 1] })
      return planJaxpr(b.finish([out]))
    }
    const plan = convolved(4, 1)
    expect(kinds(plan)).toEqual(['dot'])
    const [region] = plan.regions as [DotRegion]
    expect(region.roles).toEqual(['lhs', 'lhs', 'lhs', 'rhs'])
    expect(region.epilogue.shape).toEqual([4, 2, 4, 8])
    const [inGroups] = convolved(2, 2).regions as [DotRegion]
    expect(kinds(convolved(2, 2))).toEqual(['dot'])
    expect(inGroups.roles).toEqual(['lhs', 'lhs', 'lhs', 'batch', 'rhs'])
    expect(inGroups.epilogue.shape).toEqual([4, 2, 4, 2, 4])
  })

  it('leaves nothing of movement that strides can say', () => {
    const b = new JaxprBuilder()
    const [r] = b.emit('rev', [b.input(f32(4, 6))], { dimensions: [1] })
    const [s] = b.emit('slice', [r], { startIndices: [0, 1], limitIndices: [4, 6], strides: [2, 2] })
    const [out] = b.emit('neg', [s], {})
    const plan = planJaxpr(b.finish([out]))
    expect(plan.regions).toHaveLength(1)
    expect(operandsOf(plan.regions[0] as Region)).toMatchObject([
      { kind: 'read', at: { shape: [2, 3], strides: [12, -2], offset: 4 } },
    ])
  })

  it('hands inputs and literals through without a region', () => {
    const b = new JaxprBuilder()
    const x = b.input(f32(2, 3))
    const [flat] = b.emit('reshape', [x], { newSizes: [6] })
    const plan = planJaxpr(b.finish([x, flat, scalarLiteral(2, 'float32')]))
    expect(plan.regions).toEqual([])
    expect(plan.outputs.map((output) => (output.kind === 'buffer' ? output.source : output.literal.value))).toEqual([
      x,
      x,
      2,
    ])
  })

  it('runs several reductions of one array in one region', () => {
    const b = new JaxprBuilder()
    const x = b.input(f32(5, 7))
    const [square] = b.emit('mul', [x, x], {})
    const outputs = [b.emit('reduceSum', [x], { axes: [0] })[0], b.emit('reduceSum', [square], { axes: [0] })[0]]
    expect(kinds(planJaxpr(b.finish(outputs)))).toEqual(['reduce'])
  })

  it('moves an equation to its one user, rather than store its value', () => {
    const b = new JaxprBuilder()
    const [x, w] = [b.input(f32(4, 4)), b.input(f32(4, 4))]
    const [mask] = b.emit('sin', [x], {})
    const [y] = b.emit('dotGeneral', [x, w], product)
    const plan = planJaxpr(b.finish(b.emit('mul', [y, mask], {})))
    expect(kinds(plan)).toEqual(['dot'])
  })

  it('keeps within its limits', () => {
    const b = new JaxprBuilder()
    const inputs = Array.from({ length: 12 }, () => b.input(f32(9)))
    const sum = inputs.slice(1).reduce((total, input) => b.emit('add', [total, input], {})[0], inputs[0] as Var)
    const plan = planJaxpr(b.finish([sum]), { reads: 5 })
    expect(plan.regions.length).toBeGreaterThan(1)
    for (const region of plan.regions) expect(readsOf(region).size).toBeLessThanOrEqual(5)
  })

  it('makes one region a layer of a deep program', () => {
    const b = new JaxprBuilder()
    const w = b.input(f32(4, 4))
    let x: Var = b.input(f32(4, 4))
    for (let i = 0; i < 500; i++) [x] = b.emit('tanh', b.emit('dotGeneral', [x, w], product), {})
    expect(planJaxpr(b.finish([x])).regions).toHaveLength(500)
  })

  const image = f32(2, 4, 6, 6)
  const same = { low: [1, 1], high: [1, 1], lhsDilation: [1, 1], rhsDilation: [1, 1], batchGroupCount: 1 }
  const conv = (b: JaxprBuilder, groups: number): Var =>
    b.emit('convGeneralDilated', [b.input(image), b.input(f32(8, 4 / groups, 3, 3))], {
      ...same,
      windowStrides: [1, 1],
      featureGroupCount: groups,
      preferredElementType: 'float32',
    })[0]

  it('makes padding and one contraction of a convolution, with what follows in its epilogue', () => {
    const b = new JaxprBuilder()
    const plan = planJaxpr(b.finish(b.emit('tanh', [conv(b, 1)], {})))
    expect(kinds(plan)).toEqual(['move', 'dot'])
    const region = plan.regions[1] as DotRegion
    expect(region.roles).toEqual(['lhs', 'rhs', 'lhs', 'lhs'])
    expect(region.contract).toEqual([4, 3, 3])
    expect(region.epilogue.steps.map((step) => step.op)).toEqual(['tanh'])
  })

  it('runs the groups of a convolution side by side', () => {
    const b = new JaxprBuilder()
    const region = planJaxpr(b.finish([conv(b, 2)])).regions[1] as DotRegion
    expect(region.roles).toEqual(['lhs', 'batch', 'rhs', 'lhs', 'lhs'])
    expect(region.epilogue.shape).toEqual([2, 2, 4, 6, 6])
  })

  it('reads pooling windows in place', () => {
    const b = new JaxprBuilder()
    const [halves, ones, none] = [
      [1, 1, 2, 2],
      [1, 1, 1, 1],
      [0, 0, 0, 0],
    ]
    const dilations = { baseDilation: ones, windowDilation: ones }
    const params = {
      kind: 'max',
      windowDimensions: halves,
      windowStrides: halves,
      low: none,
      high: none,
      ...dilations,
    } as const
    const plan = planJaxpr(b.finish(b.emit('reduceWindow', [b.input(image)], params)))
    expect(kinds(plan)).toEqual(['reduce'])
  })

  it('keeps effects, in their order, and gives whole ops dense operands', () => {
    const b = new JaxprBuilder()
    const x = b.input(f32(2, 3))
    const say = (name: string, value: Var) =>
      b.emit('callback', [value], { callback: () => [], outs: [], hasEffect: true, name })
    say('first', b.emit('transpose', [x], { permutation: [1, 0] })[0])
    say('second', x)
    const plan = planJaxpr(b.finish([]))
    expect(kinds(plan)).toEqual(['move', 'whole', 'whole'])
    expect(
      plan.regions.flatMap((region) => (region.kind === 'whole' ? [(region.params as { name: string }).name] : [])),
    ).toEqual(['first', 'second'])
    expect([...readsOf(plan.regions[2] as Region)]).toEqual([x])
  })

  it('does twice the work for twice the equations, whole ones among them', () => {
    const program = (turns: number): Jaxpr => {
      const b = new JaxprBuilder()
      const [x, row] = [b.input(f32(8, 8)), b.input(f32(1, 8))]
      const zero = scalarLiteral(0, 'int32')
      let y: Var = x
      for (let i = 0; i < turns; i++) {
        const [updated] = b.emit('dynamicUpdateSlice', [y, row, scalarLiteral(i % 8, 'int32'), zero], {})
        ;[y] = b.emit('tanh', b.emit('cumulative', [updated], { kind: 'add', axis: 0, reverse: false }), {})
      }
      return b.finish([y])
    }
    const work = (turns: number): number => {
      const jaxpr = program(turns)
      return workOf(() => planJaxpr(cleanUp(jaxpr)))
    }
    expect(work(2000) / work(1000)).toBeLessThan(2.05)
  })
})
