import {
  type Aval,
  type DType,
  type GatherDimensionNumbers,
  JaxprBuilder,
  type Monoid,
  makeAval,
  type ScatterDimensionNumbers,
  scalarLiteral,
  sizeOf,
  type Var,
} from '@proj/backend'
import type { NativeWorkload } from './native.ts'

// Programs with an order of their own: sorting, indexing by values, running sums, random numbers. What numpy and JAX call them stands beside
// each as a Python expression of its inputs `x`, `y`, `z`.

const f32 = (...shape: number[]): Aval => makeAval(shape, 'float32')
const i32 = (...shape: number[]): Aval => makeAval(shape, 'int32')
const thousands = (n: number): string => (n >= 1e6 ? `${n / 1e6}M` : `${n / 1e3}k`)
const shapeOf = (shape: readonly number[]): string => `[${shape.map((n) => (n >= 1e4 ? thousands(n) : n)).join()}]`

export function sort(dtype: DType, shape: readonly number[], dimension: number): NativeWorkload {
  const b = new JaxprBuilder()
  const outputs = b.emit('sort', [b.input(makeAval(shape, dtype))], { dimension, isStable: true, numKeys: 1 })
  const axis = `axis=${dimension}`
  return {
    name: `sort ${dtype} ${shapeOf(shape)} over ${dimension}`,
    jaxpr: b.finish(outputs),
    work: sizeOf(shape),
    unit: 'Gelem/s',
    contents: [dtype.startsWith('float') ? 'uniform' : 'any'],
    numpy: `np.sort(x, ${axis}, kind='stable')`,
    jax: `jnp.sort(x, ${axis})`,
  }
}

export function argsort(n: number): NativeWorkload {
  const b = new JaxprBuilder()
  const x = b.input(f32(n))
  const [positions] = b.emit('iota', [], { dtype: 'int32', shape: [n], dimension: 0 })
  const [, order] = b.emit('sort', [x, positions], { dimension: 0, isStable: true, numKeys: 1 })
  return {
    name: `argsort [${thousands(n)}]`,
    jaxpr: b.finish([order as Var]),
    work: n,
    unit: 'Gelem/s',
    contents: ['uniform'],
    numpy: `np.argsort(x, kind='stable').astype(np.int32)`,
    jax: `jnp.argsort(x).astype('int32')`,
  }
}

/** Two keys, the first with many ties, and a value to carry. */
export function lexsort(n: number): NativeWorkload {
  const b = new JaxprBuilder()
  const operands = [b.input(i32(n)), b.input(f32(n)), b.input(f32(n))]
  return {
    name: `sort of three operands by two keys [${thousands(n)}]`,
    jaxpr: b.finish(b.emit('sort', operands, { dimension: 0, isStable: true, numKeys: 2 })),
    work: n,
    unit: 'Gelem/s',
    contents: [{ below: 1000 }, 'uniform', 'uniform'],
    numpy: `(lambda o: (x[o], y[o], z[o]))(np.lexsort((y, x)))`,
    jax: `jax.lax.sort((x, y, z), num_keys=2)`,
  }
}

export function topK(shape: readonly number[], k: number): NativeWorkload {
  const b = new JaxprBuilder()
  const n = shape.at(-1) as number
  return {
    name: `topK ${k} of ${shapeOf(shape)}`,
    jaxpr: b.finish(b.emit('topK', [b.input(f32(...shape))], { k })),
    work: sizeOf(shape),
    unit: 'Gelem/s',
    contents: ['uniform'],
    numpy:
      `(lambda p: (lambda o: (np.take_along_axis(x, o, -1), o.astype(np.int32)))(np.take_along_axis(p, ` +
      `np.argsort(-np.take_along_axis(x, p, -1), -1), -1)))(np.argpartition(x, ${n - k}, -1)[..., ${n - k}:])`,
    jax: `jax.lax.top_k(x, ${k})`,
  }
}

const rowsOfTable: GatherDimensionNumbers = {
  offsetDims: [1],
  collapsedSliceDims: [0],
  startIndexMap: [0],
  operandBatchingDims: [],
  startIndicesBatchingDims: [],
}

/** Rows of a table, or of a vector single elements. */
export function take(table: readonly [number, number?], count: number): NativeWorkload {
  const b = new JaxprBuilder()
  const [n, width] = table
  const x = b.input(width === undefined ? f32(n) : f32(n, width))
  const [y] = b.emit('gather', [x, b.input(i32(count, 1))], {
    dimensionNumbers: width === undefined ? { ...rowsOfTable, offsetDims: [] } : rowsOfTable,
    sliceSizes: width === undefined ? [1] : [1, width],
    mode: 'fillOrDrop',
    fillValue: null,
  })
  return {
    name: `gather ${thousands(count)} of ${shapeOf(width === undefined ? [n] : [n, width])}`,
    jaxpr: b.finish([y]),
    work: count * (width ?? 1),
    unit: 'Gelem/s',
    contents: ['uniform', { below: n }],
    numpy: `np.take(x, y[:, 0], 0)`,
    jax: `jnp.take(x, y[:, 0], 0)`,
  }
}

const rowsOfUpdates: ScatterDimensionNumbers = {
  updateWindowDims: [1],
  insertedWindowDims: [0],
  scatterDimsToOperandDims: [0],
  operandBatchingDims: [],
  scatterIndicesBatchingDims: [],
}

/** Sums by index: repeats are many when `count` is above the table's. As a sum of segments, into zeros. */
export function scatter(
  kind: 'set' | 'add' | 'max',
  table: readonly [number, number?],
  count: number,
  { intoZeros = false } = {},
): NativeWorkload {
  const b = new JaxprBuilder()
  const [n, width] = table
  const aval = width === undefined ? f32(n) : f32(n, width)
  const x = intoZeros ? { ...scalarLiteral(0, 'float32'), aval } : b.input(aval)
  const indices = b.input(i32(count, 1))
  const updates = b.input(width === undefined ? f32(count) : f32(count, width))
  const [y] = b.emit('scatter', [x, indices, updates], {
    kind,
    dimensionNumbers: width === undefined ? { ...rowsOfUpdates, updateWindowDims: [] } : rowsOfUpdates,
    mode: 'fillOrDrop',
    uniqueIndices: false,
    indicesAreSorted: false,
  })
  const [to, at, from] = intoZeros
    ? [`np.zeros(${JSON.stringify(aval.shape)}, np.float32)`, 'x', 'y']
    : ['x.copy()', 'y', 'z']
  const jaxTo = intoZeros ? `jnp.zeros(${JSON.stringify(aval.shape)}, 'float32')` : 'x'
  const method = { set: 'set', add: 'add', max: 'max' }[kind]
  const assign = {
    set: `a.__setitem__(${at}[:, 0], ${from})`,
    add: `np.add.at(a, ${at}[:, 0], ${from})`,
    max: `np.maximum.at(a, ${at}[:, 0], ${from})`,
  }[kind]
  return {
    name: `${intoZeros ? 'segmentSum' : `scatter ${kind}`} ${thousands(count)} into ${shapeOf(aval.shape)}`,
    jaxpr: b.finish([y]),
    work: count * (width ?? 1),
    unit: 'Gelem/s',
    contents: [
      ...(intoZeros ? [] : ['uniform' as const]),
      kind === 'set' ? { permutationOf: n } : { below: n },
      'uniform',
    ],
    numpy: `(lambda a: (${assign}, a)[1])(${to})`,
    jax: `${jaxTo}.at[${at}[:, 0]].${method}(${from})`,
    tolerance: kind === 'add' ? 1e-3 : 0,
  }
}

export function cumulative(kind: Monoid, shape: readonly number[], axis: number): NativeWorkload {
  const b = new JaxprBuilder()
  const [y] = b.emit('cumulative', [b.input(f32(...shape))], { kind, axis, reverse: false })
  const name = { add: 'add', mul: 'multiply', max: 'maximum', min: 'minimum' }[kind]
  const inJax = { add: 'cumsum', mul: 'cumprod', max: 'cummax', min: 'cummin' }[kind]
  return {
    name: `cumulative ${kind} ${shapeOf(shape)} over ${axis}`,
    jaxpr: b.finish([y]),
    work: sizeOf(shape),
    unit: 'Gelem/s',
    contents: [kind === 'mul' ? 'nearOne' : 'uniform'],
    numpy: `np.${name}.accumulate(x, ${axis})`,
    jax: `jax.lax.${inJax}(x, ${axis})`,
    tolerance: 0.1,
  }
}

/** Copies of one block out of, or into, a larger array. */
export function dynamicSlice(kind: 'dynamicSlice' | 'dynamicUpdateSlice', n: number, size: number): NativeWorkload {
  const b = new JaxprBuilder()
  const x = b.input(f32(n, n))
  const block = kind === 'dynamicUpdateSlice' ? b.input(f32(size, size)) : undefined
  const starts = [b.input(i32()), b.input(i32())]
  const [y] =
    block === undefined
      ? b.emit('dynamicSlice', [x, ...starts], { sliceSizes: [size, size] })
      : b.emit('dynamicUpdateSlice', [x, block, ...starts], {})
  const window = (a: string, c: string) => `${a}:${a}+${size}, ${c}:${c}+${size}`
  return {
    name: `${kind} [${size},${size}] of [${n},${n}]`,
    jaxpr: b.finish([y as Var]),
    work: block === undefined ? size * size : n * n,
    unit: 'Gelem/s',
    contents: [
      'uniform',
      ...(block === undefined ? [] : ['uniform' as const]),
      { below: n - size },
      { below: n - size },
    ],
    numpy:
      block === undefined
        ? `x[${window('y', 'z')}].copy()`
        : `(lambda a: (a.__setitem__((slice(z, z+${size}), slice(w, w+${size})), y), a)[1])(x.copy())`,
    jax:
      block === undefined
        ? `jax.lax.dynamic_slice(x, (y, z), (${size}, ${size}))`
        : `jax.lax.dynamic_update_slice(x, y, (z, w))`,
  }
}

export type Sample = 'bits' | 'uniform' | 'normal'

/** Threefry, place by place as JAX does by default, or in the older way, in which two halves are hashed together. */
export function random(sample: Sample, n: number, { partitionable = true } = {}): NativeWorkload {
  const b = new JaxprBuilder()
  const bits = threefryBits(b, b.input(makeAval([2], 'uint32')), n, partitionable)
  const last = sample === 'bits' ? bits : uniformOf(b, bits, n, sample === 'normal')
  const normal = (): Var => {
    const [inverse] = b.emit('erfInv', [last], {})
    return b.emit('mul', [inverse, { ...scalarLiteral(Math.SQRT2, 'float32'), aval: f32(n) }], {})[0]
  }
  const inJax = {
    bits: `random.bits(key, (${n},), 'uint32')`,
    uniform: `random.uniform(key, (${n},), 'float32')`,
    normal: `random.normal(key, (${n},), 'float32')`,
  }
  const inNumpy = {
    bits: `rng.integers(0, 2**32, ${n}, np.uint32)`,
    uniform: `rng.random(${n}, np.float32)`,
    normal: `rng.standard_normal(${n}, np.float32)`,
  }
  return {
    name: `random ${sample} [${thousands(n)}]${partitionable ? '' : ', in halves'}`,
    jaxpr: b.finish([sample === 'normal' ? normal() : last]),
    work: n,
    unit: 'Gelem/s',
    contents: ['any'],
    numpy: inNumpy[sample],
    jax: `partitionable(${partitionable ? 'True' : 'False'}, lambda key: jax.${inJax[sample]}, x)`,
    numpyDiffers: true,
    tolerance: sample === 'normal' ? 1e-5 : 0,
  }
}

function threefryBits(b: JaxprBuilder, key: Var, n: number, partitionable: boolean): Var {
  const size = partitionable ? n : n / 2
  const words = [0, 1].map((i) => {
    const [slice] = b.emit('slice', [key], { startIndices: [i], limitIndices: [i + 1], strides: [1] })
    const [scalar] = b.emit('reshape', [slice], { newSizes: [] })
    return b.emit('broadcastInDim', [scalar], { shape: [size], broadcastDimensions: [] })[0]
  }) as [Var, Var]
  const [low] = b.emit('iota', [], { dtype: 'uint32', shape: [size], dimension: 0 })
  const splat = (value: number) => ({ ...scalarLiteral(value, 'uint32'), aval: makeAval([size], 'uint32') })
  if (partitionable) {
    const [y0, y1] = b.emit('threefry2x32', [...words, splat(0), low], {})
    return b.emit('xor', [y0, y1], {})[0]
  }
  const [second] = b.emit('add', [low, splat(size)], {})
  const [y0, y1] = b.emit('threefry2x32', [...words, low, second], {})
  return b.emit('concatenate', [y0, y1], { dimension: 0 })[0]
}

/** On [0, 1), or, for what becomes normal numbers, on (-1, 1). */
function uniformOf(b: JaxprBuilder, bits: Var, n: number, isSigned: boolean): Var {
  const aval = f32(n)
  const splat = (value: number) => ({ ...scalarLiteral(value, 'float32'), aval })
  const nine = { ...scalarLiteral(9, 'uint32'), aval: makeAval([n], 'uint32') }
  const [significand] = b.emit('shiftRightLogical', [bits, nine], {})
  const [number] = b.emit('convertElementType', [significand], { newDtype: 'float32' })
  const [unit] = b.emit('mul', [number, splat(2 ** -23)], {})
  if (!isSigned) return unit
  const least = 2 ** -24 - 1
  const [scaled] = b.emit('mul', [unit, splat(1 - least)], {})
  const [moved] = b.emit('add', [scaled, splat(least)], {})
  return b.emit('max', [splat(least), moved], {})[0]
}

export function fft(shape: readonly number[], rank: number): NativeWorkload {
  const b = new JaxprBuilder()
  const [re, im] = b.emit('fft', [b.input(f32(...shape)), b.input(f32(...shape))], { rank, inverse: false })
  const split = (expression: string) => `(lambda c: (c.real, c.imag))(${expression})`
  const name = rank === 1 ? 'fft' : 'fft2'
  return {
    name: `${name} ${shapeOf(shape)}`,
    jaxpr: b.finish([re, im]),
    work: sizeOf(shape),
    unit: 'Gelem/s',
    contents: ['uniform', 'uniform'],
    numpy: split(`np.fft.${name}(x + np.complex64(1j) * y)`),
    jax: split(`jnp.fft.${name}(jax.lax.complex(x, y))`),
    tolerance: 1e-2,
  }
}
