import {
  type Aval,
  type DotDimensionNumbers,
  JaxprBuilder,
  makeAval,
  type Params,
  sizeOf,
  type Var,
} from '@proj/backend'
import type { Workload } from './workloads.ts'

const f32 = (...shape: number[]): Aval => makeAval(shape, 'float32')

const emitDot = (b: JaxprBuilder, lhs: Var, rhs: Var, dimensionNumbers: DotDimensionNumbers): Var =>
  b.emit('dotGeneral', [lhs, rhs], { dimensionNumbers, preferredElementType: 'float32' })[0]

/** What is summed over and what runs side by side, by position in each operand. */
interface Contraction {
  readonly lhs: readonly number[]
  readonly rhs: readonly number[]
  readonly contracting: readonly [readonly number[], readonly number[]]
  readonly batch?: readonly [readonly number[], readonly number[]]
}

/** A `dotGeneral` of any layout. */
export function dot(name: string, { lhs, rhs, contracting, batch = [[], []] }: Contraction): Workload {
  const b = new JaxprBuilder()
  const y = emitDot(b, b.input(f32(...lhs)), b.input(f32(...rhs)), {
    lhsContracting: contracting[0],
    rhsContracting: contracting[1],
    lhsBatch: batch[0],
    rhsBatch: batch[1],
  })
  const depth = contracting[0].reduce((size, d) => size * (lhs[d] as number), 1)
  return { name, jaxpr: b.finish([y]), work: 2 * sizeOf(y.aval.shape) * depth, unit: 'GFLOP/s' }
}

/** `[m, k] · [k, n]`. */
export const product = (m: number, k: number, n: number): Workload =>
  dot(`product [${m},${k}]·[${k},${n}]`, { lhs: [m, k], rhs: [k, n], contracting: [[1], [0]] })

/** A stack of them, with the right operand transposed or not. */
export function stacked(count: number, m: number, k: number, n: number, { transposed = false } = {}): Workload {
  const rhs = transposed ? [count, n, k] : [count, k, n]
  const contraction = { lhs: [count, m, k], rhs, contracting: [[2], [transposed ? 2 : 1]], batch: [[0], [0]] } as const
  return dot(`stack [${count},${m},${k}]·[${rhs}]`, contraction)
}

/** Heads of attention as they lie in `[batch, position, head, feature]`. */
export function attention(batch: number, positions: number, heads: number, features: number): Workload {
  const shape = [batch, positions, heads, features]
  return dot(`q·kᵀ of [${shape}]`, {
    lhs: shape,
    rhs: shape,
    contracting: [[3], [3]],
    batch: [
      [0, 2],
      [0, 2],
    ],
  })
}

/** `relu(x w + bias)`, or its mean square as well. */
export function layer(m: number, k: number, n: number, { withLoss = false } = {}): Workload {
  const b = new JaxprBuilder()
  const numbers = { lhsContracting: [1], rhsContracting: [0], lhsBatch: [], rhsBatch: [] }
  const y = emitDot(b, b.input(f32(m, k)), b.input(f32(k, n)), numbers)
  const [bias] = b.emit('broadcastInDim', [b.input(f32(n))], { shape: [m, n], broadcastDimensions: [1] })
  const [moved] = b.emit('add', [y, bias], {})
  const zero = b.emit('broadcastInDim', [b.input(f32())], { shape: [m, n], broadcastDimensions: [] })[0]
  const [active] = b.emit('max', [moved, zero], {})
  const outputs: Var[] = [active]
  if (withLoss) {
    const [square] = b.emit('mul', [active, active], {})
    outputs.push(b.emit('reduceSum', [square], { axes: [0, 1] })[0])
  }
  return {
    name: `relu([${m},${k}]·[${k},${n}] + bias)${withLoss ? ' and its square' : ''}`,
    jaxpr: b.finish(outputs),
    work: 2 * m * k * n,
    unit: 'GFLOP/s',
  }
}

/** A convolution over images, and which of its derivatives is meant. */
export interface Convolution {
  readonly batch: number
  readonly channels: number
  readonly out?: number
  readonly side: number
  readonly window?: number
  readonly stride?: number
  readonly dilation?: number
  readonly groups?: number
  readonly of?: 'result' | 'input' | 'kernel'
  /** Channels last, moved to and fro by transposes. */
  readonly channelsLast?: boolean
}

type ConvParams = Params<'convGeneralDilated'>

/** A convolution as a transform leaves it: its operands, and what becomes of the result. */
interface Form {
  readonly lhs: Aval
  readonly rhs: Aval
  readonly params: ConvParams
  prepare(b: JaxprBuilder, lhs: Var, rhs: Var): readonly [Var, Var]
  finish(b: JaxprBuilder, y: Var): Var
}

const swapped = [1, 0, 2, 3]

function formOf({
  batch,
  channels,
  out = channels,
  side,
  window = 3,
  stride = 1,
  dilation = 1,
  groups = 1,
  ...rest
}: Convolution): Form {
  const span = dilation * (window - 1) + 1
  const low = span >> 1
  const outSide = Math.floor((side + 2 * low - span) / stride) + 1
  const spread = stride * (outSide - 1) + 1
  const both = (n: number): [number, number] => [n, n]
  const plain = { featureGroupCount: groups, batchGroupCount: 1, preferredElementType: 'float32' } as const
  const [image, kernel, result] = [
    f32(batch, channels, side, side),
    f32(out, channels / groups, window, window),
    f32(batch, out, outSide, outSide),
  ]
  const transpose = (b: JaxprBuilder, x: Var, permutation: readonly number[]) =>
    b.emit('transpose', [x], { permutation })[0]
  if (rest.of === 'input')
    return {
      lhs: result,
      rhs: kernel,
      params: {
        ...plain,
        windowStrides: both(1),
        low: both(span - low - 1),
        high: both(side + span - 1 - spread - (span - low - 1)),
        lhsDilation: both(stride),
        rhsDilation: both(dilation),
      },
      prepare: (b, ct, w) => {
        const [turned] = b.emit('rev', [w], { dimensions: [2, 3] })
        return [ct, groups === 1 ? transpose(b, turned, swapped) : regrouped(b, turned, groups)]
      },
      finish: (_, y) => y,
    }
  if (rest.of === 'kernel')
    return {
      lhs: image,
      rhs: result,
      params: {
        ...plain,
        featureGroupCount: 1,
        batchGroupCount: groups,
        windowStrides: both(dilation),
        low: both(low),
        high: both(spread - side + span - low - 1),
        lhsDilation: both(1),
        rhsDilation: both(stride),
      },
      prepare: (b, x, ct) => [transpose(b, x, swapped), transpose(b, ct, swapped)],
      finish: (b, y) => transpose(b, y, swapped),
    }
  const params = {
    ...plain,
    windowStrides: both(stride),
    low: both(low),
    high: both(low),
    lhsDilation: both(1),
    rhsDilation: both(dilation),
  }
  if (rest.channelsLast)
    return {
      lhs: f32(batch, side, side, channels),
      rhs: f32(window, window, channels / groups, out),
      params,
      prepare: (b, x, w) => [transpose(b, x, [0, 3, 1, 2]), transpose(b, w, [3, 2, 0, 1])],
      finish: (b, y) => transpose(b, y, [0, 2, 3, 1]),
    }
  return { lhs: image, rhs: kernel, params, prepare: (_, x, w) => [x, w], finish: (_, y) => y }
}

/** Channels and output channels in each other's place, group by group. */
function regrouped(b: JaxprBuilder, kernel: Var, groups: number): Var {
  const [out, channels, ...window] = kernel.aval.shape as [number, number, ...number[]]
  const [split] = b.emit('reshape', [kernel], { newSizes: [groups, out / groups, channels, ...window] })
  const [moved] = b.emit('transpose', [split], { permutation: [1, 0, 2, 3, 4] })
  const [joined] = b.emit('reshape', [moved], { newSizes: [out / groups, groups * channels, ...window] })
  return b.emit('transpose', [joined], { permutation: swapped })[0]
}

export function convolved(one: Convolution): Workload {
  const { batch, channels, out = channels, side, window = 3, stride = 1, dilation = 1, groups = 1, of = 'result' } = one
  const form = formOf(one)
  const b = new JaxprBuilder()
  const [lhs, rhs] = form.prepare(b, b.input(form.lhs), b.input(form.rhs))
  const [y] = b.emit('convGeneralDilated', [lhs, rhs], form.params)
  const details = [
    stride > 1 ? `stride ${stride}` : '',
    dilation > 1 ? `dilation ${dilation}` : '',
    groups > 1 ? `${groups} groups` : '',
    one.channelsLast ? 'channels last' : '',
    of === 'result' ? '' : `d ${of}`,
  ].filter((detail) => detail !== '')
  const sides = Math.ceil(side / stride) ** 2
  return {
    name: `conv ${window}×${window} [${batch},${channels},${side},${side}]→${out} ${details.join(', ')}`,
    jaxpr: b.finish([form.finish(b, y)]),
    work: 2 * batch * sides * out * (channels / groups) * window ** 2,
    unit: 'GFLOP/s',
  }
}

const image = { batch: 8, channels: 64, side: 56 } as const

/** Products of every kind. */
export const products: readonly Workload[] = [
  ...[255, 257, 1000].map((n) => product(n, n, n)),
  product(1024, 64, 1024),
  product(64, 4096, 64),
  product(10_000, 32, 32),
  product(128, 784, 256),
  product(128, 256, 10),
  product(4, 1024, 1024),
  product(1024, 1024, 4),
  product(2048, 2048, 1),
  product(1, 2048, 2048),
  dot('[2048,2048]ᵀ·[2048]', { lhs: [2048, 2048], rhs: [2048], contracting: [[0], [0]] }),
  dot('[2048,2048]·[2048]', { lhs: [2048, 2048], rhs: [2048], contracting: [[1], [0]] }),
  dot('[2048] outer [2048]', { lhs: [2048], rhs: [2048], contracting: [[], []] }),
  dot('[4M]·[4M]', { lhs: [1 << 22], rhs: [1 << 22], contracting: [[0], [0]] }),
  stacked(64, 16, 16, 16),
  stacked(64, 16, 16, 16, { transposed: true }),
  stacked(1000, 4, 4, 4),
  stacked(64, 32, 32, 32),
  stacked(200, 8, 8, 8),
  stacked(100, 12, 20, 9),
  product(10, 20, 10),
  product(32, 32, 32),
  product(16, 16, 16),
  product(8, 64, 64),
  product(64, 64, 8),
  stacked(32, 128, 64, 128, { transposed: true }),
  stacked(256, 1, 64, 64),
  stacked(256, 64, 64, 1),
  attention(4, 128, 8, 64),
  layer(512, 512, 512),
  layer(128, 784, 256),
  layer(512, 512, 512, { withLoss: true }),
  convolved(image),
  convolved({ ...image, of: 'input' }),
  convolved({ ...image, of: 'kernel' }),
  convolved({ ...image, stride: 2 }),
  convolved({ ...image, stride: 2, of: 'input' }),
  convolved({ ...image, stride: 2, of: 'kernel' }),
  convolved({ ...image, dilation: 2 }),
  convolved({ ...image, groups: 4 }),
  convolved({ ...image, groups: 4, of: 'input' }),
  convolved({ ...image, groups: 4, of: 'kernel' }),
  convolved({ ...image, groups: 64 }),
  convolved({ ...image, groups: 64, of: 'input' }),
  convolved({ ...image, groups: 64, of: 'kernel' }),
  convolved({ ...image, channelsLast: true }),
  convolved({ ...image, window: 1 }),
  convolved({ ...image, channels: 3, out: 64 }),
]
