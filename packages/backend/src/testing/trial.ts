import { byteSize, sameAval } from '../aval.ts'
import type { Backend, Executable } from '../backend.ts'
import { bodiesOf } from '../bodies.ts'
import { checkJaxpr } from '../check.ts'
import { type DType, isFloat, type TypedArray } from '../dtype.ts'
import type { Jaxpr, Var } from '../jaxpr.ts'
import { formatJaxpr } from '../print.ts'
import { evaluateJaxpr } from '../reference/evaluate.ts'
import { cleanUp } from '../rewrite/cleanUp.ts'
import type { Bounded } from './bounds/bounded.ts'
import { evaluateBounded } from './bounds/evaluate.ts'
import { numbersOf } from './compare.ts'

/** A program, and the arrays of two calls of it. */
export interface Trial {
  readonly jaxpr: Jaxpr
  readonly calls: readonly [readonly TypedArray[], readonly TypedArray[]]
  /** For each input of the second call: the first input that is the same buffer. */
  readonly aliases: readonly number[]
  /** Inputs that the last call gives up. */
  readonly donated: ReadonlySet<number>
}

/** How much was compared. */
export interface Tally {
  programs: number
  elements: number
  /** Of those, how many were bounded, and how many could have been anything. */
  bounded: number
  unknown: number
}

/** A result that is not what the reference says. */
export class Disagreement extends Error {
  override readonly name = 'Disagreement'
}

function areSame(xs: TypedArray, ys: TypedArray): boolean {
  for (let i = 0; i < ys.length; i++) if (!Object.is(xs[i], ys[i])) return false
  return true
}

/** The first element that is not within its bounds. */
function firstWrong(dtype: DType, got: TypedArray, { data, error }: Bounded): number {
  if (areSame(got, data)) return -1
  const [xs, ys] = [numbersOf(got, dtype), numbersOf(data, dtype)]
  return ys.findIndex((y, i) => {
    const x = xs[i] as number
    const allowed = error?.[i] ?? 0
    return !(Object.is(x, y) || allowed === Infinity || (allowed > 0 && Math.abs(x - y) <= allowed))
  })
}

function expectWithin(what: string, jaxpr: Jaxpr, got: readonly TypedArray[], want: readonly Bounded[]): void {
  if (got.length !== want.length) throw new Disagreement(`${what}: ${got.length} outputs for ${want.length}`)
  want.forEach((bounded, k) => {
    const { dtype } = bounded.aval
    const array = got[k] as TypedArray
    if (array.length !== bounded.data.length || array.constructor !== bounded.data.constructor)
      throw new Disagreement(`${what}: output ${k} has ${array.length} elements for ${bounded.data.length}`)
    const i = firstWrong(dtype, array, bounded)
    if (i < 0) return
    const [x, y] = [numbersOf(array, dtype)[i], numbersOf(bounded.data, dtype)[i]] as [number, number]
    const show = (value: number) => (Object.is(value, -0) ? '-0' : String(value))
    throw new Disagreement(
      `${what}: output ${k}, element ${i}: got ${show(x)}, the reference says ${show(y)} ± ${bounded.error?.[i] ?? 0}\n${formatJaxpr(jaxpr)}`,
    )
  })
}

/** Whether the program reads the bits of a float: those of a NaN are nobody's promise. */
const readsBits = (jaxpr: Jaxpr): boolean =>
  jaxpr.eqns.some(
    ({ op, inputs, params }) =>
      (op === 'bitcastConvertType' && isFloat((inputs[0] as Var).aval.dtype)) || bodiesOf(params).some(readsBits),
  )

/** Rewriting keeps every bit, as far as the reference can tell. */
function expectCleanUp({ jaxpr, calls: [inputs] }: Trial, want: readonly Bounded[]): void {
  const clean = checkJaxpr(cleanUp(jaxpr), 'cleanUp')
  const isLoose = readsBits(jaxpr)
  expectWithin(
    'cleanUp',
    jaxpr,
    evaluateJaxpr(clean, inputs),
    want.map(({ aval, data, error }) => ({ aval, data, error: isLoose ? error : undefined })),
  )
}

const getAll = (backend: Backend, buffers: readonly unknown[]): Promise<TypedArray[]> =>
  Promise.all(buffers.map((buffer) => backend.get(buffer)))

function count(tally: Tally, want: readonly Bounded[]): void {
  for (const { data, error } of want) {
    tally.elements += data.length
    error?.forEach((e) => {
      if (e === Infinity) tally.unknown++
      else if (e > 0) tally.bounded++
    })
  }
}

/** Bytes from which on a device may leave arrays where they are. */
const large = 32768

interface Past {
  readonly trial: Trial
  readonly executable: Executable
  readonly want: readonly Bounded[]
}

/**
 * Runs programs on a backend as people do: several times, on other arrays, with one array in two places or given up, one program between
 * the calls of another.
 */
export class Trials {
  #past: Past | undefined

  constructor(
    private readonly backend: Backend,
    private readonly tally: Tally = { programs: 0, elements: 0, bounded: 0, unknown: 0 },
  ) {}

  /** @throws {Disagreement} with the program, when a result is not what the reference says */
  async check(trial: Trial): Promise<void> {
    const { backend } = this
    const { jaxpr, calls } = trial
    const wants = calls.map((inputs) => evaluateBounded(jaxpr, inputs)) as [readonly Bounded[], readonly Bounded[]]
    expectCleanUp(trial, wants[0])
    const executable = backend.compile(jaxpr, { name: 'fuzz' })
    const first = this.#put(trial, 0)
    const second = this.#put(trial, 1)
    const results = [executable.run(first), executable.run(second)]
    await this.#again()
    await this.#expectKept(trial, 0, first)
    await this.#expectKept(trial, 1, second)
    results.push(executable.run(first))
    const held = this.#heldTwice(trial, second)
    const dead = new Set([...trial.donated].map((i) => second[i]))
    results.push(executable.run(second, trial.donated))
    await this.#expectKept(trial, 1, held, dead)
    for (const [k, what] of ['first call', 'second call', 'first call again', 'call with donations'].entries())
      expectWithin(what, jaxpr, await getAll(backend, results[k] as unknown[]), wants[k % 2] as readonly Bounded[])
    await this.#expectKept(trial, 0, first)
    await this.#expectKept(trial, 1, second, dead)
    for (const buffer of new Set([...first, ...second, ...results.flat()])) backend.free(buffer)
    this.#past?.executable.dispose()
    this.#past = { trial, executable, want: wants[0] }
    this.tally.programs++
    for (const want of wants) count(this.tally, want)
  }

  #put({ jaxpr, calls, aliases }: Trial, call: 0 | 1): unknown[] {
    const buffers: unknown[] = []
    calls[call].forEach((data, i) => {
      const same = call === 1 ? (aliases[i] as number) : i
      buffers.push(same < i ? buffers[same] : this.backend.put(data, (jaxpr.inputs[i] as Var).aval))
    })
    return buffers
  }

  /**
   * What a program gives out that passes its inputs through: where these are other handles of the same arrays, they outlive buffers that are
   * given up.
   */
  #heldTwice({ jaxpr: { inputs }, donated }: Trial, buffers: readonly unknown[]): unknown[] {
    const isLarge = [...donated].some((i) => byteSize((inputs[i] as Var).aval) >= large)
    return isLarge ? this.backend.compile({ inputs, eqns: [], outputs: inputs }, {}).run(buffers) : []
  }

  /** The program before this one, between two calls of this one. */
  async #again(): Promise<void> {
    if (this.#past === undefined) return
    const { trial, executable, want } = this.#past
    const results = executable.run(this.#put(trial, 0))
    expectWithin('the program before, called again', trial.jaxpr, await getAll(this.backend, results), want)
  }

  /** `dead` buffers were given up, wherever else they stand. */
  async #expectKept({ jaxpr, calls }: Trial, call: 0 | 1, buffers: readonly unknown[], dead = new Set<unknown>()) {
    for (const [i, buffer] of buffers.entries()) {
      if (dead.has(buffer)) continue
      const { aval } = jaxpr.inputs[i] as Var
      const want = { aval, data: calls[call][i] as TypedArray, error: undefined }
      expectWithin(`input ${i} of call ${call}, afterwards`, jaxpr, [await this.backend.get(buffer)], [want])
    }
  }
}

/** For each input the first of the same aval, where `shares` says so. */
export function aliasesOf(jaxpr: Jaxpr, shares: () => boolean): number[] {
  return jaxpr.inputs.map(({ aval }, i) => {
    const first = jaxpr.inputs.findIndex((other) => sameAval(other.aval, aval))
    return first < i && shares() ? first : i
  })
}
