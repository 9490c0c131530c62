import type { JaxprBuilder } from '../builder.ts'
import type { Atom } from '../jaxpr.ts'
import type { OpName } from '../ops.ts'

const rankOf = (x: Atom): number => x.aval.shape.length

/** The product of matrices in the last two dimensions; `'t'` turns a side. */
function times(b: JaxprBuilder, x: Atom, y: Atom, turned: { readonly x?: 't'; readonly y?: 't' } = {}): Atom {
  const rank = rankOf(x)
  const batch = Array.from({ length: rank - 2 }, (_, d) => d)
  const dimensionNumbers = {
    lhsContracting: [turned.x === 't' ? rank - 2 : rank - 1],
    rhsContracting: [turned.y === 't' ? rank - 1 : rank - 2],
    lhsBatch: batch,
    rhsBatch: batch,
  }
  return b.emit('dotGeneral', [x, y], { dimensionNumbers, preferredElementType: x.aval.dtype })[0]
}

/** Every column of `x` times one number of `s`. */
function scaled(b: JaxprBuilder, x: Atom, s: Atom): Atom {
  const rank = rankOf(x)
  const broadcastDimensions = Array.from({ length: rank }, (_, d) => d).filter((d) => d !== rank - 2)
  const [spread] = b.emit('broadcastInDim', [s], { shape: x.aval.shape, broadcastDimensions })
  return b.emit('mul', [x, spread], {})[0]
}

/** The first `count` along `axis`. */
function first(b: JaxprBuilder, x: Atom, axis: number, count: number): Atom {
  const { shape } = x.aval
  const params = {
    startIndices: shape.map(() => 0),
    limitIndices: shape.with(axis, count),
    strides: shape.map(() => 1),
  }
  return b.emit('slice', [x], params)[0]
}

type Invariants = (b: JaxprBuilder, outputs: readonly Atom[]) => readonly Atom[]

const eigh: Invariants = (b, [vectors, values]) => {
  const [v, w] = [vectors as Atom, values as Atom]
  return [w, times(b, scaled(b, v, w), v, { y: 't' }), times(b, v, v, { x: 't' })]
}

const svd: Invariants = (b, [left, sizes, right]) => {
  const [u, s, vt] = [left as Atom, sizes as Atom, right as Atom]
  const count = s.aval.shape.at(-1) as number
  const [rank, columns] = [rankOf(u), first(b, u, rankOf(u) - 1, count)]
  const product = times(b, scaled(b, columns, s), first(b, vt, rank - 2, count))
  return [s, product, times(b, u, u, { x: 't' }), times(b, vt, vt, { y: 't' })]
}

const table: { readonly [K in OpName]?: Invariants } = { eigh, svd }

/**
 * What all right answers of an op have in common: the results themselves of most; of a decomposition, whose vectors may point either way and
 * be any basis of a repeated value's space, the values, the product and that the vectors are at right angles.
 */
export const invariantsOf = (b: JaxprBuilder, op: OpName, outputs: readonly Atom[]): readonly Atom[] =>
  table[op]?.(b, outputs) ?? outputs
