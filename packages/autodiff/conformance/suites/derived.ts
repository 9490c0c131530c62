import { grad, jvp, lax, type NDArray, numpy as np, vmap } from '../../src/index.ts'
import { type Check, functionNamed, loadFixture } from '../check.ts'
import {
  describeCase,
  expectLike,
  type Packed,
  type PackedArgument,
  type Tolerance,
  unpackArgument,
} from '../fixture.ts'

/** What a transform makes of a call, seen as a function of argument `at`; see `oracle/transforms_oracle.py`. */
interface DerivedCase {
  readonly kind: 'grad' | 'second' | 'jvp' | 'vmap'
  /** The module whose function is called. */
  readonly from: string
  readonly fn: string
  readonly args: readonly PackedArgument[]
  readonly at: number
  /** Of a `vmap`: where the examples lie. */
  readonly axis?: number
  readonly out: Packed
}

type Call = (x: NDArray) => NDArray

/** `f(i + shift)` at position `i` of an array of that shape. */
const wave = (shape: readonly number[], f: (i: number) => number, shift: number): NDArray => {
  const size = shape.reduce((a, b) => a * b, 1)
  return np.array(Float32Array.from({ length: size }, (_, i) => f(i + shift))).reshape(shape)
}

const weighted =
  (call: Call): Call =>
  (x) => {
    const out = call(x)
    return out.mul(wave(out.shape, Math.cos, 0)).sum()
  }

const kinds: { readonly [K in DerivedCase['kind']]: (call: Call, x: NDArray, axis: number) => NDArray } = {
  grad: (call, x) => grad(weighted(call))(x),
  second: (call, x) =>
    grad((y: NDArray) =>
      grad(weighted(call))(y)
        .mul(wave(x.shape, Math.sin, 1))
        .sum(),
    )(x),
  jvp: (call, x) => jvp(call, [x], [wave(x.shape, Math.sin, 1)])[1],
  vmap: (call, x, axis) => vmap(call, axis)(np.stack([x, np.flip(x.reshape([-1])).reshape(x.shape)], axis)),
}

const spaces = { numpy: np, lax } as never

/** Our result for a case. */
function derive(c: DerivedCase): NDArray {
  const values = c.args.map(unpackArgument)
  const f = functionNamed(spaces, c.from, c.fn)
  return kinds[c.kind]((x) => f(...values.with(c.at, x)) as NDArray, values[c.at] as NDArray, c.axis ?? 0)
}

/** Sums of products in another order, and derivatives of float32 polynomials: of results of size 1 to 10. */
const usual: Tolerance = { ulps: 64, absolute: 2e-5 }

/** Where that is too little: JAX's own second derivative is 99 units from float64's, and ours 7. */
const tolerances: { readonly [fn: string]: Tolerance } = { polyfit: { ulps: 128, absolute: 2e-5 } }

const titleOf = (c: DerivedCase): string => {
  const axis = c.axis === undefined ? '' : ` along axis ${c.axis}`
  return `${c.kind}${axis} by argument ${c.at} of ${describeCase(c)}`
}

/** First and second derivatives of functions, and what they give for many examples along each axis. */
export const derived = async (): Promise<readonly Check[]> =>
  (await loadFixture<DerivedCase>('transforms')).map((c) => ({
    subject: `${c.from}.${c.fn}`,
    title: titleOf(c),
    run: () => expectLike(derive(c), c.out, tolerances[c.fn] ?? usual),
  }))
