import { operandsOf, type Read, type Stage, sizeOf, type Var } from '@proj/backend'
import type { GpuDType } from '../layout.ts'
import type { ArraySlot } from '../pass.ts'
import type { Scope } from '../shader/scope.ts'
import type { Shader } from '../shader/shader.ts'
import { glsl, indent } from '../shader/text.ts'
import { type Context, chunked, shaderFor } from './context.ts'
import { loopPoint, type Point } from './point.ts'
import { storePasses } from './stage.ts'

/** How one result is gathered from many values. */
export interface Fold {
  /** What is carried from value to value. */
  readonly state: readonly { readonly dtype: GpuDType; readonly init: string }[]
  /**
   * Statements that take in a value: `x` and its position, or another fold's final state, which is laid out alike.
   */
  update(state: readonly string[], value: readonly string[]): readonly string[]
  result(state: readonly string[]): string
}

/** Folds over `axes` of `shape`, all over the same points. */
export interface Folding {
  readonly label: string
  readonly shape: readonly number[]
  readonly axes: readonly number[]
  readonly folds: ReadonlyMap<Var, Fold>
  /** The text of what each of `outputs` folds, at a point of the loop. */
  evaluate(shader: Shader, point: Point, outputs: readonly Var[]): readonly string[]
}

/** Values folded one after the other by one fragment: beyond it a sum loses digits and a device sits idle. */
const longFold = 1024
/** The same where there are few results, and so few fragments. */
const shortFold = 128
const fewResults = 2048

/** How many values a fragment takes, when results are to be gathered in two passes; `undefined` when one will do. */
export function partLength(results: number, values: number): number | undefined {
  if (values <= (results < fewResults ? shortFold : longFold)) return undefined
  return Math.max(32, Math.ceil(Math.sqrt(values)))
}

const declare = (scope: Scope, { state }: Fold): string[] =>
  state.map(({ dtype, init }) => {
    const name = scope.fresh()
    scope.lines.push(`${glsl[dtype].value} ${name} = ${init};`)
    return name
  })

/** The loop `for k in [from, to)` around what `body` writes. */
function loop(scope: Scope, k: string, from: string, to: string, body: (inner: Scope) => void): void {
  const inner = scope.inner()
  body(inner)
  scope.lines.push(`for (int ${k} = ${from}; ${k} < ${to}; ${k}++) {`, ...indent(inner.lines), '}')
}

/** Folds values `from` to `to`, those of result number `result`; gives the state of each of `outputs`. */
function foldRange(
  folding: Folding,
  shader: Shader,
  outputs: readonly Var[],
  result: string,
  from: string,
  to: string,
): string[][] {
  const { shape, axes, folds } = folding
  const { main } = shader
  const states = outputs.map((output) => declare(main, folds.get(output) as Fold))
  const k = main.fresh()
  const kept = shape.flatMap((_, d) => (axes.includes(d) ? [] : [d]))
  loop(main, k, from, to, (inner) => {
    const point = loopPoint(main, inner, shape, { text: result, dimensions: kept }, { text: k, dimensions: axes })
    const values = folding.evaluate(shader, point, outputs)
    outputs.forEach((output, n) => {
      inner.lines.push(...(folds.get(output) as Fold).update(states[n] as string[], [values[n] as string, k]))
    })
  })
  return states
}

/** Passes that fold, and go on with `epilogue` at each result. */
export function foldPasses(context: Context, folding: Folding, epilogue: Stage): void {
  const { shape, axes, folds, label } = folding
  const values = sizeOf(axes.map((d) => shape[d] as number))
  const results = sizeOf(epilogue.shape)
  const length = roomForParts(context, folding, epilogue) ? partLength(results, values) : undefined
  if (length !== undefined && results > 0) {
    foldInTwo(context, folding, epilogue, values, length)
    return
  }
  storePasses(context, label, epilogue, (shader, wanted) => {
    const outputs = [...folds.keys()].filter((output) => wanted.has(output))
    shader.skipRest()
    const states = foldRange(folding, shader, outputs, 'i', '0', String(values))
    return resultsOf(folds, outputs, states)
  })
}

/** Whether a pass has samplers for all partial states beside what the epilogue reads. */
function roomForParts({ limits }: Context, { folds }: Folding, epilogue: Stage): boolean {
  const states = [...folds.values()].reduce((count, fold) => count + fold.state.length, 0)
  const reads = operandsOf({ kind: 'loop', main: epilogue }).filter(
    (operand): operand is Read => operand.kind === 'read',
  )
  return states + new Set(reads.map((read) => read.source)).size <= limits.samplers
}

const resultsOf = (folds: Folding['folds'], outputs: readonly Var[], states: readonly string[][]): Map<Var, string> =>
  new Map(outputs.map((output, n) => [output, (folds.get(output) as Fold).result(states[n] as string[])]))

/** First `length` values a fragment, then the partial states of each result. */
function foldInTwo(context: Context, folding: Folding, epilogue: Stage, values: number, length: number): void {
  const parts = Math.ceil(values / length)
  const slots = partialPasses(context, folding, sizeOf(epilogue.shape), values, length)
  storePasses(context, `${folding.label}, second half`, epilogue, (shader, wanted) => {
    const outputs = [...folding.folds.keys()].filter((output) => wanted.has(output))
    const { main } = shader
    shader.skipRest()
    const states = outputs.map((output) => declare(main, folding.folds.get(output) as Fold))
    const [k, first] = [main.fresh(), main.define('int', `i * ${parts}`)]
    loop(main, k, '0', String(parts), (inner) => {
      outputs.forEach((output, n) => {
        const partial = (slots.get(output) as readonly ArraySlot[]).map((slot) => {
          const at = shader.coordinate(slot, inner.define('int', `${first} + ${k}`))
          return inner.define(glsl[slot.format].value, shader.element(slot, at))
        })
        inner.lines.push(...(folding.folds.get(output) as Fold).update(states[n] as string[], partial))
      })
    })
    return resultsOf(folding.folds, outputs, states)
  })
}

/** Passes that store the state of each fold over `length` values; part `c` of result `r` is element `r · parts + c`. */
function partialPasses(
  context: Context,
  folding: Folding,
  results: number,
  values: number,
  length: number,
): Map<Var, ArraySlot[]> {
  const parts = Math.ceil(values / length)
  const slots = new Map<Var, ArraySlot[]>()
  for (const outputs of chunked([...folding.folds.keys()], Math.floor(context.limits.drawBuffers / 2))) {
    const shader = shaderFor(context, results * parts)
    const { main } = shader
    shader.skipRest()
    const result = main.define('int', `i / ${parts}`)
    const from = main.define('int', `(i % ${parts}) * ${length}`)
    const to = main.define('int', `min(${from} + ${length}, ${values})`)
    const states = foldRange(folding, shader, outputs, result, from, to)
    for (const output of outputs) {
      const { state } = folding.folds.get(output) as Fold
      slots.set(
        output,
        state.map(({ dtype }) => ({ format: dtype, texels: results * parts })),
      )
    }
    const targets = outputs.flatMap((output) => slots.get(output) as ArraySlot[])
    context.passes.push(shader.finish(`${folding.label}, first half`, targets, states.flat()))
  }
  return slots
}
