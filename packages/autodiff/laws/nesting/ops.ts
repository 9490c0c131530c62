import { ops as jaxOps, lax, type NDArray, numpy as np, random, scipy } from '../../src/index.ts'

/** What a step without a body works on. */
export interface Operands {
  /** A float64 array of rank 0 to 3. */
  readonly x: NDArray
  /** Another, of any shape; perhaps the same. */
  readonly y: NDArray
  /** A small natural number. */
  readonly n: number
}
export type Recipe = (operands: Operands) => NDArray

/** The same elements over and over in another shape. */
export const cycled = (x: NDArray, shape: readonly number[]): NDArray =>
  x.shape.join() === shape.join() ? x : np.resize(x, shape)

/** Elements that no rounding makes equal: order, signs and comparisons of them are decided. */
export const untied = (x: NDArray): NDArray => {
  const steps = np.arange(x.size, { dtype: 'float64' }).reshape(x.shape)
  return x.add(steps.mul(0.013719).add(0.017231))
}
/** Between -1 and 1. */
const tame = (x: NDArray): NDArray => x.tanh()
const vector = (x: NDArray): NDArray => np.atleast1d(x).ravel()
const matrix = (x: NDArray, n: number): NDArray => cycled(tame(x), [n, n])
/** Well away from the singular ones; of distinct values along the diagonal. */
const regular = (x: NDArray, n: number): NDArray =>
  matrix(x, n)
    .mul(0.3)
    .add(np.diag(np.arange(n, { dtype: 'float64' }).add(2)))
const definite = (x: NDArray, n: number): NDArray => regular(x, n).matmul(regular(x, n).T)
const axisOf = (x: NDArray, n: number): number => (n % (2 * x.ndim)) - x.ndim
/** For what needs a dimension. */
const along =
  (f: (x: NDArray, axis: number, n: number) => NDArray): Recipe =>
  ({ x, n }) => {
    const at = np.atleast1d(x)
    return f(at, axisOf(at, n), n)
  }
const unary =
  (f: (x: NDArray) => NDArray): Recipe =>
  ({ x }) =>
    f(x)
const binary =
  (f: (x: NDArray, y: NDArray) => NDArray): Recipe =>
  ({ x, y }) =>
    f(x, cycled(y, x.shape))

/** An integer below `size` that depends on the values. */
export const indexOf = (x: NDArray, size: number): NDArray => np.argmax(untied(vector(x))).mod(size)
/** Integers below `size`. */
const indicesOf = (x: NDArray, count: number, size: number): NDArray =>
  np.argsort(untied(cycled(vector(x), [count]))).mod(size)
const mask = (x: NDArray, shape: readonly number[]): NDArray => untied(cycled(x, shape)).gt(0.2)

// biome-ignore format: a row for each
const elementwise: { readonly [name: string]: Recipe } = {
  sin: unary((x) => x.sin()), cos: unary((x) => x.cos()), tanh: unary((x) => x.tanh()), neg: unary((x) => x.neg()),
  exp: unary((x) => tame(x).exp()), expm1: unary((x) => np.expm1(tame(x))), square: unary((x) => tame(x).square()),
  log1p: unary((x) => np.log1p(x.square())), sqrt: unary((x) => x.square().add(0.5).sqrt()), rsqrt: unary((x) => lax.rsqrt(x.square().add(1))),
  reciprocal: unary((x) => np.reciprocal(x.square().add(1))), erf: unary(lax.erf), logistic: unary(lax.logistic), atan: unary(np.arctan),
  asinh: unary(np.arcsinh), cbrt: unary((x) => np.cbrt(x.square().add(0.5))), pow: unary((x) => tame(x).pow(3)), abs: unary((x) => untied(x).abs()),
  sign: unary((x) => np.sign(untied(x))), floor: unary((x) => np.floor(untied(x).mul(1.7))), round: unary((x) => untied(x).mul(1.3).round()),
  relu: unary((x) => np.maximum(untied(x), 0)), clip: unary((x) => untied(x).clip(-0.4, 0.6)), sinc: unary((x) => np.sinc(x.mul(0.3))),
  lgamma: unary((x) => scipy.special.gammaln(x.square().add(1.5))), scale: unary((x) => x.mul(-0.7)), shift: unary((x) => x.add(0.3)),
  stopGradient: unary(lax.stopGradient), throughInt: unary((x) => untied(x).mul(2).astype('int32').astype('float64')),
  nanToNum: unary(np.nanToNum), exp2: unary((x) => np.exp2(tame(x))), i0e: unary(scipy.special.i0e), entr: unary((x) => scipy.special.entr(x.square().add(0.5))),
  add: binary((x, y) => x.add(y)), sub: binary((x, y) => x.sub(y)), mul: binary((x, y) => x.mul(tame(y))), div: binary((x, y) => x.div(y.square().add(1))),
  maximum: binary((x, y) => np.maximum(untied(x), y)), minimum: binary((x, y) => np.minimum(untied(x), y)), hypot: binary((x, y) => np.hypot(x.add(3), y)),
  atan2: binary((x, y) => np.arctan2(x, y.square().add(1))), logaddexp: binary(np.logaddexp), power: binary((x, y) => x.square().add(0.5).pow(tame(y))),
  where: binary((x, y) => np.where(mask(y, x.shape), x, y)), xlogy: binary((x, y) => scipy.special.xlogy(x, y.square().add(0.5))),
  fmod: binary((x, y) => np.fmod(untied(x), y.square().add(0.711))), copysign: binary((x, y) => np.copysign(untied(x), untied(y))),
}

// biome-ignore format: a row for each
const shapes: { readonly [name: string]: Recipe } = {
  sum: along((x, axis, n) => np.sum(x, axis, { keepdims: n % 3 === 0 })), mean: along((x, axis) => np.mean(x, axis)), total: unary((x) => x.sum()),
  max: along((x, axis) => np.max(untied(x), axis)), min: along((x, axis) => np.min(untied(x), axis)), prod: along((x, axis) => np.prod(tame(x), axis)),
  var: along((x, axis) => np.var(x, axis)), std: along((x, axis) => np.std(np.concatenate([untied(x), x.add(1)], axis), axis)), logsumexp: along((x, axis) => np.logsumexp(x, axis)),
  softmax: along((x, axis) => scipy.special.softmax(x, { axis })), cumsum: along((x, axis) => np.cumsum(x, axis)), cumprod: along((x, axis) => np.cumprod(tame(x), axis)),
  cummax: along((x) => lax.cummax(untied(x))), cumlogsumexp: along((x, _, n) => lax.cumlogsumexp(x, 0, { reverse: n % 2 === 1 })),
  sort: along((x, axis) => np.sort(untied(x), axis)), median: along((x, axis) => np.median(untied(x), axis)), flip: along((x, axis) => np.flip(x, axis)),
  topK: along((x) => lax.topK(untied(x), 1)[0] as NDArray), roll: along((x, axis, n) => np.roll(x, n, axis)), diff: along((x, axis) => np.diff(np.concatenate([x, x.mul(0.5)], axis), { axis })),
  transpose: unary((x) => x.T), ravel: unary((x) => x.ravel()), expand: ({ x, n }) => np.expandDims(x, n % (x.ndim + 1)), squeeze: unary((x) => x.squeeze()),
  moveaxis: along((x, axis) => np.moveaxis(x, axis, 0)), row: along((x) => x.slice(0)), strided: along((x) => x.slice('::-2')), newaxis: along((x) => x.slice(np.newaxis, '...', -1)),
  broadcast: ({ x, n }) => np.broadcastTo(x, [1 + (n % 3), ...x.shape]), pad: along((x, _, n) => np.pad(x, [[n % 2, 1], ...Array.from({ length: x.ndim - 1 }, () => [0, 0] as const)])),
  reflect: along((x) => np.pad(np.concatenate([x, x]), [[1, 1], ...Array.from({ length: x.ndim - 1 }, () => [0, 0] as const)], { mode: 'reflect' })),
  laxPad: along((x) => lax.pad(x, 0.5, x.shape.map((_, d) => (d === 0 ? [1, -1, 1] : [0, 0, 0]) as readonly [number, number, number]))),
  tile: along((x) => np.tile(x, 2)), repeat: along((x, axis) => np.repeat(x, 2, axis)), triu: ({ x }) => np.triu(matrix(x, 3)), diag: unary((x) => np.diag(vector(x).slice('0:3'))),
  concatenate: binary((x, y) => np.concatenate([np.atleast1d(x), np.atleast1d(y)], -1)), stack: binary((x, y) => np.stack([x, y], 0)),
  window: along((x) => lax.reduceWindow(untied(x), -Infinity, 'max', x.shape.map((_, d) => (d === 0 ? 2 : 1)), x.shape.map(() => 1), 'SAME')),
  sumWindow: along((x) => lax.reduceWindow(x, 0, 'add', x.shape.map((_, d) => (d === 0 ? 2 : 1)), x.shape.map(() => 1), 'SAME')),
}

// biome-ignore format: a row for each
const indexing: { readonly [name: string]: Recipe } = {
  take: ({ x, y }) => np.take(vector(x), indicesOf(y, 3, x.size)), takeAlongAxis: along((x, axis) => np.takeAlongAxis(x, np.argsort(untied(x), axis), axis)),
  atSet: ({ x, y }) => vector(x).at(indexOf(y, x.size)).set(vector(y).slice(0)), atAdd: ({ x, y }) => vector(x).at(indicesOf(y, 3, x.size)).add(cycled(y, [3])),
  atMul: ({ x, y }) => vector(x).at(indicesOf(y, x.size, x.size)).mul(cycled(tame(y), [x.size]), { uniqueIndices: true }), atMax: ({ x, y }) => untied(vector(x)).at(indicesOf(y, 2, x.size)).max(cycled(y, [2])),
  atRow: along((x) => x.at(0).set(0.25)), atDrop: ({ x, y }) => vector(x).at(indexOf(y, 3).add(x.size - 1)).set(0.5, { mode: 'drop' }),
  gatherFill: ({ x, y }) => vector(x).at(indexOf(y, 3).add(x.size - 1)).get({ mode: 'fill', fillValue: 0.125 }),
  dynamicSlice: ({ x, y }) => lax.dynamicSlice(vector(x), [indexOf(y, x.size)], [1]),
  dynamicUpdate: ({ x, y }) => lax.dynamicUpdateSlice(vector(x), vector(y).slice('0:1').mul(0.5), [indexOf(y, x.size)]),
  segmentSum: ({ x, y }) => jaxOps.segmentSum(vector(x), indicesOf(y, x.size, 3), 3), segmentMax: ({ x, y }) => jaxOps.segmentMax(vector(untied(x)), indicesOf(y, x.size, 2), 1).clip(-3, 3),
  interp: ({ x, y }) => np.interp(untied(x), np.arange(3, { dtype: 'float64' }).sub(1), cycled(y, [3])),
  searchsorted: ({ x, y }) => np.searchsorted(np.sort(untied(vector(x))), vector(y).add(0.0051)).mul(cycled(x, [y.size])), oneOf: ({ x, y }) => np.choose(indexOf(y, 2), [x, x.mul(2)], { mode: 'clip' }),
}

// biome-ignore format: a row for each
const products: { readonly [name: string]: Recipe } = {
  dot: binary((x, y) => np.vdot(tame(x), y)), outer: ({ x, y }) => np.outer(vector(x).slice('0:3'), tame(vector(y)).slice('0:3')), matmul: ({ x, y }) => matrix(x, 3).matmul(cycled(y, [3, 2])),
  matvec: ({ x, y }) => cycled(x, [2, 3]).matmul(cycled(tame(y), [3])), batched: ({ x, y }) => cycled(x, [2, 2, 2]).matmul(cycled(tame(y), [2, 2, 2])),
  einsum: ({ x, y }) => np.einsum('ij,kj,k->ik', cycled(x, [2, 3]), cycled(tame(y), [2, 3]), cycled(tame(x), [2])), tensordot: ({ x, y }) => np.tensordot(cycled(x, [2, 2, 3]), cycled(tame(y), [3, 2]), 1),
  kron: ({ x, y }) => np.kron(cycled(x, [2, 1]), cycled(tame(y), [1, 2])), convolve: ({ x, y }) => np.convolve(vector(x), tame(vector(y)).slice('0:2'), { mode: 'same' }),
  conv: ({ x, y, n }) => lax.convGeneralDilated(cycled(x, [1, 2, 4]), cycled(tame(y), [2, 2, 2]), [1 + (n % 2)], 'SAME').ravel(), cross: ({ x, y }) => np.cross(cycled(x, [3]), cycled(tame(y), [3])),
  solve: ({ x, y }) => np.linalg.solve(regular(x, 2), cycled(y, [2])), inv: unary((x) => np.linalg.inv(regular(x, 2))), det: unary((x) => np.linalg.det(regular(x, 3)).mul(0.1)),
  cholesky: unary((x) => np.linalg.cholesky(definite(x, 2))), eigvalsh: unary((x) => np.linalg.eigvalsh(definite(x, 3)).mul(0.1)), qr: unary((x) => np.linalg.qr(regular(x, 2), 'r').square().mul(0.1)),
  singular: unary((x) => np.linalg.svdvals(regular(x, 2))), triangular: ({ x, y }) => lax.linalg.triangularSolve(np.tril(regular(x, 2)), cycled(y, [2, 1]), { leftSide: true, lower: true }),
  logdet: unary((x) => np.linalg.slogdet(regular(x, 2))[1]), norm: unary((x) => np.linalg.norm(untied(x))), power: unary((x) => np.linalg.matrixPower(matrix(x, 2), 3)),
  rfft: unary((x) => { const { real, imag } = np.fft.rfft(vector(x).slice('0:4')); return np.concatenate([real, imag]) }),
  spectrum: unary((x) => np.fft.irfft(np.fft.rfft(cycled(x, [4])), 4).mul(np.fft.fft(cycled(x, [4])).real)),
  associative: ({ x, y }) => lax.associativeScan((a: Pair, b: Pair): Pair => [a[0].mul(b[0]), a[1].mul(b[0]).add(b[1])], [tame(vector(x)), cycled(y, [x.size])] as Pair)[1],
  noise: ({ x }) => x.mul(random.uniform(random.foldIn(random.key(3), indexOf(x, 4)), x.shape, 'float64')), polyval: ({ x, y }) => np.polyval(cycled(y, [3]), tame(x)),
}
type Pair = readonly [NDArray, NDArray]

/** The vocabulary of programs: functions of numpy, lax, scipy, ops and random, kept to where they are smooth, or decided. */
export const recipes: { readonly [name: string]: Recipe } = { ...elementwise, ...shapes, ...indexing, ...products }
