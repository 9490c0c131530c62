import { type Aval, makeAval, sameAval, sizeOf } from '../aval.ts'
import { type DType, dtypes } from '../dtype.ts'
import { type Atom, type Literal, makeLiteral } from '../jaxpr.ts'
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
}

export const sizes = [0, 1, 1, 2, 3, 4, 5, 9]

/** Everything an equation may use, and where the choices come from. */
export class Pool {
  readonly atoms: Atom[] = []
  readonly options: Required<RandomJaxprOptions>
  readonly random: Random

  constructor(options: RandomJaxprOptions) {
    this.options = {
      size: 12,
      dtypes: Object.keys(dtypes) as DType[],
      ops: opNames,
      nonFinite: true,
      maxElements: 200,
      ...options,
    }
    this.random = new Random(options.seed)
  }

  any(): Atom {
    return this.random.chance(0.05) ? this.literal(this.aval()) : this.random.pick(this.atoms)
  }

  /** An atom of that shape and dtype: an old one, the same again, or a literal. */
  like(aval: Aval): Atom {
    const fitting = this.atoms.filter((atom) => sameAval(atom.aval, aval))
    return fitting.length > 0 && this.random.chance(0.85) ? this.random.pick(fitting) : this.literal(aval)
  }

  literal(aval: Aval): Literal {
    return makeLiteral(randomNumber(this.random, aval.dtype, this.options.nonFinite), aval)
  }

  dtype(): DType {
    return this.random.pick(this.options.dtypes)
  }

  shape(): number[] {
    const shape = Array.from({ length: this.random.below(4) }, () => this.random.pick(sizes))
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
