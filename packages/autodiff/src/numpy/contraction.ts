import { sizeOf } from '@proj/backend'
import { ShapeError } from '../errors.ts'

/** Names of the axes of an operand. */
export type Labels = readonly string[]
/** Positions in the list of operands that is left; the result goes to its end. */
export type Pair = readonly [i: number, j: number]

/** In which order operands are joined: the cheapest of all, the cheapest next pair, the former while that is quick, left to right, or as listed. */
export type Optimize = 'optimal' | 'greedy' | 'auto' | boolean | readonly (readonly number[])[]

/** The multiplications that joining two operands takes, and the names of the result. */
function joined(
  x: Labels,
  y: Labels,
  others: readonly Labels[],
  output: Labels,
  sizes: ReadonlyMap<string, number>,
): { readonly cost: number; readonly labels: Labels } {
  const union = [...new Set([...x, ...y])]
  const wanted = new Set([...output, ...others.flat()])
  return {
    cost: sizeOf(union.map((label) => sizes.get(label) as number)),
    labels: union.filter((label) => wanted.has(label)),
  }
}

const pairsOf = (n: number): Pair[] =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n - 1 - i }, (_, k): Pair => [i, i + 1 + k])).flat()

/** Up to so many operands, `auto` tries every order. */
const exhaustiveUpTo = 6

interface Found {
  readonly cost: number
  readonly path: readonly Pair[]
}

/** The cheapest order, or with `greedy` the one that takes the cheapest pair each time. */
function search(terms: readonly Labels[], output: Labels, sizes: ReadonlyMap<string, number>, greedy: boolean): Found {
  if (terms.length < 2) return { cost: 0, path: [] }
  const steps = pairsOf(terms.length).map(([i, j]) => {
    const rest = terms.filter((_, k) => k !== i && k !== j)
    return { pair: [i, j] as const, rest, ...joined(terms[i] as Labels, terms[j] as Labels, rest, output, sizes) }
  })
  const cheapest = steps.reduce((a, b) => (b.cost < a.cost ? b : a))
  let best: Found = { cost: Infinity, path: [] }
  for (const { pair, rest, cost, labels } of greedy ? [cheapest] : steps) {
    if (cost >= best.cost) continue
    const after = search([...rest, labels], output, sizes, greedy)
    if (cost + after.cost < best.cost || best.path.length === 0)
      best = { cost: cost + after.cost, path: [pair, ...after.path] }
  }
  return best
}

/** A path that the user wrote, as pairs. */
function givenPath(path: readonly (readonly number[])[], count: number): readonly Pair[] {
  const bad = path.findIndex((step, n) => {
    const [i, j] = step
    const left = count - n
    return step.length !== 2 || i === j || step.some((k) => !Number.isInteger(k) || k < 0 || k >= left)
  })
  if (bad >= 0 || path.length !== count - 1)
    throw new ShapeError(
      'einsum',
      `the path ${JSON.stringify(path)} for ${count} operands`,
      'name two positions in the list that is left, until one is left',
    )
  return path.map(([i, j]) => [Math.min(i as number, j as number), Math.max(i as number, j as number)])
}

/**
 * The order in which to join operands, two at a time: each pair names positions in the list that is left, and the result goes to its end.
 *
 * @throws {ShapeError} for a path that does not fit the operands, or an order there is none of
 */
export function contractionPath(
  inputs: readonly Labels[],
  output: Labels,
  sizes: ReadonlyMap<string, number>,
  optimize: Optimize = 'auto',
): readonly Pair[] {
  const count = inputs.length
  if (typeof optimize === 'object') return givenPath(optimize, count)
  // The result goes to the end, so that left to right is: the first two, then the last with the next.
  if (optimize === false)
    return Array.from({ length: Math.max(0, count - 1) }, (_, n): Pair => (n === 0 ? [0, 1] : [0, count - 1 - n]))
  if (optimize !== true && !['optimal', 'greedy', 'auto'].includes(optimize))
    throw new ShapeError('einsum', `the order ${JSON.stringify(optimize)}`, "use 'optimal', 'greedy', 'auto' or a path")
  const greedy = optimize === 'greedy' || (optimize !== 'optimal' && count > exhaustiveUpTo)
  return search(inputs, output, sizes, greedy).path
}

/** The multiplications that a path takes, and the elements of its largest intermediate result. */
export function costOf(
  path: readonly Pair[],
  inputs: readonly Labels[],
  output: Labels,
  sizes: ReadonlyMap<string, number>,
): { readonly cost: number; readonly largest: number } {
  const terms = [...inputs]
  let [cost, largest] = [0, sizeOf(output.map((label) => sizes.get(label) as number))]
  for (const [i, j] of path) {
    const [x, y] = [terms[i] as Labels, terms[j] as Labels]
    terms.splice(j, 1)
    terms.splice(i, 1)
    const step = joined(x, y, terms, output, sizes)
    terms.push(step.labels)
    cost += step.cost
    largest = Math.max(largest, sizeOf(step.labels.map((label) => sizes.get(label) as number)))
  }
  return { cost, largest }
}
