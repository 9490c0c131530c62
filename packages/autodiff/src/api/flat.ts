import { explainError, TreeError } from '@proj/tree'
import type { NDArray } from '../array.ts'
import { TransformError } from '../errors.ts'
import { explainTraced } from '../explanations.ts'
import { currentTrace, getBase, userCode } from '../trace.ts'
import { type AnyFunction, type FlatTree, flattenArrays, unflattenArrays } from './leaves.ts'

type Place = (trees: readonly unknown[]) => readonly unknown[]

/** A user's function seen as one of flat arrays; the structure that came out last is remembered. */
export class FlatFunction {
  /** The structure of the last result, there after a call. */
  output: Omit<FlatTree, 'arrays'> | undefined
  readonly #f: AnyFunction
  readonly #inputs: readonly Omit<FlatTree, 'arrays'>[]

  readonly #place: Place

  /** @param place what `f` is called with, given the trees of `inputs`; by default those. */
  constructor(f: AnyFunction, inputs: readonly Omit<FlatTree, 'arrays'>[], place: Place = (trees) => trees) {
    this.#f = f
    this.#inputs = inputs
    this.#place = place
  }

  readonly call = (arrays: readonly NDArray[]): readonly NDArray[] => {
    let start = 0
    const trees = this.#inputs.map((input) => {
      const count = input.def.numLeaves - input.statics.length
      const part = arrays.slice(start, start + count)
      start += count
      return unflattenArrays(input, part)
    })
    const args = this.#place(trees)
    const f = this.#f // called without this object, which is none of the user's business
    const result = userCode(() => explained(f, () => f(...args)))
    refusePromise(result)
    const { def, statics, isArray, arrays: outs } = flattenArrays(result)
    this.output = { def, statics, isArray }
    return outs
  }

  /** The result, with these in place of its arrays. */
  rebuild(arrays: readonly NDArray[]): unknown {
    return unflattenArrays(this.output as FlatTree, arrays)
  }
}

/** What the user's function gives, with what the engine complains of said in terms of trees, and other errors with the transform that ran. */
function explained<T>(f: AnyFunction, body: () => T): T {
  const trace = currentTrace()
  const isFirst = trace !== getBase() && trace.runsUserCode !== true // a rule of the user's is not what is transformed
  trace.runsUserCode = true
  try {
    return body()
  } catch (error) {
    if (!lostItsObject(f, error))
      throw isFirst ? explainTraced(explainError(error), trace.transform, f.name) : explainError(error)
    throw new TreeError(
      trace.transform,
      `${f.name} is a method, and lost its object when it was passed`,
      `pass an arrow instead: (...args) => model.${f.name}(...args)`,
    )
  }
}

/** Methods begin with their name, and fail at the first `this`. */
const lostItsObject = (f: AnyFunction, error: unknown): boolean =>
  error instanceof TypeError &&
  error.constructor === TypeError &&
  /undefined/.test(error.message) &&
  !Object.hasOwn(f, 'prototype') &&
  /^(?!function\b|async\b)[\w$]+\s*\([\s\S]*\bthis\b/.test(Function.prototype.toString.call(f))

/**
 * For transforms, which are otherwise only told when what they return is called.
 *
 * @throws {TransformError} for anything but a function
 */
export function checkFunction(where: string, f: unknown): void {
  if (typeof f === 'function') return
  throw new TransformError(
    where,
    `got ${f === null ? 'null' : typeof f === 'object' ? `an object (${f.constructor?.name ?? 'no class'})` : `a ${typeof f}`}`,
    'pass the function itself; for a method, (x) => model.call(x)',
  )
}

function refusePromise(result: unknown): void {
  if (result instanceof Promise) {
    result.catch(() => {})
    throw new TransformError(
      currentTrace().transform,
      'the function is async',
      'await outside it and pass the result in: a transform must see every op while it runs',
    )
  }
}
