import {
  type Aval,
  type Backend,
  dtypes,
  elementwiseKernels,
  interpreterBackend,
  isFloat,
  type Kernel,
  type KernelInput,
  type KernelTable,
  liftKernels,
  referenceKernels,
  rowMajorStrides,
  sizeOf,
  type TypedArray,
} from '@proj/backend'

/**
 * What this backend calls an array: a window onto numbers that other arrays may be windows onto as well. The element at
 * an index lies at `offset`, plus each part of the index times its stride.
 */
interface View {
  readonly data: TypedArray
  readonly offset: number
  readonly strides: readonly number[]
}

const dense = (data: TypedArray, { shape }: Aval): View => ({ data, offset: 0, strides: rowMajorStrides(shape) })

/** Where each element lies, in row-major order. */
function places(shape: readonly number[], { offset, strides }: Omit<View, 'data'>): Int32Array {
  let all = Int32Array.of(offset)
  for (const [axis, size] of shape.entries()) {
    const before = all
    all = new Int32Array(before.length * size)
    for (let i = 0; i < all.length; i++) all[i] = before[Math.floor(i / size)]! + (i % size) * strides[axis]!
  }
  return all
}

/** A new dense array: element `i` is `value(i)`, rounded or wrapped as it is stored. */
function generate(aval: Aval, value: (i: number) => number): View {
  const data = new dtypes[aval.dtype].array(sizeOf(aval.shape))
  for (let i = 0; i < data.length; i++) data[i] = value(i)
  return dense(data, aval)
}

/** The elements of a view side by side, in an array of their own. */
function copy(view: View, aval: Aval): TypedArray {
  const at = places(aval.shape, view)
  return generate(aval, (i) => view.data[at[i]!]!).data
}

/** One loop is enough for every op that acts on each element by itself. */
const elementwise = elementwiseKernels<View>((f, inputs, out) => {
  const operands = inputs.map(({ buffer, aval }) => ({ data: buffer.data, at: places(aval.shape, buffer) }))
  return generate(out, (i) => f(...operands.map(({ data, at }) => data[at[i]!]!)))
})

type Moves = 'broadcastInDim' | 'transpose' | 'slice' | 'rev' | 'reshape'

/** Ops that only say where elements lie cost nothing: the result is another view of the same numbers. */
const moves: KernelTable<View, Moves> = {
  broadcastInDim: ([{ buffer, aval }], { shape, broadcastDimensions }) => {
    const stride = (axis: number) => (axis < 0 || aval.shape[axis] === 1 ? 0 : buffer.strides[axis]!)
    return [{ ...buffer, strides: shape.map((_, i) => stride(broadcastDimensions.indexOf(i))) }]
  },
  transpose: ([{ buffer }], { permutation }) => [
    { ...buffer, strides: permutation.map((axis) => buffer.strides[axis]!) },
  ],
  slice: ([{ buffer }], { startIndices, strides }) => {
    const offset = startIndices.reduce((sum, start, axis) => sum + start * buffer.strides[axis]!, buffer.offset)
    return [{ ...buffer, offset, strides: buffer.strides.map((stride, axis) => stride * strides[axis]!) }]
  },
  rev: ([{ buffer, aval }], { dimensions }) => {
    const last = (axis: number) => Math.max(0, aval.shape[axis]! - 1) * buffer.strides[axis]!
    const offset = dimensions.reduce((sum, axis) => sum + last(axis), buffer.offset)
    return [{ ...buffer, offset, strides: buffer.strides.map((s, axis) => (dimensions.includes(axis) ? -s : s)) }]
  },
  reshape: ([{ buffer, aval }], _, [out]) => [dense(copy(buffer, aval), out)],
}

/** Strides along the batch, along the dimensions of the result that are this operand's own, and along the sum. */
function roles({ buffer, aval }: KernelInput<View>, batch: readonly number[], summed: readonly number[]) {
  const free = buffer.strides.filter((_, axis) => !batch.includes(axis) && !summed.includes(axis))
  const pick = (axes: readonly number[]) => axes.map((axis) => buffer.strides[axis]!)
  return { batch: pick(batch), free, summed: pick(summed), sizes: summed.map((axis) => aval.shape[axis]!) }
}

/** Both operands, seen over the dimensions of the result and of the sum: an operand lies still along the other's own. */
const dotGeneral: Kernel<'dotGeneral', View> = ([lhs, rhs], { dimensionNumbers: d, preferredElementType }, [out]) => {
  const [x, y] = [roles(lhs, d.lhsBatch, d.lhsContracting), roles(rhs, d.rhsBatch, d.rhsContracting)]
  const shape = [...out.shape, ...x.sizes]
  const still = (strides: readonly number[]) => strides.map(() => 0)
  const xAt = places(shape, { ...lhs.buffer, strides: [...x.batch, ...x.free, ...still(y.free), ...x.summed] })
  const yAt = places(shape, { ...rhs.buffer, strides: [...y.batch, ...still(x.free), ...y.free, ...y.summed] })
  const add = isFloat(preferredElementType)
    ? (sum: number, a: number, b: number) => sum + a * b
    : (sum: number, a: number, b: number) => (sum + Math.imul(a, b)) | 0
  const terms = sizeOf(x.sizes)
  const element = (i: number) => {
    let sum = 0
    for (let k = i * terms; k < (i + 1) * terms; k++)
      sum = add(sum, lhs.buffer.data[xAt[k]!]!, rhs.buffer.data[yAt[k]!]!)
    return sum
  }
  return [generate(out, element)]
}

/** What is not worth a kernel yet is borrowed: the reference computes it on copies. */
const { jit: _, ...borrowed } = liftKernels(referenceKernels, { load: copy, store: dense })

/**
 * A backend whose arrays are views, as numpy's are: transposing, slicing, reversing and broadcasting move no numbers.
 *
 * @example await setBackend(views())
 */
export const views = (): Backend =>
  interpreterBackend<View>({
    name: 'views',
    dtypes: ['float32', 'int32', 'uint32', 'bool'],
    put: (data, aval) => dense(data.slice(), aval),
    getSync: copy,
    kernels: { ...borrowed, ...elementwise, ...moves, dotGeneral },
  })
