import type { Args, Each, OpName, Outs, Params } from '@proj/backend'
import type { NDArray } from '../array.ts'
import { add } from '../lax/index.ts'
import { bind } from '../trace.ts'
import {
  type Axis,
  addTangents,
  alignBatch,
  isLinear,
  type Linear,
  NotLinear,
  type Rules,
  type Tangent,
} from './rules.ts'

type UnaryOp = { [K in OpName]: Args<K> extends readonly [0] ? ([0] extends Args<K> ? K : never) : never }[OpName]
type BinaryOp = {
  [K in OpName]: Args<K> extends readonly [0, 0] ? ([0, 0] extends Args<K> ? K : never) : never
}[OpName]
type Batch<K extends OpName> = Rules<K>['batch']
/** The rules of ops with one operand and one result, seen without their names; the makers below are the only users. */
type One = readonly [NDArray]

/** Batches an op whose result at an index depends on its operands at that index alone. */
export const pointwise =
  <K extends OpName>(op: K): Batch<K> =>
  (size, xs, axes, params) => {
    const [aligned, axis] = alignBatch(size, xs, axes)
    const outs = bind(op, aligned as unknown as Each<Args<K>, NDArray>, params)
    return [outs, (outs as readonly NDArray[]).map(() => axis) as unknown as Each<Outs<K>, Axis>]
  }

const run = <K extends UnaryOp>(op: K, x: NDArray, params: Params<K>): NDArray =>
  (bind(op, [x] as unknown as Each<Args<K>, NDArray>, params) as unknown as One)[0]

/** `y = f(x)`, elementwise; `tangent(t, x, y)` is its derivative times `t`. */
export function unary<K extends UnaryOp>(
  op: K,
  tangent: (t: NDArray, x: NDArray, y: NDArray, params: Params<K>) => NDArray,
): Rules<K> {
  const rules: Rules<UnaryOp> = {
    jvp: ([x], [t], params) => {
      const y = run(op, x, params as Params<K>)
      return [[y], [t === null ? null : tangent(t, x, y, params as Params<K>)]]
    },
    batch: pointwise(op) as unknown as Batch<UnaryOp>,
  }
  return rules as unknown as Rules<K>
}

/** An elementwise op of any arity whose derivative is zero, or has none (integers, comparisons). */
export function flat<K extends OpName>(op: K): Rules<K> {
  return {
    jvp: (xs, _ts, params) => {
      const outs = bind(op, xs, params)
      return [outs, (outs as readonly NDArray[]).map(() => null) as unknown as Each<Outs<K>, Tangent>]
    },
    batch: pointwise(op),
  }
}

/** An op of one operand that is linear: its tangent is the op itself, its cotangent `transpose(ct, x)`. */
export function linear<K extends UnaryOp>(
  op: K,
  transpose: (ct: NDArray, x: NDArray | Linear, params: Params<K>) => NDArray,
  batch: Batch<K>,
): Rules<K> {
  const rules: Rules<UnaryOp> = {
    jvp: ([x], [t], params) => [
      [run(op, x, params as Params<K>)],
      [t === null ? null : run(op, t, params as Params<K>)],
    ],
    transpose: ([ct], [x], params) => [ct === null ? null : transpose(ct, x, params as Params<K>)],
    batch: batch as unknown as Batch<UnaryOp>,
  }
  return rules as unknown as Rules<K>
}

/** `f(x, y)`, elementwise, with the two halves of its derivative. */
export function binary<K extends BinaryOp>(
  op: K,
  left: (t: NDArray, x: NDArray, y: NDArray, out: NDArray) => Tangent,
  right: (t: NDArray, x: NDArray, y: NDArray, out: NDArray) => Tangent,
  transpose?: (ct: NDArray, x: NDArray | Linear, y: NDArray | Linear) => readonly [Tangent, Tangent],
): Rules<K> {
  const back: Pick<Rules<BinaryOp>, 'transpose'> = transpose === undefined
    ? {}
    : { transpose: ([ct], [x, y]) => (ct === null ? [null, null] : transpose(ct, x, y)) }
  const rules: Rules<BinaryOp> = {
    jvp: ([x, y], [tx, ty], params) => {
      const out = (bind(op, [x, y] as unknown as Each<Args<K>, NDArray>, params as Params<K>) as unknown as One)[0]
      const fromLeft = tx === null ? null : left(tx, x, y, out)
      const fromRight = ty === null ? null : right(ty, x, y, out)
      return [[out], [addTangents(fromLeft, fromRight, add)]]
    },
    batch: pointwise(op) as unknown as Batch<BinaryOp>,
    ...back,
  }
  return rules as unknown as Rules<K>
}

/** The value of an operand that is not linear. */
export function known(x: NDArray | Linear): NDArray {
  if (isLinear(x)) throw new NotLinear()
  return x
}
