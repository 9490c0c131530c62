import { rowMajorStrides, sizeOf } from '../aval.ts'
import { isFloat, type TypedArray } from '../dtype.ts'
import type { Kernel, KernelTable } from '../kernel.ts'
import { generate, read } from './element.ts'
import { monoids } from './monoid.ts'

/** Where windows lie along one dimension. */
interface Side {
  readonly size: number
  readonly stride: number
  readonly low: number
  readonly baseDilation: number
  readonly windowDilation: number
}

/** Where there is no element: before the first or behind the last, or between two. */
type Nothing = 'padding' | 'hole'

/** Which element the `w`th of window `o` is. */
function elementOf({ size, stride, low, baseDilation, windowDilation }: Side, o: number, w: number): number | Nothing {
  const element = (o * stride + w * windowDilation - low) / baseDilation
  if (!Number.isInteger(element)) return 'hole'
  return element >= 0 && element < size ? element : 'padding'
}

/** What is a hole along one dimension is one. */
const joined = (place: number | Nothing, element: number | Nothing, stride: number): number | Nothing => {
  if (typeof place === 'number' && typeof element === 'number') return place + element * stride
  return place === 'hole' || element === 'hole' ? 'hole' : 'padding'
}

const indexOf = (place: number, shape: readonly number[], strides: readonly number[]): number[] =>
  shape.map((n, d) => Math.floor(place / (strides[d] as number)) % n)

/** Calls `visit` for each element of the window at `outer`, in row-major order, with its place in the array and its place in the window. */
function walkWindow(
  sides: readonly Side[],
  strides: readonly number[],
  window: readonly number[],
  outer: readonly number[],
  visit: (place: number | Nothing, inWindow: number) => void,
): void {
  const descend = (d: number, place: number | Nothing, inWindow: number): void => {
    const side = sides[d]
    if (side === undefined) return visit(place, inWindow)
    const size = window[d] as number
    for (let w = 0; w < size; w++) {
      const element = elementOf(side, outer[d] as number, w)
      descend(d + 1, joined(place, element, strides[d] as number), inWindow * size + w)
    }
  }
  descend(0, 0, 0)
}

const reduceWindow: Kernel<'reduceWindow', TypedArray> = ([x], params, [out]) => {
  const { kind, windowDimensions, windowStrides, low, baseDilation, windowDilation } = params
  const { shape, dtype } = x.aval
  const sides = shape.map((size, d) => ({
    size,
    stride: windowStrides[d] as number,
    low: low[d] as number,
    baseDilation: baseDilation[d] as number,
    windowDilation: windowDilation[d] as number,
  }))
  const { identity, combine } = monoids[kind]
  const neutral = identity(dtype)
  const [value, join, strides, outStrides] = [
    read(x),
    combine(dtype),
    rowMajorStrides(shape),
    rowMajorStrides(out.shape),
  ]
  return [
    generate(out, (i) => {
      let sofar: number | undefined
      walkWindow(sides, strides, windowDimensions, indexOf(i, out.shape, outStrides), (place) => {
        const element = typeof place === 'number' ? value(place) : neutral
        sofar = sofar === undefined ? element : join(sofar, element)
      })
      return sofar ?? neutral
    }),
  ]
}

/** Sums in float64 and rounds once; integers wrap. Padding is zeros like any others: times ∞ they are NaN. Holes are left out. */
const convGeneralDilated: Kernel<'convGeneralDilated', TypedArray> = ([lhs, rhs], params, [out]) => {
  const { windowStrides, low, lhsDilation, rhsDilation, featureGroupCount, batchGroupCount } = params
  const [batch, , ...space] = out.shape as [number, number, ...number[]]
  const [, channels, ...size] = lhs.aval.shape as [number, number, ...number[]]
  const [outputs, perGroup, ...window] = rhs.aval.shape as [number, number, ...number[]]
  const sides = size.map((n, d) => ({
    size: n,
    stride: windowStrides[d] as number,
    low: low[d] as number,
    baseDilation: lhsDilation[d] as number,
    windowDilation: rhsDilation[d] as number,
  }))
  const isReal = isFloat(out.dtype)
  const [x, y, strides, spaceStrides] = [read(lhs), read(rhs), rowMajorStrides(size), rowMajorStrides(space)]
  const [places, taps, positions] = [sizeOf(size), sizeOf(window), sizeOf(space)]
  return [
    generate(out, (i) => {
      const output = Math.floor(i / positions) % outputs
      const example = Math.floor(i / positions / outputs) + batch * Math.floor(output / (outputs / batchGroupCount))
      const first = perGroup * Math.floor(output / (outputs / featureGroupCount))
      const outer = indexOf(i % positions, space, spaceStrides)
      let sum = 0
      for (let c = 0; c < perGroup; c++) {
        const [left, right] = [(example * channels + first + c) * places, (output * perGroup + c) * taps]
        walkWindow(sides, strides, window, outer, (place, tap) => {
          if (place === 'hole') return
          const [a, b] = [place === 'padding' ? 0 : x(left + place), y(right + tap)]
          sum = isReal ? sum + a * b : (sum + Math.imul(a, b)) | 0
        })
      }
      return sum
    }),
  ]
}

export const window: KernelTable<TypedArray, 'reduceWindow' | 'convGeneralDilated'> = {
  reduceWindow,
  convGeneralDilated,
}
