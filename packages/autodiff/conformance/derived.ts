import { grad, jvp, type NDArray, numpy as np, vmap } from '../src/index.ts'
import { type Packed, type PackedArgument, unpackArgument } from '../src/testing/fixture.ts'

/** What a transform makes of a call, seen as a function of argument `at`; see `scripts/transforms_oracle.py`. */
export interface DerivedCase {
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

/** Our result for a case, given the functions of its module. */
export function derive(functions: { readonly [name: string]: unknown }, c: DerivedCase): NDArray {
  const values = c.args.map(unpackArgument)
  const call: Call = (x) => (functions[c.fn] as (...args: unknown[]) => NDArray)(...values.with(c.at, x))
  return kinds[c.kind](call, values[c.at] as NDArray, c.axis ?? 0)
}
