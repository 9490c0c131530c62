import type { Graph, Node } from '../lane/graph.ts'
import { rootOfUnity } from './rootsOfUnity.ts'

/** A complex number on lanes. */
export type Complex = readonly [re: Node, im: Node]

const add = (g: Graph, [a, b]: Complex, [c, d]: Complex): Complex => [g.add(a, c), g.add(b, d)]
const sub = (g: Graph, [a, b]: Complex, [c, d]: Complex): Complex => [g.sub(a, c), g.sub(b, d)]
/** Times -i. */
const turn = (g: Graph, [a, b]: Complex): Complex => [b, g.op('neg', a)]

export const times = (g: Graph, [a, b]: Complex, [c, d]: Complex): Complex => [
  g.sub(g.mul(a, c), g.mul(b, d)),
  g.add(g.mul(a, d), g.mul(b, c)),
]

const two = (g: Graph, [x, y]: readonly Complex[]): Complex[] => [
  add(g, x as Complex, y as Complex),
  sub(g, x as Complex, y as Complex),
]

function four(g: Graph, [x0, x1, x2, x3]: readonly Complex[]): Complex[] {
  const [a, b] = two(g, [x0 as Complex, x2 as Complex]) as [Complex, Complex]
  const [c, d] = two(g, [x1 as Complex, x3 as Complex]) as [Complex, Complex]
  const e = turn(g, d)
  return [add(g, a, c), add(g, b, e), sub(g, a, c), sub(g, b, e)]
}

/** Of an odd number: what lies opposite is added up and taken apart first, so that all factors are real. */
function odd(g: Graph, x: readonly Complex[]): Complex[] {
  const p = x.length
  const half = Array.from({ length: (p - 1) / 2 }, (_, i) => i + 1)
  const first = x[0] as Complex
  const sums = half.map((k) => add(g, x[k] as Complex, x[p - k] as Complex))
  const differences = half.map((k) => sub(g, x[k] as Complex, x[p - k] as Complex))
  const scaled = ([a, b]: Complex, by: number): Complex => [g.mul(a, g.same(a, by)), g.mul(b, g.same(b, by))]
  const outputs: Complex[] = [sums.reduce((total, one) => add(g, total, one), first)]
  for (const j of half) {
    const parts = half.map((k) => rootOfUnity(j * k, p))
    const even = sums.reduce(
      (total, one, i) => add(g, total, scaled(one, (parts[i] as readonly [number, number])[0])),
      first,
    )
    // `turn` multiplies by -i, as the imaginary part of the root does but for its size.
    const rest = differences
      .map((one, i) => scaled(one, -(parts[i] as readonly [number, number])[1]))
      .reduce((total, one) => add(g, total, one))
    const turned = turn(g, rest)
    outputs[j] = add(g, even, turned)
    outputs[p - j] = sub(g, even, turned)
  }
  return outputs
}

/** The largest prime that is worth a butterfly. */
export const largestPrime = 13

/** The discrete Fourier transform of 2, 4, or an odd number of values. */
export function butterfly(g: Graph, x: readonly Complex[]): readonly Complex[] {
  if (x.length === 2) return two(g, x)
  return x.length === 4 ? four(g, x) : odd(g, x)
}

/** Factors of `n` in the order in which they are done, fours first; `undefined` if one is a larger prime than there are butterflies for. */
export function factorsOf(n: number): readonly number[] | undefined {
  const factors: number[] = []
  let rest = n
  for (const factor of [4, 2, 3, 5, 7, 11, largestPrime]) {
    for (; rest % factor === 0; rest /= factor) factors.push(factor)
  }
  return rest === 1 ? factors : undefined
}
