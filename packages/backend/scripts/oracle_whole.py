"""What JAX answers for windows, indexing, order, matrices, Fourier transforms and control flow; see oracle.py for the format.

Run it with the same Python:  python scripts/oracle_whole.py
The programs of `control` are written a second time in src/reference/control.test.ts, under the same names.
"""

import jax
import numpy as np
from jax import lax

from oracle import FLOATS, Fixture, array, camel, random

MODES = {'clip': 'clip', 'fillOrDrop': 'fill', 'promiseInBounds': 'promise_in_bounds'}


def camel_keys(numbers):
    return {camel(name): list(value) for name, value in numbers.items()}


def indices(shape, low=-3, high=9):
    return random.integers(low, high, shape).astype('int32')


# operand, indices, slice sizes, offset, collapsed, start index map, operand batching, indices batching
GATHERS = [
    ([6, 5], [4, 1], [1, 5], [1], [0], [0], [], []), ([6, 5], [2, 3, 2], [1, 1], [], [0, 1], [0, 1], [], []),
    ([6, 5], [4, 2], [2, 3], [0, 2], [], [1, 0], [], []), ([3, 6, 5], [3, 4, 1], [1, 1, 5], [2], [1], [1], [0], [0]),
    ([6, 3], [4, 3, 1], [2, 1], [1], [], [0], [1], [1]), ([7], [0, 1], [2], [1], [], [0], [], []), ([4, 3], [2, 0], [4, 2], [0, 2], [], [], [], []),
]


def gather_scatter():
    fixture = Fixture('indexing')
    for dtype in ['float32', 'int32', 'uint8', 'bool']:
        for x_shape, i_shape, sizes, offset, collapsed, moved, batching, i_batching in GATHERS:
            x, outside = array(dtype, x_shape), indices(i_shape)
            inside = np.zeros(i_shape, 'int32')
            numbers = {'offset_dims': offset, 'collapsed_slice_dims': collapsed, 'start_index_map': moved,
                       'operand_batching_dims': batching, 'start_indices_batching_dims': i_batching}
            dims = lax.GatherDimensionNumbers(**{k: tuple(v) for k, v in numbers.items()})
            for mode, theirs in MODES.items():
                for fill in [None, 7] if mode == 'fillOrDrop' and dtype != 'bool' else [None]:
                    index = inside if mode == 'promiseInBounds' else outside
                    function = lambda x, i: lax.gather(x, i, dims, sizes, mode=theirs, fill_value=fill)
                    params = {'dimensionNumbers': camel_keys(numbers), 'sliceSizes': sizes, 'mode': mode, 'fillValue': fill}
                    if dtype == 'float32' or mode == 'fillOrDrop':
                        fixture.add('gather', function, [x, index], params)
            window = [n for d, n in enumerate(sizes) if d not in collapsed + batching]
            rank = len(window) + len(i_shape) - 1
            batch = iter(i_shape[:-1])
            inner = iter(window)
            updates = array(dtype, [next(inner) if d in offset else next(batch) for d in range(rank)])
            numbers = {'update_window_dims': offset, 'inserted_window_dims': collapsed, 'scatter_dims_to_operand_dims': moved,
                       'operand_batching_dims': batching, 'scatter_indices_batching_dims': i_batching}
            dims = lax.ScatterDimensionNumbers(**{k: tuple(v) for k, v in numbers.items()})
            for kind in ['set', 'add', 'mul', 'min', 'max']:
                if dtype == 'bool' and kind in ('add', 'mul'):
                    continue
                for mode, theirs in MODES.items():
                    if mode == 'promiseInBounds' and kind != 'add' or dtype != 'float32' and mode == 'clip':
                        continue
                    index = inside if mode == 'promiseInBounds' else outside
                    scatter = lax.scatter if kind == 'set' else getattr(lax, f'scatter_{kind}')
                    function = lambda x, i, u: scatter(x, i, u, dims, mode=theirs)
                    params = {'kind': kind, 'dimensionNumbers': camel_keys(numbers), 'mode': mode, 'uniqueIndices': False, 'indicesAreSorted': False}
                    fixture.add('scatter', function, [x, index, updates], params)
        for starts in [(0, 0), (2, 1), (5, -2), (-4, 100)]:
            x, update, at = array(dtype, [4, 5]), array(dtype, [2, 3]), [np.int32(n) for n in starts]
            function = lambda x, *at: lax.dynamic_slice(x, at, [2, 3], allow_negative_indices=False)
            fixture.add('dynamicSlice', function, [x, *at], {'sliceSizes': [2, 3]})
            function = lambda x, u, *at: lax.dynamic_update_slice(x, u, at, allow_negative_indices=False)
            fixture.add('dynamicUpdateSlice', function, [x, update, *at], {})
    fixture.write()


def odd(dtype, shape):
    """With ties, and with what has no place of its own in the order."""
    x = array(dtype, shape)
    if dtype in FLOATS:
        x = np.round(x * 2) / 2
        special = [np.nan, np.inf, -np.inf, 0.0, -0.0, -np.nan]
        chosen = random.random(shape) < 0.3
        x[chosen] = random.choice(special, int(chosen.sum()))
    elif dtype != 'bool':
        x = x % 7
    return x.astype(dtype)


def order():
    fixture = Fixture('order')
    for dtype in ['float32', 'float16', 'int32', 'uint8', 'bool']:
        for shape, dimension, count, keys in [([9], 0, 1, 1), ([4, 9], 1, 2, 1), ([9, 4], 0, 3, 2), ([2, 7, 2], 1, 2, 2), ([0, 3], 0, 1, 1)]:
            operands = [odd(dtype, shape), *[odd('float32', shape) for _ in range(count - 1)]]
            function = lambda *xs: lax.sort(xs, dimension=dimension, is_stable=True, num_keys=keys)
            fixture.add('sort', function, operands, {'dimension': dimension, 'isStable': True, 'numKeys': keys})
        if dtype != 'bool':
            x = odd(dtype, [4, 9])
            for k in [0, 1, 5, 9]:
                # Of a NaN with a sign JAX has two orders; -0 is below 0 there, and equal here.
                plain = np.where(np.isnan(x), np.asarray(np.nan, dtype), x + np.asarray(0, dtype)) if dtype in FLOATS else x
                fixture.add('topK', lambda x: lax.top_k(x, k), [plain], {'k': k})
        for kind, name in [('add', 'cumsum'), ('mul', 'cumprod'), ('max', 'cummax'), ('min', 'cummin')]:
            if dtype == 'bool':
                continue
            for axis, reverse in [(0, False), (1, False), (1, True)]:
                for x in [array(dtype, [4, 5])] + ([odd(dtype, [4, 5])] if dtype == 'float32' and kind in ('max', 'min') else []):
                    function = lambda x: getattr(lax, name)(x, axis=axis, reverse=reverse)
                    fixture.add('cumulative', function, [x], {'kind': kind, 'axis': axis, 'reverse': reverse})
    fixture.write()


COMBINE = {'add': (0, lax.add), 'mul': (1, lax.mul), 'max': (-np.inf, lax.max), 'min': (np.inf, lax.min)}

# shape, window, strides, low, high, base dilation, window dilation
WINDOWS = [
    ([9], [3], [1], [0], [0], [1], [1]), ([9], [3], [2], [1], [1], [1], [1]), ([5, 6], [2, 3], [2, 1], [0, 1], [1, 1], [1, 1], [1, 2]),
    ([5, 6], [2, 2], [1, 2], [-1, 2], [0, -1], [2, 1], [1, 1]), ([2, 3, 6, 6], [1, 1, 3, 3], [1, 1, 2, 2], [0, 0, 1, 1], [0, 0, 1, 1], [1] * 4, [1] * 4),
    ([4], [6], [1], [0], [0], [1], [1]), ([3], [2], [1], [3], [3], [1], [1]),
]

# batch, channels, space; output channels, window; strides, low, high, lhs dilation, rhs dilation; feature groups, batch groups
CONVOLUTIONS = [
    ([2, 3], [7], 4, [3], [1], [0], [0], [1], [1], 1, 1), ([2, 3], [7, 6], 4, [3, 2], [2, 1], [1, 0], [1, 1], [1, 1], [1, 2], 1, 1),
    ([1, 4], [5, 5], 6, [3, 3], [1, 1], [1, 1], [1, 1], [1, 1], [1, 1], 2, 1), ([2, 4], [6], 8, [3], [1], [2], [-1], [1], [1], 4, 1),
    ([4, 3], [5], 6, [2], [1], [0], [0], [1], [1], 1, 2), ([2, 2], [4, 3], 3, [2, 3], [1, 1], [1, 2], [1, 2], [2, 2], [1, 1], 1, 1),
    ([2, 3], [], 4, [], [], [], [], [], [], 1, 1), ([1, 2], [3, 4, 3], 2, [2, 2, 2], [1, 2, 1], [0, 1, 0], [0, 0, 1], [1] * 3, [1] * 3, 1, 1),
    ([0, 3], [7], 4, [3], [1], [0], [0], [1], [1], 1, 1), ([2, 3], [2], 4, [3], [1], [0], [0], [1], [1], 1, 1),
]


def windows():
    fixture = Fixture('window')
    for dtype in ['float32', 'int32', 'float16']:
        for shape, *lists in WINDOWS:
            names = ['windowDimensions', 'windowStrides', 'low', 'high', 'baseDilation', 'windowDilation']
            dims, strides, low, high, base, dilation = lists
            for kind, (start, combine) in COMBINE.items():
                info = np.iinfo(dtype) if dtype == 'int32' else None
                start = {-np.inf: info.min, np.inf: info.max}.get(start, start) if info else start
                function = lambda x: lax.reduce_window(
                    x, np.asarray(start, dtype), combine, dims, strides, list(zip(low, high)), base_dilation=base, window_dilation=dilation)
                x = array(dtype, shape) % 5 if dtype == 'int32' else array(dtype, shape)
                fixture.add('reduceWindow', function, [x], {'kind': kind, **dict(zip(names, lists))})
        for head, space, out, window, strides, low, high, lhs_dilation, rhs_dilation, groups, batch_groups in CONVOLUTIONS:
            lhs, rhs = array(dtype, [*head, *space]), array(dtype, [out, head[1] // groups, *window])
            for preferred in [dtype, 'float32'] if dtype == 'float16' else [dtype]:
                function = lambda x, y: lax.conv_general_dilated(
                    x, y, strides, list(zip(low, high)), lhs_dilation, rhs_dilation, feature_group_count=groups,
                    batch_group_count=batch_groups, preferred_element_type=preferred)
                params = {'windowStrides': strides, 'low': low, 'high': high, 'lhsDilation': lhs_dilation, 'rhsDilation': rhs_dilation,
                          'featureGroupCount': groups, 'batchGroupCount': batch_groups, 'preferredElementType': preferred}
                fixture.add('convGeneralDilated', function, [lhs, rhs], params)
    fixture.write()


def definite(dtype, shape):
    x = random.normal(size=shape)
    return (x @ np.swapaxes(x, -1, -2) + np.eye(shape[-1])).astype(dtype)


def linalg():
    fixture = Fixture('linalg')
    for dtype in ['float32', 'float64']:
        for shape in [[1, 1], [4, 4], [2, 3, 3], [0, 0]]:
            x = definite(dtype, shape)
            fixture.add('cholesky', lambda x: lax.linalg.cholesky(x, symmetrize_input=False), [x])
            fixture.add('eigh', lambda x: lax.linalg.eigh(x, symmetrize_input=False), [x])
            b = array(dtype, [*shape[:-1], 2])
            for left in [True, False]:
                for lower in [True, False]:
                    for turned in [True, False]:
                        unit = lower != turned
                        right = b if left else np.ascontiguousarray(np.swapaxes(b, -1, -2))
                        function = lambda a, b: lax.linalg.triangular_solve(
                            a, b, left_side=left, lower=lower, transpose_a=turned, unit_diagonal=unit)
                        params = {'leftSide': left, 'lower': lower, 'transposeA': turned, 'unitDiagonal': unit}
                        fixture.add('triangularSolve', function, [x, right], params)
        fixture.add('cholesky', lambda x: lax.linalg.cholesky(x, symmetrize_input=False), [np.array([[1, 2, 0], [2, 1, 0], [0, 0, 1]], dtype)])
        for shape in [[3, 3], [5, 3], [3, 5], [2, 4, 4], [1, 1], [0, 3], [3, 0]]:
            x = array(dtype, shape)
            if 0 not in shape:
                fixture.add('lu', lax.linalg.lu, [x])
            for full in [False, True]:
                if 0 not in shape:
                    fixture.add('qr', lambda x: lax.linalg.qr(x, full_matrices=full), [x], {'fullMatrices': full})
                fixture.add('svd', lambda x: lax.linalg.svd(x, full_matrices=full), [x], {'fullMatrices': full})
        singular = np.array([[1, 2, 3], [2, 4, 6], [0, 0, 0]], dtype)
        fixture.add('lu', lax.linalg.lu, [singular])
        for full in [False, True]:
            fixture.add('svd', lambda x: lax.linalg.svd(x, full_matrices=full), [singular], {'fullMatrices': full})
        for shape, rank in [([1], 1), ([8], 1), ([7], 1), ([3, 12], 1), ([4, 6], 2), ([2, 3, 4, 5], 3), ([101], 1), ([0, 4], 1)]:
            for inverse in [False, True]:
                def function(re, im):
                    kind = lax.FftType.IFFT if inverse else lax.FftType.FFT
                    out = lax.fft(lax.complex(re, im), kind, re.shape[len(re.shape) - rank:])
                    return lax.real(out), lax.imag(out)
                fixture.add('fft', function, [array(dtype, shape), array(dtype, shape)], {'rank': rank, 'inverse': inverse})
    fixture.write()


def collatz(n):
    def body(carry):
        n, steps = carry
        return lax.select(n % 2 == 0, n // 2, 3 * n + 1), steps + 1
    return lax.while_loop(lambda carry: carry[0] != 1, body, (n, np.int32(0)))


def horner(x, coefficients, reverse=False):
    return lax.scan(lambda y, c: (y * x + c, y), jax.numpy.zeros_like(x), coefficients, reverse=reverse)


def branches(index, x):
    return lax.switch(index, [lambda x: x + 1, lambda x: x * x, lambda x: -x], x)


def control():
    fixture = Fixture('control')
    for n in [1, 6, 27]:
        fixture.add('collatz', collatz, [np.int32(n)])
    for length in [0, 1, 5]:
        for name, reverse in [('horner', False), ('hornerReverse', True)]:
            fixture.add(name, lambda x, c: horner(x, c, reverse), [array('float32', [3]), array('float32', [length])])
    for index in [-5, 0, 1, 2, 9]:
        fixture.add('branches', branches, [np.int32(index), array('float32', [4])])
    fixture.write()


if __name__ == '__main__':
    for make in [gather_scatter, order, windows, linalg, control]:
        make()
