import { beforeAll, describe, expect, it } from 'vitest'
import { evaluate, f32, start } from '../testing/runJaxpr.ts'

beforeAll(start)

describe('movement', () => {
  it('lays many operands end to end, more than a draw can read', () => {
    const avals = Array.from({ length: 40 }, (_, k) => f32(2, (k % 3) + 1))
    const args = avals.map((aval, k) => Array.from({ length: (aval.shape[1] as number) * 2 }, (_, i) => k * 100 + i))
    const [got] = evaluate(avals, args, (b, ...xs) => b.emit('concatenate', xs, { dimension: 1 }))
    const row = (r: number) =>
      args.flatMap((values) => values.slice(r * (values.length / 2), (r + 1) * (values.length / 2)))
    expect(got).toEqual([...row(0), ...row(1)])
  })

  it('pads before, after and between, and crops', () => {
    const [got] = evaluate([f32(2, 3), f32()], [[1, 2, 3, 4, 5, 6], [9]], (b, x, fill) =>
      b.emit('pad', [x, fill], { low: [1, -1], high: [0, 2], interior: [1, 2] }),
    )
    // Rows 1 . 4 with a row of 9 between and before; columns 1 9 9 2 9 9 3, less one before, two more after.
    const line = (a: number, b: number) => [9, 9, a, 9, 9, b, 9, 9]
    expect(got).toEqual([...Array(8).fill(9), ...line(2, 3), ...Array(8).fill(9), ...line(5, 6)])
  })
})
