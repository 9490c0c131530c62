import { formatAval, makeAval } from '@proj/backend'
import { type FlatTree, flattenArrays, type Narrowed, unflattenArrays, type Widened } from '../api/leaves.ts'
import { countArrays, itemsOf, type Program, type Structure, trace } from '../api/program.ts'
import type { NDArray } from '../array.ts'
import { TransformError } from '../errors.ts'
import { checkOptions } from '../options.ts'
import { bind } from '../trace.ts'
import { castTo, checkStructure, placeOf, settle, widenCarry } from './carry.ts'

export interface ScanOptions {
  /** How many turns; needed only when `xs` is null. */
  readonly length?: number
  /** From the last row to the first. Default false. */
  readonly reverse?: boolean
  /** How many rows are done in one turn of the loop, `true` for all. It changes no result. Default 1. */
  readonly unroll?: number | boolean
}

// biome-ignore lint/suspicious/noExplicitAny: parameters are contravariant, so only `any` accepts every body
export type ScanBody = (carry: any, x: any) => readonly [carry: unknown, y: unknown]
type Carry<F extends ScanBody> = Narrowed<Parameters<F>[0]>
type Rows<F extends ScanBody> = Widened<[Parameters<F>[1]]>[0]

/**
 * A loop over the rows of `xs` (the leading dimension of every leaf) that carries a value along: `f(carry, x)` gives `[carry, y]`. One equation
 * however long the loop, compiled with what is around it, and differentiable in both directions.
 *
 * @param init the first carry; the carry keeps its structure, shapes and dtypes
 * @param xs a tree, or null for a loop of `length` turns
 * @returns the last carry, and the `y`s stacked along a new leading dimension
 * @throws {TransformError} when the carry changes its type, naming the leaf, or lengths differ
 * @example lax.scan((sum: NDArray, x: NDArray) => [sum.add(x), sum.mul(x)] as const, 0, np.array([1, 2, 3])) // [6, [0, 2, 9]]
 */
export function scan<F extends ScanBody>(
  f: F,
  init: Widened<[Parameters<F>[0]]>[0],
  xs: Rows<F> | null,
  options: ScanOptions = {},
): readonly [carry: Carry<F>, ys: ReturnType<F>[1]] {
  checkOptions('scan', options, ['length', 'reverse', 'unroll'])
  const [start, rows] = [flattenArrays(init), flattenArrays(xs)]
  const length = lengthOf(rows, options.length)
  const rowAvals = rows.arrays.map(({ aval }) => makeAval(aval.shape.slice(1), aval.dtype, aval.weakType))
  const { program, carry } = settle(
    (avals) => trace('scan', f, [start, rows], [...avals, ...rowAvals]),
    (avals, { jaxpr, output }) => {
      checkStructure('scan', 'carry', start, pairOf(output)[0])
      const outs = jaxpr.outputs.slice(0, avals.length).map((out) => out.aval)
      return widenCarry('scan', start, avals, outs)
    },
    start.arrays.map((x) => x.aval),
  )
  const outs = bind('scan', [...program.consts, ...castTo(start.arrays, carry), ...rows.arrays], {
    jaxpr: program.jaxpr,
    length,
    reverse: options.reverse ?? false,
    unroll: turns(options.unroll ?? 1, length),
    numConsts: program.consts.length,
    numCarry: carry.length,
  })
  return rebuild(program, outs) as never
}

function rebuild({ output }: Program, outs: readonly NDArray[]): readonly [carry: unknown, ys: unknown] {
  const [carry, ys] = pairOf(output)
  const count = countArrays(carry)
  return [unflattenArrays(carry, outs.slice(0, count)), unflattenArrays(ys, outs.slice(count))]
}

/** The structures of carry and `y`. */
function pairOf(output: Structure): readonly [carry: Structure, y: Structure] {
  const items = output.def.isLeaf ? [] : itemsOf(output)
  if (items.length === 2) return items as [Structure, Structure]
  throw new TransformError('scan', `the body returned ${output.def}`, 'return [carry, y], with null for no y')
}

function lengthOf(rows: FlatTree, given: number | undefined): number {
  const sizes = rows.arrays.map(({ aval }, n) => {
    if (aval.shape.length > 0) return aval.shape[0] as number
    const place = placeOf(rows, n)
    throw new TransformError(
      'scan',
      `xs${place} is ${formatAval(aval)}, a scalar`,
      'give every leaf a leading dimension',
    )
  })
  const length = given ?? sizes[0]
  if (length === undefined || !Number.isInteger(length) || length < 0)
    throw new TransformError('scan', `xs is empty and length ${given}`, 'give { length }, a natural number')
  const other = sizes.findIndex((size) => size !== length)
  if (other >= 0) {
    const first = given === undefined ? `xs${placeOf(rows, 0)} has ${length} rows` : `length is ${given}`
    throw new TransformError(
      'scan',
      `${first} and xs${placeOf(rows, other)} has ${sizes[other]}`,
      'give all of them one length',
    )
  }
  return length
}

function turns(unroll: number | boolean, length: number): number {
  if (typeof unroll === 'boolean') return unroll ? Math.max(1, length) : 1
  if (Number.isInteger(unroll) && unroll >= 1) return unroll
  throw new TransformError('scan', `unroll is ${unroll}`, 'give a positive integer, or true')
}
