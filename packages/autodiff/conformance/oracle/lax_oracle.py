"""What jax.lax answers for its elementary functions, as fixtures for the tests of `lax`.

Run it with a Python that has jax:  python conformance/oracle/lax_oracle.py
It writes conformance/fixtures/lax.json in the form of fixtures/numpy.json: `lax[fn](...args)` is `out`.
"""

import jax
import numpy as np
from jax import lax
from oracle import Recorder, write

rng = np.random.default_rng(3)
recorder = Recorder(lax)
case, record, encode = recorder.case, recorder.record, recorder.encode


def floats(*shape, dtype='float32', scale=3.0):
    return (rng.standard_normal(shape) * scale).astype(dtype)


def ints(*shape, dtype='int32', low=-9, high=10):
    return rng.integers(0 if np.dtype(dtype).kind == 'u' else low, high, shape).astype(dtype)


def bools(*shape):
    return rng.integers(0, 2, shape).astype(bool)


# Bits
for dtype in ['int32', 'uint32', 'int8', 'uint8']:
    info = np.iinfo(dtype)
    x = np.concatenate([np.array([0, 1, 2, 7, 100, info.max, info.min, info.max // 2], dtype), ints(4, dtype=dtype, low=-100, high=100)])
    case('clz', x)
    case('population_count', x)
wide = np.array([0.0, -0.0, 1.1, -1.1, 3.14159, 1e-6, 6e4, 7e4, 3e38, -3e38, 1.00390625, 1.01171875, 65504.0, 65520.0, 6.1e-5, 6.0e-5, np.inf, np.nan], 'float32')
for e, m in [(8, 23), (8, 7), (5, 10), (4, 3), (5, 2), (8, 0), (3, 4), (2, 1), (8, 10)]:
    case('reduce_precision', wide, e, m)
    case('reduce_precision', floats(8), e, m)
case('reduce_precision', floats(8, dtype='float16'), 5, 7)
case('reduce_precision', floats(8, dtype='float16'), 4, 3)
with jax.enable_x64(True):
    case('reduce_precision', np.array([1.1, 1e300, -1e-300, 3.5e38, 1e-40, 0.3], 'float64'), 8, 23)
    case('reduce_precision', floats(6, dtype='float64'), 11, 20)

# Shapes
cube = floats(2, 3, 4)
case('split', cube, [1, 0, 2], 1)
case('split', cube, [1, 3], -1)
pair = [floats(2, 3), floats(2, 3)]
for axis in [0, 1, -1]:
    record('stack', [encode(pair), {'value': axis}], lax.stack(pair, axis))
    record('unstack', [encode(cube), {'value': axis}], lax.unstack(cube, axis))
case('tile', floats(2, 3), [2, 1])
case('tile', floats(2), [3])
for args in [(0, 2), (1, 3), (1,), (-2,), (0, 0)]:
    case('collapse', cube, *args)
case('broadcast_to_rank', floats(2, 3), 4)
case('broadcast_like', floats(3, 1), np.zeros((2, 3, 4), 'float32'))
case('empty', [2, 3], 'int32')

# Choice
case('select_n', bools(4), floats(4), floats(4))
case('select_n', np.bool_(True), floats(4), floats(4))
case('select_n', ints(5, low=0, high=3), floats(5), floats(5), floats(5))
case('select_n', np.int32(1), floats(3), floats(3), floats(3))
case('select_n', ints(3, low=0, high=1), floats(3))

# Products and random bits
for sizes in [[2, 3], [0, 5], [1, 2]]:
    case('ragged_dot', floats(5, 3), floats(2, 3, 4), np.int32(sizes))
case('ragged_dot', ints(4, 2), ints(3, 2, 2), np.int32([2, 0, 2]))
for state in [np.array([1, 2, 3, 4], 'uint32'), np.array([7, 8, 2**32 - 2, 9], 'uint32')]:
    for shape in [[5], [2, 3], [4], [3, 5], [3, 4, 2], []]:
        for dtype in ['uint32', 'uint8']:
            out = lax.rng_bit_generator(state, shape, dtype, lax.RandomAlgorithm.RNG_THREE_FRY)
            record('rngBitGenerator', [encode(state), {'value': shape}, {'value': dtype}], list(out))

# The binders of single ops, in every dtype that they take
floating = ['exp', 'log1p', 'sqrt', 'rsqrt', 'tanh', 'logistic', 'erf', 'erfc', 'sin', 'cbrt', 'floor', 'is_finite', 'reciprocal']
numbers = ['neg', 'abs', 'sign', 'square', 'add', 'sub', 'mul', 'div', 'rem', 'max', 'min', 'eq', 'lt', 'ge']
integers = ['bitwise_and', 'bitwise_or', 'bitwise_xor', 'bitwise_not', 'shift_left', 'shift_right_arithmetic', 'shift_right_logical']
two = {'add', 'sub', 'mul', 'div', 'rem', 'max', 'min', 'eq', 'lt', 'ge', 'pow', 'atan2', 'nextafter', *integers} - {'bitwise_not'}
for dtype in ['float16', 'float32', 'float64', 'int8', 'uint8', 'int32', 'uint32']:
    with jax.enable_x64(dtype == 'float64'):
        isFloat = dtype.startswith('float')
        for name in [*(floating if isFloat else integers), *numbers, *(['pow', 'atan2', 'nextafter'] if isFloat else [])]:
            if name == 'abs' and dtype.startswith('u'):
                continue
            a = np.abs(floats(4, dtype=dtype, scale=1)) if isFloat else ints(4, dtype=dtype, low=-100, high=100)
            b = np.abs(floats(4, dtype=dtype, scale=1)) if isFloat else ints(4, dtype=dtype, low=1, high=7) + np.ones((), dtype)
            case(name, a, b) if name in two else case(name, a)
        for axes in [[0], [0, 1]]:
            a = floats(3, 4, dtype=dtype, scale=1) if isFloat else ints(3, 4, dtype=dtype, low=-3, high=4)
            for name in ['reduce_sum', 'reduce_prod', 'reduce_max', 'reduce_min']:
                case(name, a, axes)
        case('argmax', a, 1, 'int32')
        case('dot', a, a.T.copy())
        case('broadcasted_iota', dtype, [2, 3], 1)
        for to in ['float16', 'float32', 'int8', 'uint8', 'int32', 'bool']:
            values = np.array([0.0, 1.5, -2.5, 100.0, 300.0, -0.4], dtype) if isFloat else np.array([0, 1, 100, 127], dtype)
            case('convert_element_type', values, to)

write('lax', recorder.cases)
