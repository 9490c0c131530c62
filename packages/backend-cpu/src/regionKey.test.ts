import { cleanUp, evaluateJaxpr, JaxprBuilder, makeAval, makeLiteral, planJaxpr, type Var } from '@proj/backend'
import { describe, expect, it } from 'vitest'
import { compileProgram } from './compileProgram.ts'
import { cpu } from './cpu.ts'
import { layoutOf, scratchBytes } from './lower/region.ts'
import { planMemory } from './memory.ts'
import { regionKey } from './regionKey.ts'

const square = makeAval([6, 6], 'float32')
const contraction = { lhsContracting: [1], rhsContracting: [0], lhsBatch: [], rhsBatch: [] }

/** `tanh(… tanh(x w₀) … wₙ)`. */
function layers(count: number) {
  const builder = new JaxprBuilder()
  const weights = Array.from({ length: count }, () => builder.input(square))
  let x: Var = builder.input(square)
  for (const w of weights) {
    const params = { dimensionNumbers: contraction, preferredElementType: 'float32' } as const
    const [product] = builder.emit('dotGeneral', [x, w], params)
    ;[x] = builder.emit('tanh', [product], {})
  }
  return builder.finish([x])
}

/** The key of the one region of `x · value`. */
function keyOfScaling(value: number): string {
  const builder = new JaxprBuilder()
  const x = builder.input(square)
  const plan = planJaxpr(cleanUp(builder.finish(builder.emit('mul', [x, makeLiteral(value, square)], {}))))
  const memory = planMemory(plan, { scratchOf: scratchBytes, layoutOf })
  return regionKey(memory.regions[0] as (typeof memory.regions)[number], memory).text
}

describe('regions that are alike', () => {
  it('have their code once: forty layers more take only their calls', () => {
    const [few, many] = [10, 50].map((n) => compileProgram(layers(n), { hasRelaxed: false }).moduleBytes) as [
      number,
      number,
    ]
    expect((many - few) / 40).toBeLessThan(60)
  })

  it('compute what the reference computes, each on its own buffers', () => {
    const jaxpr = layers(5)
    const data = jaxpr.inputs.map((_, k) => Float32Array.from({ length: 36 }, (_, i) => Math.sin(7 * k + i) / 2))
    const backend = cpu({ relaxedSimd: false })
    const [found] = backend.compile(jaxpr, {}).run(data.map((one) => backend.put(one, square)))
    const [expected] = evaluateJaxpr(jaxpr, data) as [Float32Array]
    const result = backend.getSync?.(found) as Float32Array
    expect(Math.max(...result.map((y, i) => Math.abs(y - (expected[i] as number))))).toBeLessThan(1e-6)
  })

  it('are told apart by their numbers, NaN and infinities included', () => {
    const keys = [2, 3, 0, -0, Number.NaN, Infinity, -Infinity].map(keyOfScaling)
    expect(new Set(keys).size).toBe(keys.length)
    expect(keyOfScaling(2)).toBe(keyOfScaling(2))
  })
})
