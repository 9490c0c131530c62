import { type Aval, makeAval, sameAval, sizeOf } from '../aval.ts'
import { type DType, dtypes } from '../dtype.ts'
import { type Atom, type Literal, makeLiteral, makeVar, type Var } from '../jaxpr.ts'
import { type Args, type Each, type OpName, opNames, type Params } from '../ops.ts'
import { Random, randomNumber } from './random.ts'

export interface RandomJaxprOptions {
  readonly seed: number
  /** How many equations at most; 12 unless told. */
  readonly size?: number
  readonly dtypes?: readonly DType[]
  readonly ops?: readonly OpName[]
  /** Whether inputs and literals may be NaN, infinite or -0. */
  readonly nonFinite?: boolean
  /** No array is larger; 200 elements unless told. */
  readonly maxElements?: number
  /** Operands that nothing fits may be new inputs up to this many; 8 unless told. */
  readonly maxInputs?: number
  /** How deep programs may stand in programs; 2 unless told. */
  readonly depth?: number
}

export const sizes = [0, 1, 1, 1, 2, 2, 3, 3, 4, 5, 7, 8, 9, 17]

/** Arrays that a backend may treat otherwise: they go by pointer, in panels, by several threads. */
const largeShapes = [[8192], [8195], [2, 4099], [91, 101], [128, 65], [5, 1, 1700], [3, 1000, 3], [20003], [130, 140]]

const ranks = [0, 1, 1, 2, 2, 2, 3, 3, 4, 5]

/** Half of the operands are among the latest atoms, so that chains grow long. */
const recent = 3

/** Everything an equation may use, and where the choices come from. */
export class Pool {
  readonly atoms: Atom[] = []
  readonly inputs: Var[] = []
  readonly options: Required<RandomJaxprOptions>
  readonly random: Random

  constructor(options: RandomJaxprOptions) {
    this.options = {
      size: 12,
      dtypes: Object.keys(dtypes) as DType[],
      ops: opNames,
      nonFinite: true,
      maxElements: 200,
      maxInputs: 8,
      depth: 2,
      ...options,
    }
    this.random = new Random(options.seed)
  }

  any(): Atom {
    if (this.random.chance(0.05)) return this.literal(this.aval())
    return this.random.pick(this.random.chance(0.5) ? this.atoms.slice(-recent) : this.atoms)
  }

  /** An atom of that shape and dtype: an old one, the same again, a new input where there may be one more, or a literal. */
  like(aval: Aval): Atom {
    const fitting = this.atoms.filter((atom) => sameAval(atom.aval, aval))
    if (fitting.length > 0 && this.random.chance(0.85)) return this.random.pick(fitting)
    return this.inputs.length < this.options.maxInputs && this.random.chance(0.6)
      ? this.input(aval)
      : this.literal(aval)
  }

  input(aval: Aval): Var {
    const input = makeVar(makeAval(aval.shape, aval.dtype))
    this.inputs.push(input)
    this.atoms.push(input)
    return input
  }

  /** What `f` makes; without the inputs that it asked for where that is nothing. */
  try<T>(f: () => T | undefined): T | undefined {
    const [inputs, atoms] = [this.inputs.length, this.atoms.length]
    const made = f()
    if (made !== undefined) return made
    this.inputs.length = inputs
    this.atoms.length = atoms
    return undefined
  }

  literal(aval: Aval): Literal {
    return makeLiteral(randomNumber(this.random, aval.dtype, this.options.nonFinite), aval)
  }

  dtype(): DType {
    return this.random.pick(this.options.dtypes)
  }

  shape(): number[] {
    const large = largeShapes.filter((shape) => sizeOf(shape) <= this.options.maxElements)
    if (large.length > 0 && this.random.chance(0.6)) return [...this.random.pick(large)]
    const shape = Array.from({ length: this.random.pick(ranks) }, () => this.random.pick(sizes))
    return sizeOf(shape) > this.options.maxElements ? [] : shape
  }

  aval(): Aval {
    return makeAval(this.shape(), this.dtype())
  }
}

export interface Made<K extends OpName> {
  readonly inputs: Each<Args<K>, Atom>
  readonly params: Params<K>
}

/** Operands and parameters that may fit; those that do not are thrown away. */
export type Maker<K extends OpName> = (pool: Pool, random: Random) => Made<K> | undefined

export const axesOf = ({ shape }: Aval): number[] => shape.map((_, axis) => axis)

/** What a contraction of `dtype` may be held in: it, or now and then a wider dtype of its kind. */
export function summedIn(pool: Pool, random: Random, dtype: DType): DType {
  const { kind, bytes } = dtypes[dtype]
  const wider = pool.options.dtypes.filter((one) => dtypes[one].kind === kind && dtypes[one].bytes > bytes)
  return wider.length > 0 && random.chance(0.25) ? random.pick(wider) : dtype
}
