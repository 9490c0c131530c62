/**
 * Floats by their bits. Drivers may assume that there is no NaN (`isnan` is not to be relied on) and flush denormals;
 * integer comparisons of the bits are neither folded nor flushed.
 */
export const floatSnippets = {
  notANumber: `bool notANumber(float x) { return (floatBitsToUint(x) & 0x7fffffffu) > 0x7f800000u; }`,

  finite: `bool finite(float x) { return (floatBitsToUint(x) & 0x7f800000u) != 0x7f800000u; }`,

  infinity: `float infinity() { return uintBitsToFloat(0x7f800000u); }`,

  invalid: `float invalid() { return uintBitsToFloat(0x7fc00000u); }`,

  signBit: `bool signBit(float x) { return floatBitsToUint(x) >= 0x80000000u; }`,

  withSign: `
float withSign(float magnitude, float sign) {
  return uintBitsToFloat((floatBitsToUint(magnitude) & 0x7fffffffu) | (floatBitsToUint(sign) & 0x80000000u));
}`,

  // The built-in ones may drop a NaN.
  maxFloat: `float maxFloat(float x, float y) { return x > y || notANumber(x) ? x : y; }`,
  minFloat: `float minFloat(float x, float y) { return x < y || notANumber(x) ? x : y; }`,

  signFloat: `float signFloat(float x) { return x > 0.0 ? 1.0 : x < 0.0 ? -1.0 : x; }`,

  ceilFloat: `float ceilFloat(float x) { return withSign(ceil(x), x); }`,

  roundAway: `
float roundAway(float x) {
  float t = trunc(x);
  return withSign(abs(x - t) >= 0.5 ? abs(t) + 1.0 : abs(t), x);
}`,

  roundToEven: `float roundToEven(float x) { return withSign(roundEven(x), x); }`,

  // 2^n for -126 <= n <= 127.
  powerOfTwo: `float powerOfTwo(int n) { return intBitsToFloat((n + 127) << 23); }`,

  // x 2^n for -252 <= n <= 254, in two steps: one factor alone may be out of range.
  scale: `float scale(float x, int n) { int m = n >> 1; return x * powerOfTwo(m) * powerOfTwo(n - m); }`,

  // The leading 12 bits: products of two such are exact.
  leading: `float leading(float x) { return uintBitsToFloat(floatBitsToUint(x) & 0xfffff000u); }`,

  // Of a positive finite x: m in [sqrt(1/2), sqrt(2)), x = m 2^e. Denormals by their bits, as arithmetic may flush them.
  splitFloat: `
float splitFloat(float x, out int e) {
  uint u = floatBitsToUint(x);
  e = -127;
  if (u < 0x00800000u) { u = floatBitsToUint(float(u)); e = -276; }
  e += int(u >> 23);
  float m = uintBitsToFloat((u & 0x007fffffu) | 0x3f800000u);
  if (m >= 1.4142135623730951) { m *= 0.5; e += 1; }
  return m;
}`,

  // An integer that orders like x; both zeros are 0.
  orderOf: `
int orderOf(float x) {
  uint u = floatBitsToUint(x);
  return u >= 0x80000000u ? -int(u & 0x7fffffffu) : int(u);
}`,

  nextAfter: `
float nextAfter(float x, float y) {
  if (notANumber(x) || notANumber(y)) return invalid();
  int from = orderOf(x), to = orderOf(y);
  if (from == to) return y;
  int next = to > from ? from + 1 : from - 1;
  if (next == 0) return withSign(0.0, x);
  return next > 0 ? uintBitsToFloat(uint(next)) : uintBitsToFloat(uint(-next) | 0x80000000u);
}`,

  // Exact at any ratio: long division of the significands, eight bits a turn.
  remFloat: `
float remFloat(float x, float y) {
  uint a = floatBitsToUint(x) & 0x7fffffffu, b = floatBitsToUint(y) & 0x7fffffffu;
  if (a >= 0x7f800000u || b > 0x7f800000u || b == 0u) return invalid();
  if (a < b) return x;
  int ea = max(int(a >> 23), 1), eb = max(int(b >> 23), 1);
  uint ma = (a & 0x7fffffu) | (a >= 0x800000u ? 0x800000u : 0u);
  uint mb = (b & 0x7fffffu) | (b >= 0x800000u ? 0x800000u : 0u);
  ma %= mb;
  for (int n = ea - eb; n > 0 && ma != 0u; n -= 8) ma = (ma << uint(min(n, 8))) % mb;
  if (ma == 0u) return withSign(0.0, x);
  for (; ma < 0x800000u && eb > 1; eb--) ma <<= 1;
  uint magnitude = ma < 0x800000u ? ma : (uint(eb) << 23) | (ma & 0x7fffffu);
  return uintBitsToFloat(magnitude | (floatBitsToUint(x) & 0x80000000u));
}`,
} as const
