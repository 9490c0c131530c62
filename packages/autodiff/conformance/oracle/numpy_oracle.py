"""What jax.numpy answers, as fixtures for the tests of `numpy`.

Run it with a Python that has jax:  python conformance/oracle/numpy_oracle.py
It writes conformance/fixtures/numpy.json, a list of {fn, args, out, weak?}: `np[fn](...args)` is `out` (a list of arrays where the function returns
several). An argument is {array}, {arrays}, or {value} for anything static, options included.
"""

import itertools
import warnings

import jax
import jax.numpy as jnp
import numpy as np
from oracle import camel, pack, write

warnings.filterwarnings('ignore')
rng = np.random.default_rng(0)
cases = []


def encode(arg):
    if isinstance(arg, (np.ndarray, np.generic, jax.Array)):
        return {'array': pack(arg)}
    if isinstance(arg, list) and arg and isinstance(arg[0], np.ndarray):
        return {'arrays': [pack(x) for x in arg]}
    return {'value': arg}


def python(arg):
    return tuple(map(python, arg)) if isinstance(arg, list) else arg


def record(fn, args, out, **more):
    many = isinstance(out, (list, tuple))
    weak = not many and getattr(out, 'weak_type', False)
    cases.append({'fn': fn, 'args': args, 'out': [pack(x) for x in out] if many else pack(out), **({'weak': True} if weak else {}), **more})


def case(name, *args, **kwargs):
    """`kwargs` become the last options object, names in camelCase."""
    try:
        out = getattr(jnp, name)(*[python(a) for a in args], **{k: python(v) for k, v in kwargs.items()})
    except Exception as error:
        described = [f'{a.dtype}{list(a.shape)}' if hasattr(a, 'dtype') else a for a in args]
        print(f'JAX refuses {name}{described}: {str(error).splitlines()[0][:80]}')
        return
    encoded = [encode(a) for a in args]
    given = {camel(k): v for k, v in kwargs.items()}
    arrays = {k: pack(v) for k, v in given.items() if isinstance(v, np.ndarray)}
    plain = {k: v for k, v in given.items() if k not in arrays}
    if given:
        encoded.append({'options': plain, 'arrays': arrays} if arrays else {'value': plain})
    record(camel(name), encoded, out)


def floats(*shape, dtype='float32', scale=3.0):
    return (rng.standard_normal(shape) * scale).astype(dtype)


def ints(*shape, dtype='int32', low=-9, high=10):
    if np.dtype(dtype).kind == 'u':
        low = 0
    return rng.integers(low, high, shape).astype(dtype)


def bools(*shape):
    return rng.integers(0, 2, shape).astype(bool)


edges = np.array([0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 1e-3, 88.0, -103.0, 1e20, np.inf, -np.inf, np.nan], 'float32')
small = np.array([0.0, -0.0, 0.1, -0.1, 0.5, -0.5, 0.99, -0.99, 1.0, -1.0, np.nan], 'float32')

# Elementwise, one operand
for name in ['exp', 'exp2', 'expm1', 'log', 'log1p', 'log2', 'log10', 'sqrt', 'cbrt', 'tanh', 'sinh', 'cosh', 'arcsinh', 'arctan', 'sinc',
             'abs', 'fabs', 'sign', 'square', 'reciprocal', 'negative', 'positive', 'floor', 'ceil', 'trunc', 'rint', 'round', 'isnan', 'isinf',
             'isfinite', 'isposinf', 'isneginf', 'signbit', 'deg2rad', 'rad2deg', 'logical_not', 'nan_to_num', 'modf']:
    case(name, edges)
    if name not in ['isposinf', 'isneginf']:
        case(name, floats(2, 3))
    if name not in ['expm1']:
        case(name, ints(4))
for name in ['sin', 'cos', 'tan']:
    case(name, floats(3, 4))
    case(name, ints(3))
    case(name, np.array([0.0, -0.0, np.inf, np.nan], 'float32'))
for name in ['arcsin', 'arccos', 'arctanh', 'sin', 'cos', 'exp']:
    case(name, small)
    case(name, floats(3, dtype='float16', scale=0.3))
case('arccosh', np.array([1.0, 1.5, 20.0, 0.5, np.inf], 'float32'))
for name in ['exp', 'sin', 'tanh', 'sqrt', 'floor', 'sign', 'abs', 'log']:
    case(name, 2)
    case(name, 2.5)
    case(name, np.zeros((0, 3), 'float32'))
    case(name, np.float32(0.25))
    if name not in ['sign']:
        case(name, bools(3))
    with jax.enable_x64(True):
        case(name, floats(3, dtype='float64'))
for decimals in [0, 1, 2, -1]:
    case('round', np.array([0.5, 1.5, 2.5, -0.5, 12.345, 17.5, 1e10], 'float32'), decimals)
case('round', ints(3), 2)
for dtype in ['int32', 'uint32', 'int8', 'uint8', 'bool']:
    x = bools(4) if dtype == 'bool' else ints(4, dtype=dtype)
    for name in ['bitwise_not', 'abs', 'square', 'sqrt', 'signbit', 'logical_not', 'isnan', 'floor', 'rint', 'round']:
        case(name, x)

# Elementwise, two operands
arithmetic = ['add', 'subtract', 'multiply', 'divide', 'floor_divide', 'remainder', 'fmod', 'power', 'float_power', 'maximum', 'minimum',
              'fmax', 'fmin', 'arctan2', 'hypot', 'logaddexp', 'logaddexp2', 'copysign', 'nextafter', 'heaviside']
comparison = ['equal', 'not_equal', 'less', 'less_equal', 'greater', 'greater_equal', 'logical_and', 'logical_or', 'logical_xor', 'isclose']
grid = np.array([0.0, -0.0, 1.0, -1.0, 2.5, -2.5, 7.0, np.inf, -np.inf, np.nan], 'float32')
left, right = [a.copy() for a in np.meshgrid(grid, grid)]
for name in [*arithmetic, *comparison]:
    case(name, floats(3, 1), floats(4))
    if name not in ['nextafter']:
        case(name, left, right)
    case(name, ints(2, 3), ints(3))
    case(name, floats(3), 2)
    case(name, 2.5, ints(3))
for name in ['floor_divide', 'remainder', 'fmod', 'divmod']:
    for dtype in ['int32', 'uint32', 'int8', 'uint8', 'float32', 'float16']:
        numerator = np.array([7, -7, 7, -7, 0, 5, 6, -8], 'int32').astype(dtype)
        denominator = np.array([2, 2, -2, -2, 3, 5, 0 if dtype not in ('float32', 'float16') and name != 'floor_divide' and name != 'divmod' else 4, 3], 'int32').astype(dtype)
        case(name, numerator, denominator)
for base, exponent in itertools.product([0, 1, -1, 2, -3], [0, 1, 5, -1, -2]):
    case('power', np.int32([base]), np.int32([exponent]))
for exponent in [0, 1, 2, 3, -1, -2, 0.5, 2.0, -1.5]:
    case('power', np.array([0.0, 0.5, -2.0, 3.0, np.inf], 'float32'), exponent)
for name in ['bitwise_and', 'bitwise_or', 'bitwise_xor', 'left_shift', 'right_shift']:
    for dtype in ['int32', 'uint32', 'int8', 'uint8']:
        case(name, ints(4, dtype=dtype), ints(4, dtype=dtype, low=0, high=7))
    case(name, bools(4), bools(4)) if 'shift' not in name else None
for name in ['add', 'multiply', 'maximum', 'divide', 'power']:
    for a, b in itertools.product(['bool', 'uint8', 'int8', 'int32', 'uint32', 'float16', 'float32'], repeat=2):
        if {a, b} == {'int8', 'uint8'} or (name == 'power' and (a, b) == ('bool', 'bool')):
            continue
        x, y = [bools(3) if d == 'bool' else ints(3, dtype=d, low=0, high=5) for d in (a, b)]
        case(name, x, y)

# Choice
for x, y in [(floats(2, 3), floats(3)), (ints(3), 2.5), (1, 0), (floats(3), np.float32(np.nan)), (bools(3), ints(3))]:
    case('where', bools(2, 3), x, y)
case('where', ints(3, low=-1, high=2), floats(3), 0)
for lo, hi in [(-1, 1), (-1.5, None), (None, 2), (floats(3), 5), (2, 1)]:
    case('clip', floats(2, 3), lo, hi)
case('clip', ints(4), 0, 3)
case('clip', ints(4), 0.5, 3.5)
case('select', [bools(4), bools(4)], [floats(4), ints(4)], 7)
case('nan_to_num', edges, nan=1.0, posinf=2.0, neginf=-3.0)

# Reductions
cube = floats(2, 3, 4)
holed = cube.copy()
holed[0, 1, 2] = holed[1, :, 0] = np.nan
for name in ['sum', 'prod', 'mean', 'var', 'std', 'max', 'min', 'all', 'any', 'argmax', 'argmin', 'ptp', 'count_nonzero', 'nansum', 'nanprod',
             'nanmean', 'nanvar', 'nanstd', 'nanmax', 'nanmin', 'nanargmax', 'nanargmin']:
    for x in [cube, holed] if not name.startswith('nan') else [holed]:
        case(name, x)
        case(name, x, 1)
        case(name, x, -1)
        case(name, x, axis=0, keepdims=True)
        if 'arg' not in name:
            case(name, x, [0, 2])
            case(name, x, axis=[-1, 0], keepdims=True)
    case(name, ints(3, 4))
    if name != 'ptp':
        case(name, bools(3, 4), 0)
    case(name, np.float32(2.5))
    case(name, floats(5, dtype='float16', scale=1))
    case(name, 3) if 'arg' not in name and name != 'ptp' else None
for name in ['sum', 'prod', 'max', 'min', 'all', 'any', 'mean']:
    for dtype in ['int8', 'uint8', 'uint32', 'bool', 'float16']:
        x = bools(2, 3) if dtype == 'bool' else ints(2, 3, dtype=dtype)
        case(name, x, 0)
for name in ['sum', 'prod', 'all', 'any', 'mean', 'nansum']:
    case(name, np.zeros((0, 3), 'float32'), 0)
    case(name, np.zeros((0, 3), 'float32'), 1)
mask = bools(2, 3, 4)
mask[0, 0] = False
for name in ['sum', 'prod', 'mean', 'var', 'std', 'all', 'any', 'nansum', 'nanmean']:
    case(name, cube, axis=2, where=mask)
    case(name, cube, axis=None, where=mask, keepdims=True)
for name in ['sum', 'prod', 'max', 'min']:
    case(name, cube, axis=1, initial=1.5, where=mask)
    case(name, ints(3, 4), axis=1, initial=2)
case('sum', ints(4, dtype='int8'), dtype='float32')
case('sum', floats(4), dtype='int32')
case('mean', ints(4), dtype='float32')
for ddof in [1, 2, 12, 13]:
    case('var', cube, axis=[0, 1], ddof=ddof)
    case('std', cube, axis=None, ddof=ddof)
    case('nanvar', holed, axis=None, ddof=ddof)
case('average', cube, 1)
case('average', cube, axis=1, weights=np.abs(floats(3)))
case('average', cube, axis=None, weights=np.abs(cube))
case('average', ints(4), axis=None, weights=ints(4, low=1))
case('max', np.array([True, False]))
case('argmax', np.array([1.0, np.nan, 3.0, np.nan], 'float32'))
case('argmin', np.array([2, 1, 1, 3], 'int32'))
case('argmax', cube, axis=None, keepdims=True)
for x in [cube, np.array([1000.0, 1000.0], 'float32'), np.array([-np.inf, -np.inf], 'float32'), np.array([np.inf, 1.0], 'float32'), ints(3)]:
    record('logsumexp', [encode(x)], jax.scipy.special.logsumexp(x))
record('logsumexp', [encode(cube), {'value': {'axis': 1, 'keepdims': True}}], jax.scipy.special.logsumexp(cube, axis=1, keepdims=True))
for a, b in [(floats(3), floats(3)), (cube, cube), (cube, floats(3)), (np.array([1.0, np.nan], 'float32'),) * 2]:
    case('array_equal', a, b)
    case('allclose', a, a)
case('array_equal', np.array([1.0, np.nan], 'float32'), np.array([1.0, np.nan], 'float32'), equal_nan=True)
case('isclose', np.array([1.0, np.nan, 1.1], 'float32'), np.array([1.0 + 1e-6, np.nan, 1.0], 'float32'), rtol=1e-3, atol=0.0, equal_nan=True)
case('array_equiv', floats(1, 3) * 0 + 1, np.ones((2, 3), 'float32'))
case('array_equiv', floats(2, 3), floats(2))

# Creation
for name in ['zeros', 'ones']:
    case(name, [2, 3])
    case(name, [2], 'int32')
    case(name, [0, 3], dtype='bool')
record('full', [{'value': [2, 2]}, {'value': 7}, {'value': 'int8'}], jnp.full([2, 2], 7, 'int8'))
case('full', [2, 3], floats(3))
for x in [floats(2, 3), ints(4, dtype='int8'), bools(2)]:
    case('zeros_like', x)
    case('ones_like', x, dtype='float32')
    case('full_like', x, 1)
for args in [(5,), (2, 7), (0, 10, 3), (5, 0, -2), (3, 3), (0.5, 3), (0, 1, 0.25), (1, 2, 0.1)]:
    case('arange', *args)
case('arange', 4, dtype='float32')
for args, options in [((0, 1), {}), ((0, 1, 5), {}), ((2, -3, 7), {'endpoint': False}), ((0, 10, 4), {'dtype': 'int32'}), ((3, 5, 1), {}), ((3, 5, 0), {})]:
    case('linspace', *args, **options)
case('linspace', floats(3), floats(2, 3), 4, axis=-1)
case('linspace', floats(3), 1, 4, axis=1)
case('logspace', 0, 3, 4)
case('logspace', 0, 3, 4, base=2.0, endpoint=False)
for args, options in [((3,), {}), ((2, 4), {}), ((3, 4), {'k': 1}), ((4, 3), {'k': -2, 'dtype': 'int32'})]:
    case('eye', *args, **options)
case('identity', 3)
case('tri', 3, 4, 1)
for name in ['tril', 'triu']:
    for k in [-2, -1, 0, 1, 5]:
        case(name, floats(3, 4), k)
    case(name, ints(2, 3, 3))
vectors = [floats(2), ints(3), floats(1)]
record('meshgrid', [encode(v) for v in vectors], jnp.meshgrid(*vectors))
record('meshgrid', [*map(encode, vectors), {'value': {'indexing': 'ij', 'sparse': True}}], jnp.meshgrid(*vectors, indexing='ij', sparse=True))
case('indices', [2, 3])
for k in [-2, 0, 1]:
    case('diag', floats(3), k)
    case('diag', floats(3, 4), k)
    case('diagflat', floats(2, 2), k)
case('diag', floats(0))
for args in [(), (1,), (-1,), (5,), (0, 1, 2), (1, -1, 0)]:
    case('diagonal', floats(2, 3, 4), *args)
    case('trace', floats(2, 3, 4), *args)
case('trace', ints(3, 3, dtype='int8'))
case('vander', floats(3))
case('vander', ints(3), N=2, increasing=True)

# Shape
for shape in [[6, 4], [-1], [4, -1, 2], 24]:
    case('reshape', cube, shape)
case('ravel', cube)
case('ravel', np.zeros((0, 2), 'float32'))
case('transpose', cube)
case('transpose', cube, [1, 0, 2])
case('transpose', cube, [-1, 0, 1])
case('matrix_transpose', cube)
case('swapaxes', cube, 0, -1)
case('moveaxis', cube, 0, -1)
case('moveaxis', cube, [0, 2], [1, 0])
case('moveaxis', floats(1, 2, 3, 4), [3, 0, 1], [0, 1, 3])
for axis, start in [(2, 0), (0, 3), (1, 3), (2, 1), (0, -1)]:
    case('rollaxis', cube, axis, start)
case('expand_dims', cube, [0, -1])
case('expand_dims', cube, 1)
case('squeeze', floats(1, 3, 1))
case('squeeze', floats(1, 3, 1), -1)
case('broadcast_to', floats(3, 1), [2, 3, 4])
case('broadcast_to', np.float32(2), [2])
for name in ['atleast_1d', 'atleast_2d', 'atleast_3d']:
    for x in [np.float32(1), floats(3), floats(2, 3), cube]:
        case(name, x)
case('flip', cube)
case('flip', cube, [0, -1])
case('fliplr', cube)
case('flipud', cube)
for k in [-1, 0, 1, 2, 3, 5]:
    case('rot90', floats(2, 3), k)
case('rot90', cube, 1, [2, 0])
for args in [(2,), (-1, 0), (5, 1), ([1, 2], [0, 2]), (1, [0, 1])]:
    case('roll', cube, *args)
pair, triple = [floats(2, 3), ints(2, 3)], [floats(2, 3), floats(1, 3), floats(0, 3)]
for axis in [0, 1, -1, None]:
    case('concatenate', pair, axis)
case('concatenate', triple)
for axis in [0, 1, 2, -1]:
    case('stack', pair, axis)
for name in ['hstack', 'vstack', 'dstack', 'column_stack']:
    case(name, pair)
    case(name, [floats(3), floats(3)])
case('append', floats(2, 2), floats(3))
case('append', floats(2, 2), floats(1, 2), 0)
case('unstack', cube)
case('unstack', cube, axis=1)
for args in [(2,), (3, 1), ([1], 1), ([1, 2], 2), ([0, 2], 0)]:
    case('split', cube, *args)
for args in [(3, 2), (5, 2), (4, 1), ([1, 3], 2)]:
    case('array_split', cube, *args)
case('hsplit', cube, 3)
case('vsplit', cube, 2)
case('dsplit', cube, 2)
for reps in [2, [2, 1], [1, 2, 1, 1], [0, 1, 1]]:
    case('tile', cube, reps)
case('tile', np.float32(3), 4)
case('repeat', floats(2, 3), 2)
case('repeat', floats(2, 3), 3, 0)
x = floats(2, 3)
record('repeat', [encode(x), {'value': [1, 0, 2]}, {'value': -1}], jnp.repeat(x, np.array([1, 0, 2]), -1))
for mode in ['edge', 'reflect', 'symmetric', 'wrap', 'maximum', 'minimum', 'mean', 'linear_ramp']:
    for width in [1, [2, 3], [[0, 2], [7, 1]]]:
        x = floats(3, 4)
        record('pad', [encode(x), {'value': width}, {'value': {'mode': camel(mode)}}], jnp.pad(x, width, mode))
case('pad', floats(2, 3), 1)
case('pad', floats(2, 3), [[1, 0], [0, 2]], constant_values=[[1, 2], [3, 4]])
case('pad', ints(3), [1, 2], mode='mean')
case('pad', floats(4), 6, mode='reflect', reflect_type='odd')
case('pad', floats(4), 6, mode='symmetric', reflect_type='odd')
case('pad', floats(1), 3, mode='reflect')
case('pad', floats(5), 2, mode='maximum', stat_length=2)
x = floats(2, 3)
record('pad', [encode(x), {'value': [1, 2]}, {'value': {'mode': 'linearRamp', 'endValues': [-1, 4]}}], jnp.pad(x, [1, 2], 'linear_ramp', end_values=(-1, 4)))

# Products
shapes = [((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 4)), ((2, 3), (3, 4)), ((5, 2, 3), (3, 4)), ((2, 3), (5, 3, 4)), ((5, 2, 3), (5, 3, 4)),
          ((5, 1, 2, 3), (4, 3, 2)), ((1, 2, 3), (5, 3, 1)), ((3,), (5, 3, 2)), ((5, 2, 3), (3,)), ((0, 3), (3, 2)), ((2, 0), (0, 3)), ((1, 1, 2, 3), (1, 3, 2))]
for a, b in shapes:
    case('matmul', floats(*a), floats(*b))
for a, b in shapes[:5]:
    case('dot', floats(*a), floats(*b))
    case('matmul', ints(*a), ints(*b))
case('dot', floats(2, 3, 4), floats(5, 4, 2))
case('dot', np.float32(2), floats(3))
case('matmul', ints(2, 3), floats(3, 2))
case('matmul', ints(2, 3, dtype='int8'), ints(3, 2, dtype='int8'))
case('matmul', bools(2, 3), bools(3, 2))
case('matmul', floats(2, 3, dtype='float16', scale=1), floats(3, 2, dtype='float16', scale=1))
case('matvec', floats(5, 2, 3), floats(3))
case('vecmat', floats(5, 3), floats(5, 3, 2))
case('vdot', floats(2, 3), floats(6))
case('vecdot', floats(2, 3), floats(3))
case('vecdot', floats(3, 2), floats(3, 2), axis=0)
case('inner', floats(2, 3), floats(4, 3))
case('inner', floats(2), 3)
case('outer', floats(2), floats(3))
case('outer', ints(2, 2), floats(2))
for axes in [1, 0, [[0, 1], [1, 2]], [0, 2], [-1, 0]]:
    a, b = {1: ((2, 3), (3, 2)), 0: ((2,), (3,))}.get(axes if isinstance(axes, int) else None, ((2, 3), (4, 3, 2)) if axes == [[0, 1], [1, 2]] else ((2, 3), (4, 1, 2)) if axes == [0, 2] else ((2, 3), (3,)))
    if axes == [[0, 1], [1, 2]]:
        b = (4, 2, 3)
    case('tensordot', floats(*a), floats(*b), axes)
case('kron', floats(2, 3), floats(2, 2))
case('kron', floats(2), floats(2, 2))
for a, b in [((3,), (3,)), ((2, 3), (3,)), ((2,), (2,)), ((2, 2), (2, 3))]:
    case('cross', floats(*a), floats(*b))
case('cross', floats(3, 4), floats(3, 4), axis=0)
einsums = [('ij,jk->ik', (2, 3), (3, 4)), ('ij,jk', (2, 3), (3, 4)), ('ii', (3, 3)), ('ii->i', (3, 3)), ('ij->ji', (2, 3)), ('ij->', (2, 3)),
           ('ij->j', (2, 3)), ('i,i', (3,), (3,)), ('i,j->ij', (2,), (3,)), ('bij,bjk->bik', (2, 3, 4), (2, 4, 3)), ('...ij,...jk->...ik', (2, 3, 4), (4, 5)),
           ('...i,...i->...', (2, 3), (3,)), ('ij,jk,kl->il', (2, 3), (3, 4), (4, 2)), ('ab,bc,cd,de->ae', (2, 3), (3, 4), (4, 2), (2, 3)),
           ('i...->...', (3, 2)), ('iij,jk->ik', (2, 2, 3), (3, 2)), ('ij,ij->ij', (2, 3), (2, 3)), ('ij,kj->ik', (2, 3), (4, 3)), ('ij,i->i', (2, 3), (2,)),
           ('ba,ca', (2, 3), (4, 3)), ('i,i,i->i', (3,), (3,), (3,)), ('ij,j->', (2, 3), (3,)), ('...,...', (2, 1), (3,)), (' i j , j -> i ', (2, 3), (3,)),
           ('b h i d, b h j d -> b h i j'.replace(' ', ''), (2, 2, 3, 4), (2, 2, 5, 4)), ('iii->i', (3, 3, 3)), ('ij,kl->', (2, 3), (2, 2))]
for subscripts, *shapes_ in einsums:
    case('einsum', subscripts, *[floats(*s) for s in shapes_])
case('einsum', 'ij,j->i', ints(2, 3), floats(3))
case('einsum', 'ij,j->i', ints(2, 3), ints(3))

# Differences and polynomials
case('diff', floats(5))
case('diff', cube, n=2, axis=1)
case('diff', bools(5))
x = floats(2, 3)
record('diff', [encode(x), {'value': {'prepend': 0, 'append': 1}}], jnp.diff(x, prepend=0, append=1))
case('ediff1d', floats(2, 3))
case('trapezoid', floats(2, 5))
case('trapezoid', floats(5), np.sort(floats(5)))
case('trapezoid', floats(5, 2), None, dx=0.5, axis=0)
case('gradient', floats(5))
case('gradient', floats(4, 3))
case('gradient', floats(4, 3), axis=1)
case('gradient', floats(2), 0.5)
case('polyval', floats(3), floats(2, 2))
case('polyval', ints(3), 2)
case('polyadd', floats(3), floats(2))
case('polysub', floats(2), floats(4))

write('numpy', cases)

# Promotion, in full: over bare numbers (weak) and the dtypes there are. float64 is promoted with 64-bit types on.
dtypes = ['bool', 'uint8', 'int8', 'uint32', 'int32', 'float16', 'float32', 'float64']
table = []
values = {**{d: jnp.zeros((), d) for d in dtypes if d != 'float64'}, 'true': True, '1': 1, '1.5': 1.5,
          'weak int32': jnp.asarray(1), 'weak float32': jnp.asarray(1.5)}
for a, b in itertools.product(values, repeat=2):
    out = jnp.maximum(values[a], values[b])
    table.append([a, b, out.dtype.name, bool(out.weak_type)])
with jax.enable_x64(True):
    wide = jnp.zeros((), 'float64')
    for d in [*dtypes, 'true', '1', '1.5']:
        other = jnp.zeros((), d) if d in dtypes else values[d]
        out = jnp.maximum(wide, other)
        table.append(['float64', d, out.dtype.name, bool(out.weak_type)])
        table.append([d, 'float64', out.dtype.name, bool(out.weak_type)])
write('promotion', table)
