"""What JAX answers, op by op, as fixtures for the tests of the reference evaluator.

Run it with a Python that has jax and scipy:  python scripts/oracle.py
It writes fixtures/<family>.json: `arrays`, each [dtype, shape, base64 of its bytes], and `cases`, each {op, params, inputs, outputs,
exact?}, that name arrays by number. `outputs` are JAX's on CPU; `exact`, where present, is the true value rounded once (numpy in
extended precision, the C library, or scipy).
"""

import base64
import json
import math
import pathlib
import warnings

import jax
import numpy as np
import scipy.special
from jax import lax
from jax.extend.random import threefry2x32_p

jax.config.update('jax_enable_x64', True)
warnings.filterwarnings('ignore')

FOLDER = pathlib.Path(__file__).parent.parent / 'fixtures'
FLOATS = ['float32', 'float64', 'float16']
INTS = ['int32', 'uint32', 'int8', 'uint8']
DTYPES = [*FLOATS, *INTS, 'bool']
random = np.random.default_rng(0)


def camel(name):
    head, *rest = name.split('_')
    return head + ''.join(part.capitalize() for part in rest)


def snake(name):
    return ''.join('_' + c.lower() if c.isupper() else c for c in name)


def pack(array):
    array = np.asarray(array, order='C')
    return [array.dtype.name, list(array.shape), base64.b64encode(array.tobytes()).decode()]


def edges(dtype):
    """The values where things go wrong."""
    dtype = np.dtype(dtype)
    if dtype == bool:
        return np.array([False, True, True, False])
    if dtype.kind == 'f':
        info = np.finfo(dtype)
        numbers = [0, 0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3, 3.7, 10, 31.25, 88.5, 1e-4, 1e-8, 6e4, 1e10, 1e30, np.pi / 2]
        numbers += [info.max, info.tiny, info.smallest_subnormal * 3, 1 - info.eps, np.inf]
        return np.array([*numbers, *[-x for x in numbers], np.nan]).astype(dtype)
    info = np.iinfo(dtype)
    numbers = [0, 1, 2, 3, 7, 8, 9, 31, 32, 33, 100, 127, 128, 200, 65535, 12345678, info.max - 1, info.max]
    numbers += [info.min, info.min + 1] + [-x for x in numbers if info.min < 0]
    return np.unique([x for x in numbers if info.min <= x <= info.max]).astype(dtype)


def spread(dtype, count=60):
    """Ordinary values of many sizes."""
    dtype = np.dtype(dtype)
    if dtype.kind == 'f':
        near = random.uniform(-1, 1, count // 3)
        wide = random.normal(size=count // 3) * 4
        return np.concatenate([near, wide, wide * 10.0 ** random.integers(-6, 4, count // 3)]).astype(dtype)
    return edges(dtype)


def pairs(dtype, sample=None):
    values = edges(dtype) if sample is None else sample
    left, right = np.meshgrid(values, values)
    return left.ravel(), right.ravel()


class Fixture:
    def __init__(self, name):
        self.name = name
        self.cases = []
        self.arrays = {}

    def number(self, array):
        """Equal arrays are written once."""
        return self.arrays.setdefault(json.dumps(pack(array), separators=(',', ':')), len(self.arrays))

    def add(self, op, function, inputs, params=None, exact=None):
        outputs = function(*[jax.numpy.asarray(x) for x in inputs])
        outputs = outputs if isinstance(outputs, (tuple, list)) else [outputs]
        case = {'op': op, 'params': params or {}, 'inputs': [self.number(x) for x in inputs], 'outputs': [self.number(y) for y in outputs]}
        if exact is not None:
            case['exact'] = self.number(exact)
        self.cases.append(case)

    def write(self):
        FOLDER.mkdir(exist_ok=True)
        arrays = ',\n'.join(self.arrays)
        cases = ',\n'.join(json.dumps(case, separators=(',', ':')) for case in self.cases)
        (FOLDER / f'{self.name}.json').write_text(f'{{"arrays":[\n{arrays}\n],"cases":[\n{cases}\n]}}\n')
        print(self.name, len(self.cases), 'cases')


def true_value(name, x):
    """The function of `x` without the errors of its dtype, rounded to it once."""
    special = {'erf': np.vectorize(math.erf), 'erfc': np.vectorize(math.erfc), 'erf_inv': scipy.special.erfinv}
    wide = x.astype(np.float64 if name in special else np.longdouble)
    named = {'asin': np.arcsin, 'acos': np.arccos, 'atan': np.arctan, 'asinh': np.arcsinh, 'acosh': np.arccosh, 'atanh': np.arctanh}
    if name in special:
        value = special[name](wide)
    elif name == 'rsqrt':
        value = 1 / np.sqrt(wide)
    elif name == 'logistic':
        value = 1 / (1 + np.exp(-wide))
    else:
        value = named.get(name, getattr(np, name, None))(wide)
    return value.astype(x.dtype)


TRANSCENDENTAL = [
    'exp', 'exp2', 'expm1', 'log', 'log1p', 'sqrt', 'rsqrt', 'cbrt', 'sin', 'cos', 'tan', 'asin', 'acos', 'atan', 'sinh', 'cosh',
    'tanh', 'asinh', 'acosh', 'atanh', 'logistic', 'erf', 'erfc', 'erf_inv',
]


def unary():
    fixture = Fixture('unary')
    for dtype in FLOATS:
        values = x = np.concatenate([edges(dtype), spread(dtype)])
        for name in TRANSCENDENTAL:
            fixture.add(camel(name), getattr(lax, name), [x], exact=true_value(name, x))
        if dtype == 'float32':
            x = np.concatenate([random.uniform(-1, 1, 400), 1 - 10.0 ** random.uniform(-7, 0, 200)]).astype(dtype)
            fixture.add('erfInv', lax.erf_inv, [x])
            x = values
        for name in ['floor', 'ceil', 'is_finite']:
            fixture.add(camel(name), getattr(lax, name), [x])
        for method in ['TO_NEAREST_EVEN', 'AWAY_FROM_ZERO']:
            rounding = lambda x, m=method: lax.round(x, getattr(lax.RoundingMethod, m))
            fixture.add('round', rounding, [x], {'roundingMethod': camel(method.lower())})
    for dtype in [*FLOATS, *INTS]:
        x = edges(dtype)
        for name in ['neg', 'sign']:
            fixture.add(name, getattr(lax, name), [x])
        if not dtype.startswith('u'):
            fixture.add('abs', lax.abs, [x])
        for y in [0, 1, 2, 3, 7, 10] + ([-1, -2, -3] if dtype in FLOATS else []):
            fixture.add('integerPow', lambda x, y=y: lax.integer_pow(x, y), [x], {'y': y})
    for dtype in [*INTS, 'bool']:
        fixture.add('not', lax.bitwise_not, [edges(dtype)])
    fixture.write()


def convert():
    fixture = Fixture('convert')
    for dtype in DTYPES:
        for new in DTYPES:
            x = edges(dtype)
            fixture.add('convertElementType', lambda x: lax.convert_element_type(x, new), [x], {'newDtype': new})
            if np.dtype(dtype).itemsize == np.dtype(new).itemsize and 'bool' not in (dtype, new):
                fixture.add('bitcastConvertType', lambda x: lax.bitcast_convert_type(x, new), [x], {'newDtype': new})
    fixture.write()


def binary():
    fixture = Fixture('binary')
    comparisons = ['eq', 'ne', 'lt', 'le', 'gt', 'ge']
    for dtype in DTYPES:
        few = edges(dtype)[::3] if dtype in INTS else edges(dtype)[::4]
        if dtype in FLOATS:
            few = np.array([0, -0.0, 1, -1, 0.5, -2, 3, 7, -2.5, np.inf, -np.inf, np.nan, 1e-3, 300, few[19 % len(few)]]).astype(dtype)
        names = ['max', 'min', *comparisons]
        names += ['add', 'sub', 'mul', 'div', 'rem'] if dtype != 'bool' else []
        names += ['pow', 'atan2', 'nextafter'] if dtype in FLOATS else []
        for name in names:
            fixture.add(name, getattr(lax, name), pairs(dtype, few))
        if dtype not in FLOATS:
            for name in ['and', 'or', 'xor']:
                fixture.add(name, getattr(lax, 'bitwise_' + name), pairs(dtype, few))
        if dtype in INTS:
            counts = np.array([0, 1, 5, 7, 8, 9, 31, 32, 33, 100]).astype(dtype)
            left, right = (side.ravel() for side in np.meshgrid(edges(dtype), counts))
            for name in ['shift_left', 'shift_right_arithmetic', 'shift_right_logical']:
                fixture.add(camel(name), getattr(lax, name), [left, right])
        pred = random.random(few.size) < 0.5
        fixture.add('select', lax.select, [pred, few, few[::-1]])
        if dtype != 'bool':
            lo, x = pairs(dtype, few)
            fixture.add('clamp', lax.clamp, [lo, x, np.roll(x, 3)])
    for dtype in ['float32', 'float64']:
        base, power = random.uniform(0, 5, 80).astype(dtype), (random.normal(size=80) * 6).astype(dtype)
        exact = np.power(base.astype(np.longdouble), power.astype(np.longdouble)).astype(dtype)
        fixture.add('pow', lax.pow, [base, power], exact=exact)
        exact = np.arctan2(power.astype(np.longdouble), base.astype(np.longdouble)).astype(dtype)
        fixture.add('atan2', lax.atan2, [power, base], exact=exact)
    words = [random.integers(0, 2**32, 24, dtype=np.uint32) for _ in range(4)]
    fixture.add('threefry2x32', threefry2x32_p.bind, words)
    fixture.write()


def array(dtype, shape):
    if dtype == 'bool':
        return random.random(shape) < 0.5
    if dtype in FLOATS:
        return random.normal(size=shape).astype(dtype)
    return random.integers(0, 100, shape).astype(dtype)


def movement():
    fixture = Fixture('movement')
    for dtype in DTYPES:
        x = array(dtype, [2, 3, 4])
        if dtype != 'bool':
            for shape, dimension in [([5], 0), ([2, 3], 1), ([3, 2, 2], 0), ([300], 0), ([0, 2], 1)]:
                iota = lambda: lax.broadcasted_iota(dtype, shape, dimension)
                fixture.add('iota', iota, [], {'dtype': dtype, 'shape': shape, 'dimension': dimension})
        for permutation in [[0, 1, 2], [2, 0, 1], [1, 0, 2]]:
            fixture.add('transpose', lambda x: lax.transpose(x, permutation), [x], {'permutation': permutation})
        for dimensions in [[], [1], [0, 2]]:
            fixture.add('rev', lambda x: lax.rev(x, dimensions), [x], {'dimensions': dimensions})
        fixture.add('reshape', lambda x: lax.reshape(x, [4, 6]), [x], {'newSizes': [4, 6]})
    x = array('float32', [2, 1, 3])
    for shape, dims in [([2, 4, 3], [0, 1, 2]), ([5, 2, 1, 3], [1, 2, 3]), ([2, 4, 1, 3], [0, 2, 3]), ([2, 0, 3], [0, 1, 2])]:
        broadcast = lambda x: lax.broadcast_in_dim(x, shape, dims)
        fixture.add('broadcastInDim', broadcast, [x], {'shape': shape, 'broadcastDimensions': dims})
    scalar = lambda x: lax.broadcast_in_dim(x, [2, 3], [])
    fixture.add('broadcastInDim', scalar, [array('float32', [])], {'shape': [2, 3], 'broadcastDimensions': []})
    x = array('float32', [5, 6])
    for start, limit, strides in [([0, 0], [5, 6], [1, 1]), ([1, 2], [4, 6], [2, 3]), ([3, 1], [3, 5], [1, 2]), ([0, 5], [5, 6], [4, 1])]:
        params = {'startIndices': start, 'limitIndices': limit, 'strides': strides}
        fixture.add('slice', lambda x: lax.slice(x, start, limit, strides), [x], params)
    x = array('int32', [3, 4])
    for low, high, interior in [
        ([1, 2], [0, 3], [0, 0]), ([0, 0], [0, 0], [1, 2]), ([-1, 1], [1, -2], [0, 0]), ([-2, -3], [2, 1], [2, 1]), ([1, -1], [-4, 2], [3, 0]),
        ([-3, 0], [3, 0], [0, 0]), ([5, 0], [-5, -4], [0, 0]),
    ]:
        params = {'low': low, 'high': high, 'interior': interior}
        fixture.add('pad', lambda x, v: lax.pad(x, v, list(zip(low, high, interior))), [x, np.int32(-7)], params)
    empty = {'low': [2], 'high': [1], 'interior': [3]}
    fixture.add('pad', lambda x, v: lax.pad(x, v, [(2, 1, 3)]), [array('float32', [0]), np.float32(9)], empty)
    parts = [array('float32', [2, n, 2]) for n in (1, 3, 0, 2)]
    fixture.add('concatenate', lambda *xs: lax.concatenate(xs, 1), parts, {'dimension': 1})
    fixture.add('concatenate', lambda *xs: lax.concatenate(xs, 0), [array('uint8', [n]) for n in (3, 1)], {'dimension': 0})
    fixture.write()


def reduce():
    fixture = Fixture('reduce')
    def add(op, x, axes):
        fixture.add(op, lambda x: getattr(lax, snake(op))(x, axes), [x], {'axes': axes})

    for dtype in DTYPES:
        ops = ['reduceMax', 'reduceMin']
        ops += ['reduceSum', 'reduceProd'] if dtype != 'bool' else []
        ops += ['reduceAnd', 'reduceOr'] if dtype not in FLOATS else []
        for op in ops:
            for axes in [[], [0], [1], [0, 2], [0, 1, 2]]:
                add(op, array(dtype, [3, 4, 2]), axes)
            add(op, array(dtype, [3, 0]), [1])
        if dtype in FLOATS:
            x = array(dtype, [3, 4])
            x[0, 1], x[1, 2], x[2, 0] = np.nan, np.inf, -np.inf
            for op in ['reduceMax', 'reduceMin', 'reduceSum']:
                add(op, x, [1])
        ties = array(dtype, [4, 5])
        ties[:, 3] = ties[:, 1]
        if dtype in FLOATS:
            ties[1, 2] = ties[1, 4] = ties[2, 0] = np.nan
        for name in ['argmax', 'argmin']:
            for axis in [0, 1]:
                for index in ['int32', 'uint8']:
                    function = lambda x: getattr(lax, name)(x, axis, np.dtype(index))
                    fixture.add(name, function, [ties], {'axis': axis, 'indexDtype': index})
    fixture.write()


def dot():
    fixture = Fixture('dot')
    layouts = [
        ([3, 4], [4, 5], [1], [0], [], []), ([4, 3], [5, 4], [0], [1], [], []), ([4], [4], [0], [0], [], []), ([3], [2], [], [], [], []),
        ([2, 3, 4], [2, 4, 5], [2], [1], [0], [0]), ([3, 2, 4], [4, 5, 2], [2], [0], [1], [2]), ([2, 3, 4], [4, 3, 6], [1, 2], [1, 0], [], []),
        ([3, 0], [0, 2], [1], [0], [], []), ([0, 3], [3, 2], [1], [0], [], []), ([2, 3], [2, 3], [], [], [0, 1], [0, 1]),
    ]
    for dtype in [*FLOATS, *INTS]:
        for left, right, *lists in layouts:
            names = ['lhsContracting', 'rhsContracting', 'lhsBatch', 'rhsBatch']
            numbers = dict(zip(names, lists))
            dims = ((lists[0], lists[1]), (lists[2], lists[3]))
            wide = {'float16': 'float32', 'int8': 'int32', 'uint8': 'uint32'}.get(dtype, dtype)
            for preferred in sorted({dtype, wide}):
                function = lambda x, y: lax.dot_general(x, y, dims, preferred_element_type=preferred)
                params = {'dimensionNumbers': numbers, 'preferredElementType': preferred}
                fixture.add('dotGeneral', function, [array(dtype, left), array(dtype, right)], params)
    fixture.write()


if __name__ == '__main__':
    for make in [unary, convert, binary, movement, reduce, dot]:
        make()
