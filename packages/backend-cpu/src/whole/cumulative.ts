import { dtypes, type Params, sizeOf, type Var, type WholeRegion } from '@proj/backend'
import { Emitter, type Half, type Mode, registerType } from '../lane/emit.ts'
import { Graph, type Leaf } from '../lane/graph.ts'
import { isPair } from '../lane/ops.ts'
import { addressOf } from '../lower/copy.ts'
import { asStored, asValue, storedTypes } from '../lower/element.ts'
import type { FunctionContext } from '../lower/functionContext.ts'
import { accumulators } from '../lower/monoid.ts'
import { load, store } from '../nest/memory.ts'
import { advance, walkBox } from './box.ts'
import type { WholeLowering } from './lowering.ts'

/** A line along the axis, or four side by side. */
interface Line {
  readonly length: number
  /** Bytes from one element to the next. */
  readonly step: number
  readonly dtype: keyof typeof dtypes
  readonly kind: Params<'cumulative'>['kind']
  readonly mode: Mode
}

/** A leaf for what was accumulated, or for the element at hand. */
interface Part extends Leaf {
  readonly locals: readonly number[] | undefined
}

/** From the addresses in two locals on, which are moved. */
function emitLine(context: FunctionContext, line: Line, from: number, to: number): void {
  const { length, step, dtype, kind, mode } = line
  const { body } = context
  const accumulator = accumulators[kind](dtype)
  const [type] = accumulator.types as readonly [(typeof accumulator.types)[number]]
  const span = (pointer: number) => ({ pointer, offset: 0, dtype, step: mode === 'vector' ? dtypes[dtype].bytes : 0 })
  const held = (mode === 'vector' && isPair(type) ? [0, 1] : [0]).map(() => body.local(registerType(type, mode)))
  const leaf = (one: Leaf, _mode: Mode, half: Half): void => {
    const { locals } = one as Part
    if (locals === undefined) load(body, span(from), mode, half)
    else body.get(locals[half] as number)
  }
  const around = { body, helper: context.helper.bind(context), leaf }
  const assign = (emitter: Emitter, node: Parameters<Emitter['value']>[0]) =>
    held.forEach((local, half) => {
      emitter.value(node, half as Half)
      body.set(local)
    })

  const first = new Graph()
  const initial = accumulator.initial(first, false)[0] as Parameters<Emitter['value']>[0]
  assign(new Emitter(first, [], mode, around), initial)

  const g = new Graph()
  const sofar = g.leaf(type, { key: 'sofar', level: 0, locals: held } as Part)
  const element = g.leaf(storedTypes[dtype], { key: 'element', level: 0, locals: undefined } as Part)
  const lifted = accumulator.lift(g, asValue(g, element, dtype), g.i32(0))
  const [next] = accumulator.merge(g, [sofar], lifted) as readonly [typeof sofar]
  const result = asStored(g, accumulator.finish(g, [next]), dtype)
  body.repeat(length, () => {
    const emitter = new Emitter(g, [next, result], mode, around)
    emitter.level(0)
    store(body, span(to), mode, (half) => emitter.value(result, half))
    assign(emitter, next)
    advance(body, from, step)
    advance(body, to, step)
  })
}

/** Sums and products of floats are accumulated in float64. Lines that lie side by side go four at a time. */
export const cumulative: WholeLowering = {
  emit(context, { params, inputs, outputs }) {
    const { body, slotOf } = context
    const { kind, axis, reverse } = params as Params<'cumulative'>
    const [{ source, aval }, out] = [inputs[0] as WholeRegion['inputs'][number], outputs[0] as Var]
    const { shape, dtype } = aval
    if (sizeOf(shape) === 0) return
    const { bytes } = dtypes[dtype]
    const length = shape[axis] as number
    const inner = sizeOf(shape.slice(axis + 1))
    const outer = sizeOf(shape.slice(0, axis))
    const [from, to] = [addressOf(body, slotOf(source)), addressOf(body, slotOf(out))]
    const [source1, target] = [body.local('i32'), body.local('i32')]
    const begin = reverse ? (length - 1) * inner * bytes : 0
    const lines = (mode: Mode, times: number, start: number, width: number): void => {
      const turns = [
        { times: outer, steps: [length * inner * bytes, length * inner * bytes] },
        { times, steps: [width * bytes, width * bytes] },
      ]
      walkBox(body, turns, [from, to], () => {
        body
          .get(from)
          .i32(begin + start)
          .op('i32.add')
          .set(source1)
        body
          .get(to)
          .i32(begin + start)
          .op('i32.add')
          .set(target)
        emitLine(context, { length, step: (reverse ? -inner : inner) * bytes, dtype, kind, mode }, source1, target)
      })
    }
    const fours = Math.floor(inner / 4)
    if (fours > 0) lines('vector', fours, 0, 4)
    if (inner % 4 > 0) lines('scalar', inner % 4, fours * 4 * bytes, 1)
  },
}
