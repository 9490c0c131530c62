import { formatAval } from '@proj/backend'
import { isTracer, type NDArray, Tracer } from './array.ts'
import { config } from './config.ts'
import { TracerError } from './errors.ts'
import type { Trace } from './trace.ts'

/** @throws {TracerError} when `x` outlived the function it was traced in */
export function checkAlive(x: NDArray, where?: string): void {
  if (!isTracer(x) || x.trace.finished !== true) return
  const { transform } = x.trace
  throw new TracerError(
    where ?? transform,
    `a value of type ${formatAval(x.aval)}, ${x.origin}, was kept after the function that ${transform} was tracing had returned`,
    'return it from that function instead of storing it outside',
  )
}

/** Runs a transform from beginning to end. From then on a tracer of `trace` is a leak. */
export function runTransform<T>(trace: Trace & { finished: boolean }, body: () => T): T {
  let result: T
  try {
    result = body()
  } finally {
    trace.finished = true
  }
  // Only now has the frame of `body` let go of its tracers.
  if (config.checkTracerLeaks && trace.runsUserCode === true) checkLeaks(trace)
  return result
}

/** The part of `node:v8` that is needed here; it collects garbage before it looks. */
interface HeapQuery {
  queryObjects?(constructor: Function, options: { readonly format: 'summary' }): readonly string[]
}
interface NodeProcess {
  getBuiltinModule?(name: string): HeapQuery | undefined
}

const inspect = Symbol.for('nodejs.util.inspect.custom')

/** All tracers that can be reached: the heap query prints each of them, which is where we meet it. */
function reachableTracers(): readonly Tracer[] {
  const { process } = globalThis as { process?: NodeProcess }
  const heap = process?.getBuiltinModule?.('node:v8')
  if (heap?.queryObjects === undefined)
    throw new TracerError(
      'checkTracerLeaks',
      'this engine does not let a program look at its heap',
      'use Node 20.16 or later, or turn the switch off: a leaked tracer is an error too when it is used',
    )
  const found: Tracer[] = []
  Object.defineProperty(Tracer.prototype, inspect, {
    configurable: true,
    value(this: Tracer) {
      found.push(this)
      return ''
    },
  })
  const { stackTraceLimit } = Error
  // The first query warns that it is experimental: an error, which would hold the frames of this very stack until it is printed.
  Error.stackTraceLimit = 0
  try {
    heap.queryObjects(Tracer, { format: 'summary' })
  } finally {
    Error.stackTraceLimit = stackTraceLimit
    delete (Tracer.prototype as { [inspect]?: unknown })[inspect]
  }
  return found
}

interface Kept {
  readonly count: number
  /** What the first of them are: texts alone, so that the tracers themselves are let go of, and one can look again. */
  readonly texts: readonly string[]
}

function keptOf(trace: Trace): Kept {
  const kept = reachableTracers().filter((x) => Object.hasOwn(x, 'trace') && x.trace === trace)
  return { count: kept.length, texts: kept.slice(0, 5).map((x) => `${formatAval(x.aval)}, ${x.origin}`) }
}

/**
 * How many milliseconds pass before each look: the engine holds objects of its own for a moment, such as those that a function it is optimising
 * in another thread closes over.
 */
const pauses = [0, 10, 30, 100, 300]

const wait = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)

function checkLeaks(trace: Trace): void {
  let found: Kept = { count: 0, texts: [] }
  for (const pause of pauses) {
    wait(pause)
    found = keptOf(trace)
    if (found.count === 0) return
  }
  const more = found.count > found.texts.length ? ` and ${found.count - found.texts.length} more` : ''
  throw new TracerError(
    trace.transform,
    `the function has returned, and something outside still holds ${found.texts.join('; ')}${more}`,
    'return values from the function instead of storing them outside',
  )
}
