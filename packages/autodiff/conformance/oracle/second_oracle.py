"""Second derivatives and batches that JAX makes of recorded calls of special functions, matrices, Fourier transforms, images and segments, as fixtures.

Run it with a Python that has jax, after the scripts that record the calls:  python conformance/oracle/second_oracle.py
It reads other fixtures and writes fixtures/second.json, a list of {of, call, fn, at, second?, batches?}: of the call at position `call` of fixture `of`, as a function of
argument `at`,
- second: the gradient of `sum(sin(i + 1) · gradient[i])`, where `gradient` is the one that the other fixture has (of double precision, where rounding hides nothing),
- batches: axis by axis, the results for `x` and for `x` with its elements in reverse order, side by side along that axis (of single precision).
"""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.scipy import linalg, signal, special, stats
from oracle import camel, decode, pack, read, write

SPACES = {
    'special': {'lax': lax, 'special': special, 'norm': stats.norm, 'bernoulli': stats.bernoulli, 'beta': stats.beta, 'gamma': stats.gamma},
    'linalg': {'linalg': jnp.linalg, 'fft': jnp.fft, 'scipyLinalg': linalg, 'signal': signal, 'image': jax.image, 'ops': jax.ops},
}
# Of one function by one argument of a shape and dtype, at most.
LIMIT = 2
FLOATS = ('float32', 'float64')
# JAX differentiates it as if the triangle that is not read counted too, in a way of its own: suites/linalg.ts compares first derivatives for symmetric changes.
READS_ONE_TRIANGLE = 'scipyLinalg.cholesky'
cases = []


def wave(x):
    return np.sin(np.arange(x.size) + 1).astype(x.dtype).reshape(x.shape)


def total(out):
    return out.sum()


def weighed(out):
    """The sum over all results of `x² / (1 + i)`, which no sign of a vector changes."""
    parts = [part for x in jax.tree.leaves(out) for part in ([x.real, x.imag] if jnp.iscomplexobj(x) else [jnp.asarray(x)])]
    return sum((x.ravel() ** 2 / (1 + jnp.arange(x.size))).sum() for x in parts if x.dtype.kind == 'f')


def result(x):
    """As fixtures/linalg.json has them."""
    if isinstance(x, (tuple, list)):
        return [result(a) for a in x]
    x = np.asarray(x)
    return {'real': pack(x.real), 'imag': pack(x.imag)} if x.dtype.kind == 'c' else pack(x)


def second(loss, f, x):
    slope = lambda y: (jax.grad(lambda z: loss(f(z)))(y) * wave(x)).sum()
    return result(jax.grad(slope)(x))


def batches(f, x):
    return [result(jax.vmap(f, axis)(np.stack([x, x.reshape(-1)[::-1].reshape(x.shape)], axis))) for axis in range(x.ndim + 1)]


def answers(of, case, f, x, at):
    """What is asked of the call by one argument; nothing that JAX refuses."""
    loss = total if of == 'special' else weighed
    has_gradient = (case.get('grads') or [None] * (at + 1))[at] is not None
    asked = {}
    try:
        if x.dtype == 'float64' and has_gradient and case['fn'] != READS_ONE_TRIANGLE:
            asked['second'] = second(loss, f, x)
        if x.dtype == 'float32':
            asked['batches'] = batches(f, x)
    except Exception as error:
        print(f'JAX refuses {case["fn"]} {at}: {str(error).splitlines()[0][:100]}')
    return asked


def derive(of):
    counts = {}
    for call, case in enumerate(read(of)):
        space, fn = case['fn'].split('.')
        module = SPACES[of][space]
        name = {camel(name): name for name in dir(module)}[fn]
        values, options = decode(case['args'])
        for at, x in enumerate(values):
            if not (isinstance(x, np.ndarray) and x.dtype.name in FLOATS and x.size > 0 and np.isfinite(x).all()):
                continue
            key = (case['fn'], at, x.dtype.name, x.shape, 'grads' in case, tuple(options))
            counts[key] = counts.get(key, 0) + 1
            if counts[key] > LIMIT:
                continue
            f = lambda y: getattr(module, name)(*values[:at], y, *values[at + 1:], **options)
            with jax.enable_x64(x.dtype == 'float64'):
                asked = answers(of, case, f, x, at)
            if asked:
                cases.append({'of': of, 'call': call, 'fn': case['fn'], 'at': at, **asked})


derive('special')
derive('linalg')
write('second', cases)
