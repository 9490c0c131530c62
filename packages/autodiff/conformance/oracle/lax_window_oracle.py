"""What jax.lax answers to windows, convolutions, running reductions, sorts, gathers and dynamic slices, as fixtures for the tests of `lax`.

Run it with a Python that has jax:  python conformance/oracle/lax_window_oracle.py
It writes conformance/fixtures/laxWindow.json, a list of {fn, args, out, weights?, grads?}: `lax[fn](...args)` is `out` (a list where the function returns several);
`grads` are the gradients of `sum(weights * lax[fn](...args))` by the float arrays among the arguments.
"""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from oracle import camel, pack, write

rng = np.random.default_rng(4)
cases = []


def floats(*shape):
    return (rng.standard_normal(shape) * 2).astype('float32')


def encode(arg):
    if isinstance(arg, (np.ndarray, np.generic)):
        return {'array': pack(arg)}
    if isinstance(arg, list) and arg and isinstance(arg[0], np.ndarray):
        return {'arrays': [pack(x) for x in arg]}
    return {'value': arg}


def case(name, args, f, grad=True, **options):
    """`f` is the call in Python, of the arrays among `args`."""
    is_float = [i for i, a in enumerate(args) if isinstance(a, np.ndarray) and a.dtype == np.float32 and a.ndim > 0]
    arrays = [a for a in args if isinstance(a, (np.ndarray, np.generic))]
    out = f(*arrays)
    many = isinstance(out, (list, tuple))
    encoded = [encode(a) for a in args] + ([{'value': {camel(k): v for k, v in options.items()}}] if options else [])
    record = {'fn': camel(name), 'args': encoded, 'out': [pack(x) for x in out] if many else pack(out)}
    if grad and not many and is_float and np.asarray(out).size:
        weights = floats(*out.shape)
        places = [[i for i, a in enumerate(args) if isinstance(a, (np.ndarray, np.generic))].index(i) for i in is_float]
        grads = jax.grad(lambda *xs: (f(*xs) * weights).sum(), tuple(places))(*map(jnp.asarray, arrays))
        record |= {'weights': pack(weights), 'at': is_float, 'grads': [pack(g) for g in grads]}
    cases.append(record)


def conv(lhs, rhs, strides, padding, **options):
    given = {k: tuple(v) if k == 'dimension_numbers' else v for k, v in options.items()}
    case('conv_general_dilated', [lhs, rhs, strides, padding], lambda a, b: lax.conv_general_dilated(a, b, strides, padding, **given), **options)


NHWC = ['NHWC', 'HWIO', 'NHWC']
for padding in ['SAME', 'SAME_LOWER', 'VALID', [[1, 2], [-1, 0]]]:
    for strides in [[1, 1], [2, 3]]:
        conv(floats(2, 3, 5, 6), floats(4, 3, 3, 2), strides, padding)
        conv(floats(2, 5, 6, 3), floats(3, 2, 3, 4), strides, padding, dimension_numbers=NHWC)
conv(floats(2, 5, 6, 4), floats(3, 2, 2, 6), [1, 2], 'SAME', dimension_numbers=NHWC, feature_group_count=2)
conv(floats(4, 5, 6, 2), floats(3, 2, 2, 6), [1, 2], 'SAME', dimension_numbers=NHWC, batch_group_count=2)
conv(floats(1, 2, 5, 4), floats(3, 2, 2, 3), [2, 1], [[2, 1], [0, 3]], lhs_dilation=[2, 1], rhs_dilation=[1, 2])
conv(floats(2, 6, 3), floats(3, 3, 4), [2], 'SAME', dimension_numbers=['NWC', 'WIO', 'NCW'])
conv(floats(5, 3, 2, 6), floats(2, 3, 4, 3), [1, 2], 'VALID', dimension_numbers=['HCNW', 'WHOI', 'WCNH'])
conv(floats(1, 3, 4, 4, 4), floats(2, 3, 2, 2, 2), [1, 1, 2], 'SAME')
conv(floats(2, 3), floats(4, 3), [], 'VALID')
a, b = floats(2, 3, 5), floats(4, 3, 2)
case('conv', [a, b, [2], 'SAME'], lambda x, y: lax.conv(x, y, (2,), 'SAME'))
case('conv_with_general_padding', [a, b, [1], [[1, 3]], [2], [2]], lambda x, y: lax.conv_with_general_padding(x, y, (1,), [(1, 3)], (2,), (2,)))
for padding in ['SAME', 'VALID', [[1, 2], [0, 1]]]:
    for options in [{}, {'rhs_dilation': [2, 1]}, {'transpose_kernel': True}, {'use_consistent_padding': True}]:
        pads = padding if isinstance(padding, str) else tuple(map(tuple, padding))
        k = floats(3, 2, 4, 3) if options.get('transpose_kernel') else floats(3, 2, 3, 4)
        case('conv_transpose', [floats(2, 4, 3, 3), k, [2, 3], padding], lambda x, y: lax.conv_transpose(x, y, (2, 3), pads, **options), **options)
case('conv_general_dilated_patches', [floats(2, 3, 5, 4), [2, 3], [1, 2], 'SAME'], lambda x: lax.conv_general_dilated_patches(x, (2, 3), (1, 2), 'SAME'))
case('conv_general_dilated_patches', [floats(2, 5, 4, 3), [2, 3], [1, 1], 'VALID'],
     lambda x: lax.conv_general_dilated_patches(x, (2, 3), (1, 1), 'VALID', dimension_numbers=tuple(NHWC)), dimension_numbers=NHWC)
case('conv_general_dilated_local', [floats(2, 3, 4, 4), floats(5, 12, 3, 3), [1, 1], 'VALID', [2, 2]],
     lambda x, y: lax.conv_general_dilated_local(x, y, (1, 1), 'VALID', (2, 2)))
case('conv_general_dilated_local', [floats(2, 4, 4, 3), floats(3, 3, 12, 5), [1, 1], 'VALID', [2, 2]],
     lambda x, y: lax.conv_general_dilated_local(x, y, (1, 1), 'VALID', (2, 2), dimension_numbers=tuple(NHWC)), dimension_numbers=NHWC)

tied = rng.integers(0, 3, (4, 6)).astype('float32')
for name, f, init in [('add', lax.add, 0.0), ('mul', lax.mul, 1.0), ('max', lax.max, -np.inf), ('min', lax.min, np.inf), ('max', lax.max, 1.0), ('add', lax.add, 2.0)]:
    for x in [floats(4, 6), tied]:
        for window, strides, padding in [([2, 3], [1, 1], 'VALID'), ([3, 3], [2, 2], 'SAME'), ([1, 4], [1, 2], [[0, 0], [2, 1]])]:
            if np.isinf(init):
                continue
            pads = padding if isinstance(padding, str) else tuple(map(tuple, padding))
            case('reduce_window', [x, init, name, window, strides, padding], lambda y: lax.reduce_window(y, np.float32(init), f, window, strides, pads),
                 grad=init in (0.0, 1.0) and name != 'mul' and not (name == 'max'))
for x in [floats(4, 6), tied]:
    for options in [{}, {'window_dilation': [2, 1]}, {'base_dilation': [1, 2], 'window_dilation': [1, 2]}]:
        case('reduce_window', [x, 0, 'add', [2, 2], [1, 2], [[1, 0], [0, 1]]],
             lambda y: lax.reduce_window(y, np.float32(0), lax.add, (2, 2), (1, 2), ((1, 0), (0, 1)), **options), **options)

x = floats(3, 5)
for name in ['cumsum', 'cumprod', 'cummax', 'cummin', 'cumlogsumexp']:
    for axis in [0, 1]:
        for reverse in [False, True]:
            case(name, [x, axis], lambda y: getattr(lax, name)(y, axis, reverse=reverse), reverse=reverse)
case('cummax', [tied, 1], lambda y: lax.cummax(y, 1))
case('cumlogsumexp', [np.float32([-np.inf, -np.inf, 1, 2]), 0], lambda y: lax.cumlogsumexp(y, 0))
case('cummax', [np.float32([1, np.nan, 3]), 0], lambda y: lax.cummax(y, 0), grad=False)

case('sort', [x], lambda y: lax.sort(y))
case('sort', [[tied, x[:1].repeat(4, 0).repeat(2, 1)[:, :6], -tied]], lambda: lax.sort((tied, x[:1].repeat(4, 0).repeat(2, 1)[:, :6], -tied), num_keys=2), num_keys=2)
case('sort_key_val', [tied, -tied], lambda a, b: lax.sort_key_val(a, b, dimension=0), dimension=0)
case('top_k', [x, 2], lambda y: lax.top_k(y, 2))
case('top_k', [tied, 3], lambda y: lax.top_k(y, 3, axis=0), axis=0)
case('approx_max_k', [x, 2], lambda y: lax.top_k(y, 2))
case('approx_min_k', [x, 2], lambda y: tuple(f(v) for f, v in zip((lambda v: -v, lambda v: v), lax.top_k(-y, 2))))
case('index_take', [x, [np.int32([0, -1, 2]), np.int32([4, 7, -1])], [0, 1]], lambda y: lax.index_take(y, (np.int32([0, -1, 2]), np.int32([4, 7, -1])), (0, 1)))
for starts in [[0, 1], [9, -2]]:
    case('dynamic_slice', [x, starts, [2, 3]], lambda y: lax.dynamic_slice(y, starts, (2, 3)))
    case('dynamic_update_slice', [x, floats(2, 3), starts], lambda y, u: lax.dynamic_update_slice(y, u, starts))
for i in [1, -1, 9]:
    case('dynamic_index_in_dim', [x, i, 1], lambda y: lax.dynamic_index_in_dim(y, i, 1))
    case('dynamic_index_in_dim', [x, i, 1], lambda y: lax.dynamic_index_in_dim(y, i, 1, keepdims=False), keepdims=False)
    case('dynamic_slice_in_dim', [x, i, 2, 0], lambda y: lax.dynamic_slice_in_dim(y, i, 2, 0))
    case('dynamic_update_index_in_dim', [x, floats(3), i, 1], lambda y, u: lax.dynamic_update_index_in_dim(y, u, i, 1))
    case('dynamic_update_slice_in_dim', [x, floats(3, 2), i, 1], lambda y, u: lax.dynamic_update_slice_in_dim(y, u, i, 1))
case('reduce_xor', [np.int32([[5, 1], [7, 7]]), [0]], lambda y: lax.reduce_xor(y, (0,)))
write('laxWindow', cases)
