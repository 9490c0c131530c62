"""`numpy.linalg`, `numpy.fft`, `scipy.linalg`, `scipy.signal`, `image` and `ops` of JAX, in both precisions, as fixtures.

Run it with a Python that has jax:  python conformance/oracle/linalg_oracle.py
It writes conformance/fixtures/linalg.json, a list of {fn, args, out, abs?, grads?}. Results are one array, lists of them, or {real, imag}. `grads` are, by each float
argument, those of the sum over all results of `x² / (1 + i)`, which no sign of a vector changes. With `abs`, signs are arbitrary.
Double precision is a process of its own, because the switch is the whole process's.
"""

import json
import os
import subprocess
import sys

if len(sys.argv) > 1:
    os.environ['JAX_ENABLE_X64'] = '1' if sys.argv[1] == 'float64' else '0'

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy import linalg, signal
from oracle import camel, pack, write

SPACES = {'linalg': jnp.linalg, 'fft': jnp.fft, 'scipyLinalg': linalg, 'signal': signal, 'image': jax.image, 'ops': jax.ops}
rng = np.random.default_rng(7)
cases = []


def floats(*shape):
    return rng.standard_normal(shape)


def definite(*shape):
    x = floats(*shape)
    return x @ np.swapaxes(x, -1, -2) + shape[-1] * np.eye(shape[-1])


def cast(x):
    if isinstance(x, np.ndarray):
        return x.astype({'f': DTYPE, 'c': 'complex64' if DTYPE == 'float32' else 'complex128'}.get(x.dtype.kind, x.dtype))
    return x


def encode(x):
    """Arguments as the test takes them."""
    if isinstance(x, np.ndarray) and x.dtype.kind == 'c':
        return {'complex': {'real': pack(x.real), 'imag': pack(x.imag)}}
    if isinstance(x, np.ndarray):
        return {'array': pack(x)}
    if isinstance(x, (list, tuple)) and x and isinstance(x[0], np.ndarray):
        return {'arrays': [pack(a) for a in x]}
    return {'value': x}


def result(x):
    if isinstance(x, (tuple, list)):
        return [result(a) for a in x]
    x = np.asarray(x)
    if x.dtype.kind == 'c':
        return {'real': pack(x.real), 'imag': pack(x.imag)}
    return pack(x.astype('int32') if x.dtype == 'int64' else x)


def weighed(out):
    total = 0
    for x in jax.tree.leaves(out):
        x = jnp.asarray(x)
        for part in [x.real, x.imag] if x.dtype.kind == 'c' else [x]:
            if part.dtype.kind == 'f':
                total += (part.ravel() ** 2 / (1 + jnp.arange(part.size))).sum()
    return total


def case(fn, *args, grads=True, signs=True, listed=False, **options):
    space, name = fn.split('.')
    f = getattr(SPACES[space], name)
    values = [cast(a) for a in args]
    if listed:
        values = [[cast(a) for a in args]]
    call = lambda *xs: f(*xs, **options)
    out = call(*values)
    entry = {'fn': f'{space}.{camel(name)}', 'args': [encode(a) for a in values], 'out': result(out)}
    if options:
        entry['args'].append({'value': {name if name == 'UPLO' else camel(name): list(v) if isinstance(v, tuple) else v for name, v in options.items()}})
    if not signs:
        entry['abs'] = True
    if grads and not listed:
        where = [i for i, a in enumerate(values) if isinstance(a, np.ndarray) and a.dtype.kind == 'f']
        gradient = jax.grad(lambda *xs: weighed(call(*xs)), argnums=where)(*values) if where else []
        entry['grads'] = [pack(gradient[where.index(i)]) if i in where else None for i in range(len(values))]
    cases.append(entry)


def linalg_cases():
    square, batch, tall, wide = floats(4, 4), floats(2, 3, 3), floats(5, 3), floats(3, 5)
    spd = definite(4, 4)
    case('linalg.cholesky', spd)
    case('linalg.cholesky', definite(2, 3, 3), upper=True)
    case('linalg.cholesky', np.array([[1.0, 2.0], [2.0, 1.0]]), grads=False)
    case('linalg.cholesky', floats(3, 3) + 6 * np.eye(3), symmetrize_input=False, grads=False)
    for n in [1, 2, 3, 4, 5]:
        case('linalg.det', floats(n, n))
        case('linalg.slogdet', floats(n, n))
        case('linalg.inv', floats(n, n) + n * np.eye(n))
    case('linalg.det', batch)
    case('linalg.det', floats(2, 4, 4))
    case('linalg.det', np.array([[1.0, 2, 3, 4], [2, 4, 6, 8], [0, 1, 5, 2], [3, 1, 0, 1]]), grads=False)
    case('linalg.slogdet', np.array([[1.0, 2.0, 0], [2.0, 4.0, 0], [0, 0, 1]]), grads=False)
    case('linalg.slogdet', floats(2, 4, 4))
    case('linalg.inv', np.array([[1, 2], [3, 5]], 'int32'), grads=False)
    case('linalg.solve', square, floats(4))
    case('linalg.solve', square, floats(4, 2))
    case('linalg.solve', batch, floats(3, 2))
    case('linalg.solve', floats(3, 3), floats(2, 3, 1))
    case('linalg.eigh', spd, signs=False)
    case('linalg.eigh', floats(2, 3, 3), signs=False)
    case('linalg.eigh', floats(3, 3), UPLO='U', symmetrize_input=False, signs=False, grads=False)
    case('linalg.eigvalsh', floats(5, 5))
    for x in [square, tall, wide, batch]:
        case('linalg.qr', x, signs=False)
        case('linalg.svdvals', x)
        case('linalg.svd', x, full_matrices=False, signs=False)
        case('linalg.pinv', x)
    case('linalg.qr', tall, mode='complete', signs=False)
    case('linalg.qr', tall, mode='r', signs=False)
    # One vector completes each of these, and it is unique but for its sign.
    case('linalg.svd', floats(4, 3), signs=False, grads=False)
    case('linalg.svd', floats(3, 4), signs=False, grads=False)
    case('linalg.svd', wide, compute_uv=False)
    case('linalg.lstsq', tall, floats(5), grads=False)
    case('linalg.lstsq', wide, floats(3, 2), grads=False)
    case('linalg.lstsq', np.array([[1.0, 1], [1, 1], [1, 1]]), floats(3), grads=False)
    for x in [square, tall]:
        for p in [None, 2, -2]:
            case('linalg.cond', x, p)
    for p in [1, -1, 'fro', 'nuc']:
        case('linalg.cond', square, p)
    for x in [tall, np.array([[1.0, 2], [2, 4]]), floats(2, 3, 3)]:
        case('linalg.matrix_rank', x, grads=False)
    for n in [-2, -1, 0, 1, 2, 3, 5]:
        case('linalg.matrix_power', floats(3, 3) + 3 * np.eye(3), n)
    case('linalg.multi_dot', floats(3, 4), floats(4, 2), floats(2, 5), listed=True)
    case('linalg.multi_dot', floats(4), floats(4, 2), floats(2, 5), floats(5), listed=True)
    case('linalg.norm', floats(3, 4))
    case('linalg.norm', floats(6))
    cube = floats(2, 3, 4)
    for order in [1, 2, 3, 0, -1, 2.5]:
        case('linalg.norm', cube, ord=order, axis=1, grads=order != 0)
        case('linalg.vector_norm', cube, ord=order, axis=(0, 2), grads=order != 0)
    case('linalg.vector_norm', cube, keepdims=True)
    for order in [1, -1, 2, -2, 'fro', 'nuc']:
        case('linalg.norm', cube, ord=order, axis=(0, 2))
        case('linalg.norm', cube, ord=order, axis=(2, 1), keepdims=True)
        case('linalg.matrix_norm', cube, ord=order)
    case('linalg.cross', floats(2, 3), floats(3))
    case('linalg.outer', floats(2), floats(3))
    case('linalg.diagonal', cube, offset=1)
    case('linalg.trace', cube)
    case('linalg.matrix_transpose', cube)
    case('linalg.matmul', cube, floats(4, 2))
    case('linalg.tensordot', cube, floats(3, 4, 2))
    case('linalg.vecdot', cube, floats(4))
    case('linalg.tensorinv', floats(2, 3, 6), ind=2)
    case('linalg.tensorsolve', floats(2, 3, 6), floats(2, 3))


def fft_cases():
    line, plane, cube = floats(8), floats(3, 5), floats(2, 3, 4)
    signal_ = floats(6) + 1j * floats(6)
    for name in ['fft', 'ifft', 'rfft', 'irfft', 'hfft', 'ihfft']:
        for x in [line, floats(1), floats(2), floats(7), plane, cube]:
            if x.shape[-1] > 1 or name not in ('irfft', 'hfft'):
                case(f'fft.{name}', x)
        for norm in ['ortho', 'forward', 'backward']:
            case(f'fft.{name}', plane, norm=norm, axis=0)
        case(f'fft.{name}', plane, n=4)
        case(f'fft.{name}', plane, n=7, axis=-2)
    for name in ['fft', 'ifft', 'irfft', 'hfft']:
        case(f'fft.{name}', signal_)
        case(f'fft.{name}', signal_, n=5)
    for name in ['fft2', 'ifft2', 'rfft2', 'irfft2', 'fftn', 'ifftn', 'rfftn', 'irfftn']:
        case(f'fft.{name}', cube)
        case(f'fft.{name}', cube, s=(4, 3), axes=(0, 2))
        case(f'fft.{name}', cube, axes=(2, 1), norm='ortho')
        if not name.startswith('r'):
            case(f'fft.{name}', cube + 1j * floats(2, 3, 4))
    for n in [1, 4, 5]:
        case('fft.fftfreq', n, grads=False, dtype=DTYPE)
        case('fft.fftfreq', n, 0.1, grads=False, dtype=DTYPE)
        case('fft.rfftfreq', n, 0.5, grads=False, dtype=DTYPE)
    for x in [line, plane, cube]:
        case('fft.fftshift', x)
        case('fft.ifftshift', x, axes=0)
        case('fft.ifftshift', x)


def scipy_cases():
    square, spd = floats(4, 4), definite(4, 4)
    case('scipyLinalg.cholesky', spd)
    case('scipyLinalg.cholesky', spd, lower=True)
    case('scipyLinalg.det', square)
    case('scipyLinalg.inv', square)
    case('scipyLinalg.expm', 0.3 * square)
    case('scipyLinalg.expm', 4 * square)
    case('scipyLinalg.expm', np.triu(square), upper_triangular=True, grads=False)
    case('scipyLinalg.expm', 0.5 * floats(2, 3, 3))
    for x in [square, floats(5, 3), floats(3, 5)]:
        case('scipyLinalg.lu', x)
        case('scipyLinalg.lu', x, permute_l=True)
        case('scipyLinalg.lu_factor', x)
    for lower in [True, False]:
        for trans in [0, 1]:
            case('scipyLinalg.solve_triangular', square + 4 * np.eye(4), floats(4, 2), trans=trans, lower=lower)
    case('scipyLinalg.solve_triangular', square, floats(4), unit_diagonal=True)
    case('scipyLinalg.toeplitz', floats(4))
    case('scipyLinalg.toeplitz', floats(3), floats(4))
    case('scipyLinalg.qr', floats(5, 3), mode='economic', signs=False)
    case('scipyLinalg.svd', floats(5, 3), full_matrices=False, signs=False)
    case('scipyLinalg.eigh', spd, signs=False)
    for mode in ['full', 'same', 'valid']:
        for name in ['convolve', 'correlate', 'fftconvolve']:
            case(f'signal.{name}', floats(8), floats(3), mode=mode)
            case(f'signal.{name}', floats(4, 6), floats(2, 3), mode=mode)
        case('signal.convolve2d', floats(4, 6), floats(3, 2), mode=mode)
        case('signal.correlate2d', floats(4, 6), floats(3, 2), mode=mode)


def image_cases():
    picture = floats(5, 7, 2)
    for method in ['nearest', 'linear', 'cubic', 'lanczos3', 'lanczos5']:
        for shape in [(10, 14, 2), (3, 4, 2), (8, 3, 2), (5, 7, 2)]:
            case('image.resize', picture, list(shape), method)
        case('image.resize', picture, [3, 4, 2], method, antialias=False)
    for method in ['linear', 'cubic', 'lanczos3', 'lanczos5']:
        case('image.scale_and_translate', picture, [6, 5, 2], [0, 1], np.array([1.3, 0.6]), np.array([0.4, -0.7]), method)
        case('image.scale_and_translate', picture, [6, 5, 2], [0, 1], np.array([1.3, 0.6]), np.array([0.4, -0.7]), method, antialias=False)
    for name in ['segment_sum', 'segment_prod', 'segment_max', 'segment_min']:
        ids = np.array([0, 2, 2, 1, 0, 5], 'int32')
        case(f'ops.{name}', floats(6), ids, 3, grads=name == 'segment_sum')
        case(f'ops.{name}', floats(6, 2), ids, 4, grads=name == 'segment_sum')
        case(f'ops.{name}', floats(6), np.sort(ids), 7, indices_are_sorted=True, grads=name == 'segment_sum')
        case(f'ops.{name}', np.arange(6).astype('int32'), ids, 6, grads=False)


if len(sys.argv) > 1:
    DTYPE = sys.argv[1]
    linalg_cases()
    fft_cases()
    scipy_cases()
    image_cases()
    json.dump(cases, sys.stdout)
else:
    for dtype in ['float32', 'float64']:
        done = subprocess.run([sys.executable, __file__, dtype], check=True, stdout=subprocess.PIPE)
        cases += json.loads(done.stdout)
    write('linalg', cases)
