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

/** A number of that dtype where things go wrong, or an ordinary one. */
export function randomNumber(random: Random, dtype: DType, nonFinite = true): number {
  const { kind } = dtypes[dtype]
  if (kind === 'bool') return random.below(2)
  if (kind === 'float') {
    if (nonFinite && random.chance(0.15)) return random.pick(special)
    return random.chance(0.4) ? random.pick(ordinary) : (random.uniform() - 0.5) * 2 ** random.between(-3, 5)
  }
  const [least, most] = integerRange(dtype)
  if (random.chance(0.2)) return random.pick([least, most, 0, 1])
  return random.chance(0.7) ? random.between(Math.max(least, -20), 20) : random.between(least, most)
}

export function randomData(random: Random, aval: Aval, nonFinite = true): TypedArray {
  const data = new dtypes[aval.dtype].array(sizeOf(aval.shape))
  const store = encode(aval.dtype)
  for (let i = 0; i < data.length; i++) data[i] = store(randomNumber(random, aval.dtype, nonFinite))
  return data
}
