import { vmap } from '../api/vmap.ts'
import { type ArrayLike, formatArray, isNDArray, type NDArray } from '../array.ts'
import { ShapeError } from '../errors.ts'
import * as lax from '../lax/index.ts'
import { broadcastShapes } from './broadcast.ts'
import { asArray } from './coerce.ts'

export interface VectorizeOptions {
  /** Positions of arguments that go to the function as they are. */
  readonly excluded?: readonly number[]
  /** Names of the dimensions that the function takes and returns, such as `(n,m),(m)->(n)`; default: scalars. */
  readonly signature?: string
}

type Names = readonly string[]
interface Signature {
  readonly inputs: readonly Names[]
  /** `null` for results of any shape. */
  readonly outputs: readonly Names[] | null
}
type Result = NDArray | readonly NDArray[]
type Core = (...args: NDArray[]) => Result

const group = String.raw`\((?:\w+(?:,\w+)*)?\)`
const form = new RegExp(`^${group}(?:,${group})*->${group}(?:,${group})*$`)

function parseSignature(text: string): Signature {
  const bare = text.replaceAll(/\s/g, '')
  if (!form.test(bare)) throw new ShapeError('vectorize', `the signature '${text}'`, "write it as in '(n,m),(m)->(n)'")
  const [inputs, outputs] = bare
    .split('->')
    .map((side) =>
      [...side.matchAll(/\(([^)]*)\)/g)].map(([, names]) => (names === '' ? [] : (names as string).split(','))),
    )
  return { inputs: inputs as Names[], outputs: outputs as Names[] }
}

/** The sizes under their names, checked against those that are known. */
function learnSizes(sizes: Map<string, number>, shape: readonly number[], names: Names, what: string): void {
  names.forEach((name, i) => {
    const size = shape[shape.length - names.length + i] as number
    const known = sizes.get(name) ?? size
    if (known !== size)
      throw new ShapeError('vectorize', `sizes ${known} and ${size} for ${name} in ${what}`, 'make them agree')
    sizes.set(name, size)
  })
}

/** The function with its results held against the signature. */
function checked(f: Core, outputs: readonly Names[] | null, sizes: ReadonlyMap<string, number>): Core {
  if (outputs === null) return f
  return (...args) => {
    const out = f(...args)
    const results = isNDArray(out) ? [out] : out
    if (results.length !== outputs.length)
      throw new ShapeError(
        'vectorize',
        `${results.length} results for ${outputs.length} in the signature`,
        'return as many',
      )
    const all = new Map(sizes)
    results.forEach((result, i) => {
      const names = outputs[i] as Names
      if (result.ndim !== names.length)
        throw new ShapeError(
          'vectorize',
          `result ${i} ${formatArray(result)} for (${names.join()})`,
          'return that rank',
        )
      learnSizes(all, result.shape, names, `result ${i}`)
    })
    return out
  }
}

/** `f` mapped over all leading dimensions, those of size 1 aside, which come back at the end. */
function mapLeading(f: Core, arrays: readonly NDArray[], leads: readonly (readonly number[])[]): Result {
  const shape = broadcastShapes('vectorize', leads)
  const at = (lead: readonly number[], i: number): number => lead[i - shape.length + lead.length] ?? 1
  const added: number[] = []
  let mapped = f
  for (let i = shape.length - 1; i >= 0; i--) {
    const inAxes = leads.map((lead) => (at(lead, i) === 1 ? null : 0))
    if (inAxes.every((axis) => axis === null)) added.push(i)
    else mapped = vmap(mapped, { inAxes }) as Core
  }
  const squeezed = arrays.map((x, k) =>
    lax.squeeze(
      x,
      (leads[k] as number[]).flatMap((n, i) => (n === 1 ? [i] : [])),
    ),
  )
  const out = mapped(...squeezed)
  const widen = (x: NDArray): NDArray => lax.expandDims(x, added)
  return isNDArray(out) ? widen(out) : out.map(widen)
}

/**
 * A function of scalars, or of the dimensions that `signature` names, made to work on arrays of any leading dimensions, which broadcast: `vmap`
 * over each of them.
 *
 * @throws {ShapeError} when the signature cannot be read, or arguments or results do not fit it
 * @example np.vectorize((x, y) => x.mul(y), { signature: '(n),()->(n)' })([[1, 2], [3, 4]], [10, 100]) // [[10, 20], [300, 400]]
 */
export function vectorize<A extends readonly unknown[], R extends Result>(
  f: (...args: A) => R,
  options: VectorizeOptions = {},
): (...args: { readonly [I in keyof A]: A[I] extends NDArray ? ArrayLike : A[I] }) => R {
  const { excluded = [], signature } = options
  const parsed = signature === undefined ? null : parseSignature(signature)
  return (...args) => {
    const dynamic = args.map((_, i) => i).filter((i) => !excluded.includes(i))
    const arrays = dynamic.map((i) => asArray('vectorize', args[i] as ArrayLike))
    const inputs = parsed?.inputs ?? arrays.map(() => [])
    if (inputs.length !== arrays.length)
      throw new ShapeError('vectorize', `${arrays.length} arguments for '${signature}'`, 'pass as many as it names')
    const sizes = new Map<string, number>()
    arrays.forEach((x, i) => {
      const names = inputs[i] as Names
      if (x.ndim < names.length)
        throw new ShapeError(
          'vectorize',
          `argument ${dynamic[i]} ${formatArray(x)} for (${names.join()})`,
          'pass that rank or more',
        )
      learnSizes(sizes, x.shape, names, `argument ${dynamic[i]}`)
    })
    const core: Core = (...given) => {
      const all: unknown[] = [...args]
      dynamic.forEach((place, i) => {
        all[place] = given[i]
      })
      return f(...(all as unknown as A))
    }
    const leads = arrays.map((x, i) => x.shape.slice(0, x.ndim - (inputs[i] as Names).length))
    return mapLeading(checked(core, parsed?.outputs ?? null, sizes), arrays, leads) as R
  }
}
