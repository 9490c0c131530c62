/**
 * Exponentials and logarithms. GLSL's own are only as good as the driver likes (Vulkan allows `exp` 3 + 2|x| ulp); these
 * are within 3 ulp where arithmetic is IEEE (measured in `math.browser.test.ts`).
 * Polynomials: S. Moshier, Cephes (`expf.c`, `logf.c`).
 */
export const exponentialSnippets = {
  // e^r - 1 for |r| <= ln(2) / 2.
  expTail: `
float expTail(float r) {
  float p = 1.9875691500e-4;
  p = p * r + 1.3981999507e-3;
  p = p * r + 8.3334519073e-3;
  p = p * r + 4.1665795894e-2;
  p = p * r + 1.6666665459e-1;
  p = p * r + 5.0000001201e-1;
  return p * r * r + r;
}`,

  // x = n ln(2) + r. ln(2) in two parts, so that n times the first is exact.
  expReduce: `
float expReduce(float x, out int n) {
  float k = floor(x * 1.4426950408889634 + 0.5);
  n = int(k);
  return (x - k * 0.693359375) + k * 2.12194440e-4;
}`,

  expFloat: `
float expFloat(float x) {
  if (notANumber(x)) return x;
  int n;
  float r = expReduce(clamp(x, -104.0, 89.0), n);
  return scale(1.0 + expTail(r), n);
}`,

  exp2Float: `
float exp2Float(float x) {
  if (notANumber(x)) return x;
  float t = clamp(x, -151.0, 129.0), n = floor(t + 0.5);
  return scale(1.0 + expTail((t - n) * 0.6931471805599453), int(n));
}`,

  expm1Float: `
float expm1Float(float x) {
  if (notANumber(x) || x == 0.0) return x;
  if (x < -18.0) return -1.0;
  if (x > 88.0) return expFloat(x);
  int n;
  float e = expTail(expReduce(x, n)), p = powerOfTwo(n);
  return n == 0 ? e : p * e + (p - 1.0);
}`,

  // log(1 + x) for sqrt(1/2) <= 1 + x < sqrt(2), without the term x.
  logTail: `
float logTail(float x) {
  float p = 7.0376836292e-2;
  p = p * x - 1.1514610310e-1;
  p = p * x + 1.1676998740e-1;
  p = p * x - 1.2420140846e-1;
  p = p * x + 1.4249322787e-1;
  p = p * x - 1.6668057665e-1;
  p = p * x + 2.0000714765e-1;
  p = p * x - 2.4999993993e-1;
  p = p * x + 3.3333331174e-1;
  float z = x * x;
  return x * z * p - 0.5 * z;
}`,

  logFloat: `
float logFloat(float x) {
  uint u = floatBitsToUint(x);
  if ((u & 0x7fffffffu) == 0u) return -infinity();
  if (u > 0x7f800000u) return invalid();
  if (u == 0x7f800000u) return x;
  int e;
  float t = splitFloat(x, e) - 1.0, k = float(e);
  return (t + (logTail(t) - k * 2.12194440e-4)) + k * 0.693359375;
}`,

  log1pFloat: `
float log1pFloat(float x) {
  if (x > -0.2928932188134524 && x < 0.41421356237309503) return x + logTail(x);
  return logFloat(1.0 + x);
}`,

  logisticFloat: `float logisticFloat(float x) { return 1.0 / (1.0 + expFloat(-x)); }`,

  cbrtFloat: `
float cbrtFloat(float x) {
  uint u = floatBitsToUint(x) & 0x7fffffffu;
  if (u == 0u || u >= 0x7f800000u) return x;
  bool denormal = u < 0x00800000u;
  float a = denormal ? 2.0 * float(u) : uintBitsToFloat(u);
  float r = uintBitsToFloat(floatBitsToUint(a) / 3u + 709921077u);
  for (int i = 0; i < 3; i++) r -= (r - a / (r * r)) * 0.3333333333333333;
  return withSign(denormal ? r * powerOfTwo(-50) : r, x);
}`,

  /*
   * log2(x) in two floats, so that y log2(x) is good to 2^-24 absolutely. With s = (m - 1) / (m + 1),
   * log2(m) = 2 / ln(2) (s + s^3 / 3 + s^5 / 5 + ...); s too is kept in two parts.
   */
  logTwo: `
float logTwo(float x, out float rest) {
  int e;
  float m = splitFloat(x, e), k = float(e), t = m - 1.0, d = m + 1.0;
  float s = t / d, s1 = leading(s), d1 = leading(d), d2 = m - (d1 - 1.0);
  float s2 = ((t - s1 * d1) - s1 * d2) / d, z = s * s;
  float r = z * (0.3333333333333333 + z * (0.2 + z * (0.14285714285714285 + z * (0.1111111111111111 + z * 0.10205))));
  float w = s2 + s * r, p1 = leading(s1 + w), p2 = w - (p1 - s1);
  float q1 = 2.884765625 * p1, q2 = 6.24456777926774e-4 * p1 + 2.8853900817779268 * p2;
  float sum = leading(k + (q1 + q2));
  rest = q2 - ((sum - k) - q1);
  return sum;
}`,

  // |x|^y of finite x that is not 0.
  powPositive: `
float powPositive(float x, float y) {
  float b, a = logTwo(abs(x), b), t = clamp(y, -4294967296.0, 4294967296.0), t1 = leading(t);
  float p1 = t1 * a, p2 = (t - t1) * a + t * b, z = p1 + p2;
  if (z >= 128.0) return infinity();
  if (z < -150.0) return 0.0;
  float n = floor(z + 0.5);
  return scale(1.0 + expTail(((p1 - n) + p2) * 0.6931471805599453), int(n));
}`,

  powFloat: `
float powFloat(float x, float y) {
  if (y == 0.0 || x == 1.0) return 1.0;
  if (notANumber(x) || notANumber(y)) return invalid();
  bool whole = floor(y) == y, odd = whole && abs(y) < 16777216.0 && (int(y) & 1) == 1;
  float sign = odd ? x : 1.0;
  bool zero = (floatBitsToUint(x) & 0x7fffffffu) == 0u;
  if (zero || !finite(x)) return withSign((y > 0.0) == zero ? 0.0 : infinity(), sign);
  if (x < 0.0 && !whole) return invalid();
  return withSign(powPositive(x, y), sign);
}`,
} as const
