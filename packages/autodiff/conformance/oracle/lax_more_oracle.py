"""What jax.lax answers for the rest of its plain functions, at edges too, as fixtures for the tests of `lax`.

Run it with a Python that has jax:  python conformance/oracle/lax_more_oracle.py
It writes conformance/fixtures/laxMore.json in the form of fixtures/numpy.json: `lax[fn](...args)` is `out`.
"""

import jax
import numpy as np
from jax import lax
from oracle import Recorder, write

rng = np.random.default_rng(13)
recorder = Recorder(lax)
case, record, encode = recorder.case, recorder.record, recorder.encode


def floats(*shape, dtype='float32', scale=2.0):
    return (rng.standard_normal(shape) * scale).astype(dtype)


def ints(*shape, dtype='int32', low=-9, high=10):
    return rng.integers(0 if np.dtype(dtype).kind == 'u' else low, high, shape).astype(dtype)


edges = np.array([0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 20.0, np.inf, -np.inf, np.nan], 'float32')
ofFloats = ['sin', 'cos', 'tan', 'asin', 'acos', 'atan', 'sinh', 'cosh', 'tanh', 'asinh', 'acosh', 'atanh', 'exp', 'exp2', 'expm1', 'log', 'log1p', 'sqrt', 'rsqrt',
            'cbrt', 'logistic', 'erf', 'erfc', 'erf_inv', 'floor', 'ceil', 'is_finite', 'sign', 'neg', 'abs', 'square', 'reciprocal']
inside = {'asin', 'acos', 'atanh', 'erf_inv'}
above = {'acosh', 'log', 'log1p', 'sqrt', 'rsqrt'}
for name in ofFloats:
    case(name, edges)
    case(name, floats(0, 2))
    for dtype in ['float32', 'float16', 'float64']:
        with jax.enable_x64(dtype == 'float64'):
            x = floats(2, 3, dtype=dtype)
            x = np.tanh(x) if name in inside else np.abs(x) + np.ones((), dtype) if name in above else x
            case(name, x)
            case(name, x[0, 0].reshape(()))
grid = np.array([0.0, -0.0, 1.0, -1.0, 2.5, -2.5, np.inf, -np.inf, np.nan], 'float32')
left, right = [a.copy() for a in np.meshgrid(grid, grid)]
for name in ['add', 'sub', 'mul', 'div', 'rem', 'max', 'min', 'pow', 'atan2', 'eq', 'ne', 'lt', 'le', 'gt', 'ge', 'nextafter']:
    if name != 'nextafter':
        case(name, left, right)
    case(name, floats(0), floats(0))
    case(name, floats(2, 3), floats(2, 3))
    case(name, floats(2, 2), 2.0)
# Integers divide towards zero, and the remainder has the sign of the dividend.
for dtype in ['int32', 'int8', 'uint32', 'uint8']:
    numbers, divisors = np.array([7, -7, 7, -7, 0, 5, 6, -8], 'int32').astype(dtype), np.array([2, 2, -2, -2, 3, 5, 4, 3], 'int32').astype(dtype)
    for name in ['div', 'rem', 'max', 'min', 'sub', 'ne', 'le', 'gt']:
        case(name, numbers, divisors)
lowest = np.array([-(2**31), 2**31 - 1, -(2**31)], 'int32')
for name in ['add', 'sub', 'mul']:
    case(name, lowest, np.int32([1, 1, -1]))
for name in ['neg', 'abs', 'sign']:
    case(name, lowest)
case('div', np.int32([5, -5, 0]), np.int32([0, 0, 0]))
case('rem', np.int32([5, -5, 0]), np.int32([0, 0, 0]))

for power in [-3, -1, 0, 1, 2, 5]:
    case('integer_pow', floats(4), power)
    case('integer_pow', edges, power)
    if power >= 0:
        case('integer_pow', ints(4), power)
halves = np.array([0.5, 1.5, 2.5, -0.5, -1.5, 0.49999997, 2.3, np.inf, np.nan], 'float32')
record('round', [encode(halves)], lax.round(halves))
record('round', [encode(halves), {'value': 'toNearestEven'}], lax.round(halves, lax.RoundingMethod.TO_NEAREST_EVEN))
for low, high in [(-1.0, 1.0), (0.0, np.float32(0.5))]:
    case('clamp', np.float32(low), edges, np.float32(high))
case('clamp', floats(3), floats(3), floats(3) + np.float32(3))
case('clamp', np.int32(0), ints(5), np.int32(4))
mask = np.array([True, False, True])
case('select', mask, floats(3), floats(3))
case('select', np.array(False), ints(3), ints(3))
case('bitcast_convert_type', edges, 'int32')
case('bitcast_convert_type', np.int32([0, 1065353216, -1, 2139095040]), 'float32')
case('bitcast_convert_type', np.uint32([1, 2**31]), 'int32')
case('bitcast_convert_type', floats(2), 'uint8')
case('bitcast_convert_type', ints(2, 4, dtype='uint8', high=60), 'int32')

# Shapes
cube = floats(2, 3, 4)
for shape in [[6, 4], [24], [2, 3, 4, 1], [1, 24]]:
    case('reshape', cube, shape)
case('reshape', floats(1), [])
case('reshape', floats(0, 3), [3, 0])
for permutation in [[2, 0, 1], [0, 1, 2], [1, 0, 2]]:
    case('transpose', cube, permutation)
for axes in [[0], [1, 2], []]:
    case('rev', cube, axes)
case('broadcast', floats(2), [3, 1])
case('broadcast', np.float32(2.5), [2])
case('broadcast_in_dim', floats(3), [2, 3, 4], [1])
case('broadcast_in_dim', floats(1, 3), [2, 3], [0, 1])
case('broadcast_in_dim', np.float32(1.5), [2, 2], [])
case('expand_dims', cube, [0, -1])
case('expand_dims', np.float32(3), [0])
case('squeeze', floats(1, 3, 1), [0, 2])
case('squeeze', floats(1, 3, 1), [-1])
case('slice', cube, [0, 1, 1], [2, 3, 4])
case('slice', cube, [0, 0, 0], [2, 3, 4], [1, 2, 3])
case('slice', cube, [1, 1, 2], [1, 2, 2])
for args in [(0, 2), (1, 3, 1, 1), (-3, -1, 1, -1), (0, 4, 3, 2)]:
    case('slice_in_dim', cube, *args)
for args in [(0,), (-1, 1), (2, -1)]:
    case('index_in_dim', cube, *args)
record('indexInDim', [encode(cube), {'value': 1}, {'value': 0}, {'value': {'keepdims': False}}], lax.index_in_dim(cube, 1, 0, False))
for arrays, axis in [([floats(2, 3), floats(1, 3)], 0), ([floats(2, 0), floats(2, 3), floats(2, 1)], 1), ([ints(2), ints(3)], 0)]:
    case('concatenate', arrays, axis)
for config in [[[1, 2, 0], [0, 0, 0]], [[0, 0, 1], [-1, -1, 0]], [[-1, 2, 2], [1, -2, 1]], [[0, 0, 0], [-2, 5, 0]]]:
    case('pad', floats(3, 4), np.float32(7), config)
case('pad', ints(2), np.int32(-1), [[1, 0, 1]])
case('pad', floats(0), np.float32(1), [[2, 1, 0]])
case('iota', 'int32', 5)
case('iota', 'float32', 0)
case('iota', 'uint8', 3)
case('full', [2, 3], 1.5, 'float32')
case('full', [], 3, 'int32')
case('full', [2], True, 'bool')
case('full_like', ints(2), 7)
case('full_like', floats(2, 0), 1.5)
for shapes in [[[2, 1], [2, 3]], [[1], [1]]]:
    record('broadcastShapes', [{'value': s} for s in shapes], np.int32(lax.broadcast_shapes(*map(tuple, shapes))))

# Reductions
for x in [np.array([[True, False], [True, True]]), np.zeros((0, 2), bool)]:
    for axes in [[0], [1], [0, 1], []]:
        case('reduce_and', x, axes)
        case('reduce_or', x, axes)
case('reduce_and', ints(3, 2), [0])
case('reduce_or', ints(3, 2), [0])
holed = np.array([[1.0, np.nan, 3.0], [-np.inf, 2.0, np.inf], [0.0, -0.0, 0.0]], 'float32')
for name in ['reduce_sum', 'reduce_max', 'reduce_min', 'reduce_prod']:
    for axes in [[0], [1], []]:
        case(name, holed, axes)
        case(name, floats(2, 0), axes)
for name in ['argmax', 'argmin']:
    for axis in [0, 1]:
        case(name, holed, axis, 'int32')
        case(name, ints(3, 4, high=3), axis, 'int32')
case('sort', holed, 1)
case('sort', np.array([0.0, -0.0, np.nan, -np.inf, -0.0, np.inf, -1.0], 'float32'), 0)
case('top_k', np.array([0.0, np.nan, 3.0, 3.0, -np.inf], 'float32'), 3)

# Products
for (a, b), numbers in [(((2, 3), (3, 4)), [[[1], [0]], [[], []]]), (((5, 2, 3), (5, 3, 4)), [[[2], [1]], [[0], [0]]]), (((2, 3, 4), (4, 3)), [[[1, 2], [1, 0]], [[], []]]),
                        (((2,), (3,)), [[[], []], [[], []]]), (((3, 2), (3, 2)), [[[], []], [[0, 1], [0, 1]]]), (((2, 0), (0, 3)), [[[1], [0]], [[], []]])]:
    case('dot_general', floats(*a), floats(*b), numbers)
    case('dot_general', ints(*a), ints(*b), numbers)
case('batch_matmul', floats(4, 2, 3), floats(4, 3, 2))
case('dot', floats(3), floats(3))
case('dot', floats(2, 3), floats(3))

# Shapes of windows and convolutions
for name, args in [('padtype_to_pads', ([5, 6], [3, 2], [2, 1], 'SAME')), ('padtype_to_pads', ([5, 6], [3, 2], [2, 1], 'VALID')), ('padtype_to_pads', ([5, 6], [3, 2], [2, 1], 'SAME_LOWER'))]:
    record('padtypeToPads', [{'value': a} for a in args], np.int32(lax.padtype_to_pads(*args)))
numbers = ['NCHW', 'OIHW', 'NCHW']
record('convShapeTuple', [{'value': a} for a in ([2, 3, 5, 6], [4, 3, 3, 2], [2, 1], [[1, 1], [0, 2]])], np.int32(lax.conv_shape_tuple((2, 3, 5, 6), (4, 3, 3, 2), (2, 1), ((1, 1), (0, 2)))))
record('convGeneralShapeTuple', [{'value': a} for a in ([2, 3, 5, 6], [4, 3, 3, 2], [2, 1], 'SAME', numbers)],
       np.int32(lax.conv_general_shape_tuple((2, 3, 5, 6), (4, 3, 3, 2), (2, 1), 'SAME', tuple(numbers))))
record('convTransposeShapeTuple', [{'value': a} for a in ([2, 3, 5, 6], [3, 4, 3, 2], [2, 1], 'SAME', ['NCHW', 'IOHW', 'NCHW'])],
       np.int32(lax.conv_transpose_shape_tuple((2, 3, 5, 6), (3, 4, 3, 2), (2, 1), 'SAME', ('NCHW', 'IOHW', 'NCHW'))))
record('reduceWindowShapeTuple', [{'value': a} for a in ([5, 6], [2, 3], [2, 1], [[1, 0], [0, 0]])], np.int32(lax.reduce_window_shape_tuple((5, 6), (2, 3), (2, 1), ((1, 0), (0, 0)))))

write('laxMore', recorder.cases)
