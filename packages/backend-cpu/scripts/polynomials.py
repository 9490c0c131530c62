"""
The float32 polynomials of src/math: for each, the coefficients (constant term first) as a float32 program holds them, and the largest
error on its interval. `python scripts/polynomials.py [name]`; needs numpy and mpmath.

A polynomial P(z) stands for f, where base + factor · P is the function approximated, and the error is measured in units of 2⁻²⁴ of that
function (or in absolute terms, weight 1). Fitted by Lawson's iteration (C. L. Lawson, 1961): least squares on Chebyshev's nodes whose weights
grow where the error is large, which tends to the minimax polynomial. Coefficients are rounded to float32 one after the other from the
constant term on, the rest fitted anew each time.
"""
import sys
import mpmath as mp
import numpy as np

mp.mp.prec = 120
NODES = 1200


def lawson(columns, target, rounds=60):
    """Coefficients of the columns that are nearest to the target in the largest deviation, both weighted already."""
    weight = np.ones(len(target))
    best = None
    for _ in range(rounds):
        root = np.sqrt(weight)[:, None]
        coefficients = np.linalg.lstsq(columns * root, target * root[:, 0], rcond=None)[0]
        deviation = np.abs(columns @ coefficients - target)
        if best is None or deviation.max() < best[0]:
            best = (deviation.max(), coefficients)
        weight *= deviation + 1e-3 * deviation.max()
        weight /= weight.sum()
    return best[1]


def fit(f, whole, factor, variable, low, high, count, single=np.float32):
    """f(t) by a polynomial of `count` terms in variable(t), t from low to high; its error counts times factor(t) / whole(t)."""
    ts = [mp.mpf(low) + (mp.mpf(high) - low) * (1 - mp.cos(mp.pi * (i + mp.mpf(1) / 2) / NODES)) / 2 for i in range(NODES)]
    scale = np.array([float(factor(t) / whole(t)) for t in ts])
    z = np.array([float(variable(t)) for t in ts])
    exact = [f(t) for t in ts]
    rest = [mp.mpf(value) for value in exact]
    done = []
    for i in range(count):
        columns = np.stack([z**k for k in range(i, count)], 1) * scale[:, None]
        norms = np.abs(columns).max(0)
        free = lawson(columns / norms, np.array([float(value) for value in rest]) * scale) / norms
        done.append(single(free[0]))
        rest = [value - mp.mpf(float(done[-1])) * mp.mpf(float(v)) ** i for value, v in zip(rest, z)]
    error = max(abs(float(value)) * abs(s) for value, s in zip(rest, scale))
    return done, error


one = lambda t: mp.mpf(1)
square = lambda t: t * t
identity = lambda t: t


def near0(value, limit):
    """The value, or its limit where terms would cancel."""
    return lambda t: value(t) if abs(t) > mp.mpf(2) ** -20 else mp.mpf(limit)


pi = mp.pi
# name: f, whole, factor, variable, low, high, count
polynomials = {
    # sin r = r + r³ P(r²)
    'sine': (near0(lambda r: (mp.sin(r) - r) / r**3, mp.mpf(-1) / 6), near0(mp.sin, 2**-20), lambda r: r**3, square, 0, pi / 2 + mp.mpf(2) ** -8, 4),
    # cos r = 1 - r²/2 + r⁴ P(r²)
    'cosine': (near0(lambda r: (mp.cos(r) - 1 + r * r / 2) / r**4, mp.mpf(1) / 24), mp.cos, lambda r: r**4, square, 0, pi / 4 + mp.mpf(2) ** -8, 3),
    # tan r = r + r³ P(r²)
    'tangent': (near0(lambda r: (mp.tan(r) - r) / r**3, mp.mpf(1) / 3), near0(mp.tan, 2**-20), lambda r: r**3, square, 0, pi / 4 + mp.mpf(2) ** -8, 7),
    # e^r = 1 + r + r² P(r)
    'exponential': (near0(lambda r: (mp.exp(r) - 1 - r) / r**2, mp.mpf(1) / 2), mp.exp, square, identity, -mp.log(2) / 2 * 1.01, mp.log(2) / 2 * 1.01, 5),
    # e^r - 1 = r + r² P(r)
    'exponentialLess1': (near0(lambda r: (mp.expm1(r) - r) / r**2, mp.mpf(1) / 2), near0(mp.expm1, 2**-20), square, identity, -mp.log(2) / 2 * 1.01, mp.log(2) / 2 * 1.01, 6),
    # 2^r = 1 + r P(r)
    'power': (near0(lambda r: (mp.mpf(2) ** r - 1) / r, mp.log(2)), lambda r: mp.mpf(2) ** r, identity, identity, -0.501, 0.501, 6),
    # 2^r = 1 + r P(r), in float64
    'power64': (near0(lambda r: (mp.mpf(2) ** r - 1) / r, mp.log(2)), lambda r: mp.mpf(2) ** r, identity, identity, -0.501, 0.501, 7),
    # log (1 + f) = f - f²/2 + f³ P(f)
    'logarithm': (near0(lambda f: (mp.log1p(f) - f + f * f / 2) / f**3, mp.mpf(1) / 3), near0(mp.log1p, 2**-20), lambda f: f**3, identity, mp.sqrt(0.5) - 1, mp.sqrt(2) - 1, 8),
    # tanh x = x + x³ P(x²)
    'tanh': (near0(lambda x: (mp.tanh(x) - x) / x**3, mp.mpf(-1) / 3), near0(mp.tanh, 2**-20), lambda x: x**3, square, 0, 0.6, 5),
    # erf x = x + x P(x²)
    'erf': (near0(lambda x: mp.erf(x) / x - 1, 2 / mp.sqrt(pi) - 1), near0(mp.erf, 2**-20), identity, square, 0, 1, 7),
    # erf x = 1 - e^P(x), x from 1 to 4
    'erfTail': (lambda x: mp.log(mp.erfc(x)), lambda x: 1 / mp.erfc(x), one, identity, 0.99, 4, 9),
    # asin x = x + x³ P(x²)
    'asin': (near0(lambda x: (mp.asin(x) - x) / x**3, mp.mpf(1) / 6), near0(mp.asin, 2**-20), lambda x: x**3, square, 0, 0.55, 6),
    # atan x = x + x³ P(x²)
    'atan': (near0(lambda x: (mp.atan(x) - x) / x**3, mp.mpf(-1) / 3), near0(mp.atan, 2**-20), lambda x: x**3, square, 0, 1, 9),
    # log₂((1+s)/(1-s)) = 2s/ln 2 + s³ P(s²), in float64
    'binaryLogarithm64': (near0(lambda s: (mp.log((1 + s) / (1 - s), 2) - 2 * s / mp.log(2)) / s**3, 2 / (3 * mp.log(2))), near0(lambda s: mp.log((1 + s) / (1 - s), 2), 2**-20), lambda s: s**3, square, 0, 0.172, 4),
    # sinh x = x + x³ P(x²)
    'sinh': (near0(lambda x: (mp.sinh(x) - x) / x**3, mp.mpf(1) / 6), near0(mp.sinh, 2**-20), lambda x: x**3, square, 0, 1, 4),
}

for name, (f, whole, factor, variable, low, high, count) in polynomials.items():
    if len(sys.argv) > 1 and sys.argv[1] not in name:
        continue
    coefficients, error = fit(f, whole, factor, variable, low, high, count, np.float64 if name.endswith('64') else np.float32)
    print(f'{name}: error 2^{np.log2(error):.1f}\n  [{", ".join(repr(float(c)) for c in coefficients)}]')
