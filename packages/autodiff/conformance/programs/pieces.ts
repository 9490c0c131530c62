import type { DType } from '@proj/backend'
import {
  evalShape,
  lax,
  type NDArray,
  numpy as np,
  random,
  type ShapeDtypeStruct,
  scipy,
  typeOf,
} from '../../src/index.ts'
import type { Programs } from './program.ts'

// The programs of oracle/pieces_oracle.py.

const { linalg } = scipy

const rows = { offsetDims: [1], collapsedSliceDims: [0], startIndexMap: [0] }
const windows = { offsetDims: [1, 2], collapsedSliceDims: [], startIndexMap: [0, 1] }
const points = { updateWindowDims: [], insertedWindowDims: [0], scatterDimsToOperandDims: [0] }
const lines = { updateWindowDims: [1], insertedWindowDims: [0], scatterDimsToOperandDims: [0] }
const unique = { uniqueIndices: true }

const indexed: Programs = {
  gatherRows: (x, i) => lax.gather(x, i, rows, [1, 3]),
  gatherWindows: (x, i) => lax.gather(x, i, windows, [2, 3]),
  gatherClips: (x, i) => lax.gather(x, i, rows, [1, 3], { mode: 'clip' }),
  gatherFills: (x, i) => [
    np.nanToNum(lax.gather(x, i, rows, [1, 3], { mode: 'fill' }), { nan: -1 }),
    lax.gather(x, i, rows, [1, 3], { mode: 'fill', fillValue: 5 }),
  ],
  gatherFillsIntegers: (x, i) =>
    (['int32', 'uint8', 'bool'] as const).map((d) => lax.gather(x.astype(d), i, rows, [1, 3], { mode: 'fill' })),
  scatterPoints: (x, i, u) => lax.scatter(x, i, u, points, unique),
  scatterDrops: (x, i, u) => lax.scatter(x, i, u, lines, { mode: 'drop', ...unique }),
  scatterClips: (x, i, u) => lax.scatter(x, i, u, lines, { mode: 'clip', ...unique }),
  scatterAdds: (x, i, u) => lax.scatterAdd(x, i, u, lines),
  scatterSubtracts: (x, i, u) => lax.scatterSub(x, i, u, lines),
  scatterMultiplies: (x, i, u) => lax.scatterMul(x, i, u, points, unique),
  scatterMinimum: (x, i, u) => lax.scatterMin(x, i, u, points),
  scatterMaximum: (x, i, u) => lax.scatterMax(x, i, u, points),
  scatterApplySine: (x, i) => lax.scatterApply(x, i, (w) => np.sin(w), points, [3], unique),
}

const complexNumbers: Programs = {
  complexParts: (x, y) => {
    const z = lax.conj(lax.complex(x, y))
    return [lax.real(z), lax.imag(z)]
  },
  conjugateProduct: (x, y) => {
    const [z, w] = [lax.complex(x, y), lax.conj(lax.complex(x, y))]
    return lax
      .real(z)
      .mul(lax.real(w))
      .sub(lax.imag(z).mul(lax.imag(w)))
  },
  imaginaryPart: (x, y) => lax.imag(lax.complex(np.sin(x), x.mul(y))),
  realOfReal: (x) => [lax.real(x), lax.imag(x)],
  fftFft: (x, y) => lax.fft(lax.complex(x, y), 'fft', [6]),
  fftIfft: (x, y) => lax.fft(lax.complex(x, y), 'ifft', [6]),
  fftRfft: (x) => lax.fft(x, 'rfft', [6]),
  fftIrfft: (x, y) => lax.fft(lax.complex(x, y), 'irfft', [10]),
}

const symmetric = (m: NDArray): NDArray => np.matmul(m, m.T).add(np.eye(m.shape.at(-1) as number).mul(3))
const squared = (x: NDArray): NDArray => x.pow(2)
const thin = { fullMatrices: false }

const matrices: Programs = {
  laxCholesky: (m) => lax.linalg.cholesky(symmetric(m)),
  laxEigh: (m) => {
    const [vectors, values] = lax.linalg.eigh(symmetric(m))
    return [squared(vectors), values]
  },
  laxLuPivots: (m) => lax.linalg.lu(m),
  laxLuPermutation: (p) => lax.linalg.luPivotsToPermutation(p, 4),
  laxQr: (m) => lax.linalg.qr(m, thin).map(squared),
  laxSvd: (m) => {
    const [u, s, vt] = lax.linalg.svd(m, thin)
    return [squared(u), s, squared(vt)]
  },
  laxTriangularSolve: (m, b) => {
    const a = m.add(np.eye(3).mul(4))
    return [false, true].flatMap((lower) =>
      [false, true].map((transposeA) => lax.linalg.triangularSolve(a, b, { leftSide: true, lower, transposeA })),
    )
  },
  laxTriangularSolveRight: (m, b) => lax.linalg.triangularSolve(m, b, { lower: true, unitDiagonal: true }),
  blockDiagonal: (a, b, c) => linalg.blockDiag(a, b, c),
  choSolve: (m, b) => linalg.choSolve(linalg.choFactor(symmetric(m), { lower: true }), b),
  choFactor: (m) => np.triu(linalg.choFactor(symmetric(m))[0]),
  luSolve: (m, b) => {
    const factors = linalg.luFactor(m.add(np.eye(3).mul(3)))
    return [linalg.luSolve(factors, b), linalg.luSolve(factors, b, { trans: 1 })]
  },
}

const vectorized = np.vectorize((a: NDArray, b: NDArray) => np.sin(a).mul(b))
const dots = np.vectorize((m: NDArray, v: NDArray) => np.dot(m, v), { signature: '(n,m),(m)->(n)' })
const functionals: Programs = {
  applyAlongAxis: (x) => [
    np.applyAlongAxis((v) => v.mul(v.sum()), 1, x),
    np.applyAlongAxis((v) => np.sin(v).sum(), -1, x),
  ],
  applyOverAxes: (x) => np.applyOverAxes(np.sum, x, [0, 2]),
  piecewiseThree: (x) => np.piecewise(x, [x.lt(-0.5), x.gt(0.5)], [(v) => v.neg(), (v) => v.mul(v), 3]),
  vectorizeScalar: (x, y) => vectorized(x, y),
  vectorizeSignature: (m, v) => dots(m, v),
  fromFunction: (a) => np.fromfunction((i: NDArray, j: NDArray) => np.sin(i.mul(a)).add(j), [2, 3]),
  blockOfRows: (a, b, c) => np.block([[a, b], [c]]),
  broadcastArrays: (x, y) => np.broadcastArrays(x, y),
  astypeAll: (x) => (['int32', 'bool', 'float16', 'float32'] as const).map((d) => np.astype(x, d)),
  copies: (x) => [np.copy(x), np.array(x), np.asarray(x)],
  atUpdates: (x, i) => [np.at(x, i).set(2), np.at(x, i).add(x.at(0).get()), np.at(x, '1:3').mul(x.at(i).get())],
}

const zerosOf = (shape: unknown): NDArray => {
  const { shape: sizes, dtype } = shape as ShapeDtypeStruct
  return np.zeros(sizes, dtype as DType)
}
const shapes: Programs = {
  arraysOfDtypes: (x, n) => [np.array(x, 'float16'), np.array(n, 'float32'), np.asarray(x)],
  emptyIsZeros: (x) => [np.empty([2, 0], 'int32'), np.empty(x.shape).add(x)],
  concatPromotes: (x, n) => np.concat([x, n], { axis: 1 }),
  rankOf: (x) => np.zeros([np.ndim(x)]),
  shapeOf: (x) => np.zeros(np.shape(x).toReversed()),
  sizeOf: (x) => np.zeros([np.size(x)]),
  broadcastShape: (x) => np.zeros(np.broadcastShapes(x.shape, [4, 1, 3], [1])),
  evalShapeOfPair: (x) => {
    const pair = evalShape((y: NDArray) => ({ b: y.sum(0), a: y.gt(0).T }), x) as { a: unknown; b: unknown }
    return { a: zerosOf(pair.a), b: zerosOf(pair.b) }
  },
  typeOf: (x) => zerosOf(typeOf(x)),
}

const keys: Programs = {
  randomKeys: (n) => {
    const key = random.clone(random.key(7))
    const inner = random.split(key, 3)
    const bits = random.bits(inner[1], [3])
    return [random.keyData(key), random.keyData(inner), bits.add(n.astype('uint32'))]
  },
  randomClones: (words) => random.uniform(random.clone(random.wrapKeyData(words)), [3]),
  randomWraps: (words) => random.keyData(random.split(random.wrapKeyData(words))),
  randomKeyData: (words) => [random.keyData(words), random.normal(words, [4])],
  threefryBlocks: (a, b, x, y) => lax.threefry2x32(a, b, x, y),
}

const surprises: Programs = {
  doubleWhereTrap: (x) => np.where(x.gt(0), np.sqrt(x), 0),
  doubleWhereCure: (x) => np.where(x.gt(0), np.log(np.where(x.gt(0), x, 1)), 0),
  indexOutside: (x, i) => [x.at(i).get(), np.nanToNum(np.take(x, i), { nan: 9 }), x.at(i).get({ mode: 'clip' })],
  updateOutside: (x, i) => [x.at(i).add(1), x.at(i).set(x.at(':4').get())],
  nanPropagates: (x, y) => [
    np.maximum(x, y),
    np.minimum(x, y),
    np.fmax(x, y),
    x.max(),
    np.argmax(x),
    np.argmin(y),
    np.nanmax(x),
    lax.max(x, y),
    np.sort(x),
    np.median(x),
  ],
  tiesShare: (x) => [x.max(), x.min(), np.maximum(x, 2), np.sort(x)],
  divisions: (x, y) => [
    np.floorDivide(x, y),
    np.remainder(x, y),
    lax.div(x, y),
    lax.rem(x, y),
    np.fmod(x, y),
    np.divide(x, y),
  ],
  stableSort: (x) => [
    np.argsort(x),
    np.sort(x),
    np.argsort(x, { descending: true }),
    lax.sort([x, np.arange(7)], { numKeys: 1 }),
  ],
  weakTypes: (n, x, b) => [
    n.add(1),
    n.add(1.5),
    x.mul(2),
    b.add(1),
    b.add(true),
    n.mul(x),
    b.mul(1.5),
    x.astype('float16').add(1.5),
    n.astype('int8').add(1),
    np.where(b, 1, 2),
    np.where(b, n, 1.5),
    np.array(true).add(1),
  ],
  kinks: (x) => [np.abs(x), np.sign(x), np.maximum(x, 0), np.clip(x, -1, 1), x.pow(2), np.hypot(x, 1)],
  infiniteSlope: (x) => [np.sqrt(x), np.cbrt(x.add(1))],
  emptySums: (x) => [x.sum(0), x.sum(), x.prod(0), np.mean(x, 1), np.concatenate([x, x]).sum(1)],
  rounding: (x) => [np.round(x), np.floor(x), np.trunc(x), x.astype('int32')],
  powers: (x, y) => [x.pow(2), x.pow(y), np.power(2, x), np.power(x, 3)],
}

export const pieces: Programs = {
  ...indexed,
  ...complexNumbers,
  ...matrices,
  ...functionals,
  ...shapes,
  ...keys,
  ...surprises,
}
