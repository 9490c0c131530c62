"""What JAX answers to indexing, ordering, windows and convolutions, as fixtures for the tests of `numpy` and `lax`.

Run it with a Python that has jax:  python conformance/oracle/indexing_oracle.py
It writes conformance/fixtures/indexing.json, a list of {x, index, method, values?, options?, out, grad?}: `x.at(...index)[method](values, options)` is `out`.
An entry of `index` is {value} as our own index syntax writes it, or {array}.
"""

import jax
import jax.numpy as jnp
import numpy as np
from oracle import camel, pack, write

rng = np.random.default_rng(2)
cases = []


def floats(*shape):
    return (rng.standard_normal(shape) * 2).astype('float32')


def ints(*values):
    return np.array(values, 'int32')


def entry(given):
    """An entry of an index in Python."""
    if given is None:
        return slice(None)
    if given == 'newaxis':
        return None
    if given == '...':
        return Ellipsis
    if isinstance(given, str):
        return slice(*[int(part) if part else None for part in given.split(':')])
    return np.array(given) if isinstance(given, list) else given


def encode(given):
    return {'array': pack(given)} if isinstance(given, (np.ndarray, np.generic)) else {'value': given}


def python(index):
    return tuple(i if isinstance(i, np.ndarray) else entry(i) for i in index)


def case(x, index, method='get', values=None, **options):
    given = {camel(k): camel(v) if isinstance(v, str) else v for k, v in options.items()}
    ref = jnp.asarray(x).at[python(index)]
    out = ref.get(**options) if method == 'get' else getattr(ref, method)(values, **options)
    names = {'subtract': 'sub', 'multiply': 'mul', 'divide': 'div', 'power': 'pow'}
    more = {} if values is None else {'values': encode(values)}
    record = {'x': pack(x), 'index': [encode(i) for i in index], 'method': names.get(method, method), **more, 'out': pack(out)}
    if given:
        record['options'] = given
    is_float = np.asarray(x).dtype.kind == 'f' and np.asarray(out).size > 0
    # JAX counts the winners of a minimum or maximum without the clipped ones, and divides by 0.
    is_lost = method in ('min', 'max') and options.get('mode') == 'clip'
    if is_float and not is_lost and np.asarray(out).dtype.kind == 'f' and not np.isnan(np.asarray(out)).any():
        weights = floats(*out.shape)

        def loss(x, values):
            ref = x.at[python(index)]
            y = ref.get(**options) if method == 'get' else getattr(ref, method)(values, **options)
            return (y * weights).sum()

        both = isinstance(values, np.ndarray) and values.dtype.kind == 'f' and not (method in ('multiply', 'divide', 'power') and any(isinstance(i, (np.ndarray, list, bool)) for i in index))
        grads = jax.grad(loss, (0, 1) if both else (0,))(jnp.asarray(x), values)
        record['weights'] = pack(weights)
        record['grads'] = [pack(g) for g in grads]
    cases.append(record)


cube = floats(3, 4, 5)
whole = np.arange(60, dtype='int32').reshape(3, 4, 5)
a, b, c = ints(0, 2), ints(1, -1), ints([0, 1], [2, -1])
mask = np.array([True, False, True])
plane = rng.random((3, 4)) > 0.5
indices = [
    [], [0], [-1], [1, 2], [1, 2, 3], ['1:'], ['::-1'], ['::2', None, '1:4:2'], ['4:0:-2'], ['3:1'], ['-2:'], ['...', 0], ['...'], ['newaxis'],
    [0, 'newaxis', '...', '::-1'], ['newaxis', '1:3', 'newaxis', -1], [None, 1], ['10:'], ['-10:2'], [None, '3:-10:-1'],
    [a], [None, a], ['...', b], [a, b], [a, None, b], ['newaxis', a, b], [a, 'newaxis', b], [c], [c, b], [None, c, a], [c, None, '::-1'],
    [0, None, a], [None, 0, a], [a, '1:3', 0], ['1:', a, '::2'], [a, '...'], [[0, 2]], [[[0], [2]], [1, 3]], ['::-1', a, 'newaxis', '1:4'],
    [mask], [mask, 0], [mask, a], [None, np.array([True, False, False, True])], [plane], [plane, '1:3'], [plane, 0], [[True, False, True]],
    [True], [False, 0], [True, a], [np.array(1, 'int32')], [np.array(1, 'int32'), '1:3', np.array(-1, 'int32')], [np.array(1, 'int32'), None, a],
    [ints()], [None, ints()], [a, 'newaxis', '...', 'newaxis', b],
]
for index in indices:
    case(cube, index)
    case(whole, index)
for index in [[5], [-7], [ints(5, -7, 1)], [1, ints(9)], ['1:', ints(-9, 4)], [np.array(7, 'int32'), '1:3']]:
    for options in [{}, {'mode': 'clip'}, {'mode': 'fill'}, {'mode': 'fill', 'fill_value': -1}]:
        case(cube, index, **options)
        case(whole, index, **options)
        case(whole.astype('uint8'), index, **options)
        case(whole > 3, index, **options)
for index in indices:
    part = jnp.asarray(cube)[python(index)].shape
    for method in ['set', 'add', 'multiply']:
        case(cube, index, method, floats(*part))
        case(whole, index, method, 3)
for method in ['set', 'add', 'subtract', 'multiply', 'divide', 'power', 'min', 'max']:
    for index in [[1], ['::2'], [a], [a, None, b], ['...', '::-1'], [ints(1, 1, 0)], [mask]]:
        part = jnp.asarray(cube)[python(index)].shape
        case(np.abs(cube) + np.float32(0.5), index, method, np.abs(floats(*part)) + np.float32(0.5))
        case(cube, index, method, 2.0)
        case(whole, index, method, 2)
    for index in [[5], [ints(0, 7, -9)]]:
        for options in [{}, {'mode': 'clip'}, {'mode': 'drop'}]:
            part = jnp.asarray(cube)[python(index)].shape
            case(np.abs(cube) + np.float32(0.5), index, method, np.abs(floats(*part)) + np.float32(0.5), **options)
for method in ['min', 'max']:
    line = np.float32([1.0, 2.0, 3.0, 2.0])
    for index in [ints(0, 0, 1), ints(3, 3, 3), ints(1, 2, 2)]:
        case(line, [index], method, np.float32([2.0, 2.0, 3.0]))
        case(line, [index], method, np.float32([9.0, -9.0, 9.0]))
case(whole, [1], 'add', 1.5)
case(whole, [1], 'set', np.float32([2.7, -2.7, 0, 1, 1]))
write('indexing', cases)
