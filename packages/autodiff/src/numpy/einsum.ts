import { formatArray, type NDArray } from '../array.ts'
import { ShapeError } from '../errors.ts'
import * as lax from '../lax/index.ts'
import { asArray, promoteDtypes } from './coerce.ts'
import { contractionPath, costOf, type Labels, type Optimize } from './contraction.ts'
import { diagonal } from './matrices.ts'
import { contract, type ProductOptions } from './products.ts'
import { sum } from './reduce.ts'
import { separate, type Variadic } from './variadic.ts'

/** An array whose axes have names; no name twice. */
interface Term {
  readonly array: NDArray
  readonly labels: readonly string[]
}

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
  operands: readonly NDArray[],
): { readonly inputs: readonly Labels[]; readonly output: Labels } {
  if (typeof subscripts !== 'string')
    throw new ShapeError('einsum', `${typeof subscripts} for the subscripts`, "write them first, as in 'ij,jk->ik'")
  const [left = '', right, ...more] = subscripts.replaceAll(/\s/g, '').split('->')
  const parts = left.split(',')
  if (parts.length !== operands.length || more.length > 0)
    fail(subscripts, `${operands.length} operands`, 'pass one for each part before the arrow')
  const inputs = operands.map((x, i) => labelsOf(subscripts, parts[i] as string, x.ndim, 0))
  operands.forEach((x, i) => {
    if (inputs[i]?.length !== x.ndim) fail(subscripts, `${formatArray(x)} for '${parts[i]}'`, 'name each axis')
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

const typesOf = (terms: readonly Term[]): string => terms.map(({ array }) => formatArray(array)).join(' and ')

function sizesOf(subscripts: string, terms: readonly Term[]): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>()
  for (const { array, labels } of terms) {
    labels.forEach((label, i) => {
      const [n, known] = [array.shape[i] as number, sizes.get(label) ?? 1]
      if (n !== known && n !== 1 && known !== 1)
        fail(
          subscripts,
          `sizes ${known} and ${n} for ${label.startsWith('…') ? 'an axis of the ellipsis' : label} in ${typesOf(terms)}`,
          'axes of one name must agree',
        )
      sizes.set(label, n === 1 ? known : n)
    })
  }
  return sizes
}

export interface EinsumOptions extends ProductOptions {
  /** Default: `auto`. */
  readonly optimize?: Optimize
}

/** Operands, with options at the end or without. */
export type EinsumOperands = Variadic<EinsumOptions>

interface Problem {
  readonly terms: readonly Term[]
  readonly output: Labels
  readonly sizes: ReadonlyMap<string, number>
}

function problemOf(subscripts: string, arrays: readonly NDArray[]): Problem {
  const { inputs, output } = parseSubscripts(subscripts, arrays)
  const terms = arrays.map((array, i): Term => ({ array, labels: inputs[i] as Labels }))
  return { terms, output, sizes: sizesOf(subscripts, terms) }
}

/** Names of the axes of each operand, none twice. */
const labelsOfTerms = (terms: readonly Term[]): readonly Labels[] => terms.map(({ labels }) => [...new Set(labels)])

/**
 * Einstein's summation: axes of one name run together, and those that the result does not name are summed. `...` stands for any further axes,
 * which broadcast. Several operands are joined two at a time, by default in the cheapest order.
 *
 * @param operands arrays, then options: `{ optimize, preferredElementType }`
 * @throws {ShapeError} when names and axes do not fit
 * @example np.einsum('ij,jk->ik', a, b).shape // [2, 4]
 */
export function einsum(subscripts: string, ...operands: EinsumOperands): NDArray {
  const [arrays, options] = separate(operands)
  const { terms: given, output, sizes } = problemOf(subscripts, promoteDtypes('einsum', arrays))
  const terms = given.map(joinRepeats)
  for (const [i, j] of contractionPath(labelsOfTerms(terms), output, sizes, options.optimize)) {
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

/** What a path of contractions takes. */
export interface ContractionInfo {
  /** Multiplications, in this order and all at once. */
  readonly cost: number
  readonly naiveCost: number
  /** Elements of the largest result on the way. */
  readonly largestIntermediate: number
}

/**
 * The order in which `einsum` joins these operands: pairs of positions in the list that is left, each result going to its end. `einsum` takes it
 * as `optimize`.
 *
 * @throws {ShapeError} when names and axes do not fit
 * @example np.einsumPath('ij,jk,kl->il', np.ones([2, 9]), np.ones([9, 9]), np.ones([9, 2]))[0] // [[0, 1], [0, 1]]
 */
export function einsumPath(
  subscripts: string,
  ...operands: EinsumOperands
): readonly [path: readonly (readonly [i: number, j: number])[], info: ContractionInfo] {
  const [arrays, options] = separate(operands)
  const { terms, output, sizes } = problemOf(
    subscripts,
    arrays.map((x) => asArray('einsumPath', x)),
  )
  const inputs = labelsOfTerms(terms)
  const path = contractionPath(inputs, output, sizes, options.optimize)
  const { cost, largest } = costOf(path, inputs, output, sizes)
  const naiveCost = [...sizes.values()].reduce((a, b) => a * b, 1)
  return [path, { cost, naiveCost, largestIntermediate: largest }]
}
