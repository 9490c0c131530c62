import { isNDArray } from './array.ts'
import { OptionError } from './errors.ts'

/** The parameters that every call gives. */
type Needed<A extends readonly unknown[]> = A extends readonly [infer First, ...infer Rest]
  ? [First, ...Needed<Rest>]
  : []

type Others<A extends readonly unknown[]> = A extends readonly [unknown, ...infer Rest] ? Others<Rest> : Required<A>

/** The others under their names, but for one called `options`, which is an object of such. */
type Named<A extends readonly unknown[], N extends readonly string[]> = {
  readonly [I in keyof N & `${number}` as I extends keyof Needed<A>
    ? never
    : N[I] extends 'options'
      ? never
      : N[I] & string]?: I extends keyof A ? A[I] : never
} & Bag<{
  [I in keyof N & `${number}` as N[I] extends 'options' ? 'options' : never]: I extends keyof A ? A[I] : never
}>
type Bag<T> = T extends { readonly options: infer O } ? Extract<O, object> : unknown

/** Some of the others by position, the rest by name. */
type Mixed<Given extends readonly unknown[], Rest extends readonly unknown[], O> = Rest extends readonly [
  infer First,
  ...infer Later,
]
  ? [...Given, options: O] | Mixed<[...Given, First], Later, O>
  : never

type Callable = (...args: never[]) => unknown
type ByName<F extends Callable, N extends readonly string[]> = F &
  ((...args: Mixed<Needed<Parameters<F>>, Others<Parameters<F>>, Named<Parameters<F>, N>>) => ReturnType<F>)

const isOptions = (x: unknown): x is object =>
  typeof x === 'object' &&
  x !== null &&
  !isNDArray(x) &&
  (Object.getPrototypeOf(x) === Object.prototype || Object.getPrototypeOf(x) === null)

/** The arguments in their places; what has none goes to `options`, or nowhere. */
function placed(where: string, names: readonly string[], given: readonly unknown[], options: object): unknown[] {
  const [args, rest] = [[...given], {} as { [name: string]: unknown }]
  const bag = names.indexOf('options')
  for (const [name, value] of Object.entries(options)) {
    const at = names.indexOf(name)
    if (at >= given.length) args[at] = value
    else if (at < 0 && bag >= 0) rest[name] = value
    else
      throw new OptionError(
        where,
        at < 0 ? `there is no option ${name}` : `${name} by position and by name`,
        at < 0 ? `use ${names.slice(1).join(', ')}` : 'give it once',
      )
  }
  if (bag >= 0 && Object.keys(rest).length > 0) args[bag] = rest
  return args
}

/**
 * `f`, whose optional parameters may also come by name, in one last object: `roll(x, 1, 0)` and `roll(x, 1, { axis: 0 })`.
 *
 * @param names of all parameters, as JAX has them; a last one called `options` is itself an object of such
 */
export function byName<F extends Callable, const N extends readonly string[]>(
  where: string,
  names: N,
  f: F,
): ByName<F, N> {
  const call = f as unknown as (...args: readonly unknown[]) => unknown
  const named = (...args: readonly unknown[]): unknown => {
    const last = args.at(-1)
    return args.length > 1 && isOptions(last) ? call(...placed(where, names, args.slice(0, -1), last)) : call(...args)
  }
  return named as unknown as ByName<F, N>
}
