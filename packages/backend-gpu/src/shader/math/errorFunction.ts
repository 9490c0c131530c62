/**
 * The error function and its inverse within 4 ulp, its complement within 8 (measured in `math.browser.test.ts`).
 * Sources: S. Moshier, Cephes (`ndtrf.c`) for the first two; M. Giles, "Approximating the erfinv function", 2012, for the
 * inverse, as XLA has it.
 */
export const errorSnippets = {
  // erf(x) for |x| <= 1.
  erfNear: `
float erfNear(float x) {
  float z = x * x, p = 7.853861353153693e-5;
  p = p * z - 8.010193625184903e-4;
  p = p * z + 5.188327685732524e-3;
  p = p * z - 2.685381193529856e-2;
  p = p * z + 1.128358514861418e-1;
  p = p * z - 3.761262582423300e-1;
  p = p * z + 1.128379165726710;
  return x * p;
}`,

  // erfc(a) for a >= 1. exp(-a²) as exp(-h²) exp(-(a - h)(a + h)), h² being exact.
  erfcFar: `
float erfcFar(float a) {
  if (a > 10.1) return 0.0;
  float h = leading(a), e = expFloat(-h * h) * expFloat(-(a - h) * (a + h)), q = 1.0 / a, y = q * q, p;
  if (a < 2.0) {
    p = 2.326819970068386e-2;
    p = p * y - 1.387039388740657e-1;
    p = p * y + 3.687424674597105e-1;
    p = p * y - 5.824733027278666e-1;
    p = p * y + 6.210004621745983e-1;
    p = p * y - 4.944515323274145e-1;
    p = p * y + 3.404879937665872e-1;
    p = p * y - 2.741127028184656e-1;
    p = p * y + 5.638259427386472e-1;
  } else {
    p = -1.047766399936249e+1;
    p = p * y + 1.297719955372516e+1;
    p = p * y - 7.495518717768503;
    p = p * y + 2.921019019210786;
    p = p * y - 1.015265279202700;
    p = p * y + 4.218463358204948e-1;
    p = p * y - 2.820767439740514e-1;
    p = p * y + 5.641895067754075e-1;
  }
  return e * q * p;
}`,

  erfFloat: `
float erfFloat(float x) {
  if (notANumber(x)) return x;
  return abs(x) <= 1.0 ? erfNear(x) : withSign(1.0 - erfcFar(abs(x)), x);
}`,
  erfcFloat: `
float erfcFloat(float x) {
  if (notANumber(x)) return x;
  if (abs(x) <= 1.0) return 1.0 - erfNear(x);
  return x > 0.0 ? erfcFar(x) : 2.0 - erfcFar(-x);
}`,

  erfInvFloat: `
float erfInvFloat(float x) {
  float a = abs(x);
  if (!(a <= 1.0)) return invalid();
  if (a == 1.0) return withSign(infinity(), x);
  float w = -log1pFloat(-x * x), p;
  if (w < 5.0) {
    w -= 2.5;
    p = 2.81022636e-08;
    p = p * w + 3.43273939e-07;
    p = p * w - 3.5233877e-06;
    p = p * w - 4.39150654e-06;
    p = p * w + 0.00021858087;
    p = p * w - 0.00125372503;
    p = p * w - 0.00417768164;
    p = p * w + 0.246640727;
    p = p * w + 1.50140941;
  } else {
    w = sqrt(w) - 3.0;
    p = -0.000200214257;
    p = p * w + 0.000100950558;
    p = p * w + 0.00134934322;
    p = p * w - 0.00367342844;
    p = p * w + 0.00573950773;
    p = p * w - 0.0076224613;
    p = p * w + 0.00943887047;
    p = p * w + 1.00167406;
    p = p * w + 2.83297682;
  }
  return p * x;
}`,
} as const
