import { type Aval, makeAval, sizeOf } from '../aval.ts'
import { JaxprBuilder } from '../builder.ts'
import { type DType, dtypes } from '../dtype.ts'
import type { Jaxpr, Var } from '../jaxpr.ts'
import type { Random } from './random.ts'

export interface RowProgramOptions {
  readonly dtype: DType
  readonly maxElements: number
}

type Unary = 'neg' | 'abs' | 'exp' | 'tanh' | 'rsqrt' | 'not'
type Binary = 'add' | 'sub' | 'mul' | 'div' | 'max' | 'min' | 'and' | 'or' | 'xor'
type Reduction = 'reduceSum' | 'reduceMax' | 'reduceMin' | 'reduceProd' | 'reduceAnd' | 'reduceOr'

interface Words {
  readonly unary: readonly Unary[]
  readonly binary: readonly Binary[]
  readonly reduce: readonly Reduction[]
}

const integers: Words = {
  unary: ['neg', 'abs'],
  binary: ['add', 'sub', 'mul', 'max', 'min'],
  reduce: ['reduceSum', 'reduceMax', 'reduceMin'],
}
const words: { readonly [K in 'float' | 'int' | 'uint' | 'bool']: Words } = {
  float: {
    unary: ['neg', 'abs', 'exp', 'tanh', 'rsqrt'],
    binary: ['add', 'sub', 'mul', 'div', 'max', 'min'],
    reduce: ['reduceSum', 'reduceSum', 'reduceMax', 'reduceMin', 'reduceProd'],
  },
  int: integers,
  uint: { ...integers, unary: ['not'] },
  bool: { unary: ['not'], binary: ['and', 'or', 'xor'], reduce: ['reduceAnd', 'reduceOr'] },
}

const lengths = [1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 31, 33, 70, 131, 257]
const counts = [0, 1, 2, 3, 4, 5, 7, 16, 19, 35]

/** Dimensions, and which of them rows run along: mostly the last. */
function rowsOf(random: Random, maxElements: number): { shape: number[]; axes: number[] } {
  const kept = Array.from({ length: random.between(0, 2) }, () => random.pick(counts))
  const along = Array.from({ length: random.chance(0.2) ? 2 : 1 }, () => random.pick(lengths))
  const isLast = random.chance(0.75)
  const shape = isLast ? [...kept, ...along] : [...along, ...kept]
  if (sizeOf(shape) > maxElements) return rowsOf(random, maxElements)
  const axes = along.map((_, i) => (isLast ? kept.length + i : i))
  return { shape, axes }
}

/** Values over the whole shape, of one element a row, and of one for each place in a row. */
class RowPool {
  readonly builder = new JaxprBuilder()
  readonly whole: Var[]
  readonly reduced: Var[]
  readonly made: Var[] = []
  readonly #random: Random
  readonly #words: Words
  readonly #axes: readonly number[]
  readonly #aval: Aval
  readonly #inRow: Var

  constructor(random: Random, { dtype, maxElements }: RowProgramOptions) {
    const { shape, axes } = rowsOf(random, maxElements)
    const of = (belongs: (d: number) => boolean) =>
      makeAval(
        shape.filter((_, d) => belongs(d)),
        dtype,
      )
    this.#random = random
    this.#words = words[dtypes[dtype].kind as keyof typeof words]
    this.#axes = axes
    this.#aval = makeAval(shape, dtype)
    this.whole = [this.builder.input(this.#aval), this.builder.input(this.#aval)]
    this.reduced = [this.builder.input(of((d) => !axes.includes(d)))]
    this.#inRow = this.builder.input(of((d) => axes.includes(d)))
  }

  #wide(value: Var, isInRow: boolean): Var {
    const { shape } = this.#aval
    const broadcastDimensions = shape.flatMap((_, d) => (this.#axes.includes(d) === isInRow ? [d] : []))
    return this.builder.emit('broadcastInDim', [value], { shape, broadcastDimensions })[0]
  }

  /** One of the latest values, or any. */
  #pick(values: readonly Var[]): Var {
    return this.#random.pick(this.#random.chance(0.6) ? values.slice(-2) : values)
  }

  #binary(x: Var, y: Var): Var {
    return this.builder.emit(this.#random.pick(this.#words.binary) as 'add', [x, y], {})[0]
  }

  #unary(x: Var): Var {
    return this.builder.emit(this.#random.pick(this.#words.unary) as 'neg', [x], {})[0]
  }

  #chosen(x: Var, y: Var): Var {
    const [isLess] = this.builder.emit('lt', [x, y], {})
    this.made.push(isLess)
    return this.builder.emit('select', [isLess, x, y], {})[0]
  }

  /** One more value. */
  step(): void {
    const random = this.#random
    const ways: readonly (() => void)[] = [
      () => this.#reduce(),
      () => this.#reduce(),
      () => this.whole.push(this.#binary(this.#pick(this.whole), this.#wide(this.#pick(this.reduced), false))),
      () => this.whole.push(this.#binary(this.#wide(this.#pick(this.reduced), false), this.#pick(this.whole))),
      () => this.whole.push(this.#binary(this.#pick(this.whole), this.#pick(this.whole))),
      () => this.whole.push(this.#binary(this.#pick(this.whole), this.#wide(this.#inRow, true))),
      () => this.whole.push(this.#unary(this.#pick(this.whole))),
      () => this.whole.push(this.#chosen(this.#pick(this.whole), this.#wide(this.#pick(this.reduced), false))),
      () => this.reduced.push(this.#unary(this.#pick(this.reduced))),
      () => this.reduced.push(this.#binary(this.#pick(this.reduced), this.#pick(this.reduced))),
    ]
    random.pick(ways)()
  }

  #reduce(): void {
    const op = this.#random.pick(this.#words.reduce) as 'reduceSum'
    this.reduced.push(this.builder.emit(op, [this.#pick(this.whole)], { axes: this.#axes })[0])
  }
}

/**
 * A random program on rows, as normalisations and their gradients are: reductions whose results go back into the rows, with steps before,
 * between and after.
 */
export function rowProgram(random: Random, options: RowProgramOptions): Jaxpr {
  const pool = new RowPool(random, options)
  for (let i = random.between(4, 18); i > 0; i--) pool.step()
  const latest = [pool.whole.at(-1) as Var, ...random.some(pool.reduced.slice(-1))]
  return pool.builder.finish([...latest, ...random.some([...pool.whole, ...pool.reduced, ...pool.made], 0.1)])
}
