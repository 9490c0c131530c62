import type { Aval } from '../aval.ts'
import type { Params } from '../ops.ts'

/** The part of operand number `operand` from `from` on, `shape` of it, goes to `start`, every `step`. */
export interface Window {
  readonly operand: number
  readonly from: readonly number[]
  readonly shape: readonly number[]
  readonly start: readonly number[]
  readonly step: readonly number[]
}

const all = (shape: readonly number[], n: number): number[] => shape.map(() => n)

export function concatenateWindows(ins: readonly Aval[], { dimension }: Params<'concatenate'>): Window[] {
  let position = 0
  return ins.map(({ shape }, operand) => {
    const start = shape.map((_, d) => (d === dimension ? position : 0))
    position += shape[dimension] as number
    return { operand, from: all(shape, 0), shape, start, step: all(shape, 1) }
  })
}

/** What is left of a padded operand where the padding crops it. */
export function padWindow(x: Aval, out: Aval, { low, interior }: Params<'pad'>): Window {
  const sides = x.shape.map((n, d) => {
    const step = (interior[d] as number) + 1
    const before = low[d] as number
    const from = before < 0 ? Math.ceil(-before / step) : 0
    const last = Math.min(n - 1, Math.floor(((out.shape[d] as number) - 1 - before) / step))
    return { from, size: Math.max(0, last - from + 1), start: before + from * step, step }
  })
  return {
    operand: 0,
    from: sides.map((side) => side.from),
    shape: sides.map((side) => side.size),
    start: sides.map((side) => side.start),
    step: sides.map((side) => side.step),
  }
}
