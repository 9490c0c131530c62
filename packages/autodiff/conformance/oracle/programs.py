"""Functions that are written twice, here in Python and under programs/ in TypeScript under the same name, and what JAX makes of them.

A case is {program, subject, args, value, weak?, jvp?, grad?, second?, only?, batched, batchedGrad?}. Trees are lists of their arrays in JAX's order.
Of a program `f`, with `sum(y)` the sum over all arrays of floats of `sum(cos(i) * y[i])`, and the float arguments differentiated,
- value: the results of `f(*args)`; weak: which of them are,
- jvp: the tangents of the float results, for tangents `sin(i + 1)`,
- grad: the gradients of `sum(f)`; absent where JAX differentiates forward only,
- second: those of the sum of `sin(i + 1) * grad` (where JAX differentiates forward only: the tangents of jvp),
- only: the direction, where JAX has one only,
- batched: for each argument and each of its axes {at, axis, out}, the results for the argument and `other` of it, stacked along the axis,
- batchedGrad: the gradients of all examples, every argument stacked with its `other` along axis 0.
"""

import jax
import jax.numpy as jnp
import numpy as np
from oracle import camel, pack, write


def is_float(x):
    return x.dtype.kind == 'f'


def wave(x, f, shift):
    return f(np.arange(x.size) + shift).astype('float32').astype(x.dtype).reshape(x.shape)


def weighed(out):
    return sum(((y * wave(y, np.cos, 0)).sum() for y in floats_of(out)), jnp.float32(0))


def other(x):
    """A second example."""
    if x.size > 1:
        return x.reshape(-1)[::-1].reshape(x.shape)
    return ~x if x.dtype == bool else (1 - x).astype(x.dtype)


def arrays(out):
    return list(map(jnp.asarray, jax.tree.leaves(out)))


def floats_of(out):
    return [y for y in arrays(out) if y.dtype.kind == 'f']


def derivatives(f, args, only, twice):
    at = tuple(i for i, x in enumerate(args) if is_float(x))
    xs = tuple(args[i] for i in at)
    tangents = tuple(wave(x, np.sin, 1) for x in xs)
    merged = lambda *xs: f(*[xs[at.index(i)] if i in at else x for i, x in enumerate(args)])
    push = lambda *xs: jax.jvp(lambda *ys: floats_of(merged(*ys)), xs, tangents)[1]
    if only == 'forward':
        return {'jvp': push(*xs), 'second': jax.jvp(push, xs, tangents)[1]}
    gradient = jax.grad(lambda *xs: weighed(merged(*xs)), tuple(range(len(at))))
    slope = lambda *xs: sum((g * t).sum() for g, t in zip(gradient(*xs), tangents))
    answers = {'grad': gradient(*xs), **({'second': jax.grad(slope, tuple(range(len(at))))(*xs)} if twice else {})}
    return answers if only == 'reverse' else {'jvp': push(*xs), **answers}


def batched_by(f, args, others, at, axis):
    both = jnp.stack([args[at], others[at]], axis)
    in_axes = [axis if i == at else None for i in range(len(args))]
    return jax.vmap(f, in_axes)(*[both if i == at else x for i, x in enumerate(args)])


def batched_gradient(f, args, others):
    at = tuple(i for i, x in enumerate(args) if is_float(x))
    return jax.vmap(jax.grad(lambda *xs: weighed(f(*xs)), at))(*map(lambda *both: jnp.stack(both), args, others))


def asked(f, places, derivative, only, twice, args, others):
    """All answers, as lists of arrays: one program for XLA, which takes longest to compile."""
    answers = {'value': f(*args)}
    if derivative:
        answers |= derivatives(f, args, only, twice)
    if derivative and places and only != 'forward':
        answers['batchedGrad'] = batched_gradient(f, args, others)
    answers['batched'] = [arrays(batched_by(f, args, others, at, axis)) for at, axis in places]
    return {k: v if k == 'batched' else arrays(v) for k, v in answers.items()}


class Programs:
    def __init__(self, fixture):
        self.fixture, self.cases = fixture, []

    def __call__(self, subject, *samples, derivative=True, only=None, twice=True, batch=True):
        """Decorates the program. `samples` are lists of arguments, all of them arrays; `derivative=False` where there is none, `batch=False` where `vmap` has no
        place, `only` names the one direction of differentiation; not `twice` where a rule that is no derivative makes the second depend on the order."""

        def decorate(f):
            self.cases += [self.case(f, subject, args, derivative and any(map(is_float, args)), only, twice, batch) for args in samples]
            return f

        return decorate

    def case(self, f, subject, args, derivative, only, twice, batch):
        places = [(at, axis) for at, x in enumerate(args) for axis in range(x.ndim + 1)] if batch else []
        question = lambda args, others: asked(f, places, derivative, only, twice, args, others)
        answers = jax.jit(question)(list(args), list(map(other, args)))
        batched = [{'at': at, 'axis': axis, 'out': list(map(pack, out))} for (at, axis), out in zip(places, answers.pop('batched'))]
        packed = {k: list(map(pack, answers[k])) for k in ['value', 'jvp', 'grad', 'second', 'batchedGrad'] if k in answers}
        weak = [bool(y.weak_type) for y in answers['value']]
        named = {'program': camel(f.__name__), 'subject': subject, 'args': list(map(pack, args))}
        return {**named, **packed, 'weak': weak, **({'only': only} if only else {}), 'batched': batched}

    def write(self):
        write(self.fixture, self.cases)


rng = np.random.default_rng(11)


def floats(*shape, scale=1.0):
    return (rng.standard_normal(shape) * scale).astype('float32')


def positive(*shape):
    return (np.abs(floats(*shape)) + 0.5).astype('float32')


def ints(*shape, low=0, high=5):
    return rng.integers(low, high, shape).astype('int32')


def bools(*shape):
    return rng.integers(0, 2, shape).astype(bool)
