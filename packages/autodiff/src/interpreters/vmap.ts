import { type Aval, makeAval, type OpName, type Params } from '@proj/backend'
import { type NDArray, Tracer } from '../array.ts'
import type { Axis, Batch } from '../primitives/rules.ts'
import { rulesOf } from '../primitives/table.ts'
import { bind, currentTrace, type Trace, withTrace } from '../trace.ts'

/** One example, standing for all those that `value` holds along `axis`. */
class BatchTracer extends Tracer {
  readonly trace: BatchTrace
  readonly value: NDArray
  readonly axis: number
  readonly aval: Aval
  constructor(trace: BatchTrace, value: NDArray, axis: number) {
    super()
    this.trace = trace
    this.value = value
    this.axis = axis
    this.aval = makeAval(value.shape.toSpliced(axis, 1), value.dtype, value.weakType)
  }
}

/** Does each op for all examples at once. */
class BatchTrace implements Trace {
  readonly transform = 'vmap'
  finished = false
  readonly outer: Trace
  readonly size: number
  constructor(outer: Trace, size: number) {
    this.outer = outer
    this.size = size
  }

  example(value: NDArray, axis: Axis): NDArray {
    return axis === null ? value : new BatchTracer(this, value, axis)
  }

  split(x: NDArray): readonly [value: NDArray, axis: Axis] {
    return x instanceof BatchTracer && x.trace === this ? [x.value, x.axis] : [x, null]
  }

  process(op: OpName, operands: readonly NDArray[], params: Params<OpName>): readonly NDArray[] {
    const pairs = operands.map((x) => this.split(x))
    const [xs, axes] = [pairs.map(([x]) => x), pairs.map(([, axis]) => axis)]
    return withTrace(this.outer, () => {
      if (axes.every((axis) => axis === null)) return bind(op, xs as never, params as never)
      const [outs, outAxes] = rulesOf(op).batch(this.size, xs, axes, params as Params<'jit'>, batchFlat)
      return outs.map((out, i) => this.example(out, outAxes[i] as Axis))
    })
  }
}

/** `f` of `size` examples at once; `null` marks what is the same for all of them, before and after. */
export const batchFlat: Batch = (f, size, xs, axes) => {
  const trace = new BatchTrace(currentTrace(), size)
  try {
    const outs = withTrace(trace, () => f(xs.map((x, i) => trace.example(x, axes[i] as Axis))))
    const pairs = outs.map((out) => trace.split(out))
    return [pairs.map(([x]) => x), pairs.map(([, axis]) => axis)]
  } finally {
    trace.finished = true
  }
}
