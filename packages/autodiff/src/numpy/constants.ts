/** The ratio of a circle's circumference to its diameter. */
export const pi = Math.PI
/** The base of the natural logarithm. */
export const e = Math.E
/** `lim (Σ 1/k - log n)`. */
export const eulerGamma = 0.5772156649015329
export const inf = Infinity
export const nan = NaN
/** In an index, a new axis of size 1. `null` stands for a whole dimension there, as a lone `':'` does. */
export const newaxis = 'newaxis'

// Dtypes are strings; these spare the quotes.
export const float32 = 'float32'
export const float64 = 'float64'
export const float16 = 'float16'
export const int32 = 'int32'
export const int8 = 'int8'
export const uint32 = 'uint32'
export const uint8 = 'uint8'
export const bool_ = 'bool'
// What JAX makes of Python's own types.
export { bool_ as bool, float32 as float_, int32 as int_, uint32 as uint }

// Groups of them, for issubdtype.
export const generic = 'generic'
export const number = 'number'
export const inexact = 'inexact'
export const floating = 'floating'
export const integer = 'integer'
export const signedinteger = 'signedinteger'
export const unsignedinteger = 'unsignedinteger'
