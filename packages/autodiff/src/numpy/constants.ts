/** The ratio of a circle's circumference to its diameter. */
export const pi = Math.PI
/** The base of the natural logarithm. */
export const e = Math.E
/** `lim (Σ 1/k - log n)`. */
export const eulerGamma = 0.5772156649015329
export const inf = Infinity
export const nan = NaN
/** In an index, a new axis of size 1. */
export const newaxis = null

// Dtypes are strings; these spare the quotes.
export const float32 = 'float32'
export const float64 = 'float64'
export const float16 = 'float16'
export const int32 = 'int32'
export const int8 = 'int8'
export const uint32 = 'uint32'
export const uint8 = 'uint8'
export const bool_ = 'bool'
export { bool_ as bool }
