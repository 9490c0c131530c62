import { type Aval, rowMajorStrides } from '../aval.ts'
import type { TypedArray } from '../dtype.ts'
import type { Kernel, KernelInput, KernelTable } from '../kernel.ts'
import { allocate, generate } from './element.ts'
import { dense, type View, walk } from './walk.ts'

const at = (list: readonly number[], i: number): number => list[i] as number

/** The result whose element at an index lies in `x` where `view` says. */
function gathered(x: KernelInput<TypedArray>, out: Aval, view: View): readonly [TypedArray] {
  const result = allocate(out)
  walk(out.shape, dense(out.shape), view, (to, from) => (result[to] = x.buffer[from] as number))
  return [result]
}

/** Puts each element of `x`, an array of `shape` seen through `from`, where `to` says. */
function scatter(x: TypedArray, shape: readonly number[], from: View, result: TypedArray, to: View): void {
  walk(shape, from, to, (source, target) => (result[target] = x[source] as number))
}

const dot = (xs: readonly number[], ys: readonly number[]): number => xs.reduce((sum, x, i) => sum + x * at(ys, i), 0)

/** Element `n` of a dimension goes to `low + n · (interior + 1)`; those that would fall outside the result are cropped. */
const pad: Kernel<'pad', TypedArray> = ([x, fill], { low, interior }, [out]) => {
  const result = allocate(out).fill(fill.buffer[0] as number)
  const steps = interior.map((n) => n + 1)
  const first = steps.map((step, i) => Math.max(0, Math.ceil(-at(low, i) / step)))
  const last = steps.map((step, i) =>
    Math.min(at(x.aval.shape, i) - 1, Math.floor((at(out.shape, i) - 1 - at(low, i)) / step)),
  )
  const kept = first.map((n, i) => Math.max(0, at(last, i) - n + 1))
  const [inX, inOut] = [rowMajorStrides(x.aval.shape), rowMajorStrides(out.shape)]
  const from = { offset: dot(first, inX), strides: inX }
  const to = {
    offset: dot(
      first.map((n, i) => at(low, i) + n * at(steps, i)),
      inOut,
    ),
    strides: inOut.map((s, i) => s * at(steps, i)),
  }
  scatter(x.buffer, kept, from, result, to)
  return [result]
}

const concatenate: Kernel<'concatenate', TypedArray> = (inputs, { dimension }, [out]) => {
  const result = allocate(out)
  const { strides } = dense(out.shape)
  let start = 0
  for (const { buffer, aval } of inputs) {
    scatter(buffer, aval.shape, dense(aval.shape), result, { offset: start * at(strides, dimension), strides })
    start += at(aval.shape, dimension)
  }
  return [result]
}

type MovementOp = 'iota' | 'broadcastInDim' | 'reshape' | 'transpose' | 'slice' | 'pad' | 'concatenate' | 'rev'

export const movement: KernelTable<TypedArray, MovementOp> = {
  iota: (_inputs, { shape, dimension }, [out]) => {
    const inner = at(rowMajorStrides(shape), dimension)
    return [generate(out, (i) => Math.floor(i / inner) % at(shape, dimension))]
  },
  broadcastInDim: ([x], { shape, broadcastDimensions }, [out]) => {
    const strides = new Array<number>(shape.length).fill(0)
    rowMajorStrides(x.aval.shape).forEach((stride, i) => {
      if (x.aval.shape[i] !== 1) strides[at(broadcastDimensions, i)] = stride
    })
    return gathered(x, out, { offset: 0, strides })
  },
  reshape: ([x]) => [x.buffer.slice()],
  transpose: ([x], { permutation }, [out]) => {
    const strides = rowMajorStrides(x.aval.shape)
    return gathered(x, out, { offset: 0, strides: permutation.map((i) => at(strides, i)) })
  },
  slice: ([x], { startIndices, strides }, [out]) => {
    const inX = rowMajorStrides(x.aval.shape)
    return gathered(x, out, {
      offset: dot(startIndices, inX),
      strides: inX.map((stride, i) => stride * at(strides, i)),
    })
  },
  pad,
  concatenate,
  rev: ([x], { dimensions }, [out]) => {
    const strides = rowMajorStrides(x.aval.shape)
    const offset = dimensions.reduce((sum, i) => sum + (at(x.aval.shape, i) - 1) * at(strides, i), 0)
    return gathered(x, out, { offset, strides: strides.map((s, i) => (dimensions.includes(i) ? -s : s)) })
  },
}
