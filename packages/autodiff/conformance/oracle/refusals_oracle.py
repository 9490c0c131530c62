"""What JAX refuses to do, and in which words, as fixtures; suites/refusals.ts does the same.

Run it with a Python that has jax:  python conformance/oracle/refusals_oracle.py
It writes conformance/fixtures/refusals.json, a list of {refusal, subject, error, message}: the class and the first line of what JAX throws.
"""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from oracle import camel, write

cases = []
x = np.float32([1.0, 2.0, 3.0])


def refusal(subject):
    def decorate(f):
        try:
            f()
        except Exception as error:
            cases.append({'refusal': camel(f.__name__), 'subject': subject, 'error': type(error).__name__, 'message': str(error).splitlines()[0]})
            return f
        raise SystemExit(f'JAX does {f.__name__}')

    return decorate


@refusal('grad')
def gradient_of_a_vector():
    jax.grad(lambda x: x * 2)(x)


@refusal('grad')
def gradient_by_an_integer():
    jax.grad(lambda n: n * 2.0)(3)


@refusal('grad')
def gradient_of_an_integer():
    jax.grad(lambda x: x.sum().astype('int32'))(x)


@refusal('grad')
def gradient_by_no_argument():
    jax.grad(lambda x: x.sum(), 2)(x)


@refusal('jvp')
def tangent_of_another_shape():
    jax.jvp(jnp.sin, (x,), (x[:2],))


@refusal('vjp')
def cotangent_of_another_shape():
    jax.vjp(jnp.sin, x)[1](x[:2])


@refusal('linearTranspose')
def transpose_of_a_sine():
    jax.linear_transpose(jnp.sin, x)(x)


@refusal('vmap')
def map_over_other_sizes():
    jax.vmap(jnp.add)(x, x[:2])


@refusal('vmap')
def map_over_a_missing_axis():
    jax.vmap(jnp.sin, 2)(x)


@refusal('vmap')
def map_with_axes_for_others():
    jax.vmap(lambda t: t[0], ((0, 0, 0),))((x, x))


@refusal('vmap')
def map_to_one_result():
    jax.vmap(jnp.sin, out_axes=None)(x)


@refusal('jit')
def truth_of_a_tracer():
    jax.jit(lambda x: float(x.sum()))(x)


@refusal('jit')
def item_of_a_tracer():
    jax.jit(lambda x: x.sum().item())(x)


@refusal('jit')
def reading_a_tracer():
    jax.jit(lambda x: np.asarray(x))(x)


@refusal('jit')
def leaked_tracer():
    kept = []
    jax.jit(lambda x: kept.append(x))(x)
    kept[0] + 1


@refusal('lax.scan')
def carry_of_another_dtype():
    lax.scan(lambda c, x: (c + x > 0, None), np.float32(0), x)


@refusal('lax.scan')
def rows_of_other_lengths():
    lax.scan(lambda c, t: (c, t[0]), 0.0, (x, x[:2]))


@refusal('lax.cond')
def branches_of_other_shapes():
    lax.cond(True, lambda x: x, lambda x: x.sum(), x)


@refusal('lax.cond')
def predicate_of_rank_one():
    lax.cond(x > 0, lambda: 1.0, lambda: 2.0)


@refusal('lax.switch')
def switch_without_branches():
    lax.switch(0, [], x)


@refusal('lax.whileLoop')
def body_of_another_shape():
    lax.while_loop(lambda c: c.sum() < 3, lambda c: c[:2], x)


@refusal('lax.whileLoop')
def condition_of_rank_one():
    lax.while_loop(lambda c: c < 3, lambda c: c + 1, x)


@refusal('lax.psum')
def axis_without_a_name():
    jax.vmap(lambda x: lax.psum(x, 'j'), axis_name='i')(x)


@refusal('lax.add')
def operands_of_other_shapes():
    lax.add(x, x[:2])


@refusal('numpy.add')
def shapes_that_do_not_broadcast():
    jnp.add(x, x[:2])


@refusal('numpy.matmul')
def matrices_that_do_not_fit():
    jnp.matmul(np.ones((2, 3)), np.ones((2, 3)))


@refusal('numpy.reshape')
def reshape_to_another_size():
    jnp.reshape(x, (2, 2))


@refusal('numpy.concatenate')
def join_of_other_ranks():
    jnp.concatenate([x, x[None]])


@refusal('numpy.sum')
def sum_over_a_missing_axis():
    jnp.sum(x, 1)


@refusal('customVjp')
def too_few_cotangents():
    f = jax.custom_vjp(lambda a, b: a * b)
    f.defvjp(lambda a, b: (a * b, None), lambda _, ct: (ct,))
    jax.grad(lambda a: f(a, a).sum())(x)


write('refusals', cases)
