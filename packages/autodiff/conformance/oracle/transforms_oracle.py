"""Derivatives and batches that JAX makes of recorded calls, as fixtures for the conformance tests.

Run it with a Python that has jax, after the scripts that record the calls:  python conformance/oracle/transforms_oracle.py
It reads other fixtures and writes fixtures/transforms.json, a list of {kind, from, fn, args, at, axis?, out}. Of the call `fn(...args)`, as a function of
argument `at`, `out` is
- grad: the gradient of `sum(cos(i) · f(x)[i])`,
- second: the gradient of `sum(sin(i + 1) · that[i])`,
- jvp: the tangent for `x`'s tangent `sin(i + 1)`,
- vmap: the results for `x` and `x` with its elements in reverse order, side by side along `axis`.
"""

import collections
import warnings

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from oracle import camel, decode, pack, read, write

warnings.filterwarnings('ignore')

# Calls of one function by one argument of a rank, at most.
LIMIT = 4
# Each module, and the fixtures with its calls.
MODULES = {'numpy': (jnp, ['numpy', 'numpyMore', 'ordering']), 'lax': (lax, ['lax', 'laxMore'])}
# Their results depend on values, they take functions, or they say where rather than what.
SKIPPED = {'astype', 'vectorize', 'fromfunction', 'array', 'asarray', 'copy', 'nextafter', 'spacing', 'frexp'}


def snake_names(module):
    return {camel(name): name for name in dir(module) if not name.startswith('_')}


def is_float(x):
    return isinstance(x, np.ndarray) and x.dtype == np.float32 and x.size > 0 and np.isfinite(x).all()


def wave(shape, f, shift):
    return f(np.arange(int(np.prod(shape))) + shift).astype('float32').reshape(shape)


def kinds(f, shape, x, batches):
    """Every kind's result, by kind and axis; one program for XLA, which takes longest to compile."""
    answers = {('vmap', axis): jax.vmap(f, axis)(both) for axis, both in enumerate(batches)}
    if shape.dtype.kind != 'f' or shape.size == 0:
        return answers
    gradient = jax.grad(lambda y: (f(y) * wave(shape.shape, np.cos, 0)).sum())
    slope = lambda y: (gradient(y) * wave(x.shape, np.sin, 1)).sum()
    tangent = jax.jvp(f, (x,), (wave(x.shape, np.sin, 1),))[1]
    return {('grad', None): gradient(x), ('second', None): jax.grad(slope)(x), ('jvp', None): tangent, **answers}


def derived(f, x):
    shape = jax.eval_shape(f, x)
    if isinstance(shape, (list, tuple)) or np.dtype(shape.dtype).kind not in 'fiub':
        return []
    batches = [np.stack([x, x.reshape(-1)[::-1].reshape(x.shape)], axis) for axis in range(x.ndim + 1)]
    keys = []

    def flat(x, batches):
        answers = kinds(f, shape, x, batches)
        keys.extend(answers)
        return list(answers.values())

    outs = jax.jit(flat)(x, batches)
    return [(*key, out) for key, out in zip(keys, outs)]


def derive(source, module, fixture, counts):
    names = snake_names(module)
    for case in read(fixture):
        fn = case['fn']
        if fn in SKIPPED or fn not in names:
            continue
        values, options = decode(case['args'])
        for at, x in enumerate(values):
            if not is_float(x) or counts[fn, at, x.ndim] >= LIMIT:
                continue

            def f(y):
                return getattr(module, names[fn])(*values[:at], y, *values[at + 1:], **options)

            try:
                made = derived(f, x)
            except Exception as error:
                print(f'JAX refuses {fn} {at}: {str(error).splitlines()[0][:80]}')
                continue
            counts[fn, at, x.ndim] += 1
            for kind, axis, out in made:
                yield {'kind': kind, 'from': source, 'fn': fn, 'args': case['args'], 'at': at, **({} if axis is None else {'axis': axis}), 'out': pack(out)}


cases = []
for source, (module, fixtures) in MODULES.items():
    counts = collections.Counter()
    for fixture in fixtures:
        cases += derive(source, module, fixture, counts)

write('transforms', cases)
