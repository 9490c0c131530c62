"""What JAX answers to functions that take, put, sort, count and interpolate, as fixtures for the tests of `numpy`.

Run it with a Python that has jax:  python conformance/oracle/ordering_oracle.py
It writes conformance/fixtures/ordering.json, a list of {fn, args, out, weights?, at?, grad?}: `np[fn](...args)` is `out` (a list where the function returns several);
`grad` is the gradient of `sum(weights * np[fn](...args))` by argument `at`.
"""

import jax
import jax.numpy as jnp
import numpy as np
from oracle import camel, pack, write

rng = np.random.default_rng(3)
cases = []


def floats(*shape):
    return (rng.standard_normal(shape) * 3).astype('float32')


def ints(*shape, low=-4, high=5, dtype='int32'):
    return rng.integers(low, high, shape).astype(dtype)


def encode(arg):
    if isinstance(arg, (np.ndarray, np.generic)):
        return {'array': pack(arg)}
    if isinstance(arg, list) and arg and isinstance(arg[0], np.ndarray):
        return {'arrays': [pack(x) for x in arg]}
    return {'value': arg}


def python(arg):
    return tuple(map(python, arg)) if isinstance(arg, list) and not (arg and isinstance(arg[0], np.ndarray)) else arg


def case(name, *args, grad=None, hidden={}, **kwargs):
    """`kwargs` become the last options object; `hidden` is for JAX alone."""

    def f(*values):
        return getattr(jnp, name)(*values, **{k: python(v) for k, v in kwargs.items()}, **hidden)

    given = [python(a) for a in args]
    out = f(*given)
    many = isinstance(out, (list, tuple))
    encoded = [encode(a) for a in args]
    options = {camel(k): v for k, v in kwargs.items()}
    arrays = {k: pack(v) for k, v in options.items() if isinstance(v, np.ndarray)}
    plain = {k: v for k, v in options.items() if k not in arrays}
    if options:
        encoded.append({'options': plain, 'arrays': arrays} if arrays else {'value': plain})
    record = {'fn': name if name == 'ix_' else camel(name), 'args': encoded, 'out': [pack(x) for x in out] if many else pack(out)}
    if grad is not None:
        weights = floats(*out.shape)
        g = jax.grad(lambda x: (f(*given[:grad], x, *given[grad + 1:]) * weights).sum())(jnp.asarray(given[grad]))
        record |= {'weights': pack(weights), 'at': grad, 'grad': pack(g)}
    cases.append(record)


cube = floats(2, 3, 4)
holed = cube.copy()
holed[0, 1, 2] = holed[1, 0] = np.nan
tied = ints(3, 5, low=0, high=3)
special = np.float32([np.nan, 1, -0.0, 0.0, np.inf, -np.inf, 1])

# Taking
for index in [np.int32([0, 2, -1]), np.int32([[0, 1], [5, -9]]), np.int32(1), np.int32([])]:
    for mode in [None, 'fill', 'clip', 'wrap']:
        more = {} if mode is None else {'mode': mode}
        case('take', tied, index, **more)
        case('take', cube, index, axis=1, **more)
case('take', cube, np.int32([2, 0, 0]), axis=-1, grad=0)
case('take', cube, np.int32([9]), axis=0, fill_value=7)
for axis in [0, 1, -1]:
    case('take_along_axis', cube, np.argsort(cube, axis=axis).astype('int32'), axis, grad=0)
case('take_along_axis', cube, np.int32([[[1], [0], [-1]]]), 2)
case('take_along_axis', cube[:, :1], ints(2, 5, 4, low=0, high=1), 1)
case('take_along_axis', cube, np.int32([[[9, 0, 1, 2]]]), 1)
case('choose', np.int32([0, 1, 5]), [np.int32([1, 2, 3]), np.int32([4, 5, 6])], mode='clip')
case('choose', np.int32([[0], [-1]]), [np.float32([1, 2, 3]), np.float32([4, 5, 6])], mode='wrap')
keep = np.array([True, False, True])
case('compress', keep, cube, axis=1)
case('compress', keep, cube, axis=1, size=1, fill_value=9)
case('compress', keep, cube[0, :, 0], size=3, fill_value=-1)
case('compress', np.array([False, True]), cube)
case('extract', tied > 0, tied)
case('extract', tied > 0, tied, size=15, fill_value=7)

# Putting
case('put', tied, np.int32([0, -1, 7]), np.int32([10, 20]), hidden={'inplace': False})
for mode in ['clip', 'wrap']:
    case('put', tied, np.int32([0, 99, -99]), np.int32([10, 20]), mode=mode, hidden={'inplace': False})
case('put', tied, np.int32([99, 1]), np.int32([10]), hidden={'inplace': False})
case('put_along_axis', tied, np.int32([[1], [0], [-1]]), np.int32(9), 1, hidden={'inplace': False})
case('put_along_axis', cube, np.argmax(cube, 1, keepdims=True).astype('int32'), np.float32(0), 1, grad=0, hidden={'inplace': False})
case('put_along_axis', tied, np.int32([3, 0]), np.int32([8, 9]), None, hidden={'inplace': False})
case('place', tied, tied > 0, np.int32([7, 8, 9]), hidden={'inplace': False})
case('fill_diagonal', tied, np.int32(9), hidden={'inplace': False})
case('fill_diagonal', tied, np.int32([7, 8]), hidden={'inplace': False})
case('fill_diagonal', ints(3, 3, 3), np.int32([7, 8]), hidden={'inplace': False})
for place in [1, -1, np.int32([0, 3, 3]), np.int32([-1, 1])]:
    case('delete', tied, place, 1)
    case('delete', tied, place)
case('delete', tied, np.int32([4, 1]), 1, assume_unique_indices=True)
case('delete', tied, np.array([True, False, True]), 0)
case('delete', cube, 1, 2, grad=0)
for place in [1, -1, np.int32([0, 3, 3])]:
    case('insert', tied[0], place, np.int32(9))
    case('insert', tied, place, np.int32([[7], [8], [9]]) if isinstance(place, np.ndarray) else np.int32([7, 8, 9]), 1)
case('insert', tied, np.int32([2]), np.int32([[7, 8], [1, 2], [3, 4]]), 1)
case('insert', tied, np.int32([1, 3]), np.int32(5), 0)
case('insert', cube[0], 1, np.float32([1, 2, 3, 4]), 0, grad=0)

# Positions
for x in [tied, tied[0], tied > 0, special, np.zeros((2, 0), 'int32'), cube * 0]:
    case('nonzero', x)
    case('flatnonzero', x)
    case('argwhere', x)
    case('where', x)
    for size in [0, 2, 20]:
        case('nonzero', x, size=size)
        case('nonzero', x, size=size, fill_value=-1)
        case('argwhere', x, size=size, fill_value=9)
case('argwhere', np.int32(3))
for args in [(3,), (3, 1), (3, -1), (3, 0, 4), (2, 0, 5), (4, -1, 2)]:
    case('tril_indices', *args)
    case('triu_indices', *args)
case('tril_indices_from', tied)
case('triu_indices_from', tied, 1)
case('diag_indices', 3)
case('diag_indices', 2, 3)
case('diag_indices_from', ints(3, 3))
case('ix_', np.int32([0, 2]), np.int32([1, 3, 0]))
case('ravel_multi_index', [np.int32([1, 0]), np.int32([2, 1])], [2, 3])
for mode in ['clip', 'wrap']:
    case('ravel_multi_index', [np.int32([5, -1]), np.int32([2, 7])], [2, 3], mode=mode)
case('ravel_multi_index', [np.int32([1, 0]), np.int32([2, 1])], [2, 3], order='F')
case('unravel_index', np.int32([0, 5, -1, 99, -99]), [2, 3])
case('unravel_index', np.int32([[3, 4]]), [5])
for trim in ['fb', 'f', 'b']:
    case('trim_zeros', np.int32([0, 0, 1, 0, 2, 0]), trim)
case('trim_zeros', np.int32([0, 0]))
case('trim_zeros', np.int32([[0, 0, 0], [0, 3, 0], [0, 0, 0]]), 'fb', 1)

# Order
for x in [tied, cube, special, tied > 0, ints(6, dtype='uint8', low=0), np.zeros((0, 3), 'float32')]:
    for options in [{}, {'descending': True}, {'axis': 0}, {'axis': None}]:
        case('sort', x, **options)
        case('argsort', x, **options)
case('sort', cube, axis=1, grad=0)
case('sort', cube, descending=True, grad=0)
case('lexsort', [tied[0], tied[1], tied[2]])
case('lexsort', [special, -special])
case('lexsort', [tied, tied * 0], 0)
for kth in [0, 2, -1]:
    case('partition', cube, kth)
    case('argpartition', cube, kth)
    case('argpartition', tied, kth)
    case('partition', tied, kth, 0)
line = np.sort(special)
for side in ['left', 'right']:
    for values in [special, np.float32([[0.5, 2], [-1, np.nan]]), np.float32(1)]:
        case('searchsorted', line, values, side=side)
    case('searchsorted', np.int32([1, 2, 2, 2, 5]), np.int32([0, 1, 2, 3, 5, 9]), side=side)
    case('searchsorted', np.int32([1, 2, 4]), np.float32([1.5, 2]), side=side)
    case('searchsorted', np.float32([]), np.float32([1.5]), side=side)
    case('searchsorted', np.int32([5, 1, 3]), np.int32([3, 4]), side=side, sorter=np.int32([1, 2, 0]))
    case('searchsorted', np.arange(33, dtype='float32'), floats(20) * 8, side=side)
for right in [False, True]:
    case('digitize', floats(6), np.float32([-2, 0, 2]), right=right)
    case('digitize', np.int32([1, 2, 3, 9]), np.int32([3, 2, 1]), right=right)

# Sets
for x in [tied, special, np.float32([]), tied > 0, np.float32([np.nan, 1, np.nan])]:
    case('unique', x)
    case('unique', x, return_index=True, return_inverse=True, return_counts=True)
    for size in [2, 5]:
        if x.size:
            case('unique', x, size=size)
        case('unique', x, size=size, fill_value=9)
        case('unique', x, size=size, fill_value=9, return_index=True, return_inverse=True, return_counts=True)
case('unique', np.int32([[1, 2], [0, 5], [1, 2]]), axis=0, return_inverse=True, return_counts=True)
case('unique', np.int32([[1, 2, 1], [0, 5, 0]]), axis=1)
case('unique', np.float32([np.nan, 1, np.nan]), equal_nan=False)
case('unique_values', np.float32([3, 1, 3]))
a, b = np.int32([3, 1, 2, 2, 5]), np.int32([2, 7, 5, 5])
for x, y in [(a, b), (a, np.float32([1, 9])), (a, np.int32([])), (np.int32([]), np.int32([])), (np.int32([4]), b)]:
    for name in ['union1d', 'intersect1d', 'setdiff1d', 'setxor1d']:
        case(name, x, y)
        if x.size and y.size:
            case(name, x, y, size=4)
            case(name, x, y, size=2, fill_value=-7)
            case(name, x, y, size=8, fill_value=-7)
    case('isin', x, y)
    case('isin', x, y, invert=True)
case('intersect1d', a, b, return_indices=True)
case('intersect1d', a, b, return_indices=True, size=4)
case('intersect1d', np.int32([3, 1]), np.int32([1, 9]), return_indices=True, assume_unique=True)
case('setdiff1d', np.int32([3, 1, 2]), np.int32([1]), assume_unique=True)
case('setxor1d', np.int32([3, 1, 2]), np.int32([1, 9]), assume_unique=True)

# Running sums
for name in ['cumsum', 'cumprod', 'nancumsum', 'nancumprod']:
    for x in [cube, holed, tied, tied > 0, tied.astype('uint8')]:
        case(name, x)
        case(name, x, axis=1)
    case(name, tied, dtype='float32')
    case(name, tied, axis=0, dtype='bool')
    case(name, cube, axis=2, grad=0)
    case(name, np.float32([2, 0, 3, 0, 1]), grad=0)
case('cumulative_sum', cube, axis=1, include_initial=True)
case('cumulative_sum', tied[0].astype('uint8'))
case('cumulative_prod', tied[0], include_initial=True)

# Quantiles
methods = ['linear', 'lower', 'higher', 'midpoint', 'nearest', 'inverted_cdf']
for method in methods:
    for name in ['quantile', 'nanquantile']:
        case(name, cube, 0.3, method=method)
        case(name, cube, np.float32([0, 0.25, 0.5, 1]), axis=1, method=method)
        case(name, holed, np.float32([0.2, 0.7]), axis=-1, method=method)
        case(name, holed, 0.6, axis=[0, 2], method=method, keepdims=True)
    case('quantile', cube, 0.3, axis=1, method=method, grad=0)
    case('quantile', tied, np.float32([0.3, 0.9]), axis=0, method=method)
case('quantile', cube, np.float32([0.2, 0.7]), axis=1, method='inverted_cdf', weights=np.abs(floats(2, 3, 4)))
case('quantile', cube, np.float32([0.2, 0.7]), axis=1, method='inverted_cdf', weights=np.abs(floats(3)))
case('quantile', cube, 0.5, axis=1, method='inverted_cdf', weights=floats(2, 3, 4))
for name in ['percentile', 'nanpercentile']:
    case(name, cube, 30)
    case(name, holed, np.float32([10, 50, 90]), axis=2, keepdims=True)
for name in ['median', 'nanmedian']:
    case(name, cube)
    case(name, holed, axis=[0, 1])
    case(name, tied, axis=0, keepdims=True)
case('median', cube, axis=2, grad=0)

# Counting
case('bincount', np.int32([0, 2, 2, 5]))
case('bincount', np.int32([0, 2, -2, 5]), minlength=8)
case('bincount', np.int32([0, 2, 2, 5]), length=3)
case('bincount', np.int32([0, 2, 2, 5]), weights=np.float32([1, 2, 3, 4]))
case('bincount', np.int32([]), minlength=2)
case('bincount', np.array([True, False, True]))
for x in [floats(20), tied, np.float32([2, 2])]:
    case('histogram', x)
    case('histogram', x, bins=4, range=[-1, 3])
    case('histogram', x, bins=np.float32([-2, 0, 1, 4]))
    case('histogram', x, bins=3, density=True)
    case('histogram_bin_edges', x, bins=3)
case('histogram', np.float32([1, 2, 2.5]), bins=2, weights=np.float32([1, 10, 100]))

# Interpolating
knots, heights = np.float32([0, 1, 3, 4]), np.float32([1, 5, -1, 2])
where = np.float32([-1, 0, 0.5, 1, 2, 3.5, 4, 9])
case('interp', where, knots, heights, grad=0)
case('interp', where, knots, heights, grad=2)
case('interp', where, knots, heights, left=-7, right=7)
case('interp', where, knots, heights, left='extrapolate', right='extrapolate')
case('interp', where, np.float32([3, 1, 0, 2]), heights, period=4)
case('interp', np.int32([0, 1, 2]), np.int32([0, 2]), np.int32([0, 10]))
write('ordering', cases)
