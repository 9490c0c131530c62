import { type Aval, sizeOf } from '../aval.ts'
import { type DType, dtypes, type TypedArray } from '../dtype.ts'
import { encode } from '../reference/element.ts'
import { integerRange } from '../reference/elementwise.ts'
import { threefryBlock } from '../reference/random.ts'

/** Numbers drawn from a seed: the same seed, the same numbers, everywhere. */
export class Random {
  private counter = 0
  constructor(private readonly seed: number) {}

  /** In [0, 1). */
  uniform(): number {
    return threefryBlock(this.seed, 0, this.counter++, 0)[0] / 2 ** 32
  }

  /** An integer from 0 up to, not including, `n`. */
  below(n: number): number {
    return Math.floor(this.uniform() * n)
  }

  between(least: number, most: number): number {
    return least + this.below(most - least + 1)
  }

  chance(probability: number): boolean {
    return this.uniform() < probability
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T
  }

  /** Some of the items, in their order. */
  some<T>(items: readonly T[], probability = 0.5): T[] {
    return items.filter(() => this.chance(probability))
  }

  shuffled<T>(items: readonly T[]): T[] {
    const keyed = items.map((item) => [this.uniform(), item] as const)
    return keyed.sort((a, b) => a[0] - b[0]).map(([, item]) => item)
  }
}

const ordinary = [0, 1, -1, 2, -2, 0.5, -0.5, 3, 1.5, -2.5, 0.1, 7.25, -100, 1e4]
const special = [-0, NaN, Infinity, -Infinity]

/** The least and the largest denormal, the least normal and the largest number, the one after 1, the first that is all fraction bits. */
const ends: { readonly [D in DType]?: readonly number[] } = {
  float16: [2 ** -24, 2 ** -14 - 2 ** -24, 2 ** -14, 65504, 1 + 2 ** -10, 2047],
  float32: [2 ** -149, 2 ** -126 - 2 ** -149, 2 ** -126, (2 - 2 ** -23) * 2 ** 127, 1 + 2 ** -23, 2 ** 24 - 1],
  float64: [2 ** -1074, 2 ** -1022 - 2 ** -1074, 2 ** -1022, Number.MAX_VALUE, 1 + 2 ** -52, 2 ** 53 - 1],
}

function randomFloat(random: Random, dtype: DType, nonFinite: boolean): number {
  if (nonFinite && random.chance(0.15)) return random.pick(special)
  if (nonFinite && random.chance(0.08)) return random.pick(ends[dtype] as readonly number[]) * random.pick([1, -1])
  return random.chance(0.4) ? random.pick(ordinary) : (random.uniform() - 0.5) * 2 ** random.between(-3, 5)
}

/** A number of that dtype where things go wrong, or an ordinary one; with `nonFinite` from the ends of its range, too. */
export function randomNumber(random: Random, dtype: DType, nonFinite = true): number {
  const { kind } = dtypes[dtype]
  if (kind === 'bool') return random.below(2)
  if (kind === 'float') return randomFloat(random, dtype, nonFinite)
  const [least, most] = integerRange(dtype)
  if (random.chance(0.2)) return random.pick([least, most, 0, 1])
  // As places in small arrays are, and just outside of them.
  if (random.chance(0.5)) return random.between(Math.max(least, -2), 6)
  return random.chance(0.6) ? random.between(Math.max(least, -20), 20) : random.between(least, most)
}

/** So many are drawn; a longer array has the same ones again, in other places. */
const distinct = 251

export function randomData(random: Random, aval: Aval, nonFinite = true): TypedArray {
  const data = new dtypes[aval.dtype].array(sizeOf(aval.shape))
  const store = encode(aval.dtype)
  const drawn = Math.min(data.length, distinct)
  for (let i = 0; i < drawn; i++) data[i] = store(randomNumber(random, aval.dtype, nonFinite))
  for (let i = drawn; i < data.length; i++) data[i] = data[(7 * i + 3 * Math.floor(i / drawn)) % drawn] as number
  return data
}
