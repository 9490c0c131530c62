import { type Monoid, ShapeError } from '@proj/backend'
import { tree } from '@proj/tree'
import { leafArray } from '../api/leaves.ts'
import { formatArray, type NDArray } from '../array.ts'
import { sizeOfAxis } from '../axes.ts'
import { TransformError } from '../errors.ts'
import { convertElementType, div } from '../lax/index.ts'
import { bind } from '../trace.ts'

// Over trees, inside a function mapped by `vmap(f, { axisName })`. Each throws an AxisNameError when no `vmap` around binds the name.

function mapArrays<T>(where: string, x: T, f: (x: NDArray) => NDArray): T {
  return tree.map((leaf: unknown) => {
    const array = leafArray(leaf)
    if (array === undefined) throw new TransformError(where, `a leaf is a ${typeof leaf}`, 'give arrays and numbers')
    return f(array)
  }, x) as T
}

function reduced<T>(where: string, x: T, axisName: string, kind: Monoid): T {
  sizeOfAxis(where, axisName)
  return mapArrays(where, x, (leaf) => {
    const numbers = leaf.dtype === 'bool' && kind === 'add' ? convertElementType(leaf, 'int32') : leaf
    return bind('allReduce', [numbers], { axisName, kind })[0]
  })
}

/**
 * The sum over all examples along a named axis; each example gets it. Bools count as 0 and 1.
 *
 * @throws {AxisNameError} when no `vmap` around binds the name
 * @example vmap((x: NDArray) => x.div(lax.psum(x, 'i')), { axisName: 'i' })(np.array([1, 3])) // [0.25, 0.75]
 */
export const psum = <T>(x: T, axisName: string): T => reduced('psum', x, axisName, 'add')

/**
 * The largest along a named axis.
 *
 * @throws {AxisNameError} when no `vmap` around binds the name
 * @example vmap((x: NDArray) => lax.pmax(x, 'i'), { axisName: 'i' })(np.array([1, 3])) // [3, 3]
 */
export const pmax = <T>(x: T, axisName: string): T => reduced('pmax', x, axisName, 'max')

/**
 * The smallest along a named axis.
 *
 * @throws {AxisNameError} when no `vmap` around binds the name
 * @example vmap((x: NDArray) => lax.pmin(x, 'i'), { axisName: 'i' })(np.array([1, 3])) // [1, 1]
 */
export const pmin = <T>(x: T, axisName: string): T => reduced('pmin', x, axisName, 'min')

/**
 * The mean over all examples along a named axis.
 *
 * @throws {AxisNameError} when no `vmap` around binds the name
 * @example vmap((x: NDArray) => x.sub(lax.pmean(x, 'i')), { axisName: 'i' })(np.array([1, 3])) // [-1, 1]
 */
export function pmean<T>(x: T, axisName: string): T {
  const size = sizeOfAxis('pmean', axisName)
  return mapArrays('pmean', psum(x, axisName), (sum) =>
    div(/float/.test(sum.dtype) ? sum : convertElementType(sum, 'float32'), size),
  )
}

export interface AllGatherOptions {
  /** Where the examples' dimension goes. Default 0. */
  readonly axis?: number
  /** Whether examples are laid end to end along a dimension they have. Default false: along a new one. */
  readonly tiled?: boolean
}

/**
 * All examples along a named axis, side by side; each example gets them all.
 *
 * @throws {AxisNameError} when no `vmap` around binds the name
 * @example vmap((x: NDArray) => lax.allGather(x, 'i'), { axisName: 'i' })(np.array([1, 3])) // [[1, 3], [1, 3]]
 */
export function allGather<T>(x: T, axisName: string, { axis = 0, tiled = false }: AllGatherOptions = {}): T {
  const axisSize = sizeOfAxis('allGather', axisName)
  return mapArrays('allGather', x, (leaf) => {
    const rank = leaf.ndim + (tiled ? 0 : 1)
    const at = axis < 0 ? axis + rank : axis
    if (!Number.isInteger(at) || at < 0 || at >= rank)
      throw new ShapeError('allGather', `axis ${axis} for ${formatArray(leaf)}`, `use ${-rank} to ${rank - 1}`)
    return bind('allGather', [leaf], { axisName, axisSize, axis: at, tiled })[0]
  })
}

/**
 * Example `to` gets the value of `from`, for each pair of `perm`; where nothing arrives are zeros.
 *
 * @throws {AxisNameError} when no `vmap` around binds the name
 * @example vmap((x: NDArray) => lax.ppermute(x, 'i', [[0, 1], [1, 0]]), { axisName: 'i' })(np.array([1, 3])) // [3, 1]
 */
export function ppermute<T>(x: T, axisName: string, perm: readonly (readonly [from: number, to: number])[]): T {
  const size = sizeOfAxis('ppermute', axisName)
  const outside = perm.flat().find((n) => n >= size)
  if (outside !== undefined)
    throw new ShapeError('ppermute', `perm names example ${outside} of ${size}`, `use 0 to ${size - 1}`)
  return mapArrays('ppermute', x, (leaf) => bind('ppermute', [leaf], { axisName, perm })[0])
}

/**
 * Which example along a named axis this is, int32.
 *
 * @throws {AxisNameError} when no `vmap` around binds the name
 * @example vmap((x: NDArray) => x.mul(lax.axisIndex('i')), { axisName: 'i' })(np.array([5, 5])) // [0, 5]
 */
export function axisIndex(axisName: string): NDArray {
  sizeOfAxis('axisIndex', axisName)
  return bind('axisIndex', [], { axisName })[0]
}

/**
 * How many examples there are along a named axis.
 *
 * @throws {AxisNameError} when no `vmap` around binds the name
 * @example vmap((x: NDArray) => x.div(lax.axisSize('i')), { axisName: 'i' })(np.array([1, 3])) // [0.5, 1.5]
 */
export const axisSize = (axisName: string): number => sizeOfAxis('axisSize', axisName)
