import { type Aval, makeAval } from '@proj/backend'
import { tree } from '@proj/tree'
import type { NDArray } from '../array.ts'
import { TransformError } from '../errors.ts'
import { bindCallback, type HostFunction, type VmapMethod } from '../primitives/callback.ts'
import { ShapeDtypeStruct } from './inspect.ts'
import { type AnyFunction, flattenArrays, leafArray, unflattenArrays, type Widened } from './leaves.ts'
import type { Structure } from './program.ts'

/** What is made of a function once, so that compiled programs are found again: by the function, then by what else counts. */
const hosts = new WeakMap<AnyFunction, { readonly key: readonly unknown[]; readonly host: HostFunction }[]>()

function hostOf(f: AnyFunction, key: readonly unknown[], make: () => HostFunction): HostFunction {
  const known = hosts.get(f) ?? []
  const found = known.find(
    (entry) => entry.key.length === key.length && entry.key.every((x, i) => Object.is(x, key[i])),
  )
  if (found !== undefined) return found.host
  const host = make()
  hosts.set(f, [...known.slice(-31), { key, host }])
  return host
}

const keyOf = (inputs: readonly Structure[]): unknown[] =>
  inputs.flatMap(({ def, isArray, statics }) => [def, isArray.join(), ...statics.map(({ value }) => value)])

/** The arguments of the user's function from their arrays. */
function rebuild(inputs: readonly Structure[], xs: readonly NDArray[]): unknown[] {
  let start = 0
  return inputs.map((input) => {
    const count = input.isArray.filter((is) => is).length
    return unflattenArrays(input, xs.slice(start, (start += count)))
  })
}

export interface PureCallbackOptions {
  /**
   * What `vmap` does: `sequential` calls once for each example; `expandDims` once for all, with the examples along a new first dimension that has
   * size 1 where an argument is shared. Default: `sequential`.
   */
  readonly vmapMethod?: VmapMethod
}

/**
 * `f` of the values of the arguments, called from inside a compiled program. It may be called any number of times, or not at all: it must have no
 * effect, and give the same for the same. It has no derivative of its own; give it one with `customJvp`.
 *
 * @param f takes concrete arrays, and gives a tree as `resultShape` says
 * @param resultShape a tree of `ShapeDtypeStruct`s, or of arrays of those shapes and dtypes
 * @throws {TransformError} when the result has another structure, shape or dtype, or a derivative is asked for
 * @example pureCallback((v: NDArray) => np.array(Math.hypot(...v.dataSync())), np.array(0), x)
 */
export function pureCallback<F extends AnyFunction>(
  f: F,
  resultShape: unknown,
  ...args: Widened<Parameters<F>>
): ReturnType<F>
export function pureCallback<F extends AnyFunction>(
  f: F,
  resultShape: unknown,
  ...argsAndOptions: readonly [...Widened<Parameters<F>>, PureCallbackOptions]
): ReturnType<F>
export function pureCallback(f: AnyFunction, resultShape: unknown, ...given: readonly unknown[]): unknown {
  const [args, { vmapMethod = 'sequential' }] = takeOptions(given)
  const inputs = args.map(flattenArrays)
  const name = f.name || 'pureCallback'
  const { structure, avals } = shapesOf(resultShape)
  const host = hostOf(f, ['pure', vmapMethod, structure.def, ...keyOf(inputs)], () => ({
    name,
    vmapMethod,
    hasEffect: false,
    run: (xs) => {
      const out = flattenArrays(f(...rebuild(inputs, xs)))
      if (out.def === structure.def) return out.arrays
      throw new TransformError(
        name,
        `the function gave ${out.def} instead of ${structure.def}`,
        'return what resultShape says',
      )
    },
  }))
  const xs = inputs.flatMap((input) => input.arrays)
  return unflattenArrays(structure, bindCallback(host, xs, avals))
}

function takeOptions(given: readonly unknown[]): readonly [args: readonly unknown[], options: PureCallbackOptions] {
  const last = given[given.length - 1]
  const isOptions = typeof last === 'object' && last !== null && Object.keys(last).join() === 'vmapMethod'
  return isOptions ? [given.slice(0, -1), last as PureCallbackOptions] : [given, {}]
}

function shapesOf(resultShape: unknown): { readonly structure: Structure; readonly avals: readonly Aval[] } {
  const [leaves, def] = tree.flatten(resultShape)
  const avals = leaves.map((leaf) => {
    const aval = leaf instanceof ShapeDtypeStruct ? leaf.aval : leafArray(leaf)?.aval
    if (aval === undefined)
      throw new TransformError(
        'pureCallback',
        `resultShape has a leaf of type ${typeof leaf}`,
        'give ShapeDtypeStructs or arrays',
      )
    return makeAval(aval.shape, aval.dtype)
  })
  return { structure: { def, statics: [], isArray: leaves.map(() => true) }, avals }
}

/** Calls `f` for its effect wherever the program runs. */
function effect(
  f: AnyFunction,
  name: string,
  key: readonly unknown[],
  args: readonly unknown[],
  run: AnyFunction,
): void {
  const inputs = args.map(flattenArrays)
  const host = hostOf(f, [...key, ...keyOf(inputs)], () => ({
    name,
    vmapMethod: 'sequential',
    hasEffect: true,
    run: (xs) => {
      run(...rebuild(inputs, xs))
      return []
    },
  }))
  bindCallback(
    host,
    inputs.flatMap((input) => input.arrays),
    [],
  )
}

/**
 * Calls `f` with the values of the arguments each time the program gets there, under any transform: once for each example under `vmap`, with the
 * primal values under `grad`. Its result is not used.
 *
 * @example jit((v: NDArray) => { debug.callback((w: NDArray) => console.log(w.shape), v); return v.add(1) })(x)
 */
export function callback<F extends AnyFunction>(f: F, ...args: Widened<Parameters<F>>): void {
  effect(f, f.name || 'callback', ['effect'], args, f)
}

/**
 * Prints a line each time the program gets there, with the values that its arguments have then: `{}` stands for the next argument, `{0}` for the
 * first, `{x}` for the field `x` of an object that is the only one.
 *
 * @throws {TransformError} when a place has no argument
 * @example jit((v: NDArray) => { debug.print('v = {}', v); return v.sum() })(x)
 */
export function print(format: string, ...args: readonly unknown[]): void {
  checkFormat(format, args)
  effect(print, 'debug.print', [format], args, (...values: unknown[]) => console.log(fill(format, values)))
}

/** `{{` and `}}` are braces. */
const places = /\{\{|\}\}|\{([^{}]*)\}/g

function fill(format: string, values: readonly unknown[]): string {
  let next = 0
  return format.replace(places, (text, name: string | undefined) => {
    if (name === undefined) return text.slice(1)
    return show(find(values, name === '' ? String(next++) : name))
  })
}

const find = (values: readonly unknown[], name: string): unknown =>
  /^\d+$/.test(name) ? values[Number(name)] : (values[0] as Readonly<Record<string, unknown>> | undefined)?.[name]

function checkFormat(format: string, args: readonly unknown[]): void {
  let next = 0
  for (const [, name] of format.matchAll(places)) {
    if (name === undefined) continue
    if (find(args, name === '' ? String(next++) : name) === undefined)
      throw new TransformError(
        'debug.print',
        `nothing to print for {${name}} in '${format}'`,
        'pass an argument for each place',
      )
  }
}

/** Values without their type, as numpy prints them. */
function show(value: unknown): string {
  const x = leafArray(value)
  return x === undefined ? String(value) : JSON.stringify(x.arraySync())
}

/**
 * Waits until the effects of all programs that were started are over. Programs here end before their call returns, so there is nothing to wait
 * for; it is there so that programs written with JAX's habits run.
 *
 * @example effectsBarrier()
 */
export const effectsBarrier = (): void => {}
