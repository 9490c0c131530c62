import { type Aval, rowMajorStrides, sizeOf } from '../aval.ts'
import { type DType, dtypes, type TypedArray } from '../dtype.ts'
import type { Kernel, KernelTable } from '../kernel.ts'
import { generate, read } from './element.ts'
import { type Combination, monoids } from './monoid.ts'
import { dense, walk } from './walk.ts'

/** Visits each element of `x` in row-major order: its place, and the place of the result that it goes into. */
function forEachElement(x: Aval, axes: readonly number[], out: Aval, visit: (from: number, to: number) => void): void {
  const kept = rowMajorStrides(out.shape)
  const strides = x.shape.map((_, axis) => (axes.includes(axis) ? 0 : (kept.shift() as number)))
  walk(x.shape, dense(x.shape), { offset: 0, strides }, visit)
}

/**
 * Folds in numbers. Floats are rounded once, at the end: in float64 a float32 sum has hardly an error of its own. One element is itself,
 * -0 too.
 */
function reduction({ identity, combine }: Combination): Kernel<'reduceSum' | 'reduceMax', TypedArray> {
  return ([x], { axes }, [out]) => {
    const { dtype } = x.aval
    const value = read(x)
    const join = combine(dtype)
    const results = new Array<number | undefined>(sizeOf(out.shape)).fill(undefined)
    forEachElement(x.aval, axes, out, (from, to) => {
      const sofar = results[to]
      results[to] = sofar === undefined ? value(from) : join(sofar, value(from))
    })
    return [generate(out, (i) => results[i] ?? identity(dtype))]
  }
}

/** First place where `beats` holds against all before it; NaN beats every number. */
function argReduction(beats: (x: number, best: number) => boolean): Kernel<'argmax' | 'argmin', TypedArray> {
  return ([x], { axis }, [out]) => {
    const value = read(x)
    const winners = new Array<number>(sizeOf(out.shape)).fill(-1)
    forEachElement(x.aval, [axis], out, (from, to) => {
      const champion = winners[to] === -1 ? undefined : value(winners[to] as number)
      const challenger = value(from)
      const wins =
        champion === undefined || (!Number.isNaN(champion) && (Number.isNaN(challenger) || beats(challenger, champion)))
      if (wins) winners[to] = from
    })
    const inner = rowMajorStrides(x.aval.shape)[axis] as number
    return [generate(out, (i) => Math.floor((winners[i] as number) / inner) % (x.aval.shape[axis] as number))]
  }
}

const allBits = (dtype: DType): number => (dtypes[dtype].kind === 'bool' ? 1 : -1)

type ReduceOp = 'reduceSum' | 'reduceProd' | 'reduceMax' | 'reduceMin' | 'reduceAnd' | 'reduceOr' | 'argmax' | 'argmin'

export const reduce: KernelTable<TypedArray, ReduceOp> = {
  reduceSum: reduction(monoids.add),
  reduceProd: reduction(monoids.mul),
  reduceMax: reduction(monoids.max),
  reduceMin: reduction(monoids.min),
  reduceAnd: reduction({ identity: allBits, combine: () => (x, y) => x & y }),
  reduceOr: reduction({ identity: () => 0, combine: () => (x, y) => x | y }),
  argmax: argReduction((x, best) => x > best),
  argmin: argReduction((x, best) => x < best),
}
