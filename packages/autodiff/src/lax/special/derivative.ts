import { isFloat } from '@proj/backend'
import { formatArray, type NDArray } from '../../array.ts'
import { DTypeError, ShapeError, TransformError } from '../../errors.ts'
import { bind } from '../../trace.ts'
import { type LaxOperand, operands } from '../constant.ts'
import { callFlat, customFlat, type Tangent } from '../customFlat.ts'
import { add, convertElementType, mul } from '../elementwise.ts'

type Elementwise = (...xs: NDArray[]) => NDArray

/** Sums of `partials[i] · ts[i]`; `null` partials have no formula. */
function tangentOf(
  name: string,
  partials: readonly (Elementwise | null)[],
  xs: readonly NDArray[],
  ts: readonly Tangent[],
): Tangent {
  return partials.reduce<Tangent>((sum, partial, i) => {
    const t = ts[i] ?? null
    if (t === null) return sum
    if (partial === null)
      throw new TransformError(
        name,
        `its derivative by operand ${i} was asked for`,
        'there is no formula for it; keep that operand constant, or wrap it in stopGradient',
      )
    const part = mul(t, partial(...xs))
    return sum === null ? part : add(sum, part)
  }, null)
}

/** Operands of one float dtype and shape, and the function that brings a result back to what they were. */
function prepare(name: string, given: readonly LaxOperand[]) {
  const xs = operands(name, given)
  const [first] = xs as [NDArray]
  const { dtype, shape } = first
  if (!isFloat(dtype))
    throw new DTypeError(name, `got ${formatArray(first)}`, 'cast the operands to a float dtype first')
  for (const x of xs) {
    if (x.dtype !== dtype)
      throw new DTypeError(name, `got ${formatArray(first)} and ${formatArray(x)}`, 'cast them to one dtype')
    if (x.shape.join() !== shape.join())
      throw new ShapeError(name, `got ${formatArray(first)} and ${formatArray(x)}`, 'broadcast them to one shape')
  }
  const inner = dtype === 'float16' ? 'float32' : dtype
  const weakType = xs.every((x) => x.weakType)
  const finish = (out: NDArray): NDArray =>
    weakType ? bind('convertElementType', [out], { newDtype: dtype, weakType })[0] : convertElementType(out, dtype)
  return { xs: xs.map((x) => convertElementType(x, inner)), finish }
}

/**
 * An elementwise function that transforms see as one step: `value` in single or double precision, and its partial derivatives. Without
 * `partials`, those of the formula itself.
 */
export function special(
  name: string,
  value: (...xs: never[]) => NDArray,
  partials?: readonly (((...xs: never[]) => NDArray) | null)[],
): (...xs: LaxOperand[]) => NDArray {
  const formula = value as Elementwise
  const flat = (xs: readonly NDArray[]): readonly NDArray[] => [formula(...xs)]
  const run: typeof flat =
    partials === undefined
      ? callFlat(name, flat)
      : customFlat(name, flat, (xs, ts) => [
          run(xs),
          [tangentOf(name, partials as readonly (Elementwise | null)[], xs, ts)],
        ])
  return (...given) => {
    const { xs, finish } = prepare(name, given)
    return finish(run(xs)[0] as NDArray)
  }
}
