import { type Aval, makeAval, type OpName, type Params } from '@proj/backend'
import { isTracer, type NDArray, Tracer } from '../array.ts'
import { mentionsAxis, withAxis } from '../axes.ts'
import { runTransform } from '../leaks.ts'
import type { Axis, Batch, Flat } from '../primitives/rules.ts'
import { rulesOf } from '../primitives/table.ts'
import { bind, currentTrace, lineOf, type Made, printOrigin, type Trace, withinOp, withTrace } from '../trace.ts'

/** One example, standing for all those that `value` holds along `axis`. */
class BatchTracer extends Tracer {
  readonly trace: BatchTrace
  readonly value: NDArray
  readonly axis: number
  readonly #made: Made | undefined
  readonly aval: Aval
  constructor(trace: BatchTrace, value: NDArray, axis: number, made: Made | undefined) {
    super()
    this.trace = trace
    this.value = value
    this.axis = axis
    this.#made = made
    this.aval = makeAval(value.shape.toSpliced(axis, 1), value.dtype, value.weakType)
  }
  get origin(): string {
    return isTracer(this.value) ? this.value.origin : printOrigin(this.#made)
  }
}

/** Does each op for all examples at once. */
class BatchTrace implements Trace {
  readonly transform = 'vmap'
  finished = false
  readonly outer: Trace
  readonly size: number
  readonly batch: Batch
  constructor(outer: Trace, size: number, batch: Batch) {
    this.outer = outer
    this.size = size
    this.batch = batch
  }

  example(value: NDArray, axis: Axis, made?: Made): NDArray {
    return axis === null ? value : new BatchTracer(this, value, axis, made)
  }

  split(x: NDArray): readonly [value: NDArray, axis: Axis] {
    return x instanceof BatchTracer && x.trace === this ? [x.value, x.axis] : [x, null]
  }

  process(op: OpName, operands: readonly NDArray[], params: Params<OpName>): readonly NDArray[] {
    const pairs = operands.map((x) => this.split(x))
    const [xs, axes] = [pairs.map(([x]) => x), pairs.map(([, axis]) => axis)]
    return withinOp(this.outer, () => {
      const { axisName } = this.batch
      if (axes.every((axis) => axis === null) && (axisName === null || !mentionsAxis(op, params, axisName)))
        return bind(op, xs as never, params as never)
      const [outs, outAxes] = rulesOf(op).batch(this.size, xs, axes, params as Params<'jit'>, this.batch)
      const made = lineOf(op, outs)
      return outs.map((out, i) => this.example(out, outAxes[i] as Axis, made))
    })
  }
}

/** Batches functions along an axis that collectives know by `axisName`. */
export function batchAlong(axisName: string | null): Batch {
  const run = (
    f: Flat,
    size: number,
    xs: readonly NDArray[],
    axes: readonly Axis[],
  ): readonly [outs: readonly NDArray[], axes: readonly Axis[]] => {
    const trace = new BatchTrace(currentTrace(), size, batch)
    return runTransform(trace, () => {
      const body = () => withTrace(trace, () => f(xs.map((x, i) => trace.example(x, axes[i] as Axis))))
      const outs = axisName === null ? body() : withAxis(axisName, size, body)
      const pairs = outs.map((out) => trace.split(out))
      return [pairs.map(([x]) => x), pairs.map(([, axis]) => axis)]
    })
  }
  const batch: Batch = Object.assign(run, { axisName })
  return batch
}

/** `f` of `size` examples at once; `null` marks what is the same for all of them, before and after. */
export const batchFlat: Batch = batchAlong(null)
