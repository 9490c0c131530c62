"""Gradients that JAX takes of jax.numpy functions, as fixtures for the tests of `numpy`.

Run it with a Python that has jax:  python conformance/oracle/grad_oracle.py
It writes conformance/fixtures/grad.json, a list of {fn, args, weights, out}: `out` is the gradient of `sum(weights * np[fn](...args))`
(with `lax`: of `lax[fn]`) by argument `at`.
"""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from oracle import camel, pack, write

rng = np.random.default_rng(1)
cases = []


def floats(*shape):
    return (rng.standard_normal(shape) * 2).astype('float32')


def case(name, *args, listed=False, module=jnp, **kwargs):
    """The first float array among `args` is differentiated; with `listed`, the arrays go in as one list."""
    at = next(i for i, a in enumerate(args) if isinstance(a, np.ndarray) and a.dtype.kind == 'f')

    def f(x):
        values = [tuple(a) if isinstance(a, list) else a for a in args]
        values[at] = x
        arrays = [[*values]] if listed else values
        return getattr(module, name)(*arrays, **kwargs)

    weights = floats(*f(args[at]).shape)
    out = jax.grad(lambda x: (f(x) * weights).sum())(args[at])
    encoded = [{'array': pack(a)} if isinstance(a, np.ndarray) else {'value': a} for a in args]
    options = {camel(k): list(v) if isinstance(v, tuple) else v for k, v in kwargs.items()}
    rest = [{'value': options}] if options else []
    cases.append({'fn': camel(name), 'args': encoded, 'listed': listed, 'rest': rest, 'at': at, 'weights': pack(weights), 'out': pack(out),
                  **({'lax': True} if module is lax else {})})


positive = np.abs(floats(5)) + np.float32(0.1)
unit = np.clip(floats(5), -0.9, 0.9)
for name in ['exp', 'exp2', 'expm1', 'sin', 'cos', 'tan', 'tanh', 'sinh', 'cosh', 'arcsinh', 'arctan', 'abs', 'square', 'sinc', 'negative', 'reciprocal',
             'floor', 'sign', 'cbrt', 'deg2rad']:
    case(name, floats(5))
for name in ['log', 'log1p', 'log2', 'log10', 'sqrt']:
    case(name, positive)
for name in ['arcsin', 'arccos', 'arctanh']:
    case(name, unit)
case('arccosh', positive + 1)
case('sinc', np.float32([0.0, 1.0, -0.5]))
case('abs', np.float32([0.0, -0.0, 1.0]))
case('sqrt', np.float32([0.0, 1.0]))
for name in ['add', 'subtract', 'multiply', 'divide', 'arctan2', 'hypot', 'maximum', 'minimum', 'fmax', 'fmin', 'remainder', 'fmod', 'logaddexp', 'logaddexp2',
             'copysign']:
    case(name, floats(3, 1), floats(4))
    case(name, 1.5, floats(4))
    case(name, floats(4), 2)
for name in ['maximum', 'minimum', 'fmax', 'fmin', 'logaddexp']:
    case(name, np.float32([1.0, 2.0, 0.0]), np.float32([1.0, 2.0, -0.0]))
case('hypot', np.float32([0.0, 3.0]), np.float32([0.0, 4.0]))
for exponent in [0, 1, 2, 3, -1, 0.5, 2.5]:
    case('power', np.float32([0.5, 2.0, 3.0]), exponent)
case('power', np.float32([0.0, 2.0, -1.0]), 2)
case('power', np.float32([0.0, 2.0]), np.float32([1.0, 3.0]))
case('power', 2.0, floats(3))
case('where', np.array([True, False, True]), floats(3), 0.0)
case('clip', np.float32([-2.0, -1.0, 0.0, 1.0, 3.0]), -1, 1)
case('nan_to_num', np.float32([np.nan, np.inf, 1.0]))
cube = floats(2, 3, 4)
for name in ['sum', 'prod', 'mean', 'var', 'std', 'max', 'min', 'ptp', 'nansum', 'nanmean', 'nanmax', 'nanvar']:
    case(name, cube)
    case(name, cube, axis=1)
    case(name, cube, axis=(0, -1), keepdims=True)
holed = cube.copy()
holed[0, 1] = np.nan
for name in ['nansum', 'nanmean', 'nanmax', 'nanvar']:
    case(name, holed, axis=2)
case('prod', np.float32([2.0, 0.0, 3.0]))
case('prod', np.float32([0.0, 0.0, 3.0]))
case('max', np.float32([1.0, 3.0, 3.0, 2.0]))
case('min', np.float32([[1.0, 1.0], [1.0, 2.0]]), axis=0)
case('var', cube, ddof=1)
case('std', np.float32([2.0, 2.0]))
for name, args in [('reshape', ([4, 6],)), ('transpose', ([2, 0, 1],)), ('flip', (1,)), ('roll', (2, 1)), ('squeeze', ()), ('expand_dims', (1,)),
                   ('broadcast_to', ([5, 2, 3, 4],)), ('tile', ([2, 1, 2],)), ('repeat', (2, 1)), ('diagonal', (1, 0, 2)), ('trace', ()), ('swapaxes', (0, 2)),
                   ('moveaxis', (0, 2)), ('tril', ()), ('triu', (1,)), ('rot90', ()), ('diff', ()), ('ravel', ())]:
    case(name, cube, *args)
case('diag', floats(3), 1)
case('concatenate', floats(2, 3), floats(1, 3), listed=True)
case('stack', floats(2, 3), floats(2, 3), listed=True)
for mode in ['edge', 'reflect', 'symmetric', 'wrap', 'constant', 'linear_ramp', 'mean', 'maximum']:
    x, width = floats(3, 4), [1, 2]
    cases_before = len(cases)
    case('pad', x, width, mode=mode)
    cases[cases_before]['rest'] = [{'value': {'mode': camel(mode)}}]
for a, b in [((3,), (3,)), ((2, 3), (3, 4)), ((5, 2, 3), (3, 4)), ((2, 3), (5, 3, 4)), ((5, 1, 2, 3), (4, 3, 2)), ((5, 2, 3), (3,)), ((3,), (5, 3, 2))]:
    case('matmul', floats(*a), floats(*b))
for name, a, b in [('dot', (2, 3, 4), (5, 4, 2)), ('vdot', (2, 3), (6,)), ('inner', (2, 3), (4, 3)), ('outer', (2,), (3,)), ('kron', (2, 2), (2, 3)),
                   ('cross', (2, 3), (3,)), ('tensordot', (2, 3, 4), (3, 4, 5))]:
    case(name, floats(*a), floats(*b))
for subscripts, *shapes in [('ij,jk->ik', (2, 3), (3, 4)), ('ii->i', (3, 3)), ('ij,ij->', (2, 3), (2, 3)), ('ij,jk,kl->il', (2, 3), (3, 4), (4, 2)),
                            ('...i,ij->...j', (2, 3), (3, 4)), ('i,i,i->i', (3,), (3,), (3,))]:
    case('einsum', subscripts, *[floats(*s) for s in shapes])
case('linspace', floats(3), floats(3), 4)
case('trapezoid', floats(2, 5))
case('gradient', floats(5))
case('polyval', floats(3), floats(4))
case('average', floats(4))

case('ldexp', floats(3), np.int32([2, -1, 0]))
for mode in ['full', 'same', 'valid']:
    case('convolve', floats(5), floats(3), mode=mode)
    case('correlate', floats(3), floats(5), mode=mode)
case('polymul', floats(3), floats(2))
case('cov', floats(3, 6))
case('cov', floats(6), floats(6))
case('corrcoef', floats(3, 6))
case('resize', floats(2, 3), [3, 4])
case('unwrap', floats(6))
case('geomspace', np.abs(floats(3)) + 1, np.float32([9.0, 8.0, 7.0]), 4)
case('kaiser', 6, np.array(3.0, 'float32'))
case('einsum', 'ij,jk,kl->il', floats(2, 3), floats(3, 4), floats(4, 2), optimize='greedy')
case('reduce_precision', floats(6), 8, 7, module=lax)
case('ragged_dot', floats(5, 3), floats(2, 3, 4), np.int32([2, 3]), module=lax)
case('tile', floats(2, 3), [2, 1], module=lax)
case('collapse', cube, 1, 3, module=lax)
case('select_n', np.array([True, False, True]), floats(3), floats(3), module=lax)
case('select_n', np.int32([2, 0, 1]), floats(3), floats(3), floats(3), module=lax)
case('broadcast_like', floats(3, 1), np.zeros((2, 3, 4), 'float32'), module=lax)
case('stack', floats(2, 3), floats(2, 3), listed=True, module=lax)

write('grad', cases)
