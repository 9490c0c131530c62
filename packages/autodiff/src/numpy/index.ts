// biome-ignore-all format: lists, in reading order
// biome-ignore-all assist/source/organizeImports: in reading order
// `jax.numpy`, name for name in camelCase: functions of arrays that broadcast and promote.

// Constants, and dtypes, whose names are strings
export { e, eulerGamma, inf, nan, newaxis, pi } from './constants.ts'
export { bool, bool_, float16, float32, float64, int8, int32, uint8, uint32 } from './constants.ts'
export { type DTypeGroup, type FloatInfo, finfo, type IntInfo, iinfo, issubdtype, promoteTypes, resultType } from './promotion.ts'

// Making arrays
export {
  arange, array, asarray, astype, copy, type DTypeOption, empty, emptyLike, fromfunction, full, fullLike, indices, isscalar,
  type LikeOptions, type LinspaceOptions, linspace, type LogspaceOptions, logspace, type MeshgridOptions, meshgrid, ones, onesLike, zeros,
  zerosLike,
} from './creation.ts'
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
export { around, ceil, fix, floor, rint, round, trunc } from './rounding.ts'
export {
  allclose, arrayEqual, arrayEquiv, bitwiseAnd, bitwiseInvert, bitwiseLeftShift, bitwiseNot, bitwiseOr, bitwiseRightShift, bitwiseXor,
  type ClosenessOptions, equal, greater, greaterEqual, invert, isclose, isfinite, isinf, isnan, isneginf, isposinf, leftShift, less,
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
  split, stack, tile, unstack, vsplit, vstack,
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
export { einsum } from './einsum.ts'
export {
  type DiffOptions, diff, ediff1d, type GradientOptions, gradient, polyadd, polysub, polyval, trapezoid,
} from './calculus.ts'
