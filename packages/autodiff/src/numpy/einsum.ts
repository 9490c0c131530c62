import { sizeOf } from '@proj/backend'
import type { ArrayLike, NDArray } from '../array.ts'
import { ShapeError } from '../errors.ts'
import * as lax from '../lax/index.ts'
import { promoteDtypes } from './coerce.ts'
import { diagonal } from './matrices.ts'
import { contract, type ProductOptions } from './products.ts'
import { sum } from './reduce.ts'

/** An array whose axes have names; no name twice. */
interface Term {
  readonly array: NDArray
  readonly labels: readonly string[]
}
type Labels = readonly string[]

const fail = (subscripts: string, found: string, remedy: string): never => {
  throw new ShapeError(`einsum '${subscripts}'`, found, remedy)
}

/** The names in one part of the subscripts; an ellipsis stands for `…0`, `…1`, … counted from the last. */
function labelsOf(subscripts: string, part: string, rank: number | null, ellipsisRank: number): string[] {
  const [before = '', after, ...more] = part.split('...')
  if (more.length > 0 || !/^[A-Za-z]*$/.test(before + (after ?? '')))
    fail(subscripts, `the part '${part}'`, 'use letters and at most one ellipsis')
  if (after === undefined) return [...before]
  const count = rank === null ? ellipsisRank : rank - before.length - after.length
  return [...before, ...Array.from({ length: Math.max(0, count) }, (_, i) => `…${count - 1 - i}`), ...after]
}

/** The subscripts taken apart: names of each operand, names of the result. */
export function parseSubscripts(
  subscripts: string,
  ranks: readonly number[],
): { readonly inputs: readonly Labels[]; readonly output: Labels } {
  const [left = '', right, ...more] = subscripts.replaceAll(/\s/g, '').split('->')
  const parts = left.split(',')
  if (parts.length !== ranks.length || more.length > 0)
    fail(subscripts, `${ranks.length} operands`, 'pass one for each part before the arrow')
  const inputs = parts.map((part, i) => labelsOf(subscripts, part, ranks[i] as number, 0))
  inputs.forEach((labels, i) => {
    if (labels.length !== ranks[i])
      fail(subscripts, `operand ${i} of rank ${ranks[i]} for '${parts[i]}'`, 'name each axis')
  })
  const ellipsis = [...new Set(inputs.flat().filter((label) => label.startsWith('…')))].sort(
    (a, b) => Number(b.slice(1)) - Number(a.slice(1)),
  )
  const counts = new Map<string, number>()
  for (const label of inputs.flat()) counts.set(label, (counts.get(label) ?? 0) + 1)
  const once = [...counts].filter(([label, n]) => n === 1 && !label.startsWith('…')).map(([label]) => label)
  const output =
    right === undefined ? [...ellipsis, ...once.sort()] : labelsOf(subscripts, right, null, ellipsis.length)
  if (new Set(output).size !== output.length) fail(subscripts, `the result '${right}'`, 'name each axis once')
  const unknown = output.find((label) => !counts.has(label))
  if (unknown !== undefined)
    fail(subscripts, `the name ${unknown} in the result alone`, 'it must name an axis of an operand')
  return { inputs, output }
}

/** Axes of one name within an operand become one: its diagonal. */
function joinRepeats({ array, labels }: Term): Term {
  const second = labels.findIndex((label, i) => labels.indexOf(label) !== i)
  if (second < 0) return { array, labels }
  const label = labels[second] as string
  const rest = labels.filter((_, i) => i !== second && i !== labels.indexOf(label))
  return joinRepeats({ array: diagonal(array, 0, labels.indexOf(label), second), labels: [...rest, label] })
}

/** Sums over the axes that nobody asks for. */
function sumOut({ array, labels }: Term, wanted: ReadonlySet<string>): Term {
  const gone = labels.flatMap((label, i) => (wanted.has(label) ? [] : [i]))
  if (gone.length === 0) return { array, labels }
  return { array: sum(array, gone, { dtype: array.dtype }), labels: labels.filter((label) => wanted.has(label)) }
}

/** Without axes of size 1 that the other operand has larger: they broadcast. */
function dropSingles({ array, labels }: Term, other: Term): Term {
  const gone = labels.flatMap((label, i) => {
    const at = other.labels.indexOf(label)
    return array.shape[i] === 1 && at >= 0 && other.array.shape[at] !== 1 ? [i] : []
  })
  return { array: lax.squeeze(array, gone), labels: labels.filter((_, i) => !gone.includes(i)) }
}

/** Two operands as one: names that are still wanted stay, the others are summed. */
function contractPair(given: Term, other: Term, wanted: ReadonlySet<string>, options: ProductOptions): Term {
  const all = (term: Term): Set<string> => new Set([...wanted, ...term.labels])
  const x = sumOut(dropSingles(given, other), all(other))
  const y = sumOut(dropSingles(other, given), all(given))
  const shared = x.labels.filter((label) => y.labels.includes(label))
  const batch = shared.filter((label) => wanted.has(label))
  const summed = shared.filter((label) => !wanted.has(label))
  const places = (term: Term, names: Labels): number[] => names.map((name) => term.labels.indexOf(name))
  const array = contract(
    x.array,
    y.array,
    [places(x, summed), places(y, summed)],
    [places(x, batch), places(y, batch)],
    options.preferredElementType,
  )
  const rest = [...x.labels, ...y.labels].filter((label) => !shared.includes(label))
  return { array, labels: [...batch, ...rest] }
}

type Pair = readonly [i: number, j: number]

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

/** Up to so many operands, every order is tried; beyond, the cheapest next pair is taken. */
const exhaustiveUpTo = 6

/**
 * The order in which to join operands, two at a time, with the fewest multiplications: each pair names positions in the list that is left, and
 * the result goes to its end.
 */
export function contractionPath(
  inputs: readonly Labels[],
  output: Labels,
  sizes: ReadonlyMap<string, number>,
): readonly Pair[] {
  const exhaustive = inputs.length <= exhaustiveUpTo
  const search = (terms: readonly Labels[]): { readonly cost: number; readonly path: readonly Pair[] } => {
    if (terms.length < 2) return { cost: 0, path: [] }
    const steps = pairsOf(terms.length).map(([i, j]) => {
      const rest = terms.filter((_, k) => k !== i && k !== j)
      return { pair: [i, j] as const, rest, ...joined(terms[i] as Labels, terms[j] as Labels, rest, output, sizes) }
    })
    const cheapest = steps.reduce((a, b) => (b.cost < a.cost ? b : a))
    let best: { readonly cost: number; readonly path: readonly Pair[] } = { cost: Infinity, path: [] }
    for (const { pair, rest, cost, labels } of exhaustive ? steps : [cheapest]) {
      const after = search([...rest, labels])
      if (cost + after.cost < best.cost || best.path.length === 0)
        best = { cost: cost + after.cost, path: [pair, ...after.path] }
    }
    return best
  }
  return search(inputs).path
}

function sizesOf(subscripts: string, terms: readonly Term[]): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>()
  for (const { array, labels } of terms) {
    labels.forEach((label, i) => {
      const [n, known] = [array.shape[i] as number, sizes.get(label) ?? 1]
      if (n !== known && n !== 1 && known !== 1)
        fail(
          subscripts,
          `sizes ${known} and ${n} for ${label.startsWith('…') ? 'an axis of the ellipsis' : label}`,
          'axes of one name must agree',
        )
      sizes.set(label, n === 1 ? known : n)
    })
  }
  return sizes
}

/**
 * Einstein's summation: axes of one name run together, and those that the result does not name are summed. `...` stands for any further axes,
 * which broadcast. Several operands are joined two at a time, in the cheapest order.
 *
 * @throws {ShapeError} when names and axes do not fit
 * @example np.einsum('ij,jk->ik', a, b) // np.matmul(a, b)
 */
export function einsum(
  subscripts: string,
  ...operands: readonly ArrayLike[] | readonly [...ArrayLike[], ProductOptions]
): NDArray {
  const last = operands.at(-1)
  const options = isProductOptions(last) ? last : {}
  const arrays = (options === last ? operands.slice(0, -1) : operands) as readonly ArrayLike[]
  const given = promoteDtypes('einsum', arrays)
  const { inputs, output } = parseSubscripts(
    subscripts,
    given.map((x) => x.ndim),
  )
  const whole = given.map((array, i): Term => ({ array, labels: inputs[i] as Labels }))
  const sizes = sizesOf(subscripts, whole)
  const terms = whole.map(joinRepeats)
  for (const [i, j] of contractionPath(
    terms.map((term) => term.labels),
    output,
    sizes,
  )) {
    const [x, y] = [terms[i] as Term, terms[j] as Term]
    terms.splice(j, 1)
    terms.splice(i, 1)
    terms.push(contractPair(x, y, new Set([...output, ...terms.flatMap((term) => term.labels)]), options))
  }
  const { array, labels } = sumOut(terms[0] as Term, new Set(output))
  return lax.transpose(
    array,
    output.map((label) => labels.indexOf(label)),
  )
}

const isProductOptions = (x: unknown): x is ProductOptions =>
  typeof x === 'object' && x !== null && Object.getPrototypeOf(x) === Object.prototype
