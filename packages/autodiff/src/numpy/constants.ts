/** The ratio of a circle's circumference to its diameter. */
export const pi = Math.PI
/** The base of the natural logarithm. */
export const e = Math.E
/** `lim (Σ 1/k - log n)`. */
export const eulerGamma = 0.5772156649015329
/** Infinity. */
export const inf = Infinity
/** Not a number, which equals nothing. */
export const nan = NaN
/** In an index, a new axis of size 1. `null` stands for a whole dimension there, as a lone `':'` does. */
export const newaxis = 'newaxis'

// Dtypes are strings; these spare the quotes.
/** The dtype of floats of 32 bits, the default. */
export const float32 = 'float32'
/** The dtype of floats of 64 bits. */
export const float64 = 'float64'
/** The dtype of floats of 16 bits. */
export const float16 = 'float16'
/** The dtype of signed integers of 32 bits. */
export const int32 = 'int32'
/** The dtype of signed integers of 8 bits. */
export const int8 = 'int8'
/** The dtype of unsigned integers of 32 bits. */
export const uint32 = 'uint32'
/** The dtype of unsigned integers of 8 bits. */
export const uint8 = 'uint8'
/** The dtype of booleans. */
export const bool_ = 'bool'
// What JAX makes of Python's own types.
export { bool_ as bool, float32 as float_, int32 as int_, uint32 as uint }

// Groups of them, for issubdtype.
/** The group of all dtypes. */
export const generic = 'generic'
/** The group of the dtypes of numbers. */
export const number = 'number'
/** The group of the dtypes of floats. */
export const inexact = 'inexact'
/** The group of the dtypes of floats. */
export const floating = 'floating'
/** The group of the dtypes of integers. */
export const integer = 'integer'
/** The group of the dtypes of signed integers. */
export const signedinteger = 'signedinteger'
/** The group of the dtypes of unsigned integers. */
export const unsignedinteger = 'unsignedinteger'
