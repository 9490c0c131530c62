import { type Aval, formatAval, isFloat, makeAval, type TypedArray } from '@proj/backend'
import type { NDArray } from '../array.ts'
import { ConcreteArray } from '../concrete.ts'
import { TransformError } from '../errors.ts'
import { stage } from '../interpreters/staging.ts'
import { expandDims } from '../lax/index.ts'
import { bind, fromData, getBase, withTrace } from '../trace.ts'
import { isPresent, negate, where } from './derived.ts'
import { type Axis, family, moveBatchAxis, type Rules } from './rules.ts'

/** How a callback is done for many examples: once for each, or once for all with shared operands of size 1 along the first axis. */
export type VmapMethod = 'sequential' | 'expandDims'

/** A function of the user's that runs outside, on arrays that hold values. */
export interface HostFunction {
  readonly name: string
  readonly run: (xs: readonly NDArray[]) => readonly NDArray[]
  readonly vmapMethod: VmapMethod
  readonly hasEffect: boolean
}

type Callback = (operands: readonly TypedArray[]) => readonly TypedArray[]
const hosts = new WeakMap<Callback, HostFunction>()
const made = new WeakMap<HostFunction, Map<string, Callback>>()

const strong = ({ shape, dtype }: Aval): Aval => makeAval(shape, dtype)

function valuesOf(name: string, x: NDArray, wanted: Aval, i: number): TypedArray {
  if (strong(x.aval) !== wanted || !(x instanceof ConcreteArray))
    throw new TransformError(
      name,
      `result ${i} of the function is ${formatAval(x.aval)}, and ${formatAval(wanted)} was announced`,
      'return what resultShape says, or change resultShape',
    )
  return x.readSync()
}

/** The one callback of a host function for these types: what is compiled is kept by it. */
export function callbackOf(host: HostFunction, ins: readonly Aval[], outs: readonly Aval[]): Callback {
  let byTypes = made.get(host)
  if (byTypes === undefined) made.set(host, (byTypes = new Map()))
  const key = [...ins, ...outs].map(formatAval).join()
  let callback = byTypes.get(key)
  if (callback === undefined) {
    callback = (data) =>
      withTrace(getBase(), () => {
        const results = host.run(data.map((values, i) => fromData(values, ins[i] as Aval)))
        return results.map((x, i) => valuesOf(host.name, x, outs[i] as Aval, i))
      })
    byTypes.set(key, callback)
    hosts.set(callback, host)
  }
  return callback
}

/** Calls out of the program, whatever transform is running. */
export function bindCallback(host: HostFunction, xs: readonly NDArray[], outs: readonly Aval[]): readonly NDArray[] {
  const ins = xs.map((x) => strong(x.aval))
  const results = outs.map(strong)
  const { name, hasEffect } = host
  return bind('callback', xs, { callback: callbackOf(host, ins, results), outs: results, hasEffect, name })
}

const callbackBatch: Rules<'callback'>['batch'] = (size, xs, axes, { callback, outs }) => {
  const host = hosts.get(callback) as HostFunction
  const batched = isPresent(axes)
  const front = xs.map((x, i) => (batched[i] ? moveBatchAxis(size, x, axes[i] as Axis, 0) : x))
  const outAxes = outs.map(() => 0)
  if (host.vmapMethod === 'expandDims') {
    const all = outs.map((aval) => makeAval([size, ...aval.shape], aval.dtype))
    return [
      bindCallback(
        host,
        front.map((x, i) => (batched[i] ? x : expandDims(x, [0]))),
        all,
      ),
      outAxes,
    ]
  }
  return [oneByOne(host, front, batched, size, outs), outAxes]
}

/** A loop over the examples, in order. */
function oneByOne(
  host: HostFunction,
  xs: readonly NDArray[],
  batched: readonly boolean[],
  length: number,
  outs: readonly Aval[],
): readonly NDArray[] {
  const [consts, rows] = [where(xs, negate(batched)), where(xs, batched)]
  const rowAvals = rows.map(({ aval }) => makeAval(aval.shape.slice(1), aval.dtype, aval.weakType))
  const body = (values: readonly NDArray[]): readonly NDArray[] => {
    const [shared, own] = [
      values.slice(0, consts.length)[Symbol.iterator](),
      values.slice(consts.length)[Symbol.iterator](),
    ]
    return bindCallback(
      host,
      batched.map((is) => (is ? own : shared).next().value as NDArray),
      outs,
    )
  }
  const { jaxpr } = stage('vmap', body, [...consts.map((x) => x.aval), ...rowAvals])
  const params = { jaxpr, length, reverse: false, unroll: 1, numConsts: consts.length, numCarry: 0 }
  return bind('scan', [...consts, ...rows], params)
}

export const callback = family({
  callback: {
    jvp: (xs, ts, params) => {
      if (ts.some((t) => t !== null) && params.outs.some(({ dtype }) => isFloat(dtype)))
        throw new TransformError(
          params.name,
          'its derivative was asked for, and nothing is known of the function',
          'give it one with customJvp or customVjp, or wrap its arguments in stopGradient',
        )
      return [bind('callback', xs, params), params.outs.map(() => null)]
    },
    batch: callbackBatch,
  },
})
