/** Adding and taking away 2⁵² leaves no room for a fraction: the sum rounds half to even. For `0 <= x < 2⁵²`. */
const shifter = 2 ** 52

/** To the nearest integral value, ties to even; ±0, infinities and NaN stay. */
export function roundHalfEven(x: number): number {
  const size = Math.abs(x)
  if (!(size < shifter)) return x
  const rounded = size + shifter - shifter
  return x < 0 || Object.is(x, -0) ? -rounded : rounded
}

/**
 * The bits of the IEEE half-precision number nearest to `x`, ties to even.
 *
 * @example encodeFloat16(1) // 0x3c00
 */
export function encodeFloat16(x: number): number {
  if (Number.isNaN(x)) return 0x7e00
  const sign = x < 0 || Object.is(x, -0) ? 0x8000 : 0
  const size = Math.abs(x)
  if (size >= 65520) return sign | 0x7c00 // halfway from the largest, 65504, to 2¹⁶
  if (size < 2 ** -14) return sign | roundHalfEven(size * 2 ** 24)
  // Just below a power of two log2 may round up; the significand then rounds up to that power too.
  const exponent = Math.floor(Math.log2(size))
  const significand = roundHalfEven(size * 2 ** (10 - exponent))
  return sign | (((exponent + 15) << 10) + significand - 1024) // a significand of 2048 carries into the exponent
}

/** The number whose half-precision bits these are. */
export function decodeFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25)
}
