"""What JAX makes of functions that take more than arrays: dimension numbers, functions, complex numbers; and where its behaviour surprises. See programs.py;
the same programs are in programs/pieces.ts.

Run it with a Python that has jax:  python conformance/oracle/pieces_oracle.py
"""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.extend.random import threefry2x32_p
from jax.scipy import linalg
from programs import Programs, bools, floats, ints, positive

program = Programs('pieces')


def scalar(x, dtype='float32'):
    return np.array(x, dtype)


def i32(x):
    return np.array(x, 'int32')


# gather and scatter
ROWS = lax.GatherDimensionNumbers((1,), (0,), (0,))
WINDOWS = lax.GatherDimensionNumbers((1, 2), (), (0, 1))
far = i32([[0], [9], [-3], [2]])


@program('lax.gather', [floats(4, 3), i32([[2], [0], [2]])])
def gather_rows(x, i):
    return lax.gather(x, i, ROWS, (1, 3))


@program('lax.gather', [floats(4, 5), i32([[0, 1], [2, 2]])])
def gather_windows(x, i):
    return lax.gather(x, i, WINDOWS, (2, 3))


@program('lax.gather', [floats(4, 3), far])
def gather_clips(x, i):
    return lax.gather(x, i, ROWS, (1, 3), mode='clip')


@program('lax.gather', [floats(4, 3), far])
def gather_fills(x, i):
    return jnp.nan_to_num(lax.gather(x, i, ROWS, (1, 3), mode='fill'), nan=-1.0), lax.gather(x, i, ROWS, (1, 3), mode='fill', fill_value=5)


@program('lax.gather', [ints(4, 3), far], derivative=False)
def gather_fills_integers(x, i):
    return [lax.gather(x.astype(d), i, ROWS, (1, 3), mode='fill') for d in ('int32', 'uint8', 'bool')]


POINTS = lax.ScatterDimensionNumbers((), (0,), (0,))
LINES = lax.ScatterDimensionNumbers((1,), (0,), (0,))


@program('lax.scatter', [floats(5), i32([[1], [3]]), floats(2)])
def scatter_points(x, i, u):
    return lax.scatter(x, i, u, POINTS, unique_indices=True)


@program('lax.scatter', [floats(4, 3), i32([[0], [9], [2]]), floats(3, 3)])
def scatter_drops(x, i, u):
    return lax.scatter(x, i, u, LINES, mode='drop', unique_indices=True)


@program('lax.scatter', [floats(4, 3), i32([[1], [9], [0]]), floats(3, 3)])
def scatter_clips(x, i, u):
    return lax.scatter(x, i, u, LINES, mode='clip', unique_indices=True)


@program('lax.scatterAdd', [floats(4, 3), i32([[1], [1], [7]]), floats(3, 3)])
def scatter_adds(x, i, u):
    return lax.scatter_add(x, i, u, LINES)


@program('lax.scatterSub', [floats(4, 3), i32([[1], [1], [7]]), floats(3, 3)])
def scatter_subtracts(x, i, u):
    return lax.scatter_sub(x, i, u, LINES)


@program('lax.scatterMul', [positive(5), i32([[0], [3], [4]]), positive(3)])
def scatter_multiplies(x, i, u):
    return lax.scatter_mul(x, i, u, POINTS, unique_indices=True)


@program('lax.scatterMin', [floats(5), i32([[0], [3], [3]]), floats(3)])
def scatter_minimum(x, i, u):
    return lax.scatter_min(x, i, u, POINTS)


@program('lax.scatterMax', [floats(5), i32([[0], [3], [3]]), floats(3)])
def scatter_maximum(x, i, u):
    return lax.scatter_max(x, i, u, POINTS)


@program('lax.scatterApply', [floats(5), i32([[0], [3], [9]])], derivative=False)
def scatter_apply_sine(x, i):
    return lax.scatter_apply(x, i, jnp.sin, POINTS, update_shape=(3,), unique_indices=True)


# Complex numbers, as pairs
def halves(z):
    return {'imag': z.imag, 'real': z.real}


@program('lax.complex', [floats(3), floats(3)])
def complex_parts(x, y):
    z = lax.conj(lax.complex(x, y))
    return lax.real(z), lax.imag(z)


@program('lax.conj', [floats(3), floats(3)])
def conjugate_product(x, y):
    z = lax.complex(x, y)
    return jnp.real(z * lax.conj(z))


@program('lax.imag', [floats(3), floats(3)])
def imaginary_part(x, y):
    return lax.imag(lax.complex(jnp.sin(x), x * y))


@program('lax.real', [floats(3)])
def real_of_real(x):
    return jnp.real(x), jnp.imag(x)


for kind in ['FFT', 'IFFT', 'RFFT', 'IRFFT']:
    def transform(x, y, kind=kind):
        given = x if kind == 'RFFT' else lax.complex(x, y)
        out = lax.fft(given, kind, (6,) if kind != 'IRFFT' else (10,))
        return out if kind == 'IRFFT' else halves(out)

    transform.__name__ = f'fft_{kind.lower()}'
    program('lax.fft', [floats(2, 6), floats(2, 6)])(transform)


# Linear algebra
def symmetric(m):
    return m @ m.T + 3 * jnp.eye(m.shape[-1], dtype=m.dtype)


@program('lax.linalg.cholesky', [floats(3, 3)])
def lax_cholesky(m):
    return lax.linalg.cholesky(symmetric(m))


@program('lax.linalg.eigh', [floats(3, 3)])
def lax_eigh(m):
    v, w = lax.linalg.eigh(symmetric(m))
    return v**2, w


@program('lax.linalg.lu', [floats(3, 3)], [floats(4, 2)], derivative=False)
def lax_lu_pivots(m):
    return lax.linalg.lu(m)



@program('lax.linalg.luPivotsToPermutation', [i32([2, 2, 2])], derivative=False)
def lax_lu_permutation(p):
    return lax.linalg.lu_pivots_to_permutation(p, 4)


@program('lax.linalg.qr', [floats(4, 3)])
def lax_qr(m):
    q, r = lax.linalg.qr(m, full_matrices=False)
    return q**2, r**2


@program('lax.linalg.svd', [floats(4, 3)])
def lax_svd(m):
    u, s, vt = lax.linalg.svd(m, full_matrices=False)
    return u**2, s, vt**2


@program('lax.linalg.triangularSolve', [floats(3, 3), floats(3, 2)])
def lax_triangular_solve(m, b):
    a = m + 4 * jnp.eye(3)
    return [lax.linalg.triangular_solve(a, b, left_side=True, lower=lower, transpose_a=t) for lower in (False, True) for t in (False, True)]


@program('lax.linalg.triangularSolve', [floats(3, 3), floats(2, 3)])
def lax_triangular_solve_right(m, b):
    return lax.linalg.triangular_solve(m, b, lower=True, unit_diagonal=True)


@program('scipy.linalg.blockDiag', [floats(2, 3), floats(1, 2), floats(2)])
def block_diagonal(a, b, c):
    return linalg.block_diag(a, b, c)


@program('scipy.linalg.choSolve', [floats(3, 3), floats(3)])
def cho_solve(m, b):
    return linalg.cho_solve(linalg.cho_factor(symmetric(m), lower=True), b)


@program('scipy.linalg.choFactor', [floats(3, 3)])
def cho_factor(m):
    return jnp.triu(linalg.cho_factor(symmetric(m))[0])


@program('scipy.linalg.luSolve', [floats(3, 3), floats(3, 2)])
def lu_solve(m, b):
    factors = linalg.lu_factor(m + 3 * jnp.eye(3))
    return linalg.lu_solve(factors, b), linalg.lu_solve(factors, b, trans=1)


# Functions of functions in numpy
@program('numpy.applyAlongAxis', [floats(2, 3, 4)])
def apply_along_axis(x):
    return jnp.apply_along_axis(lambda v: v * v.sum(), 1, x), jnp.apply_along_axis(lambda v: jnp.sin(v).sum(), -1, x)


@program('numpy.applyOverAxes', [floats(2, 3, 4)])
def apply_over_axes(x):
    return jnp.apply_over_axes(jnp.sum, x, (0, 2))


@program('numpy.piecewise', [floats(6)])
def piecewise_three(x):
    return jnp.piecewise(x, [x < -0.5, x > 0.5], [lambda v: -v, lambda v: v * v, 3])


@program('numpy.vectorize', [floats(2, 1), floats(3)])
def vectorize_scalar(x, y):
    return jnp.vectorize(lambda a, b: jnp.sin(a) * b)(x, y)


@program('numpy.vectorize', [floats(2, 3, 4), floats(4)])
def vectorize_signature(m, v):
    return jnp.vectorize(jnp.dot, signature='(n,m),(m)->(n)')(m, v)


@program('numpy.fromfunction', [floats()])
def from_function(a):
    return jnp.fromfunction(lambda i, j: jnp.sin(i * a) + j, (2, 3))


@program('numpy.block', [floats(2, 2), floats(2, 1), floats(1, 3)])
def block_of_rows(a, b, c):
    return jnp.block([[a, b], [c]])


@program('numpy.broadcastArrays', [floats(2, 1), floats(3)])
def broadcast_arrays(x, y):
    return jnp.broadcast_arrays(x, y)


@program('numpy.astype', [np.float32([0, -2.7, 2.7, 300, 0.4])], derivative=False)
def astype_all(x):
    return [jnp.astype(x, d) for d in ('int32', 'bool', 'float16', 'float32')]


@program('numpy.copy', [floats(3)])
def copies(x):
    return jnp.copy(x), jnp.array(x), jnp.asarray(x)


@program('numpy.at', [floats(4), i32([1, -1])])
def at_updates(x, i):
    return x.at[i].set(2.0), x.at[i].add(x[0]), x.at[1:3].multiply(x[i])


# Making and joining
@program('numpy.array', [floats(2), ints(2)])
def arrays_of_dtypes(x, n):
    return jnp.array(x, 'float16'), jnp.array(n, 'float32'), jnp.asarray(x)


@program('numpy.empty', [floats(2, 3)])
def empty_is_zeros(x):
    return jnp.empty((2, 0), 'int32'), jnp.empty(x.shape) + x


@program('numpy.concat', [floats(2, 1), ints(2, 3)])
def concat_promotes(x, n):
    return jnp.concat([x, n], axis=1)


# Shapes of what is there
@program('numpy.ndim', [floats(2, 3)], [floats()], derivative=False)
def rank_of(x):
    return jnp.zeros(jnp.ndim(x))


@program('numpy.shape', [floats(2, 3)], [floats()], derivative=False)
def shape_of(x):
    return jnp.zeros(jnp.shape(x)[::-1])


@program('numpy.size', [floats(2, 3)], [floats(0)], derivative=False)
def size_of(x):
    return jnp.zeros(jnp.size(x))


@program('numpy.broadcastShapes', [floats(2, 1)], derivative=False)
def broadcast_shape(x):
    return jnp.zeros(jnp.broadcast_shapes(x.shape, (4, 1, 3), (1,)))


@program('evalShape', [floats(2, 3)], derivative=False)
def eval_shape_of_pair(x):
    shapes = jax.eval_shape(lambda x: {'b': x.sum(0), 'a': (x > 0).T}, x)
    return jax.tree.map(lambda s: jnp.zeros(s.shape, s.dtype), shapes)


@program('typeOf', [floats(2, 3)], derivative=False)
def type_of(x):
    return jnp.zeros(jax.typeof(x).shape, jax.typeof(x).dtype)


# Random keys
@program('random.key', [scalar(7, 'int32')], derivative=False, batch=False)
def random_keys(n):
    key = jax.random.clone(jax.random.key(7))
    inner = jax.random.split(key, 3)
    return jax.random.key_data(key), jax.random.key_data(inner), jax.random.bits(inner[1], (3,)) + n.astype('uint32')


@program('random.wrapKeyData', [np.uint32([3, 9])], derivative=False)
def random_wraps(words):
    return jax.random.key_data(jax.random.split(jax.random.wrap_key_data(words)))


@program('random.keyData', [np.uint32([5, 1])], derivative=False)
def random_key_data(words):
    return jax.random.key_data(words), jax.random.normal(words, (4,))


@program('lax.threefry2x32', [np.uint32([1, 5]), np.uint32([2, 6]), np.uint32([3, 7]), np.uint32([4, 8])], derivative=False, batch=False)
def threefry_blocks(a, b, x, y):
    return threefry2x32_p.bind(a, b, x, y)


@program('random.clone', [np.uint32([5, 1])], derivative=False)
def random_clones(words):
    return jax.random.uniform(jax.random.clone(jax.random.wrap_key_data(words)), (3,))


# Where JAX surprises
@program('numpy.where', [np.float32([-1.0, 0.0, 2.0])])
def double_where_trap(x):
    return jnp.where(x > 0, jnp.sqrt(x), 0.0)


@program('numpy.where', [np.float32([-1.0, 0.5, 2.0])])
def double_where_cure(x):
    return jnp.where(x > 0, jnp.log(jnp.where(x > 0, x, 1.0)), 0.0)


@program('numpy.take', [floats(5), i32([0, 7, -1, -9])])
def index_outside(x, i):
    return x[i], jnp.nan_to_num(jnp.take(x, i), nan=9.0), x.at[i].get(mode='clip')


@program('numpy.at', [floats(5), i32([0, 7, -1, -9])])
def update_outside(x, i):
    return x.at[i].add(1.0), x.at[i].set(x[:4])


@program('numpy.maximum', [np.float32([1.0, np.nan, 3.0]), np.float32([2.0, 2.0, np.nan])], derivative=False)
def nan_propagates(x, y):
    return jnp.maximum(x, y), jnp.minimum(x, y), jnp.fmax(x, y), x.max(), jnp.argmax(x), jnp.argmin(y), jnp.nanmax(x), lax.max(x, y), jnp.sort(x), jnp.median(x)


@program('numpy.max', [np.float32([2.0, 1.0, 2.0])])
def ties_share(x):
    return x.max(), x.min(), jnp.maximum(x, 2.0), jnp.sort(x)


@program('numpy.floorDivide', [i32([7, -7, 7, -7, 0]), i32([2, 2, -2, -2, 5])], derivative=False)
def divisions(x, y):
    return x // y, x % y, lax.div(x, y), lax.rem(x, y), jnp.fmod(x, y), jnp.divide(x, y)


@program('numpy.argsort', [np.float32([2.0, np.nan, -0.0, 0.0, 2.0, -np.inf, np.nan])], derivative=False)
def stable_sort(x):
    return jnp.argsort(x), jnp.sort(x), jnp.argsort(x, descending=True), lax.sort((x, jnp.arange(7)), num_keys=1)


@program('numpy.add', [ints(3), floats(3), bools(3)])
def weak_types(n, x, b):
    half = jnp.array(True)
    return n + 1, n + 1.5, x * 2, b + 1, b + True, n * x, b * 1.5, x.astype('float16') + 1.5, n.astype('int8') + 1, jnp.where(b, 1, 2), jnp.where(b, n, 1.5), half + 1


@program('numpy.abs', [np.float32([0.0, -0.0, 1.0, -2.0])])
def kinks(x):
    return jnp.abs(x), jnp.sign(x), jax.numpy.maximum(x, 0), jnp.clip(x, -1, 1), x**2, jnp.hypot(x, 1.0)


@program('numpy.sqrt', [np.float32([0.0, 1.0])], batch=False)
def infinite_slope(x):
    return jnp.sqrt(x), jnp.cbrt(x + 1)


@program('numpy.sum', [np.zeros((0, 3), 'float32')])
def empty_sums(x):
    return x.sum(0), x.sum(), x.prod(0), jnp.mean(x, 1), jnp.concatenate([x, x]).sum(1)


@program('numpy.round', [np.float32([0.5, 1.5, -0.5, 2.5])])
def rounding(x):
    return jnp.round(x), jnp.floor(x), jnp.trunc(x), x.astype('int32')


@program('numpy.power', [np.float32([0.0, 2.0]), np.float32([2.0, 0.0])])
def powers(x, y):
    return x**2, x**y, 2.0**x, jnp.power(x, 3)


program.write()
