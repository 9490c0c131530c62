import {
  type Aval,
  byteSize,
  JaxprBuilder,
  makeAval,
  makeLiteral,
  type Plan,
  planJaxpr,
  readsOf,
  storesOf,
  type Var,
} from '@proj/backend'
import { workOf } from '@proj/backend/testing'
import { describe, expect, it } from 'vitest'
import { largeArray } from './boundary.ts'
import { type MemoryPlan, type Needs, planMemory } from './memory.ts'
import { slotSize } from './rooms.ts'

const aval = makeAval([100], 'float32')
const none: Needs = { scratchOf: () => 0, layoutOf: () => undefined }

const offsetIn = (memory: MemoryPlan, variable: Var): number => {
  const slot = memory.slots.get(variable)
  return slot?.kind === 'arena' ? slot.offset : Number.NaN
}

/** A chain in which no two steps share a region: each reads the one before it backwards. */
function chain(length: number) {
  const b = new JaxprBuilder()
  let x: Var = b.input(aval)
  for (let i = 0; i < length; i++) [x] = b.emit('sin', b.emit('rev', [x], { dimensions: [0] }), {})
  return planJaxpr(b.finish([x]))
}

describe('planMemory', () => {
  it('never gives two buffers in use the same bytes', () => {
    const plan = chain(20)
    const memory = planMemory(plan, none)
    plan.regions.forEach((region, i) => {
      const used = new Set<Var>([...readsOf(region), ...storesOf(region)])
      for (const later of plan.regions.slice(i + 1)) {
        for (const variable of readsOf(later))
          if (plan.regions.slice(0, i).some((earlier) => storesOf(earlier).includes(variable))) used.add(variable)
      }
      const spans = [...used]
        .map((variable) => [offsetIn(memory, variable), byteSize(variable.aval)] as const)
        .sort(([x], [y]) => x - y)
      spans
        .slice(1)
        .forEach(([start], k) =>
          expect(start).toBeGreaterThanOrEqual((spans[k]?.[0] as number) + (spans[k]?.[1] as number)),
        )
    })
  })

  it('uses room again, so that a long chain needs no more than a short one', () => {
    expect(planMemory(chain(50), none).size).toBe(planMemory(chain(3), none).size)
  })

  it('lays results side by side, on multiples of 32 bytes', () => {
    const b = new JaxprBuilder()
    const x = b.input(aval)
    const plan = planJaxpr(b.finish([...b.emit('sin', [x], {}), ...b.emit('cos', [x], {})]))
    const memory = planMemory(plan, none)
    const { resultsStart, resultsEnd } = memory
    const results = plan.regions.flatMap(storesOf).map((variable) => offsetIn(memory, variable))
    expect(results).toEqual([resultsStart, resultsStart + slotSize(400)])
    expect(resultsEnd).toBe(resultsStart + 2 * slotSize(400))
    expect(resultsStart % 32).toBe(0)
  })

  it('keeps scratch room apart from what is in use', () => {
    const plan = chain(4)
    const memory = planMemory(plan, { ...none, scratchOf: () => 1000 })
    const { scratch } = memory
    plan.regions.forEach((region, i) => {
      const start = scratch[i] as number
      for (const variable of [...readsOf(region), ...storesOf(region)]) {
        const at = offsetIn(memory, variable)
        expect(at + byteSize(variable.aval) <= start || at >= start + 1000).toBe(true)
      }
    })
  })

  it('points to large inputs and results instead of copying them', () => {
    const b = new JaxprBuilder()
    const x = b.input(makeAval([largeArray / 4], 'float32'))
    const memory = planMemory(planJaxpr(b.finish(b.emit('sin', [x], {}))), none)
    expect([...memory.slots.values()]).toEqual([
      { kind: 'pointer', index: 0 },
      { kind: 'pointer', index: 1 },
    ])
    expect(memory.resultsEnd).toBe(memory.resultsStart)
    expect(memory.size).toBe(32)
  })

  describe('does twice the work for twice as much', () => {
    const workFor = (plan: Plan): number => workOf(() => planMemory(plan, none))
    const growthOf = (planOf: (size: number) => Plan): number => {
      const [small, large] = [planOf(500), planOf(1000)]
      return workFor(large) / workFor(small)
    }
    const inputs = (b: JaxprBuilder, count: number, one: Aval): Var[] =>
      Array.from({ length: count }, () => b.input(one))

    /** The sum of all, read from the end, and so in a region after those that make them. */
    const backwards = (b: JaxprBuilder, all: readonly Var[]): Var => {
      const turned = all.map((x) => b.emit('rev', [x], { dimensions: [0] })[0])
      return turned.reduce((sum, x) => b.emit('add', [sum, x], {})[0])
    }

    it('regions in a chain, which a result houses', () => {
      expect(growthOf(chain)).toBeLessThan(2.1)
    })

    it('values that a region makes for another one', () => {
      const planOf = (size: number) => {
        const b = new JaxprBuilder()
        const x = b.input(aval)
        const made = Array.from({ length: size }, (_, i) => b.emit('mul', [x, makeLiteral(i + 2, aval)], {})[0])
        return planJaxpr(b.finish([backwards(b, made)]), { steps: 3 * size, reads: size })
      }
      expect(growthOf(planOf)).toBeLessThan(2.1)
    })

    it('values that a loop carries', () => {
      const body = (size: number) => {
        const b = new JaxprBuilder()
        return b.finish(inputs(b, size, aval).map((x) => b.emit('neg', [x], {})[0]))
      }
      const planOf = (size: number) => {
        const b = new JaxprBuilder()
        const carry = { jaxpr: body(size), length: 2, reverse: false, unroll: 1, numConsts: 0, numCarry: size }
        const carried = b.emit('scan', inputs(b, size, aval), carry) as readonly Var[]
        return planJaxpr(b.finish([backwards(b, carried)]), { steps: 3 * size, reads: size })
      }
      expect(growthOf(planOf)).toBeLessThan(2.1)
    })

    it('large arguments that results may take the place of', () => {
      const large = makeAval([largeArray / 4], 'float32')
      const planOf = (size: number) => {
        const b = new JaxprBuilder()
        const sums = inputs(b, size, large).map((x) => b.emit('reduceSum', [x], { axes: [0] })[0])
        const turned = sums.map((sum) => {
          const [wide] = b.emit('broadcastInDim', [sum], { shape: large.shape, broadcastDimensions: [] })
          return b.emit('sin', [wide], {})[0]
        })
        return planJaxpr(b.finish(turned))
      }
      expect(growthOf(planOf)).toBeLessThan(2.1)
    })
  })
})
