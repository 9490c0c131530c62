/** What GLSL leaves undefined: negative division, division by zero, wide shifts, conversions out of range. */
export const integerSnippets = {
  absInt: `int absInt(int x) { return x < 0 ? -x : x; }`,

  // Through unsigned division, whose result is defined for every dividend; -2^31 / -1 wraps.
  divInt: `
int divInt(int x, int y) {
  if (y == 0) return -1;
  int q = int(uint(absInt(x)) / uint(absInt(y)));
  return (x < 0) != (y < 0) ? -q : q;
}`,
  divUint: `uint divUint(uint x, uint y) { return y == 0u ? 0xffffffffu : x / y; }`,

  remInt: `
int remInt(int x, int y) {
  if (y == 0) return x;
  int r = int(uint(absInt(x)) % uint(absInt(y)));
  return x < 0 ? -r : r;
}`,
  remUint: `uint remUint(uint x, uint y) { return y == 0u ? x : x % y; }`,

  shiftLeftUint: `uint shiftLeftUint(uint x, uint n) { return n >= 32u ? 0u : x << n; }`,
  shiftRightUint: `uint shiftRightUint(uint x, uint n) { return n >= 32u ? 0u : x >> n; }`,
  shiftRightInt: `int shiftRightInt(int x, uint n) { return x >> min(n, 31u); }`,

  // Rounded once, in the sum: the built-in conversion may truncate.
  uintToFloat: `float uintToFloat(uint x) { return float(x >> 16) * 65536.0 + float(x & 0xffffu); }`,
  intToFloat: `float intToFloat(int x) { return x < 0 ? -uintToFloat(uint(-x)) : uintToFloat(uint(x)); }`,

  floatToInt: `
int floatToInt(float x) {
  if (notANumber(x)) return 0;
  if (x >= 2147483648.0) return 0x7fffffff;
  return x <= -2147483648.0 ? int(0x80000000u) : int(x);
}`,
  floatToUint: `
uint floatToUint(float x) {
  if (!(x >= 1.0)) return 0u;
  if (x >= 4294967296.0) return 0xffffffffu;
  return x >= 2147483648.0 ? uint(int(x - 2147483648.0)) + 0x80000000u : uint(int(x));
}`,

  // High and low word of a product.
  wideProduct: `
uvec2 wideProduct(uint a, uint b) {
  uint al = a & 0xffffu, ah = a >> 16, bl = b & 0xffffu, bh = b >> 16;
  uint low = al * bl, middle = ah * bl + (low >> 16), other = al * bh + (middle & 0xffffu);
  return uvec2(ah * bh + (middle >> 16) + (other >> 16), (other << 16) | (low & 0xffffu));
}`,

  // Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
  threefry: `
void threefryRounds(inout uvec2 x, uvec4 r) {
  for (int i = 0; i < 4; i++) { x.x += x.y; x.y = ((x.y << r[i]) | (x.y >> (32u - r[i]))) ^ x.x; }
}
uvec2 threefry(uint k0, uint k1, uint x0, uint x1) {
  const uvec4 even = uvec4(13u, 15u, 26u, 6u), odd = uvec4(17u, 29u, 16u, 24u);
  uint k2 = k0 ^ k1 ^ 0x1bd11bdau;
  uvec2 x = uvec2(x0 + k0, x1 + k1);
  threefryRounds(x, even); x += uvec2(k1, k2 + 1u);
  threefryRounds(x, odd); x += uvec2(k2, k0 + 2u);
  threefryRounds(x, even); x += uvec2(k0, k1 + 3u);
  threefryRounds(x, odd); x += uvec2(k1, k2 + 4u);
  threefryRounds(x, even); x += uvec2(k2, k0 + 5u);
  return x;
}`,

  powerInt: `
int powerInt(int x, int n) {
  int p = 1;
  for (; n > 0; n >>= 1) { if ((n & 1) == 1) p *= x; x *= x; }
  return p;
}`,
  powerUint: `
uint powerUint(uint x, int n) {
  uint p = 1u;
  for (; n > 0; n >>= 1) { if ((n & 1) == 1) p *= x; x *= x; }
  return p;
}`,
  powerFloat: `
float powerFloat(float x, int n) {
  float p = 1.0;
  for (; n > 0; n >>= 1) { if ((n & 1) == 1) p *= x; x *= x; }
  return p;
}`,
} as const
