import { expect, it } from 'vitest'
import { measureRoofs } from './roofs.ts'

it('finds roofs that a machine can have', async () => {
  const { bandwidth, plain, fused } = await measureRoofs()
  expect(bandwidth).toBeGreaterThan(0)
  // A vector operation has four lanes: slower than one operation a nanosecond, something is not vectorised.
  expect(plain).toBeGreaterThan(1)
  expect(fused).toBeGreaterThanOrEqual(0)
})
