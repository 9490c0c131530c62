import { isFloat } from '@proj/backend'
import { tree } from '@proj/tree'
import { expect } from 'vitest'
import { grad, isNDArray, jit, jvp, type NDArray, numpy as np, TransformError, vmap } from '../../src/index.ts'
import { type Check, loadFixture } from '../check.ts'
import { dtypesAndShapes, expectLike, type Packed, type Tolerance, unpack } from '../fixture.ts'
import { programs } from '../programs/index.ts'
import type { Program } from '../programs/program.ts'

type Answer = readonly Packed[]
/** A program on arguments, and what JAX makes of it; see `oracle/programs.py`. */
export interface ProgramCase {
  readonly program: string
  readonly subject: string
  readonly args: Answer
  readonly value: Answer
  readonly weak: readonly boolean[]
  readonly jvp?: Answer
  readonly grad?: Answer
  readonly second?: Answer
  /** The one direction in which JAX differentiates it. */
  readonly only?: 'forward' | 'reverse'
  readonly batched: readonly { readonly at: number; readonly axis: number; readonly out: Answer }[]
  readonly batchedGrad?: Answer
}

/** Without another written down: of results of size 1 to 10. XLA fuses multiplications with additions, and has polynomials of its own. */
const usual: Tolerance = { ulps: 8, absolute: 2e-6 }
/** Derivatives are longer sums, in another order. */
const derivative: Tolerance = { ulps: 64, absolute: 2e-5 }

/** How far from JAX the program and its derivatives may be, where that is too little. */
const tolerances: { readonly [program: string]: Tolerance } = { hessianOfSum: derivative, laxEigh: derivative }

const leavesOf = (out: unknown): readonly NDArray[] =>
  tree.leaves(out).map((leaf) => (isNDArray(leaf) ? leaf : np.array(leaf as number)))
const floatsOf = (out: unknown): readonly NDArray[] => leavesOf(out).filter((y) => isFloat(y.dtype))

/** `f(i + shift)` at position `i` of an array like `x`. */
const wave = (x: NDArray, f: (i: number) => number, shift: number): NDArray => {
  const values = Float32Array.from({ length: x.size }, (_, i) => f(i + shift))
  return np.array(values).reshape(x.shape).astype(x.dtype)
}

const sumOf = (parts: readonly NDArray[]): NDArray => parts.reduce((a, b) => a.add(b), np.array(0, 'float32'))
const weighed = (out: unknown): NDArray => sumOf(floatsOf(out).map((y) => y.mul(wave(y, Math.cos, 0)).sum()))

/** A second example. */
function other(x: NDArray): NDArray {
  if (x.size > 1) return np.flip(x.ravel()).reshape(x.shape)
  return x.dtype === 'bool' ? np.logicalNot(x) : np.array(1, x.dtype).sub(x)
}

/** What a program is asked for: functions of all its arguments, differentiated by those that are floats. */
class Asked {
  readonly #at: readonly number[]
  constructor(
    readonly f: Program,
    readonly args: readonly NDArray[],
  ) {
    this.#at = args.flatMap((x, i) => (isFloat(x.dtype) ? [i] : []))
  }

  /** The derivative of `of` along tangents of the floats. */
  #along(of: Program, args: readonly NDArray[]): readonly NDArray[] {
    const xs = this.#at.map((i) => args[i] as NDArray)
    const ofFloats = (...ys: NDArray[]) => floatsOf(of(...args.map((x, i) => ys[this.#at.indexOf(i)] ?? x)))
    const tangents = xs.map((x) => wave(x, Math.sin, 1))
    return jvp(ofFloats, xs as NDArray[], tangents)[1]
  }

  readonly jvp = (...args: NDArray[]) => this.#along(this.f, args)
  readonly forwardTwice = (...args: NDArray[]) => this.#along(this.jvp, args)
  readonly gradient = (...args: NDArray[]) =>
    grad((...xs: NDArray[]) => weighed(this.f(...xs)), this.#at)(...args) as readonly NDArray[]
  readonly forwardOverReverse = (...args: NDArray[]) => this.#along(this.gradient, args)
  readonly reverseTwice = (...args: NDArray[]) => {
    const slope = (...xs: NDArray[]) => sumOf(this.gradient(...xs).map((g) => g.mul(wave(g, Math.sin, 1)).sum()))
    return grad(slope, this.#at)(...args) as readonly NDArray[]
  }

  batchedBy(at: number, axis: number): unknown {
    const x = this.args[at] as NDArray
    const inAxes = this.args.map((_, i) => (i === at ? axis : null))
    return vmap(this.f, inAxes)(...this.args.with(at, np.stack([x, other(x)], axis)))
  }
  get both(): readonly NDArray[] {
    return this.args.map((x) => np.stack([x, other(x)]))
  }
}

function expectAll(actual: unknown, expected: Answer, tolerance: Tolerance, weak?: readonly boolean[]): void {
  const got = leavesOf(actual)
  expect(got.length).toBe(expected.length)
  expected.forEach((packed, i) => expectLike(got[i] as NDArray, packed, tolerance, weak?.[i]))
}

/** What is asked for, and what JAX answered. */
type Question = readonly [what: string, answer: Answer | undefined, make: (asked: Asked) => unknown]

const valuesAsked = (c: ProgramCase): readonly Question[] => [
  ['jit of ', c.value, ({ f, args }) => jit(f)(...args)],
  ...c.batched.flatMap(({ at, axis, out }): readonly Question[] => [
    [`vmap by argument ${at} along axis ${axis} of `, out, (a) => a.batchedBy(at, axis)],
  ]),
]

const firstsAsked = (c: ProgramCase): readonly Question[] => [
  ['jvp of ', c.jvp, (a) => a.jvp(...a.args)],
  ['jvp under jit of ', c.jvp, (a) => jit(a.jvp)(...a.args)],
  ['gradient of ', c.grad, (a) => a.gradient(...a.args)],
  ['gradient under jit of ', c.grad, (a) => jit(a.gradient)(...a.args)],
  ['vmap of the gradient of ', c.batchedGrad, (a) => vmap(a.gradient)(...a.both)],
  ['vmap of the gradient under jit of ', c.batchedGrad, (a) => jit(vmap(a.gradient))(...a.both)],
]

function secondsAsked({ second, only }: ProgramCase): readonly Question[] {
  if (only === 'forward') return [['jvp of jvp of ', second, (a) => a.forwardTwice(...a.args)]]
  const reverse: Question = ['gradient of the gradient of ', second, (a) => a.reverseTwice(...a.args)]
  if (only === 'reverse') return [reverse]
  return [
    reverse,
    ['jvp of the gradient of ', second, (a) => a.forwardOverReverse(...a.args)],
    ['jvp of the gradient under jit of ', second, (a) => jit(a.forwardOverReverse)(...a.args)],
  ]
}

/** The direction that JAX has not, we have not either, and say so. */
const refusals: { readonly [only in 'forward' | 'reverse']: (asked: Asked) => unknown } = {
  forward: (a) => a.gradient(...a.args),
  reverse: (a) => a.jvp(...a.args),
}

function checksOf(fixture: string, c: ProgramCase): Check[] {
  const own = tolerances[c.program]
  const check = (what: string, run: (asked: Asked) => void): Check => ({
    subject: c.subject,
    title: `${what}${c.program}(${dtypesAndShapes(c.args)})`,
    run: () => run(new Asked(programNamed(fixture, c.program), c.args.map(unpack))),
  })
  const checks = (questions: readonly Question[], tolerance: Tolerance): Check[] =>
    questions.flatMap(([what, answer, make]) =>
      answer === undefined ? [] : [check(what, (asked) => expectAll(make(asked), answer, tolerance))],
    )
  const { only } = c
  return [
    check('', ({ f, args }) => expectAll(f(...args), c.value, own ?? usual, c.weak)),
    ...checks(valuesAsked(c), own ?? usual),
    ...checks([...firstsAsked(c), ...secondsAsked(c)], own ?? derivative),
    ...(only === undefined
      ? []
      : [check('the other way of ', (a) => expect(() => refusals[only](a)).toThrow(TransformError))]),
  ]
}

function programNamed(fixture: string, name: string): Program {
  const program = programs[fixture]?.[name]
  if (program === undefined) throw new Error(`there is no program ${name}; write it in conformance/programs/`)
  return program
}

/** Programs with control flow, collectives and custom rules, and what the transforms make of them. */
export async function composed(): Promise<readonly Check[]> {
  const suites = Object.keys(programs).map(async (fixture) =>
    (await loadFixture<ProgramCase>(fixture)).flatMap((c) => checksOf(fixture, c)),
  )
  return (await Promise.all(suites)).flat()
}
