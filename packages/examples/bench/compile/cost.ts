import { getBackend, makeJaxpr, type NDArray } from '@proj/autodiff'
import { bodiesOf, cleanUp, type Jaxpr, planJaxpr } from '@proj/backend'
import type { Growing } from './programs.ts'

/** What one program costs, from cold to its first run. Times are in milliseconds. */
export interface Cost {
  /** As traced; those of bodies count, too. */
  readonly equations: number
  readonly trace: number
  readonly cleanUp: number
  readonly plan: number
  /** All that the backend does, clean-up and planning included. */
  readonly compile: number
  readonly firstRun: number
}

function timed<T>(work: () => T): readonly [result: T, ms: number] {
  const start = performance.now()
  const result = work()
  return [result, performance.now() - start]
}

export const equationsOf = ({ eqns }: Jaxpr): number =>
  eqns.reduce((sum, { params }) => bodiesOf(params).reduce((inner, body) => inner + equationsOf(body), sum + 1), 0)

/** Traces, compiles and runs one program, each stage on its own. */
export function costOf({ make }: Growing, size: number): Cost {
  const { f, args } = make(size)
  const [{ jaxpr, consts }, trace] = timed(() => makeJaxpr((...xs: NDArray[]) => f(xs))(...args))
  const [clean, cleaning] = timed(() => cleanUp(jaxpr))
  const [, plan] = timed(() => planJaxpr(clean))
  const backend = getBackend()
  const [executable, compile] = timed(() => backend.compile(jaxpr, { name: 'f' }))
  const inputs = [...consts, ...args].map((x) => backend.put(x.dataSync(), x.aval))
  const [, firstRun] = timed(() => executable.run(inputs))
  return { equations: equationsOf(jaxpr), trace, cleanUp: cleaning, plan, compile, firstRun }
}
