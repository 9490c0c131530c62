import { describe, expect, it } from 'vitest'
import { grad, lax, type NDArray } from '../../index.ts'
import * as special from './index.ts'

describe('functions without a derivative', () => {
  it('say so, and by which operand', () => {
    expect(() => grad((a: NDArray) => lax.igammaGradA(a, 1).sum())(special.gamma([1, 2]))).toThrow(
      /igammaGradA: its derivative by operand 0/,
    )
    expect(() => grad((a: NDArray) => lax.betainc(a, 1, 0.5).sum())(special.gamma([1, 2]))).toThrow(/stopGradient/)
  })
})
