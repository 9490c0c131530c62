import { makeAval, sizeOf } from '../aval.ts'
import { makeEqn } from '../builder.ts'
import { type Atom, type Eqn, isVar, type Jaxpr, makeLiteral, type Var } from '../jaxpr.ts'
import type { Args, Each, OpName, Params } from '../ops.ts'

type Conv = Params<'convGeneralDilated'>

/** What a convolution does along one dimension of space. */
interface Side {
  readonly size: number
  readonly window: number
  readonly stride: number
  readonly low: number
  readonly lhsDilation: number
  readonly rhsDilation: number
}

/**
 * Every so-manieth place of a result, from one on: they meet elements, and no holes, under the same taps of the window, and so are a convolution of
 * their own, without holes.
 */
interface Phase {
  readonly firstTap: number
  readonly tapStep: number
  readonly taps: number
  readonly stride: number
  readonly low: number
  readonly dilation: number
}

const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b))
const modulo = (a: number, n: number): number => ((a % n) + n) % n
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i)

const phaseCount = ({ stride, lhsDilation }: Side): number => lhsDilation / greatestCommonDivisor(stride, lhsDilation)

/** Tap `k` at place `o` is at `o · stride + k · rhsDilation - low` of the dilated array, an element where `lhsDilation` divides that. */
function phaseOf({ window, stride, low, lhsDilation, rhsDilation }: Side, first: number): Phase {
  const tapStep = lhsDilation / greatestCommonDivisor(rhsDilation, lhsDilation)
  const at = (tap: number): number => first * stride + tap * rhsDilation - low
  const found = range(Math.min(tapStep, window)).find((tap) => modulo(at(tap), lhsDilation) === 0)
  const firstTap = found ?? window
  return {
    firstTap,
    tapStep,
    taps: Math.ceil((window - firstTap) / tapStep),
    stride: stride / greatestCommonDivisor(stride, lhsDilation),
    low: 0 - at(firstTap) / lhsDilation,
    dilation: (tapStep * rhsDilation) / lhsDilation,
  }
}

const sidesOf = ([lhs, rhs]: readonly Atom[], params: Conv): Side[] =>
  params.windowStrides.map((stride, d) => ({
    size: (lhs as Atom).aval.shape[d + 2] as number,
    window: (rhs as Atom).aval.shape[d + 2] as number,
    stride,
    low: params.low[d] as number,
    lhsDilation: params.lhsDilation[d] as number,
    rhsDilation: params.rhsDilation[d] as number,
  }))

/** One convolution as those of its phases. */
class Splitter {
  readonly eqns: Eqn[] = []
  readonly #eqn: Eqn
  readonly #lhs: Atom
  readonly #rhs: Atom
  readonly #params: Conv
  readonly #sides: readonly Side[]
  readonly #counts: readonly number[]
  /** Of the result. */
  readonly #shape: readonly number[]

  constructor(eqn: Eqn) {
    this.#eqn = eqn
    ;[this.#lhs, this.#rhs] = eqn.inputs as [Atom, Atom]
    this.#params = eqn.params as Conv
    this.#sides = sidesOf(eqn.inputs, this.#params)
    this.#counts = this.#sides.map(phaseCount)
    this.#shape = (eqn.outputs[0] as Eqn['outputs'][number]).aval.shape
  }

  result(): Atom {
    return this.#over([])
  }

  #emit<K extends OpName>(op: K, inputs: Each<Args<K>, Atom>, params: Params<K>): Atom {
    const eqn = makeEqn(op, inputs, params, this.#eqn.source)
    this.eqns.push(eqn)
    return eqn.outputs[0] as Atom
  }

  /** Places of a phase along dimension `d`; the last may be beyond the result. */
  #places(d: number): number {
    return Math.ceil((this.#shape[d + 2] as number) / (this.#counts[d] as number))
  }

  /** All places along the dimensions of space from `phases.length` on, those of the phases along the others. */
  #over(phases: readonly number[]): Atom {
    const d = phases.length
    if (d === this.#sides.length) return this.#convolved(phases)
    const count = this.#counts[d] as number
    const parts = range(count).map((phase) => this.#over([...phases, phase]))
    return count === 1 ? (parts[0] as Atom) : this.#interleaved(parts, d + 2)
  }

  #interleaved(parts: readonly Atom[], axis: number): Atom {
    const { shape } = (parts[0] as Atom).aval
    const [before, places, behind] = [shape.slice(0, axis), shape[axis] as number, shape.slice(axis + 1)]
    const apart = parts.map((part) => this.#emit('reshape', [part], { newSizes: [...before, places, 1, ...behind] }))
    const beside = this.#emit('concatenate', apart as never, { dimension: axis + 1 })
    const newSizes = [...before, places * parts.length, ...behind]
    const whole = this.#emit('reshape', [beside], { newSizes })
    const limitIndices = newSizes.with(axis, this.#shape[axis] as number)
    const [startIndices, strides] = [newSizes.map(() => 0), newSizes.map(() => 1)]
    return this.#emit('slice', [whole], { startIndices, limitIndices, strides })
  }

  #convolved(numbers: readonly number[]): Atom {
    const phases = this.#sides.map((side, d) => phaseOf(side, numbers[d] as number))
    const places = numbers.map((_, d) => this.#places(d))
    const [batch, outputs] = this.#shape as [number, number]
    if (phases.some(({ taps }) => taps === 0))
      return makeLiteral(0, makeAval([batch, outputs, ...places], this.#params.preferredElementType))
    const high = phases.map(({ taps, stride, low, dilation }, d) => {
      const span = (taps - 1) * dilation + 1
      return ((places[d] as number) - 1) * stride + span - (this.#sides[d] as Side).size - low
    })
    return this.#emit('convGeneralDilated', [this.#lhs, this.#kernel(phases)], {
      ...this.#params,
      windowStrides: phases.map(({ stride }) => stride),
      low: phases.map(({ low }) => low),
      high,
      lhsDilation: phases.map(() => 1),
      rhsDilation: phases.map(({ dilation }) => dilation),
    })
  }

  #kernel(phases: readonly Phase[]): Atom {
    const { shape } = this.#rhs.aval
    return this.#emit('slice', [this.#rhs], {
      startIndices: [0, 0, ...phases.map(({ firstTap }) => firstTap)],
      limitIndices: shape,
      strides: [1, 1, ...phases.map(({ tapStep }) => tapStep)],
    })
  }
}

const hasHoles = ({ op, params, outputs }: Eqn): boolean =>
  op === 'convGeneralDilated' &&
  (params as Conv).lhsDilation.some((dilation) => dilation > 1) &&
  outputs.every(({ aval }) => sizeOf(aval.shape) > 0)

/**
 * The same program without holes in convolutions, such as the gradients of those that stride have: a convolution over an array with holes is
 * one for each of the phases that its places are in, which multiply elements alone; their results are interleaved.
 */
export function withoutHoles(jaxpr: Jaxpr): Jaxpr {
  if (!jaxpr.eqns.some(hasHoles)) return jaxpr
  const names = new Map<Var, Atom>()
  const resolve = (atom: Atom): Atom => (isVar(atom) ? (names.get(atom) ?? atom) : atom)
  const eqns = jaxpr.eqns.flatMap((old) => {
    const eqn = { ...old, inputs: old.inputs.map(resolve) }
    if (!hasHoles(eqn)) return eqn
    const splitter = new Splitter(eqn)
    names.set(eqn.outputs[0] as Var, splitter.result())
    return splitter.eqns
  })
  return { inputs: jaxpr.inputs, eqns, outputs: jaxpr.outputs.map(resolve) }
}
