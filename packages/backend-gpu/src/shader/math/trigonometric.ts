/**
 * Angles and hyperbolas, within 3 ulp where arithmetic is IEEE (`tan` and the hyperbolic ones within 4; measured in
 * `math.browser.test.ts`). Polynomials: S. Moshier, Cephes (`sinf.c`, `tanf.c`, `asinf.c`, `atanf.c`).
 */
export const trigonometricSnippets = {
  /*
   * x mod pi/2 for |x| >= 8192, after Payne and Hanek: only those 96 bits of 2/pi matter that give a fraction, so
   * multiply the significand by these, modulo 4.
   */
  reduceLarge: `
const uint twoOverPi[8] = uint[8](
  0u, 0xa2f9836eu, 0x4e441529u, 0xfc2757d1u, 0xf534ddc0u, 0xdb629599u, 0x3c439041u, 0xfe5163abu);
uint twoOverPiFrom(int bit) {
  int word = bit >> 5;
  uint shift = uint(bit & 31);
  return shift == 0u ? twoOverPi[word] : (twoOverPi[word] << shift) | (twoOverPi[word + 1] >> (32u - shift));
}
float reduceLarge(float x, out int quadrant) {
  uint u = floatBitsToUint(x), m = (u & 0x7fffffu) | 0x800000u;
  int bit = int((u >> 23) & 0xffu) - 150 + 30;
  uvec2 low = wideProduct(m, twoOverPiFrom(bit + 64)), middle = wideProduct(m, twoOverPiFrom(bit + 32));
  uint p1 = middle.y + low.x, p0 = m * twoOverPiFrom(bit) + middle.x + (p1 < low.x ? 1u : 0u);
  quadrant = int(p0 >> 30);
  uint f = (p0 << 2) | (p1 >> 30), g = (p1 << 2) | (low.y >> 30);
  bool up = f >= 0x80000000u;
  if (up) { quadrant += 1; f = ~f; g = ~g; }
  float t = uintToFloat(f) * 2.3283064365386963e-10 + uintToFloat(g) * 5.421010862427522e-20;
  float r = t * 1.5707963705062866 - t * 4.371139e-8;
  if (up != (u >= 0x80000000u)) r = -r;
  if (u >= 0x80000000u) quadrant = -quadrant;
  return r;
}`,

  // x = quadrant pi/2 + r, |r| <= pi/4. pi/2 in four parts; the quadrant times any of the first three is exact.
  reduceAngle: `
float reduceAngle(float x, out int quadrant) {
  quadrant = 0;
  if (abs(x) <= 0.7853981633974483) return x;
  if (abs(x) >= 8192.0) return reduceLarge(x, quadrant);
  float n = roundEven(x * 0.6366197723675814);
  quadrant = int(n);
  return (((x - n * 1.5703125) - n * 4.837512969970703125e-4) - n * 7.549533620476723e-8) - n * 2.563344068e-12;
}`,

  sinNear: `
float sinNear(float x) {
  float z = x * x;
  return ((-1.9515295891e-4 * z + 8.3321608736e-3) * z - 1.6666654611e-1) * z * x + x;
}`,
  cosNear: `
float cosNear(float x) {
  float z = x * x;
  return ((2.443315711809948e-5 * z - 1.388731625493765e-3) * z + 4.166664568298827e-2) * z * z - 0.5 * z + 1.0;
}`,

  sinFloat: `
float sinFloat(float x) {
  if (!finite(x)) return invalid();
  int q;
  float r = reduceAngle(x, q), s = (q & 1) == 0 ? sinNear(r) : cosNear(r);
  return (q & 2) == 0 ? s : -s;
}`,
  cosFloat: `
float cosFloat(float x) {
  if (!finite(x)) return invalid();
  int q;
  float r = reduceAngle(x, q), c = (q & 1) == 0 ? cosNear(r) : sinNear(r);
  return ((q + 1) & 2) == 0 ? c : -c;
}`,
  tanFloat: `
float tanFloat(float x) {
  if (!finite(x)) return invalid();
  int q;
  float r = reduceAngle(x, q), z = r * r, p = 9.38540185543e-3;
  p = p * z + 3.11992232697e-3;
  p = p * z + 2.44301354525e-2;
  p = p * z + 5.34112807005e-2;
  p = p * z + 1.33387994085e-1;
  p = p * z + 3.33331568548e-1;
  float t = p * z * r + r;
  return (q & 1) == 0 ? t : -1.0 / t;
}`,

  // asin(x) for 0 <= x <= 1/2.
  asinNear: `
float asinNear(float x) {
  float z = x * x, p = 4.2163199048e-2;
  p = p * z + 2.4181311049e-2;
  p = p * z + 4.5470025998e-2;
  p = p * z + 7.4953002686e-2;
  p = p * z + 1.6666752422e-1;
  return p * z * x + x;
}`,
  asinFloat: `
float asinFloat(float x) {
  float a = abs(x);
  if (!(a <= 1.0)) return invalid();
  return withSign(a <= 0.5 ? asinNear(a) : 1.5707963267948966 - 2.0 * asinNear(sqrt(0.5 * (1.0 - a))), x);
}`,
  acosFloat: `
float acosFloat(float x) {
  if (!(abs(x) <= 1.0)) return invalid();
  if (x > 0.5) return 2.0 * asinNear(sqrt(0.5 * (1.0 - x)));
  if (x < -0.5) return 3.141592653589793 - 2.0 * asinNear(sqrt(0.5 * (1.0 + x)));
  return 1.5707963267948966 - withSign(asinNear(abs(x)), x);
}`,

  // atan(x) for x >= 0.
  atanPositive: `
float atanPositive(float x) {
  float base = 0.0, t = x;
  if (x > 2.414213562373095) { base = 1.5707963267948966; t = -1.0 / x; }
  else if (x > 0.41421356237309503) { base = 0.7853981633974483; t = (x - 1.0) / (x + 1.0); }
  float z = t * t, p = 8.05374449538e-2;
  p = p * z - 1.38776856032e-1;
  p = p * z + 1.99777106478e-1;
  p = p * z - 3.33329491539e-1;
  return base + (p * z * t + t);
}`,
  atanFloat: `
float atanFloat(float x) {
  if (notANumber(x)) return x;
  return withSign(finite(x) ? atanPositive(abs(x)) : 1.5707963267948966, x);
}`,
  atan2Float: `
float atan2Float(float y, float x) {
  if (notANumber(x) || notANumber(y)) return invalid();
  float ay = abs(y), ax = abs(x), a;
  if (!finite(x) && !finite(y)) a = 0.7853981633974483;
  else if (!finite(x) || ay == 0.0) a = 0.0;
  else if (!finite(y) || ax == 0.0) a = 1.5707963267948966;
  else a = ay > ax ? 1.5707963267948966 - atanPositive(ax / ay) : atanPositive(ay / ax);
  return withSign(signBit(x) ? 3.141592653589793 - a : a, y);
}`,

  sinhFloat: `
float sinhFloat(float x) {
  float a = abs(x);
  if (a > 88.0) { float t = expFloat(0.5 * a); return withSign(0.5 * t * t, x); }
  float e = expm1Float(a);
  return notANumber(x) ? x : withSign(0.5 * (e + e / (e + 1.0)), x);
}`,
  coshFloat: `
float coshFloat(float x) {
  float a = abs(x);
  if (a > 88.0) { float t = expFloat(0.5 * a); return 0.5 * t * t; }
  float e = expFloat(a);
  return 0.5 * (e + 1.0 / e);
}`,
  tanhFloat: `
float tanhFloat(float x) {
  if (notANumber(x)) return x;
  float e = expm1Float(2.0 * min(abs(x), 10.0));
  return withSign(e / (e + 2.0), x);
}`,

  asinhFloat: `
float asinhFloat(float x) {
  float a = abs(x), z = a * a;
  if (notANumber(x)) return x;
  return withSign(a > 4096.0 ? logFloat(a) + 0.6931471805599453 : log1pFloat(a + z / (1.0 + sqrt(1.0 + z))), x);
}`,
  acoshFloat: `
float acoshFloat(float x) {
  if (!(x >= 1.0)) return invalid();
  float t = x - 1.0;
  return x > 4096.0 ? logFloat(x) + 0.6931471805599453 : log1pFloat(t + sqrt(t * (t + 2.0)));
}`,
  atanhFloat: `
float atanhFloat(float x) {
  float a = abs(x);
  if (!(a <= 1.0)) return invalid();
  return withSign(a == 1.0 ? infinity() : 0.5 * log1pFloat((a + a) / (1.0 - a)), x);
}`,
} as const
