import type { Aval, OpName, Params } from '@proj/backend'
import { isTracer, type NDArray, Tracer } from '../array.ts'
import { runTransform } from '../leaks.ts'
import type { Jvp, Tangent } from '../primitives/rules.ts'
import { rulesOf } from '../primitives/table.ts'
import { bind, currentTrace, lineOf, type Made, printOrigin, type Trace, withinOp, withTrace } from '../trace.ts'

/** A value beside its tangent: a dual number. */
class JvpTracer extends Tracer {
  readonly trace: JvpTrace
  readonly primal: NDArray
  readonly tangent: NDArray
  readonly #made: Made | undefined
  constructor(trace: JvpTrace, primal: NDArray, tangent: NDArray, made: Made | undefined) {
    super()
    this.trace = trace
    this.primal = primal
    this.tangent = tangent
    this.#made = made
  }
  get aval(): Aval {
    return this.primal.aval
  }
  get origin(): string {
    return isTracer(this.primal) ? this.primal.origin : printOrigin(this.#made)
  }
}

/** Carries tangents forward; primals and tangents are computed by the trace outside. */
class JvpTrace implements Trace {
  readonly transform: string
  finished = false
  readonly outer: Trace
  constructor(transform: string, outer: Trace) {
    this.transform = transform
    this.outer = outer
  }

  dual(primal: NDArray, tangent: Tangent, made?: Made): NDArray {
    return tangent === null ? primal : new JvpTracer(this, primal, tangent, made)
  }

  split(x: NDArray): readonly [primal: NDArray, tangent: Tangent] {
    return x instanceof JvpTracer && x.trace === this ? [x.primal, x.tangent] : [x, null]
  }

  process(op: OpName, operands: readonly NDArray[], params: Params<OpName>): readonly NDArray[] {
    const pairs = operands.map((x) => this.split(x))
    const [xs, ts] = [pairs.map(([x]) => x), pairs.map(([, t]) => t)]
    return withinOp(this.outer, () => {
      if (ts.every((t) => t === null)) return bind(op, xs as never, params as never)
      const [outs, tangents] = rulesOf(op).jvp(xs, ts, params as Params<'jit'>, jvpFlat)
      const made = lineOf(op, outs)
      return outs.map((out, i) => this.dual(out, tangents[i] as Tangent, made))
    })
  }
}

/** The results of `f` and their derivative along the tangents; `null` is a zero tangent. */
export const jvpFlat: Jvp = (f, xs, ts) => runJvp('jvp', f, xs, ts)

export function runJvp(
  transform: string,
  f: Parameters<Jvp>[0],
  xs: readonly NDArray[],
  ts: readonly Tangent[],
): ReturnType<Jvp> {
  const trace = new JvpTrace(transform, currentTrace())
  return runTransform(trace, () => {
    const outs = withTrace(trace, () => f(xs.map((x, i) => trace.dual(x, ts[i] as Tangent))))
    const pairs = outs.map((out) => trace.split(out))
    return [pairs.map(([x]) => x), pairs.map(([, t]) => t)]
  })
}
