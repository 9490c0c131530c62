import { type DType, dtypes, JaxprBuilder, makeAval, type TypedArray } from '@proj/backend'
import { expectAgreement, Random, randomData } from '@proj/backend/testing'
import { describe, expect, it } from 'vitest'
import { cpu } from '../index.ts'

const backend = cpu()

/** Few different values, so that many are equal. */
function coarse(dtype: DType, shape: readonly number[], seed: number): TypedArray {
  const data = randomData(new Random(seed), makeAval(shape, dtype), true)
  const few = data.slice(0, 40)
  return data.map((_, i) => few[(i * 7919 + seed) % few.length] as number)
}

describe('sort', () => {
  for (const dtype of Object.keys(dtypes) as DType[])
    for (const length of [63, 64, 65, 1000])
      it(`orders ${length} of ${dtype} by two keys and keeps the order of equals`, () => {
        const b = new JaxprBuilder()
        const shape = [2, length, 3]
        const [x, y, z] = [makeAval(shape, dtype), makeAval(shape, dtype), makeAval(shape, 'int32')]
        const operands = [b.input(x), b.input(y), b.input(z)]
        const jaxpr = b.finish(b.emit('sort', operands, { dimension: 1, isStable: true, numKeys: 2 }))
        const positions = Int32Array.from({ length: 6 * length }, (_, i) => i)
        return expectAgreement(backend, jaxpr, [coarse(dtype, shape, 1), coarse(dtype, shape, 2), positions], {
          ulps: 0,
        })
      })

  it('is done by the module itself', () => {
    const b = new JaxprBuilder()
    const jaxpr = b.finish(
      b.emit('sort', [b.input(makeAval([9], 'float32'))], { dimension: 0, isStable: true, numKeys: 1 }),
    )
    const text = backend.compile(jaxpr, {}).explain?.()
    expect(text).toContain('sort (f32[9]) -> f32[9]')
    expect(text).not.toContain('by the host')
  })
})

describe('topK', () => {
  for (const dtype of ['float32', 'float64', 'float16', 'int32', 'uint32', 'int8'] as const)
    it(`takes the largest of 700 of ${dtype}, of equals the first`, () => {
      const b = new JaxprBuilder()
      const jaxpr = b.finish(b.emit('topK', [b.input(makeAval([3, 700], dtype))], { k: 150 }))
      return expectAgreement(backend, jaxpr, [coarse(dtype, [3, 700], 5)], { ulps: 0 })
    })
})
