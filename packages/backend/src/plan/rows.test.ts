import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeAval, sizeOf } from '../aval.ts'
import { JaxprBuilder } from '../builder.ts'
import type { TypedArray } from '../dtype.ts'
import { type Jaxpr, scalarLiteral, type Var } from '../jaxpr.ts'
import { evaluateJaxpr } from '../reference/evaluate.ts'
import { cleanUp } from '../rewrite/cleanUp.ts'
import { Random, randomData } from '../testing/random.ts'
import { rowProgram } from '../testing/rowProgram.ts'
import { workOf } from '../testing/work.ts'
import { planJaxpr } from './plan.ts'
import { madeBy, operandsOf, type Plan, type RowsRegion, readsOf, storesOf } from './region.ts'
import { joinRows } from './rows.ts'
import { randomProgram } from './testing/randomProgram.ts'
import { positionOf, replay, visitAll } from './testing/replay.ts'

const f32 = (...shape: number[]) => makeAval(shape, 'float32')
const kinds = (plan: Plan): string[] => plan.regions.map((region) => region.kind)
const planned = (jaxpr: Jaxpr): Plan => joinRows(planJaxpr(cleanUp(jaxpr)))

/** Steps on rows along the last dimension of `shape`. */
function onRows(b: JaxprBuilder, ...shape: number[]) {
  const last = shape.length - 1
  const wide = (value: Var): Var => {
    const broadcastDimensions = shape.slice(0, last).map((_, d) => d)
    return b.emit('broadcastInDim', [value], { shape, broadcastDimensions })[0]
  }
  const reduce = (op: 'reduceSum' | 'reduceMax', value: Var): Var => b.emit(op, [value], { axes: [last] })[0]
  const by = (op: 'add' | 'sub' | 'mul' | 'div', x: Var, y: Var): Var => b.emit(op, [x, y], {})[0]
  const mean = (value: Var): Var => {
    const sum = reduce('reduceSum', value)
    return b.emit('div', [sum, { ...scalarLiteral(shape[last] as number, 'float32'), aval: sum.aval }], {})[0]
  }
  return { wide, reduce, by, mean, exp: (value: Var): Var => b.emit('exp', [value], {})[0] }
}

function softmax(b: JaxprBuilder, x: Var): Var {
  const { wide, reduce, by, exp } = onRows(b, ...x.aval.shape)
  const e = exp(by('sub', x, wide(reduce('reduceMax', x))))
  return by('div', e, wide(reduce('reduceSum', e)))
}

function normalised(b: JaxprBuilder, x: Var): Var {
  const { wide, by, mean } = onRows(b, ...x.aval.shape)
  const centred = by('sub', x, wide(mean(x)))
  const [scale] = b.emit('rsqrt', [mean(by('mul', centred, centred))], {})
  return by('mul', centred, wide(scale))
}

/** What the parts of a region read of one another is at the point they are at, or belongs to its row. */
function expectRowsApart(region: RowsRegion): void {
  const made = new Set(region.parts.flatMap((part) => [...madeBy(part)]))
  const kept = region.shape.map((_, d) => d).filter((d) => !region.axes.includes(d))
  for (const operand of operandsOf(region)) {
    if (operand.kind !== 'read' || !made.has(operand.source)) continue
    const isWhole = sizeOf(operand.source.aval.shape) === sizeOf(region.shape)
    let next = 0
    visitAll(operand.at.shape, (index) => {
      const row = kept.reduce((number, d) => number * (region.shape[d] as number) + (index[d] as number), 0)
      const own = operand.at.shape.length < region.shape.length || isWhole ? next++ : row
      expect(positionOf(operand.at, index)).toBe(own)
    })
  }
}

describe('joinRows', () => {
  it('makes one region of a softmax, which keeps no more than a row of the exponentials', () => {
    const b = new JaxprBuilder()
    const out = softmax(b, b.input(f32(4, 6)))
    const plan = planned(b.finish([out]))
    expect(kinds(plan)).toEqual(['rows'])
    const [region] = plan.regions as readonly [RowsRegion]
    expect(region.parts).toHaveLength(3)
    expect(region.rowValues).toHaveLength(1)
    expect(storesOf(region)).toEqual([out])
  })

  it('makes one region of a normalisation, with what comes before and after it', () => {
    const b = new JaxprBuilder()
    const [x, scale] = [b.input(f32(3, 5, 8)), b.input(f32(8))]
    const y = normalised(b, b.emit('tanh', [x], {})[0])
    const [wide] = b.emit('broadcastInDim', [scale], { shape: [3, 5, 8], broadcastDimensions: [2] })
    const plan = planned(b.finish(b.emit('logistic', b.emit('mul', [y, wide], {}), {})))
    expect(kinds(plan)).toEqual(['rows'])
    expect(readsOf(plan.regions[0] as RowsRegion)).toEqual(new Set([x, scale]))
  })

  it('stores what is a result or is read elsewhere, too', () => {
    const b = new JaxprBuilder()
    const x = b.input(f32(4, 6))
    const { wide, reduce, by, exp } = onRows(b, 4, 6)
    const most = reduce('reduceMax', x)
    const e = exp(by('sub', x, wide(most)))
    const share = by('div', e, wide(reduce('reduceSum', e)))
    const plan = planned(b.finish([share, most, b.emit('reduceSum', [e], { axes: [0] })[0]]))
    expect(kinds(plan)).toEqual(['rows', 'reduce'])
    expect(new Set(storesOf(plan.regions[0] as RowsRegion))).toEqual(new Set([most, e, share]))
  })

  it('leaves apart what goes from row to row, or through other rows', () => {
    const b = new JaxprBuilder()
    const x = b.input(f32(6, 6))
    const { wide, reduce, by } = onRows(b, 6, 6)
    const sums = reduce('reduceSum', x)
    const [turned] = b.emit('rev', [sums], { dimensions: [0] })
    expect(kinds(planned(b.finish([by('sub', x, wide(turned))])))).toEqual(['reduce', 'loop'])
    const c = new JaxprBuilder()
    const y = c.input(f32(6, 6))
    const rows = onRows(c, 6, 6)
    const [columns] = c.emit('broadcastInDim', [rows.reduce('reduceSum', y)], {
      shape: [6, 6],
      broadcastDimensions: [1],
    })
    expect(kinds(planned(c.finish([rows.by('sub', y, columns)])))).toEqual(['reduce', 'loop'])
  })

  it('waits for what a later part needs, unless somebody needs an earlier one before', () => {
    const build = (isNeeded: boolean): Jaxpr => {
      const b = new JaxprBuilder()
      const x = b.input(f32(8, 8))
      const { wide, reduce, by } = onRows(b, 8, 8)
      const sums = reduce('reduceSum', x)
      const [sorted] = b.emit('sort', [isNeeded ? sums : b.input(f32(8))], { dimension: 0, numKeys: 1, isStable: true })
      return b.finish([by('mul', by('sub', x, wide(sums)), wide(sorted as Var))])
    }
    expect(kinds(planned(build(false)))).toEqual(['whole', 'rows'])
    expect(kinds(planned(build(true)))).toEqual(['reduce', 'whole', 'loop'])
  })

  it('decides by the length of rows and the size of the array', () => {
    const regions = (...shape: number[]): number => {
      const b = new JaxprBuilder()
      return planned(b.finish([normalised(b, b.input(f32(...shape)))])).regions.length
    }
    expect([regions(128, 10), regions(128, 1000), regions(64, 65536), regions(65536, 64)]).toEqual([1, 1, 1, 1])
    expect([regions(128, 64), regions(2, 65537)]).toEqual([3, 3])
  })

  it('keeps the meaning of any program', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat(1 << 20)), (stream) => {
        const jaxpr = randomProgram((n) => (stream.next().value as number) % n)
        const inputs = jaxpr.inputs.map(({ aval }, i) =>
          Int32Array.from({ length: sizeOf(aval.shape) }, (_, k) => ((k * 7 + i * 3) % 11) - 5),
        )
        expect(replay(joinRows(planJaxpr(jaxpr)), inputs)).toEqual(evaluateJaxpr(jaxpr, inputs))
      }),
      { numRuns: 1000 },
    )
  })

  it('keeps the meaning of reductions whose results go back into their rows, and rows apart', () => {
    let joined = 0
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const random = new Random(seed)
        const jaxpr = cleanUp(rowProgram(random, { dtype: 'int32', maxElements: 120 }))
        const plan = joinRows(planJaxpr(jaxpr))
        for (const region of plan.regions) if (region.kind === 'rows') expectRowsApart(region)
        joined += plan.regions.filter(({ kind }) => kind === 'rows').length
        const inputs: TypedArray[] = jaxpr.inputs.map(({ aval }) => randomData(random, aval, false))
        expect(replay(plan, inputs)).toEqual(evaluateJaxpr(jaxpr, inputs))
      }),
      { numRuns: 500 },
    )
    expect(joined).toBeGreaterThan(100)
  })

  it('does twice the work for twice the equations', () => {
    const work = (layers: number): number => {
      const b = new JaxprBuilder()
      let x: Var = b.input(f32(16, 128))
      for (let i = 0; i < layers; i++) x = i % 2 === 0 ? softmax(b, x) : normalised(b, x)
      const plan = planJaxpr(cleanUp(b.finish([x])))
      return workOf(() => joinRows(plan))
    }
    expect(work(400) / work(200)).toBeLessThan(2.05)
  })
})
