import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeAval, sizeOf } from '../aval.ts'
import { JaxprBuilder, makeEqn } from '../builder.ts'
import { dtypes, type TypedArray } from '../dtype.ts'
import { type Atom, type Jaxpr, makeLiteral, makeVar, scalarLiteral, type Var } from '../jaxpr.ts'
import { families, opNames } from '../ops.ts'
import { evaluateJaxpr } from '../reference/evaluate.ts'
import { cleanUp } from '../rewrite/cleanUp.ts'
import { randomJaxpr } from '../testing/randomJaxpr.ts'
import { workOf } from '../testing/work.ts'
import type { Affine } from './affine.ts'
import { planJaxpr } from './plan.ts'
import {
  type DotRegion,
  type Operand,
  operandsOf,
  type Plan,
  type Region,
  readsOf,
  type Stage,
  stagesOf,
  storesOf,
} from './region.ts'

/** Calls `visit` with each multi-index of `shape`, in row-major order. */
function visitAll(shape: readonly number[], visit: (index: readonly number[]) => void): void {
  const walk = (index: readonly number[]): void => {
    if (index.length === shape.length) return visit(index)
    for (let i = 0; i < (shape[index.length] as number); i++) walk([...index, i])
  }
  if (sizeOf(shape) > 0) walk([])
}

const positionOf = (at: Affine, index: readonly number[]): number =>
  index.reduce((sum, i, d) => sum + i * (at.strides[d] as number), at.offset)

const allocate = (value: Var): TypedArray => new dtypes[value.aval.dtype].array(sizeOf(value.aval.shape))

/** Runs a plan region by region, each operand gathered as its affine map says and each step by the reference. */
class Replay {
  readonly buffers = new Map<Var, TypedArray>()
  #locals = new Map<Var, TypedArray>()

  operand(operand: Operand, shape: readonly number[], dtype: keyof typeof dtypes): TypedArray {
    if (operand.kind === 'local') {
      const local = this.#locals.get(operand.value)
      if (local === undefined) throw new Error('a local is used before it is computed')
      return local
    }
    const out = new dtypes[dtype].array(sizeOf(shape))
    if (operand.kind === 'constant') return out.fill(operand.value)
    expect(operand.at.shape).toEqual(shape)
    const source = operand.kind === 'read' ? this.buffers.get(operand.source) : undefined
    if (operand.kind === 'read' && source === undefined) throw new Error('a buffer is read before it is written')
    let i = 0
    visitAll(shape, (index) => {
      const position = positionOf(operand.at, index)
      if (source !== undefined && source[position] === undefined) throw new Error('a read out of bounds')
      out[i++] = source === undefined ? position : (source[position] as number)
    })
    return out
  }

  stage(stage: Stage): void {
    for (const { op, params, inputs, outputs } of stage.steps) {
      const avals = inputs.map((input) => makeAval(stage.shape, dtypeOf(input)))
      const vars = avals.map((aval) => makeVar(aval))
      const eqn = makeEqn(op, vars as never, params as never)
      const values = evaluateJaxpr(
        { inputs: vars, eqns: [eqn], outputs: eqn.outputs },
        inputs.map((input, i) => this.operand(input, stage.shape, (avals[i] as { dtype: keyof typeof dtypes }).dtype)),
      )
      outputs.forEach((output, i) => this.#locals.set(output, values[i] as TypedArray))
    }
    for (const value of stage.stores) this.buffers.set(value, this.#locals.get(value) as TypedArray)
  }

  region(region: Region): void {
    this.#locals = new Map()
    if (region.kind === 'loop') this.stage(region.main)
    if (region.kind === 'reduce') {
      this.stage({ ...region.main })
      for (const { op, params, input, output } of region.reductions) {
        const x = makeVar(makeAval(region.main.shape, dtypeOf(input)))
        const own = 'axis' in (params as object) ? { ...params, axis: region.axes[0] } : { axes: region.axes }
        const eqn = makeEqn(op, [x] as never, own as never)
        const [value] = evaluateJaxpr({ inputs: [x], eqns: [eqn], outputs: eqn.outputs }, [
          this.operand(input, region.main.shape, x.aval.dtype),
        ])
        this.#locals.set(output, value as TypedArray)
      }
      this.stage(region.epilogue)
    }
    if (region.kind === 'dot') {
      const shape = region.epilogue.shape
      const out = allocate(region.output)
      let i = 0
      visitAll(shape, (index) => {
        let sum = 0
        visitAll(region.contract, (k) => {
          const [lhs, rhs] = [region.lhs, region.rhs].map(
            (read) => (this.buffers.get(read.source) as TypedArray)[positionOf(read.at, [...index, ...k])] as number,
          )
          sum = (sum + Math.imul(lhs as number, rhs as number)) | 0
        })
        out[i++] = sum
      })
      this.#locals.set(region.output, out)
      this.stage(region.epilogue)
    }
    if (region.kind === 'whole') {
      const vars = region.inputs.map(({ aval }) => makeVar(aval))
      const { op, params, outputs } = region
      const eqns = [{ op, params, inputs: vars, outputs }]
      const buffers = region.inputs.map(({ source }) => this.buffers.get(source) as TypedArray)
      const values = evaluateJaxpr({ inputs: vars, eqns, outputs }, buffers)
      outputs.forEach((output, i) => this.buffers.set(output, values[i] as TypedArray))
    }
    if (region.kind === 'move') {
      const out = allocate(region.target)
      const whole = {
        shape: region.shape,
        strides: region.shape.map((_, d) => sizeOf(region.shape.slice(d + 1))),
        offset: 0,
      }
      for (const part of region.parts) {
        const value = this.operand(part.value, part.shape, region.target.aval.dtype)
        let i = 0
        visitAll(part.shape, (index) => {
          out[
            positionOf(
              whole,
              index.map((n, d) => (part.start[d] as number) + n * (part.step[d] as number)),
            )
          ] = value[i++] as number
        })
      }
      this.buffers.set(region.target, out)
    }
  }
}

const dtypeOf = (operand: Operand): keyof typeof dtypes => {
  if (operand.kind === 'local') return operand.value.aval.dtype
  return operand.kind === 'read' ? operand.source.aval.dtype : operand.dtype
}

function replay(plan: Plan, inputs: readonly TypedArray[]): TypedArray[] {
  const run = new Replay()
  plan.inputs.forEach((input, i) => run.buffers.set(input, inputs[i] as TypedArray))
  for (const region of plan.regions) run.region(region)
  return plan.outputs.map((output) => {
    if (output.kind === 'buffer') return run.buffers.get(output.source) as TypedArray
    return new dtypes[output.literal.aval.dtype].array(sizeOf(output.literal.aval.shape)).fill(output.literal.value)
  })
}

const stepsOf = (plan: Plan): number =>
  plan.regions.reduce((n, region) => n + stagesOf(region).reduce((m, stage) => m + stage.steps.length, 0), 0)

/** A program that takes its decisions from `next(n)`, an integer below `n`. */
function randomProgram(next: (n: number) => number): Jaxpr {
  const b = new JaxprBuilder()
  const sizes = [1, 2, 3, 0]
  const size = () => sizes[next(12)] ?? next(2) + 2
  const shape = () => Array.from({ length: next(4) }, size)
  const pool: Atom[] = [
    b.input(makeAval(shape(), 'int32')),
    b.input(makeAval(shape(), 'int32')),
    b.input(makeAval([2, 3], 'int32')),
  ]
  const pick = (): Atom => pool[Math.max(0, pool.length - 1 - next(next(2) === 0 ? 3 : pool.length))] as Atom
  const axesOf = (rank: number) => Array.from({ length: rank }, (_, d) => d).filter(() => next(2) === 0)
  const moves: ((x: Atom) => readonly Atom[])[] = [
    (x) => {
      const order = x.aval.shape.map((_, d) => d)
      for (let i = order.length - 1; i > 0; i--) {
        const j = next(i + 1)
        ;[order[i], order[j]] = [order[j] as number, order[i] as number]
      }
      return b.emit('transpose', [x], { permutation: order })
    },
    (x) => b.emit('reshape', [x], { newSizes: reshaped(x.aval.shape, next) }),
    (x) => b.emit('rev', [x], { dimensions: axesOf(x.aval.shape.length) }),
    (x) =>
      b.emit('broadcastInDim', [x], {
        shape: [2, ...x.aval.shape.map((n) => (n === 1 ? 3 : n))],
        broadcastDimensions: x.aval.shape.map((_, d) => d + 1),
      }),
    (x) => {
      const startIndices = x.aval.shape.map((n) => next(n + 1))
      return b.emit('slice', [x], {
        startIndices,
        limitIndices: x.aval.shape.map(
          (n, d) => (startIndices[d] as number) + next(n - (startIndices[d] as number) + 1),
        ),
        strides: x.aval.shape.map(() => 1 + next(2)),
      })
    },
    (x) =>
      b.emit('pad', [x, scalarLiteral(7, 'int32')], {
        low: x.aval.shape.map((n) => next(3) - Math.min(n, 1)),
        high: x.aval.shape.map(() => next(3)),
        interior: x.aval.shape.map(() => next(2)),
      }),
    (x) => (x.aval.shape.length === 0 ? [x] : b.emit('concatenate', [x, x], { dimension: next(x.aval.shape.length) })),
    (x) => b.emit('reduceSum', [x], { axes: axesOf(x.aval.shape.length) }),
    (x) => b.emit('reduceMax', [x], { axes: axesOf(x.aval.shape.length) }),
    (x) => {
      const axis = x.aval.shape.findIndex((n) => n > 0)
      return axis < 0 ? [x] : b.emit('argmax', [x], { axis, indexDtype: 'int32' })
    },
    (x) => {
      const contracting = axesOf(x.aval.shape.length)
      const batch = axesOf(x.aval.shape.length).filter((d) => !contracting.includes(d))
      return b.emit('dotGeneral', [x, x], {
        dimensionNumbers: {
          lhsContracting: contracting,
          rhsContracting: contracting,
          lhsBatch: batch,
          rhsBatch: batch,
        },
        preferredElementType: 'int32',
      })
    },
    (x) => b.emit('iota', [], { dtype: 'int32', shape: x.aval.shape.length === 0 ? [2] : x.aval.shape, dimension: 0 }),
    (x) => [makeLiteral(3, x.aval)],
  ]
  for (let i = 0; i < 14; i++) {
    const x = pick()
    const y = pool.filter((atom) => atom.aval.shape.join() === x.aval.shape.join())
    const other = y[next(y.length)] as Atom
    const made =
      next(5) < 2
        ? b.emit((['add', 'mul', 'sub', 'max'] as const)[next(4)] as 'add', [x, other], {})
        : next(3) === 0
          ? b.emit('neg', [x], {})
          : (moves[next(moves.length)] as (typeof moves)[number])(x)
    if (sizeOf((made[0] as Atom).aval.shape) <= 200) pool.push(...made)
  }
  return b.finish([pool.at(-1) as Atom, pick(), pick(), pool[0] as Atom])
}

/** Another shape of as many elements. */
function reshaped(shape: readonly number[], next: (n: number) => number): number[] {
  let rest = sizeOf(shape)
  if (rest === 0) return [0, ...shape.filter((n) => n !== 0)]
  const sizes: number[] = []
  for (const n of [2, 3, 2, 5]) {
    if (rest % n === 0 && next(2) === 0) {
      sizes.push(n)
      rest /= n
    }
  }
  return next(2) === 0 ? [...sizes, rest] : [1, rest, ...sizes]
}

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

  it('reads a softmax in three regions and stores no more than the exponentials between them', () => {
    const b = new JaxprBuilder()
    const x = b.input(f32(4, 6))
    const wide = (value: Var) => b.emit('broadcastInDim', [value], { shape: [4, 6], broadcastDimensions: [0] })[0]
    const [most] = b.emit('reduceMax', [x], { axes: [1] })
    const [e] = b.emit('exp', [b.emit('sub', [x, wide(most)], {})[0]], {})
    const [sum] = b.emit('reduceSum', [e], { axes: [1] })
    const plan = planJaxpr(b.finish(b.emit('div', [e, wide(sum)], {})))
    expect(kinds(plan)).toEqual(['reduce', 'reduce', 'loop'])
    expect(plan.regions.flatMap(storesOf).map((value) => value.aval.shape)).toEqual([[4], [4, 6], [4], [4, 6]])
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
