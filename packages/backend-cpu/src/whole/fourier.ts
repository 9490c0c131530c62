import { dtypes, type Params, sizeOf, type Var, type WholeRegion } from '@proj/backend'
import { addressOf, copyBytes } from '../lower/copy.ts'
import type { FunctionContext } from '../lower/functionContext.ts'
import type { Base } from '../nest/access.ts'
import { Kernel } from '../nest/kernel.ts'
import { advance } from './box.ts'
import { butterfly, type Complex, factorsOf, times } from './butterfly.ts'
import type { WholeLowering } from './lowering.ts'
import { rootCount, rootsFor, seedBytes, writeRoots } from './rootsOfUnity.ts'

type Float = 'float32' | 'float64'

/** Transforms along one dimension: of `outer` blocks, each `size` rows of `inner` elements, down the rows. */
interface Along {
  readonly outer: number
  readonly size: number
  readonly inner: number
  readonly factors: readonly number[]
}

interface Task {
  readonly dtype: Float
  readonly dimensions: readonly Along[]
}

/** What there is to do, if it can be done here: lengths without large prime factors. */
function taskOf({ inputs, params }: Pick<WholeRegion, 'inputs' | 'params'>): Task | undefined {
  const [{ aval }] = inputs as readonly [WholeRegion['inputs'][number]]
  const { shape, dtype } = aval
  const { rank } = params as Params<'fft'>
  if ((dtype !== 'float32' && dtype !== 'float64') || sizeOf(shape) === 0) return undefined
  const first = shape.length - rank
  const dimensions = shape.slice(first).map((size, i) => ({
    outer: sizeOf(shape.slice(0, first + i)),
    size,
    inner: sizeOf(shape.slice(first + i + 1)),
    factors: factorsOf(size),
  }))
  if (dimensions.some(({ factors }) => factors === undefined)) return undefined
  return { dtype, dimensions: dimensions.filter(({ size }) => size > 1) as Along[] }
}

const roundUp = (n: number): number => Math.ceil(n / 32) * 32

/** From the scratch's start: a block's real and imaginary parts, the table of roots, and what it is made from. */
function rooms({ dtype, dimensions }: Task) {
  const { bytes } = dtypes[dtype]
  const most = (of: (along: Along) => number) => Math.max(0, ...dimensions.map(of))
  const part = roundUp(most(({ size, inner }) => size * inner * bytes))
  const table = roundUp(most(({ size }) => 2 * bytes * rootCount(rootsFor(size))))
  const seeds = roundUp(most(({ size }) => seedBytes(rootsFor(size))))
  return { re: 0, im: part, table: 2 * part, seeds: 2 * part + table, end: 2 * part + table + seeds }
}

/** Locals with the addresses of the two parts. */
type Place = readonly [re: number, im: number]

/** One pass of a transform of `size`: butterflies of `factor` elements, when all factors before have the product `done`. */
interface Pass {
  readonly dtype: Float
  readonly size: number
  readonly inner: number
  readonly factor: number
  readonly done: number
}

/**
 * `(from re, from im, to re, to im, roots)`. Every pass reads elements `size / factor` rows apart and writes them side by side, so that the result is in order.
 * Source: Stockham, "High-speed convolution and correlation" (1966), as Van Loan, "Computational frameworks for the FFT" (1992), has it.
 */
function passOf(context: FunctionContext, { dtype, size, inner, factor, done }: Pass): number {
  const name = `fourier ${dtype} ${size} ${inner} ${factor} ${done}`
  return context.routine(name, ['i32', 'i32', 'i32', 'i32', 'i32'], (body) => {
    const groups = size / (done * factor)
    const run = done * inner
    const alongRun = run >= 4
    const kernel = new Kernel({ ...context, body }, { sizes: [groups, run], kept: 2 }, alongRun ? 1 : 0)
    const pass = kernel.pass()
    pass.forbidOverrun()
    const g = pass.main
    const type = dtype === 'float32' ? 'f32' : 'f64'
    const read = (local: number, strides: readonly number[], offset: number) =>
      pass.read(g, type, { local, offset: 0 } satisfies Base, { strides, offset }, dtype)
    const all = Array.from({ length: factor }, (_, k) => k)
    const elements = all.map((k): Complex => {
      const [re, im] = [0, 1].map((local) => read(local, [run, 1], k * groups * run))
      return [re, im] as Complex
    })
    const roots = rootCount(rootsFor(size))
    butterfly(g, elements).forEach((value, k) => {
      const root = (part: number) => read(4, [k * done, 0], part * roots)
      const turned = k === 0 || groups === 1 ? value : times(g, value, [root(0), root(1)])
      turned.forEach((node, part) =>
        pass.store(
          'main',
          node,
          { local: 2 + part, offset: 0 },
          { strides: [factor * run, 1], offset: k * run },
          dtype,
        ),
      )
    })
    kernel.emit()
  })
}

/** Where the passes of a block begin and end, and the room between. */
interface Route {
  readonly from: Place
  readonly to: Place
  readonly room: Place
  readonly table: number
}

/** A block's passes, to and fro between the room and where the result belongs. */
function transformBlock(context: FunctionContext, dtype: Float, { size, inner, factors }: Along, route: Route): void {
  const { body } = context
  const isInPlace = route.from === route.to
  // The last pass writes to the result, unless the first would then write over what it reads.
  const endsInRoom = isInPlace && factors.length % 2 === 1
  let [from, done] = [route.from, 1]
  factors.forEach((factor, i) => {
    const isEven = (factors.length - i) % 2 === 0
    const to = isEven === endsInRoom ? route.to : route.room
    for (const local of [...from, ...to, route.table]) body.get(local)
    body.call(passOf(context, { dtype, size, inner, factor, done }))
    done *= factor
    from = to
  })
  if (from !== route.to)
    route.to.forEach((local, part) => copyBytes(body, local, from[part] as number, size * inner * dtypes[dtype].bytes))
}

/** Divides all elements of both parts. */
function divide(context: FunctionContext, place: Place, count: number, dtype: Float, by: number): void {
  for (const local of place) {
    const kernel = new Kernel(context, { sizes: [count], kept: 1 }, 0)
    const pass = kernel.pass()
    pass.forbidOverrun()
    const walk = { strides: [1], offset: 0 }
    const x = pass.read(pass.main, dtype === 'float32' ? 'f32' : 'f64', { local, offset: 0 }, walk, dtype)
    pass.store('main', pass.main.div(x, pass.main.same(x, by)), { local, offset: 0 }, walk, dtype)
    kernel.emit()
  }
}

/** A local with an address inside the scratch. */
function roomAt({ body, scratch }: FunctionContext, offset: number): number {
  const local = body.local('i32')
  body
    .get(0)
    .i32(scratch + offset)
    .op('i32.add')
    .set(local)
  return local
}

function transform(context: FunctionContext, task: Task, from: Place, to: Place): void {
  const { body } = context
  const { dtype, dimensions } = task
  const at = rooms(task)
  const [re, im, table, seeds] = [at.re, at.im, at.table, at.seeds].map((offset) => roomAt(context, offset)) as [
    number,
    number,
    number,
    number,
  ]
  dimensions.forEach((along, i) => {
    const { outer, size, inner } = along
    const bytes = size * inner * dtypes[dtype].bytes
    writeRoots(context, rootsFor(size), dtype, table, seeds)
    const source = i === 0 ? from : to
    const moving = [...new Set([...source, ...to])]
    body.repeat(outer, () => {
      transformBlock(context, dtype, along, { from: source, to, room: [re, im], table })
      for (const local of moving) advance(body, local, bytes)
    })
    for (const local of moving) advance(body, local, -bytes * outer)
  })
}

/** Over each dimension in turn. The inverse is the same with the parts in each other's place, divided by the size. */
export const fft: WholeLowering = {
  scratchBytes: (region) => {
    const task = taskOf(region)
    return task === undefined ? 0 : rooms(task).end
  },

  emit(context, region) {
    const task = taskOf(region)
    if (task === undefined) return context.callHost(region)
    const { body, slotOf } = context
    const { aval } = region.inputs[0] as WholeRegion['inputs'][number]
    const { inverse } = region.params as Params<'fft'>
    const order = inverse ? [1, 0] : [0, 1]
    const place = (sources: readonly Var[]) =>
      order.map((i) => addressOf(body, slotOf(sources[i] as Var))) as [number, number]
    const from = place(region.inputs.map(({ source }) => source))
    const to = place(region.outputs)
    const size = sizeOf(aval.shape)
    if (task.dimensions.length === 0)
      return to.forEach((local, i) => copyBytes(body, local, from[i] as number, size * dtypes[aval.dtype].bytes))
    transform(context, task, from, to)
    const count = task.dimensions.reduce((product, along) => product * along.size, 1)
    if (inverse) divide(context, to, size, task.dtype, count)
  },
}
