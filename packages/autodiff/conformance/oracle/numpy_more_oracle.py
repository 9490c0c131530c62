"""What jax.numpy answers for its less common functions, and for narrow and wide dtypes, as fixtures for the tests of `numpy`.

Run it with a Python that has jax:  python conformance/oracle/numpy_more_oracle.py
It writes conformance/fixtures/numpyMore.json in the form of fixtures/numpy.json (see numpy_oracle.py), and fixtures/dtypes.json: what JAX says of dtypes.
"""

import itertools
import warnings

import jax
import jax.numpy as jnp
import numpy as np
import opt_einsum
from oracle import Recorder, camel, write

warnings.filterwarnings('ignore')
rng = np.random.default_rng(2)
recorder = Recorder(jnp)
case, record = recorder.case, recorder.record


def floats(*shape, dtype='float32', scale=3.0):
    return (rng.standard_normal(shape) * scale).astype(dtype)


def ints(*shape, dtype='int32', low=-9, high=10):
    return rng.integers(0 if np.dtype(dtype).kind == 'u' else low, high, shape).astype(dtype)


def bools(*shape):
    return rng.integers(0, 2, shape).astype(bool)


# Parts of floats. XLA's CPU takes subnormal numbers for 0, so that none are here.
edges = np.array([0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 1e-3, 1e-37, 3e38, 1e20, np.inf, -np.inf, np.nan, 0.75], 'float32')
case('frexp', edges)
case('frexp', ints(4))
case('frexp', np.array([1.0, 6e-8, 65504.0, -0.3, np.inf], 'float16'))
case('ldexp', edges, np.int32(3))
case('ldexp', floats(2, 1), ints(3))
case('ldexp', np.float32([1.0, 1e-37, 1e38, -1.0]), np.int32([-126, 200, -200, 127]))
case('ldexp', ints(3), np.int8([1, 2, -3]))
case('ldexp', floats(3, dtype='float16'), ints(3))
with jax.enable_x64(True):
    case('ldexp', floats(3, dtype='float64'), np.int32([1000, -1000, 5]))
    out = jnp.frexp(np.float64([1.0, 1e-300, 1e300, -0.3, np.nan, 0.0]))
    record('frexp', [recorder.encode(np.float64([1.0, 1e-300, 1e300, -0.3, np.nan, 0.0]))], [out[0], out[1].astype('int32')])

# Integers
for dtype in ['int32', 'uint32', 'int8', 'uint8']:
    a, b = ints(3, 1, dtype=dtype, low=-60, high=60), ints(4, dtype=dtype, low=-12, high=13)
    case('gcd', a, b)
    case('lcm', a // 7, b // 3)
    case('bitwise_count', ints(5, dtype=dtype, low=-128, high=128))
case('gcd', np.int32([0, 0, 7, 2147483647, 1836311903]), np.int32([0, 5, 0, 2147483646, 1134903170]))
case('lcm', 12, ints(4, low=0))
case('bitwise_count', np.int32([0, -1, 2147483647, -2147483648]))
case('bitwise_count', bools(3))
case('isreal', floats(2))
case('isreal', ints(2))

# Windows
for name in ['bartlett', 'blackman', 'hamming', 'hanning']:
    for size in [0, 1, 2, 7, 12]:
        case(name, size)
for beta in [0, 5.5, 14]:
    case('kaiser', 8, beta)
case('kaiser', 1, 3.0)

# Statistics
x, y = floats(3, 6), floats(6)
for args in [(x,), (y,), (x, floats(2, 6)), (y, floats(6))]:
    case('cov', *args)
    case('corrcoef', *args)
case('cov', x, None, rowvar=False)
case('corrcoef', x, None, rowvar=False)
case('cov', x, None, bias=True)
case('cov', x, None, ddof=2)
case('cov', ints(2, 5))
case('cov', x, None, fweights=ints(6, low=1))
case('cov', x, None, aweights=np.abs(floats(6)))
case('cov', x, None, fweights=ints(6, low=1), aweights=np.abs(floats(6)), ddof=0)
case('cov', x, None, fweights=ints(6, low=1), aweights=np.abs(floats(6)))
case('cov', x.astype('float16'))
case('corrcoef', floats(3, 1))

# Convolution and polynomials
for name, mode in itertools.product(['convolve', 'correlate'], ['full', 'same', 'valid']):
    for n, m in [(7, 3), (3, 7), (5, 4), (4, 4), (6, 1)]:
        case(name, floats(n), floats(m), mode=mode)
case('convolve', ints(4), ints(3))
case('correlate', floats(5), floats(2))
case('polymul', floats(3), floats(4))
case('polymul', ints(3), ints(2))
case('polymul', floats(2), floats(0))
case('polyfit', np.linspace(-1, 2, 9).astype('float32'), floats(9), 3)
case('polyfit', np.linspace(-1, 2, 9).astype('float32'), floats(9, 2), 2)
case('polyfit', floats(7), floats(7), 1, w=np.abs(floats(7)))

# Shape and spacing
for shape in [[2, 2], [3, 4], 5, [0, 3], []]:
    case('resize', floats(2, 3), shape)
case('resize', 4, [2])
case('resize', ints(0), [2])
for args, options in [((1, 16, 5), {}), ((-1, -1000, 4), {}), ((1, 16, 4), {'endpoint': False}), ((8, 1, 4), {'dtype': 'int32'})]:
    case('geomspace', *args, **options)
case('geomspace', np.abs(floats(3)), np.abs(floats(2, 3)), 4, axis=-1)
case('geomspace', np.abs(floats(2)), np.float32(3), 3)
case('unwrap', np.float32([0.0, 3.0, 6.5, 0.2, 3.9, -3.0]))
case('unwrap', floats(3, 5), axis=0)
case('unwrap', ints(6), period=7)
case('unwrap', np.array([0, 2, 5, 1, 3, 0], 'float32'), period=4.0)
case('unwrap', floats(6), discont=4.0)
for key, slices in [(np.s_[0:4], ['0:4']), (np.s_[:2, :3], [':2', ':3']), (np.s_[0:1:4j], ['0:1:4j']), (np.s_[1:7:2, 0:1:0.25], ['1:7:2', '0:1:0.25']),
                    (np.s_[-1:1:3j, 0:2, 3:1:-1], ['-1:1:3j', '0:2', '3:1:-1'])]:
    record('mgrid', [{'value': s} for s in slices], jnp.mgrid[key])
    record('ogrid', [{'value': s} for s in slices], jnp.ogrid[key])
for dtype in ['float32', 'int32', 'uint8', 'float16']:
    raw = np.frombuffer(rng.bytes(16), 'uint8')
    if dtype in ('float16', 'float32'):
        raw = np.frombuffer(floats(16 // np.dtype(dtype).itemsize, dtype=dtype).tobytes(), 'uint8')
    recorder.cases.append({'fn': 'frombuffer', 'args': [{'bytes': raw.tolist()}, {'value': {'dtype': dtype, 'count': 2, 'offset': 4}}],
                           'out': recorder.pack(jnp.frombuffer(raw.tobytes(), dtype, 2, 4))})

# Einsum in every order
for optimize in ['optimal', 'greedy', 'auto', False]:
    for subscripts, *shapes in [('ij,jk,kl,lm->im', (2, 3), (3, 4), (4, 2), (2, 5)), ('ab,bc,ca->', (2, 3), (3, 4), (4, 2)), ('i,ij,j->', (3,), (3, 4), (4,)),
                                ('ii,ij,...j->...i', (3, 3), (3, 2), (4, 2))]:
        arrays = [floats(*s) for s in shapes]
        record('einsum', [{'value': subscripts}, *map(recorder.encode, arrays), {'value': {'optimize': optimize}}], jnp.einsum(subscripts, *arrays, optimize=optimize))

# Every function on narrow and wide dtypes
unary = ['abs', 'sign', 'square', 'negative', 'exp', 'log1p', 'sqrt', 'sin', 'tanh', 'floor', 'round', 'isfinite', 'isnan', 'signbit', 'reciprocal', 'cbrt', 'rint', 'trunc',
         'nan_to_num', 'sinc', 'deg2rad', 'logical_not', 'exp2', 'log2', 'arctan', 'fabs', 'positive', 'arcsinh']
binary = ['add', 'subtract', 'multiply', 'divide', 'maximum', 'minimum', 'fmax', 'arctan2', 'hypot', 'equal', 'less', 'logaddexp', 'copysign', 'remainder', 'floor_divide',
          'fmod', 'power', 'float_power', 'heaviside', 'logical_and', 'isclose', 'nextafter']
reductions = ['sum', 'prod', 'mean', 'var', 'std', 'max', 'min', 'argmax', 'argmin', 'any', 'all', 'ptp', 'nansum', 'nanmean', 'nanmax', 'nanvar', 'average', 'count_nonzero']
products = ['dot', 'matmul', 'inner', 'outer', 'vdot', 'kron', 'cross', 'tensordot']
for dtype in ['float16', 'int8', 'uint8', 'uint32', 'float64', 'bool']:
    with jax.enable_x64(dtype == 'float64'):
        def sample(*shape):
            if dtype == 'bool':
                return bools(*shape)
            return floats(*shape, dtype=dtype, scale=2) if dtype.startswith('float') else ints(*shape, dtype=dtype, low=-4, high=5)

        for name in unary:
            case(name, np.abs(sample(4)) if name in ('sqrt', 'log1p', 'log2') else sample(4), narrow=True)
        for name in binary:
            if (dtype, name) in [('bool', 'subtract'), ('bool', 'power')]:
                continue
            x = np.abs(sample(4)) if 'power' in name else sample(4)
            case(name, x, np.maximum(np.abs(sample(4)), np.ones((), dtype)), narrow=True)
        for name in reductions:
            if not (dtype == 'bool' and name == 'ptp'):
                case(name, sample(3, 4), 1, narrow=True)
        for name in products:
            case(name, sample(3, 3), sample(3, 3), narrow=True)
        case('einsum', 'ij,kj->ik', sample(2, 3), sample(2, 3), narrow=True)
        case('where', bools(3), sample(3), sample(3), narrow=True)
        case('clip', sample(4), 0, 2, narrow=True)
        case('concatenate', [sample(2), sample(3)], narrow=True)
        case('pad', sample(3), 1, narrow=True)
        case('diff', sample(4), narrow=True) if dtype != 'bool' else None
        case('trapezoid', sample(4), narrow=True)
        case('polyval', sample(3), sample(2), narrow=True) if dtype != 'bool' else None
        case('tril', sample(3, 3), narrow=True)
        case('diagonal', sample(3, 3), narrow=True)
        case('trace', sample(3, 3), narrow=True)
        case('repeat', sample(3), 2, narrow=True)
        case('full_like', sample(3), 1, narrow=True)
        if dtype != 'bool':
            case('linspace', 0, 3, 4, dtype=dtype)
            case('arange', 5, dtype=dtype)
        for other in ['int32', 'float32']:
            case('add', sample(3), ints(3).astype(other), narrow=True)
        if dtype != 'bool':
            case('multiply', sample(3), 2, narrow=True)
            case('add', sample(3), 1.5, narrow=True)

write('numpyMore', recorder.cases)

# What dtypes are
names = ['bool', 'uint8', 'int8', 'uint32', 'int32', 'float16', 'float32', 'float64']
kinds = ['bool', 'signed integer', 'unsigned integer', 'integral', 'real floating', 'complex floating', 'numeric']
groups = ['generic', 'number', 'inexact', 'floating', 'integer', 'signedinteger', 'unsignedinteger']
castings = ['no', 'equiv', 'safe', 'same_kind', 'unsafe']
with jax.enable_x64(True):
    table = {
        'canCast': [[a, b, camel(c), bool(jnp.can_cast(a, b, c))] for a in names for b in names for c in castings],
        'isdtype': [[a, k, bool(jnp.isdtype(np.dtype(a), k))] for a in names for k in kinds],
        'issubdtype': [[a, g, bool(jnp.issubdtype(a, getattr(np, g)))] for a in names for g in groups],
        'finfo': [[a, {k: float(getattr(jnp.finfo(a), k)) for k in ['bits', 'eps', 'max', 'min', 'tiny', 'nmant', 'nexp']}, float(jnp.finfo(a).smallest_subnormal)]
                  for a in ['float16', 'float32', 'float64']],
        'iinfo': [[a, int(jnp.iinfo(a).bits), int(jnp.iinfo(a).min), int(jnp.iinfo(a).max)] for a in ['int8', 'uint8', 'int32', 'uint32']],
    }
    paths = []
    for subscripts, *shapes in [('ij,jk,kl,lm->im', (9, 3), (3, 8), (8, 2), (2, 5)), ('ab,bc,cd,da->', (2, 9), (9, 4), (4, 7), (7, 2)),
                                ('abc,bd,cd,ae->de', (2, 3, 4), (3, 5), (4, 5), (2, 6)), ('i,ij,j,jk,k->', (9,), (9, 4), (4,), (4, 7), (7,))]:
        path, info = opt_einsum.contract_path(subscripts, *[np.zeros(s) for s in shapes], optimize='optimal')
        paths.append([subscripts, shapes, [list(p) for p in path]])
    table['optimalPaths'] = paths
write('dtypes', [[k, v] for k, v in table.items()])
