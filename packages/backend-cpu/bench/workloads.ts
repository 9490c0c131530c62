import {
  type Aval,
  dtypes,
  type Jaxpr,
  JaxprBuilder,
  makeAval,
  scalarLiteral,
  sizeOf,
  type TypedArray,
  type Var,
} from '@proj/backend'

/** A program and what to run it on. */
export interface Workload {
  readonly name: string
  readonly jaxpr: Jaxpr
  /** Where its inputs lie, if not between -1 and 1. */
  readonly range?: readonly [least: number, most: number]
  /** Work in one run, for a rate; or the count of elements. */
  readonly work: number
  readonly unit: 'GFLOP/s' | 'Gelem/s'
}

const f32 = (...shape: number[]): Aval => makeAval(shape, 'float32')

const contract = (lhs: number, rhs: number) => ({
  dimensionNumbers: { lhsContracting: [lhs], rhsContracting: [rhs], lhsBatch: [], rhsBatch: [] },
  preferredElementType: 'float32' as const,
})

export function matmul(n: number, lhsAxis: 0 | 1 = 1, rhsAxis: 0 | 1 = 0): Workload {
  const b = new JaxprBuilder()
  const [y] = b.emit('dotGeneral', [b.input(f32(n, n)), b.input(f32(n, n))], contract(lhsAxis, rhsAxis))
  return {
    name: `matmul ${n}${lhsAxis === 0 ? ' lhs.T' : ''}${rhsAxis === 1 ? ' rhs.T' : ''}`,
    jaxpr: b.finish([y]),
    work: 2 * n ** 3,
    unit: 'GFLOP/s',
  }
}

/** A 3×3 convolution that keeps the size, over as many channels in as out. */
export function convolution(batch: number, channels: number, side: number): Workload {
  const b = new JaxprBuilder()
  const [y] = b.emit(
    'convGeneralDilated',
    [b.input(f32(batch, channels, side, side)), b.input(f32(channels, channels, 3, 3))],
    {
      windowStrides: [1, 1],
      low: [1, 1],
      high: [1, 1],
      lhsDilation: [1, 1],
      rhsDilation: [1, 1],
      featureGroupCount: 1,
      batchGroupCount: 1,
      preferredElementType: 'float32',
    },
  )
  return {
    name: `convolution 3×3 [${batch},${channels},${side},${side}]`,
    jaxpr: b.finish([y]),
    work: 2 * batch * channels * channels * 9 * side * side,
    unit: 'GFLOP/s',
  }
}

/** `f` applied five times, scaled and shifted. */
export function chain(n: number, withSine: boolean): Workload {
  const b = new JaxprBuilder()
  let x: Var = b.input(f32(n))
  const splat = (value: number) => ({ ...scalarLiteral(value, 'float32'), aval: f32(n) })
  for (let i = 0; i < 5; i++) {
    const [scaled] = b.emit('mul', [x, splat(1.5)], {})
    const [inner] = withSine ? b.emit('sin', [scaled], {}) : [scaled]
    ;[x] = b.emit('add', [inner, splat(0.5)], {})
  }
  return {
    name: `${withSine ? 'sin(x·1.5)+0.5' : 'x·1.5+0.5'} five times, ${n}`,
    jaxpr: b.finish([x]),
    work: 5 * n,
    unit: 'Gelem/s',
  }
}

export function unary(op: 'exp' | 'log' | 'sin' | 'tanh' | 'erf' | 'erfInv' | 'logistic', n: number): Workload {
  const b = new JaxprBuilder()
  const [y] = b.emit(op, [b.input(f32(n))], {})
  const workload = { name: `${op}, ${n}`, jaxpr: b.finish([y]), work: n, unit: 'Gelem/s' } as const
  return op === 'log' ? { ...workload, range: [0.01, 100] } : workload
}

export function sum(rows: number, columns: number, axis: 0 | 1): Workload {
  const b = new JaxprBuilder()
  const [y] = b.emit('reduceSum', [b.input(f32(rows, columns))], { axes: [axis] })
  return {
    name: `sum of [${rows},${columns}] over ${axis}`,
    jaxpr: b.finish([y]),
    work: rows * columns,
    unit: 'Gelem/s',
  }
}

/** The gradient of a tied auto-encoder 1-10-20-10-1 without activation, on a batch of ten: what autodiff makes of it, in short. */
export function autoEncoderGradient(): Workload {
  const b = new JaxprBuilder()
  const sizes = [1, 10, 20, 10, 1]
  const weights = [b.input(f32(10, 1)), b.input(f32(20, 10))]
  const biases = sizes.slice(1).map((n) => b.input(f32(n)))
  const [x, y] = [b.input(f32(10, 1)), b.input(f32(10, 1))]
  const layers = [0, 1, 2, 3]
  const values: Var[] = [x]
  const weightOf = (layer: number) => weights[layer < 2 ? layer : 3 - layer] as Var
  for (const layer of layers) {
    const n = sizes[layer + 1] as number
    const [product] = b.emit('dotGeneral', [values[layer] as Var, weightOf(layer)], contract(1, layer < 2 ? 1 : 0))
    const [bias] = b.emit('broadcastInDim', [biases[layer] as Var], { shape: [10, n], broadcastDimensions: [1] })
    values.push(b.emit('add', [product, bias], {})[0])
  }
  const [error] = b.emit('sub', [values[4] as Var, y], {})
  let [grad] = b.emit('mul', [error, { ...scalarLiteral(0.2, 'float32'), aval: f32(10, 1) }], {})
  const outputs: Var[] = []
  for (const layer of [...layers].reverse()) {
    outputs.push(b.emit('reduceSum', [grad], { axes: [0] })[0])
    const [weight] = b.emit('dotGeneral', [grad, values[layer] as Var], contract(0, 0))
    outputs.push(b.emit('transpose', [weight], { permutation: [1, 0] })[0])
    if (layer > 0) [grad] = b.emit('dotGeneral', [grad, weightOf(layer)], contract(1, layer < 2 ? 0 : 1))
  }
  return { name: 'tied auto-encoder gradient', jaxpr: b.finish(outputs), work: 12000, unit: 'GFLOP/s' }
}

/** Numbers between two bounds, always the same. */
export function fill(aval: Aval, [least, most]: readonly [least: number, most: number] = [-1, 1]): TypedArray {
  let state = 12345
  const data = new dtypes[aval.dtype].array(sizeOf(aval.shape))
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    data[i] = least + ((state / 2 ** 31 + 1) / 2) * (most - least)
  }
  return data
}
