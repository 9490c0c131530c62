import { grad, lax, type NDArray, vmap } from '../../src/index.ts'
import * as special from '../../src/scipy/special/index.ts'
import * as stats from '../../src/scipy/stats/index.ts'
import { type Callable, type Check, functionNamed, loadFixture } from '../check.ts'
import { type Case, describeCase, expectLike, type Packed, type Tolerance, unpackArgument } from '../fixture.ts'

export interface SpecialCase extends Case {
  readonly out: Packed
  /** Of the sum of the results, by each argument; `null` where JAX has none. */
  readonly grads?: readonly (Packed | null)[]
}

const spaces = { lax, special, ...stats } as never
export const publicNames: { readonly [space: string]: string } = { lax: 'lax', special: 'scipy.special' }

/**
 * In units of the last place, then absolute, in single precision. Exponentials of logarithms (the incomplete functions far in their tails, beta,
 * gamma, factorial) lose what their exponent is large; XLA fuses multiplications with additions, which the others do not, and its erfinv in double
 * precision is off by a hundred units, which its derivative multiplies. Absolute: near zeros.
 */
const close: Tolerance = { ulps: 16, absolute: 1e-6 }
const exponentials: Tolerance = { ulps: 600, absolute: 2e-7 }
// biome-ignore format: a row for each group
const tolerances: { readonly [fn: string]: Tolerance } = {
  igamma: exponentials, igammac: exponentials, igammaGradA: exponentials, randomGammaGrad: exponentials, betainc: exponentials,
  gamma: exponentials, factorial: exponentials, beta: exponentials, erfinv: { ulps: 2000 },
}

export const nameOf = ({ fn }: SpecialCase) => fn.split('.') as [space: string, name: string]

/** Double precision is held to as many of its own, far smaller, units. */
export function toleranceOf(c: SpecialCase): Tolerance {
  const single = tolerances[nameOf(c)[1]] ?? close
  return c.out[0] === 'float64' ? { ulps: single.ulps as number, absolute: 4e-15 } : single
}

export function callOf(c: SpecialCase) {
  return {
    f: functionNamed(spaces, ...nameOf(c)) as (...args: unknown[]) => NDArray,
    values: c.args.map(unpackArgument),
  }
}

const lossBy =
  (f: Callable, values: readonly unknown[], at: number) =>
  (x: NDArray): NDArray =>
    (f(...values.with(at, x)) as NDArray).sum()

function checkGradient(c: SpecialCase, at: number, expected: Packed): void {
  const { f, values } = callOf(c)
  expectLike(grad(lossBy(f, values, at))(values[at] as NDArray), expected, toleranceOf(c))
}

function checkBatched(c: SpecialCase, at: number, expected: Packed): void {
  const { f, values } = callOf(c)
  const x = values[at] as NDArray
  const [row] = [...vmap(grad(lossBy(f, values, at)))(x.reshape([1, ...x.shape]))] as [NDArray]
  expectLike(row, expected, toleranceOf(c))
}

function checksOf(c: SpecialCase): Check[] {
  const [space, name] = nameOf(c)
  const subject = `${publicNames[space] ?? `scipy.stats.${space}`}.${name}`
  const title = describeCase(c)
  const call = () => {
    const { f, values } = callOf(c)
    expectLike(f(...values), c.out, toleranceOf(c))
  }
  const gradients = (c.grads ?? []).flatMap((out, at): Check[] =>
    out === null
      ? []
      : [
          { subject, title: `gradient ${at} of ${title}`, run: () => checkGradient(c, at, out) },
          { subject, title: `gradient ${at} under vmap of ${title}`, run: () => checkBatched(c, at, out) },
        ],
  )
  return [{ subject, title, run: call }, ...gradients]
}

/** Special functions and densities, and gradients of them. */
export const specialFunctions = async (): Promise<readonly Check[]> =>
  (await loadFixture<SpecialCase>('special')).flatMap(checksOf)
