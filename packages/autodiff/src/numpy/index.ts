// biome-ignore-all format: lists, in reading order
// biome-ignore-all assist/source/organizeImports: in reading order
// `jax.numpy`, name for name in camelCase: functions of arrays that broadcast and promote.

// Constants, and dtypes, whose names are strings
export { e, eulerGamma, inf, nan, newaxis, pi } from './constants.ts'
export { bool, bool_, float_, float16, float32, float64, int_, int8, int32, uint, uint8, uint32 } from './constants.ts'
export { floating, generic, inexact, integer, number, signedinteger, unsignedinteger } from './constants.ts'
export { dtype, promoteTypes, resultType } from './promotion.ts'
export { type Casting, canCast, type DTypeGroup, type DTypeKindName, isdtype, issubdtype } from './dtypeGroups.ts'
export { type FloatInfo, finfo, type IntInfo, iinfo } from './limits.ts'
export { NDArray as ndarray } from '../array.ts'

// Making arrays
export {
  arange, array, asarray, astype, copy, type DTypeOption, empty, emptyLike, frombuffer, fromfunction, full, fullLike, indices, isscalar,
  iterable, type LikeOptions, type MeshgridOptions, meshgrid, ones, onesLike, zeros, zerosLike,
} from './creation.ts'
export { geomspace, type LinspaceOptions, linspace, type LogspaceOptions, logspace } from './spacing.ts'
export { mgrid, ogrid } from './grid.ts'
export { bartlett, blackman, hamming, hanning, kaiser } from './windows.ts'
export { diag, diagflat, diagonal, type EyeOptions, eye, identity, tri, tril, triu, vander } from './matrices.ts'
export type { Nested } from './nested.ts'

// Elementwise functions
export {
  abs, absolute, add, copysign, divide, divmod, fabs, floatPower, floorDivide, fmax, fmin, fmod, heaviside, hypot, maximum, minimum, mod,
  modf, multiply, negative, nextafter, positive, pow, power, reciprocal, remainder, sign, signbit, square, subtract, trueDivide,
} from './arithmetic.ts'
export {
  acos, acosh, arccos, arccosh, arcsin, arcsinh, arctan, arctan2, arctanh, asin, asinh, atan, atan2, atanh, cbrt, cos, cosh, deg2rad,
  degrees, exp, exp2, expm1, log, log1p, log2, log10, logaddexp, logaddexp2, rad2deg, radians, sin, sinc, sinh, sqrt, tan, tanh,
} from './transcendental.ts'
export { frexp, ldexp } from './floatParts.ts'
export { bitwiseCount, gcd, lcm } from './integers.ts'
export { around, ceil, fix, floor, rint, round, trunc } from './rounding.ts'
export {
  allclose, arrayEqual, arrayEquiv, bitwiseAnd, bitwiseInvert, bitwiseLeftShift, bitwiseNot, bitwiseOr, bitwiseRightShift, bitwiseXor,
  type ClosenessOptions, equal, greater, greaterEqual, invert, isclose, isfinite, isinf, isnan, isneginf, isposinf, isreal, leftShift, less,
  lessEqual, logicalAnd, logicalNot, logicalOr, logicalXor, notEqual, rightShift,
} from './logic.ts'
export { clip, type NanToNumOptions, nanToNum, select, where } from './choose.ts'

// Shape
export {
  atleast1d, atleast2d, atleast3d, broadcastArrays, broadcastShapes, broadcastTo, expandDims, flip, fliplr, flipud, matrixTranspose,
  moveaxis, ndim, permuteDims, ravel, reshape, roll, rollaxis, rot90, shape, size, squeeze, swapaxes, transpose,
} from './shape.ts'
export {
  type Arrays, append, arraySplit, block, columnStack, concat, concatenate, dsplit, dstack, hsplit, hstack, type NestedArrays, repeat,
  resize, split, stack, tile, unstack, vsplit, vstack,
} from './join.ts'
export { type PadMode, type PadOptions, type PadPairs, pad } from './pad.ts'

// Reductions
export {
  type ArgOptions, type AverageOptions, type Axes, all, amax, amin, any, argmax, argmin, average, countNonzero, type KeepOptions,
  logsumexp, max, mean, min, prod, ptp, type ReduceOptions, std, sum, type VarianceOptions, var,
} from './reduce.ts'
export { nanargmax, nanargmin, nanmax, nanmean, nanmin, nanprod, nanstd, nansum, nanvar } from './nan.ts'

// Products, differences, polynomials
export {
  cross, dot, inner, kron, matmul, matvec, outer, type ProductOptions, type TensordotAxes, tensordot, trace, vdot, vecdot, vecmat,
} from './products.ts'
export { type ContractionInfo, type EinsumOperands, type EinsumOptions, einsum, einsumPath } from './einsum.ts'
export type { Optimize } from './contraction.ts'
export { type DiffOptions, diff, ediff1d, type GradientOptions, gradient, trapezoid, type UnwrapOptions, unwrap } from './calculus.ts'
export { type ConvolutionMode, type ConvolutionOptions, convolve, correlate } from './convolution.ts'
export { polyadd, polymul, polysub, polyval } from './polynomial.ts'
export { type PolyfitOptions, polyfit } from './polyfit.ts'
export { type CovOptions, corrcoef, cov } from './statistics.ts'

// Indexing, order, sets
export { at, type IndexedArray, type IndexOptions } from './indexing.ts'
export type { Index, SliceText } from './indexSyntax.ts'
export { type CompressOptions, choose, compress, extract, type TakeOptions, take, takeAlongAxis } from './taking.ts'
export { delete, fillDiagonal, insert, type Places, place, put, putAlongAxis } from './putting.ts'
export {
  argwhere, diagIndices, diagIndicesFrom, flatnonzero, ix_, type NonzeroOptions, nonzero, ravelMultiIndex, trilIndices, trilIndicesFrom,
  trimZeros, triuIndices, triuIndicesFrom, unravelIndex,
} from './positions.ts'
export {
  argpartition, argsort, digitize, lexsort, partition, type SearchOptions, type SortOptions, searchsorted, sort,
} from './sorting.ts'
export {
  type IntersectOptions, intersect1d, isin, type SetOptions, type SizeOptions, setdiff1d, setxor1d, type UniqueOptions, union1d, unique,
  uniqueValues,
} from './sets.ts'
export {
  type ArrayApiCumulativeOptions, type CumulativeOptions, cumprod, cumsum, cumulativeProd, cumulativeSum, nancumprod, nancumsum,
} from './cumulative.ts'
export {
  median, nanmedian, nanpercentile, nanquantile, percentile, type QuantileMethod, type QuantileOptions, quantile,
} from './quantile.ts'
export { type BincountOptions, bincount, type HistogramOptions, histogram, histogramBinEdges } from './histogram.ts'
export { type InterpOptions, interp, type Piece, piecewise } from './interpolation.ts'

// Functions of functions, and text
export { applyAlongAxis, applyOverAxes } from './apply.ts'
export { type VectorizeOptions, vectorize } from './vectorize.ts'
export { arrayRepr, arrayStr } from './printing.ts'

// Namespaces
export * as fft from './fft/index.ts'
export * as linalg from './linalg/index.ts'
