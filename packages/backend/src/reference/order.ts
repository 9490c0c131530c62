import { type Aval, rowMajorStrides, sizeOf } from '../aval.ts'
import type { TypedArray } from '../dtype.ts'
import type { Kernel, KernelTable } from '../kernel.ts'
import { allocate, generate, read } from './element.ts'
import { monoids } from './monoid.ts'

/** Ascending; -0 and 0 are equal, NaN is above everything and equal to itself. */
export function compareNumbers(x: number, y: number): number {
  if (x < y) return -1
  if (x > y) return 1
  return Number(Number.isNaN(x)) - Number(Number.isNaN(y))
}

/** Calls `visit` with the places of the elements of each line along `axis`. */
export function eachLine({ shape }: Aval, axis: number, visit: (places: number[]) => void): void {
  const length = shape[axis] as number
  const stride = rowMajorStrides(shape)[axis] as number
  const lines = length === 0 ? 0 : sizeOf(shape) / length
  for (let line = 0; line < lines; line++) {
    const start = Math.floor(line / stride) * stride * length + (line % stride)
    visit(Array.from({ length }, (_, i) => start + i * stride))
  }
}

const sort: Kernel<'sort', TypedArray> = (inputs, { dimension, numKeys }, outs) => {
  const keys = inputs.slice(0, numKeys).map(read)
  const results = outs.map(allocate)
  eachLine(outs[0] as Aval, dimension, (places) => {
    const sorted = places.toSorted((a, b) => {
      for (const key of keys) {
        const order = compareNumbers(key(a), key(b))
        if (order !== 0) return order
      }
      return 0
    })
    results.forEach((result, k) => {
      const { buffer } = inputs[k] as (typeof inputs)[number]
      sorted.forEach((from, i) => (result[places[i] as number] = buffer[from] as number))
    })
  })
  return results
}

const topK: Kernel<'topK', TypedArray> = ([x], { k }, [values, indices]) => {
  const value = read(x)
  const winners: number[] = []
  const last = x.aval.shape.length - 1
  const size = x.aval.shape[last] as number
  eachLine(x.aval, last, (places) => {
    winners.push(...places.toSorted((a, b) => compareNumbers(value(b), value(a))).slice(0, k))
  })
  return [generate(values, (i) => value(winners[i] as number)), generate(indices, (i) => (winners[i] as number) % size)]
}

const cumulative: Kernel<'cumulative', TypedArray> = ([x], { kind, axis, reverse }, [out]) => {
  const value = read(x)
  const combine = monoids[kind].combine(x.aval.dtype)
  const results = new Float64Array(x.buffer.length)
  eachLine(x.aval, axis, (places) => {
    let sofar: number | undefined
    for (const place of reverse ? places.reverse() : places) {
      sofar = sofar === undefined ? value(place) : combine(sofar, value(place))
      results[place] = sofar
    }
  })
  return [generate(out, (i) => results[i] as number)]
}

export const order: KernelTable<TypedArray, 'sort' | 'topK' | 'cumulative'> = { sort, topK, cumulative }
