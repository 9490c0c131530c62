import type { Args, Aval, Each, OpName, Outs, Params, Source, TypedArray } from '@proj/backend'
import type { NDArray } from './array.ts'
import { config } from './config.ts'
import { explainOp, userLine } from './explanations.ts'

/** One meaning of every op: run it, record it, differentiate it, batch it. */
export interface Trace {
  /** What the user called, for messages: `jit`, `grad`, `vmap`. */
  readonly transform: string
  /** Set once the traced function has returned: from then on a tracer of this trace is a leak. */
  finished?: boolean
  /** Set when a function of the user's runs under it: only such can leak. */
  runsUserCode?: boolean
  /** An op on operands that may be this trace's tracers, or anything from outside it. */
  process(op: OpName, operands: readonly NDArray[], params: Params<OpName>): readonly NDArray[]
}

/** The trace under all others: it computes. */
export interface Base extends Trace {
  /** A concrete array holding a copy of `data`. */
  fromData(data: TypedArray, aval: Aval): NDArray
  /** A concrete array that repeats one number over its shape, and takes no memory. */
  splat(value: number, aval: Aval): NDArray
}

let base: Base | undefined
let current: Trace | undefined

/** The one inversion of the import order: the evaluator lies above, and install.ts puts it here. */
export function installBase(evaluator: Base): void {
  base ??= evaluator
}

export function getBase(): Base {
  if (base === undefined)
    throw new Error('autodiff: no evaluator is installed; import from @proj/autodiff or one of its subpaths.')
  return base
}

/** The innermost transform that is running. */
export const currentTrace = (): Trace => current ?? getBase()

/** Runs `body` with every op going to `trace`. */
export function withTrace<T>(trace: Trace, body: () => T): T {
  const outer = current
  current = trace
  try {
    return body()
  } finally {
    current = outer
  }
}

/** Does an op, in whatever way the running transform does it. */
export function bind<K extends OpName>(
  op: K,
  operands: Each<Args<K>, NDArray>,
  params: Params<K>,
): Each<Outs<K>, NDArray> {
  try {
    // A trace returns one array for each result of the op.
    return currentTrace().process(op, operands, params) as unknown as Each<Outs<K>, NDArray>
  } catch (error) {
    throw line === undefined ? explainOp(error, op, operands, params) : error
  }
}

export const fromData = (data: TypedArray, aval: Aval): NDArray => getBase().fromData(data, aval)
export const splat = (value: number, aval: Aval): NDArray => getBase().splat(value, aval)

/** Reading the user's line costs microseconds an equation; beyond this many, programs are too large to read anyway. */
export const sourcesUpTo = 4000

/** The user's line that several ops are done for; captured by the first of them that wants to know. */
export interface Line {
  source?: Source | undefined
}

let line: Line | undefined

/** The line that is being worked for, if that is known. */
export const currentLine = (): Line | undefined => line

/** Runs `body` with every op in it counted as done for one line. */
export function withLine<T>(shared: Line | undefined, body: () => T): T {
  const outer = line
  line = shared
  try {
    return body()
  } finally {
    line = outer
  }
}

/** Runs a function of the user's, whose ops are done for its own lines. */
export const userCode = <T>(body: () => T): T => withLine(undefined, body)

/** Does what one op means to a transform: by ops that go to the trace outside, all of them for the line that asked for it. */
export function withinOp<T>(outside: Trace, body: () => T): T {
  const [innerTrace, outerLine] = [current, line]
  current = outside
  line ??= {}
  try {
    return body()
  } finally {
    current = innerTrace
    line = outerLine
  }
}

/** An op, and the line of the user's that asked for it. */
export interface Made {
  readonly op: OpName
  readonly source?: Source | undefined
}

/** What a message says about a value. */
export const printOrigin = (made: Made | undefined): string =>
  made === undefined
    ? 'an argument of the function'
    : `made by ${made.op} at ${made.source?.describe() ?? 'an unknown line'}`

/** The op and line behind results that are no tracers themselves: of those, the trace outside keeps the line. */
export const lineOf = (op: OpName, outs: readonly NDArray[]): Made | undefined =>
  outs.some((out) => 'trace' in out) ? undefined : { op, source: captureSource(16) }

/** The user's own line that is running now, or that the running op is done for; an `Error` is captured and only read when asked. */
export function captureSource(frames = 30): Source {
  if (line === undefined) return capture(frames)
  line.source ??= capture(frames)
  return line.source
}

function capture(frames: number): Source {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = frames
  const error = new Error()
  Error.stackTraceLimit = stackTraceLimit
  // A stack that nobody has read holds what its functions were called on: tracers, which would count as leaks.
  if (config.checkTracerLeaks) void error.stack
  return {
    describe: () => userLine(error.stack) ?? 'an unknown line',
  }
}
