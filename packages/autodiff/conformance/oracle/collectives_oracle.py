"""What JAX makes of collectives along named axes of vmap. See programs.py; the same programs are in programs/collectives.ts.

Run it with a Python that has jax:  python conformance/oracle/collectives_oracle.py
"""

import jax
import jax.numpy as jnp
from jax import lax
from programs import Programs, floats, ints

program = Programs('collectives')


def along(name, f, *xs, **options):
    return jax.vmap(f, axis_name=name, **options)(*xs)


@program('lax.psum', [floats(4)], [floats(3, 2)], [floats(1, 2)])
def psum_share(x):
    return along('i', lambda x: x / (1 + lax.psum(x * x, 'i')), x)


@program('lax.psum', [ints(4), floats(4, 2)])
def psum_tree(n, x):
    return along('i', lambda t: lax.psum({'n': t['n'], 'x': t['x'] * t['n']}, 'i'), {'x': x, 'n': n})


@program('lax.psum', [floats(3)])
def psum_of_constant(x):
    return along('i', lambda x: x * lax.psum(1, 'i'), x)


@program('lax.psum', [floats(3, 2)])
def psum_unbatched(x):
    return along('i', lambda x, y: lax.psum(jnp.sin(y), 'i') + x, x, x[0], in_axes=(0, None))


@program('lax.psum', [floats(2, 3)])
def psum_outer_axis(x):
    return along('i', lambda row: along('j', lambda y: lax.psum(y * y, 'i') + lax.psum(jnp.sin(y), 'j'), row), x)


@program('lax.psum', [floats(2, 3)])
def psum_both_axes(x):
    return along('i', lambda row: along('j', lambda y: y * lax.psum(lax.psum(y, 'i'), 'j'), row), x)


@program('lax.psum', [floats(2, 3)])
def psum_same_name_twice(x):
    return along('i', lambda row: along('i', lambda y: y * lax.psum(y, 'i'), row), x)


@program('lax.psum', [floats(3, 2)])
def psum_along_second_axis(x):
    return along('i', lambda x: x * lax.psum(x.sum(), 'i'), x, in_axes=1, out_axes=1)


@program('lax.psum', [floats(3, 2)])
def psum_inside_gradient(x):
    return along('i', lambda x: jax.grad(lambda y: (y * lax.stop_gradient(lax.psum(y, 'i'))).sum())(x), x)


@program('lax.psum', [floats(3, 2)])
def psum_gradient_of_sum(x):
    return along('i', lambda x: jax.grad(lambda y: lax.psum(jnp.sin(y).sum(), 'i'))(x), x)


@program('lax.psum', [floats(4)])
def psum_in_scan(x):
    def one(x):
        return lax.scan(lambda c, _: (jnp.sin(c + lax.psum(c, 'i') * x), c), x, None, length=3)

    return along('i', one, x)


@program('lax.psum', [floats(4)])
def psum_in_cond(x):
    return along('i', lambda x: lax.cond(lax.psum(x, 'i') > 0, lambda y: y * lax.psum(y, 'i'), lambda y: y * y, x), x)


@program('lax.psum', [floats(4)])
def psum_under_jit(x):
    return jax.jit(lambda x: along('i', jax.jit(lambda x: x * lax.psum(x, 'i')), x))(x)


@program('lax.pmean', [floats(4)], [floats(3, 2)])
def pmean_centred(x):
    return along('i', lambda x: (x - lax.pmean(x, 'i')) ** 2, x)


@program('lax.pmean', [ints(4)], derivative=False)
def pmean_of_integers(x):
    return along('i', lambda x: lax.pmean(x, 'i'), x)


@program('lax.pmax', [floats(4)], [floats(3, 2)], derivative=False)
def pmax_difference(x):
    return along('i', lambda x: x - lax.pmax(x, 'i'), x)


@program('lax.pmax', [floats(4)])
def pmax_softmax(x):
    def softmax(x):
        e = jnp.exp(x - lax.stop_gradient(lax.pmax(lax.stop_gradient(x), 'i')))
        return e / lax.psum(e, 'i')

    return along('i', softmax, x)


@program('lax.pmin', [floats(4)], [floats(2, 3)], derivative=False)
def pmin_tree(x):
    return along('i', lambda x: lax.pmin({'a': x, 'b': -x}, 'i'), x)


@program('lax.pmin', [ints(4)], derivative=False)
def pmin_of_integers(x):
    return along('i', lambda x: lax.pmin(x, 'i'), x)


@program('lax.allGather', [floats(3)], [floats(3, 2)])
def all_gather_rows(x):
    return along('i', lambda x: jnp.sin(lax.all_gather(x, 'i')) * x.sum(), x)


@program('lax.allGather', [floats(3, 2)], [floats(2, 2, 3)])
def all_gather_last(x):
    return along('i', lambda x: lax.all_gather(x, 'i', axis=-1), x)


@program('lax.allGather', [floats(3, 2)], [floats(2, 3, 2)])
def all_gather_tiled(x):
    return along('i', lambda x: lax.all_gather(x, 'i', tiled=True), x)


@program('lax.allGather', [floats(2, 3, 2)])
def all_gather_tiled_along_second(x):
    return along('i', lambda x: lax.all_gather(x, 'i', axis=1, tiled=True) * 2, x)


@program('lax.allGather', [floats(2, 3)])
def all_gather_outer(x):
    return along('i', lambda row: along('j', lambda y: lax.all_gather(y, 'i') * lax.all_gather(y, 'j').sum(), row), x)


@program('lax.axisIndex', [floats(4)], [floats(3, 2)])
def axis_index_weights(x):
    return along('i', lambda x: x * lax.axis_index('i'), x)


@program('lax.axisIndex', [floats(2, 3)])
def axis_index_of_both(x):
    return along('i', lambda row: along('j', lambda y: y * (lax.axis_index('i') * 10 + lax.axis_index('j')), row), x)


@program('lax.axisIndex', [floats(4, 4)])
def axis_index_takes(x):
    return along('i', lambda row: row[lax.axis_index('i')], x)


@program('lax.axisSize', [floats(4)])
def axis_size_divides(x):
    return along('i', lambda x: lax.psum(x, 'i') / lax.axis_size('i'), x)


@program('lax.ppermute', [floats(4)], [floats(4, 2)])
def ppermute_ring(x):
    return along('i', lambda x: x * lax.ppermute(x, 'i', [(k, (k + 1) % 4) for k in range(4)]), x)


@program('lax.ppermute', [floats(3)])
def ppermute_of_three(x):
    return along('i', lambda x: lax.ppermute(jnp.sin(x), 'i', [(0, 2), (2, 1), (1, 0)]), x)


@program('lax.ppermute', [ints(3), floats(3, 2)])
def ppermute_tree(n, x):
    return along('i', lambda t: lax.ppermute(t, 'i', [(0, 1), (1, 2), (2, 0)]), {'n': n, 'x': x})


@program('lax.ppermute', [floats(2, 3)])
def ppermute_of_outer(x):
    return along('i', lambda row: along('j', lambda y: lax.ppermute(y, 'i', [(0, 1), (1, 0)]) + lax.ppermute(y, 'j', [(0, 2), (1, 1), (2, 0)]), row), x)


program.write()
