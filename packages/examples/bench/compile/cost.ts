import { getBackend, makeJaxpr, type NDArray } from '@proj/autodiff'
import { bodiesOf, type Jaxpr } from '@proj/backend'
import type { Growing } from './programs.ts'

/**
 * What a program goes through before its first run, in order. `clean up`, `fuse`, `place` (buffers in memory), `emit` and `module` (what the
 * engine makes of the bytes) are the backend's; `link` is what else it does: the key that programs are cached by, and the instance.
 */
export const stages = ['trace', 'clean up', 'fuse', 'place', 'emit', 'module', 'link'] as const

export type Stage = (typeof stages)[number]

/** What one program costs. */
export interface Cost {
  /** As traced; those of bodies count, too. */
  readonly equations: number
  /** In milliseconds. */
  readonly ms: Readonly<Record<Stage, number>>
}

export const totalOf = ({ ms }: Cost): number => stages.reduce((sum, stage) => sum + ms[stage], 0)

function timed<T>(work: () => T): readonly [result: T, ms: number] {
  const start = performance.now()
  const result = work()
  return [result, performance.now() - start]
}

export const equationsOf = ({ eqns }: Jaxpr): number =>
  eqns.reduce((sum, { params }) => bodiesOf(params).reduce((inner, body) => inner + equationsOf(body), sum + 1), 0)

/** Traces and compiles one program. */
export function costOf({ make }: Growing, size: number): Cost {
  const { f, args } = make(size)
  const backend = getBackend()
  const [{ jaxpr }, trace] = timed(() => makeJaxpr((...xs: NDArray[]) => f(xs))(...args))
  const [executable, compile] = timed(() => backend.compile(jaxpr, { name: 'f' }))
  const compileTimes: Readonly<Record<string, number>> = executable.stats?.().compileTimes ?? {}
  const link = Object.values(compileTimes).reduce((rest, ms) => rest - ms, compile)
  return { equations: equationsOf(jaxpr), ms: { ...compileTimes, trace, link } as Cost['ms'] } // the stages are cpu's
}
