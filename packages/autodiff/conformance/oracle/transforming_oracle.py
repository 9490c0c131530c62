"""What JAX makes of its transforms' own options: argnums, auxiliary results, axes, policies, custom rules. See programs.py; the same programs are in
programs/transforming.ts.

Run it with a Python that has jax:  python conformance/oracle/transforming_oracle.py
"""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.ad_checkpoint import checkpoint_name
from programs import Programs, floats, ints, positive

program = Programs('transforming')
policies = jax.checkpoint_policies


def loss(w, x):
    return jnp.tanh(w * x).sum() + (w * w * x).sum()


# grad and its kin
@program('grad', [floats(3), floats(3)])
def grad_of_both(w, x):
    return jax.grad(loss, (0, 1))(w, x)


@program('grad', [floats(3), floats(3)])
def grad_of_second(w, x):
    return jax.grad(loss, 1)(w, x)


@program('grad', [floats(3), floats(3)])
def grad_of_last(w, x):
    return jax.grad(loss, -1)(w, x)


@program('grad', [floats(3), floats(3)])
def grad_with_aux(w, x):
    return jax.grad(lambda w: (loss(w, x), {'n': 3 * w, 'k': None}), has_aux=True)(w)


@program('grad', [floats(3), floats(2)])
def grad_of_tree(w, b):
    tree = {'w': w, 'b': (b, None), 'a': [b * 2]}
    return jax.grad(lambda t: jnp.sin(t['w']).sum() * t['b'][0].prod() + (t['a'][0] ** 2).sum())(tree)


@program('grad', [floats()], [np.array(0.0, 'float32')])
def grad_three_times(x):
    return jax.grad(jax.grad(jax.grad(lambda x: jnp.sin(x) * x**3)))(x)


@program('grad', [floats(3)])
def grad_of_unused(x):
    return jax.grad(lambda x, y: (y * y).sum(), (0, 1))(x, x * 2)


@program('valueAndGrad', [floats(3), floats(3)])
def value_and_grad_of_both(w, x):
    return jax.value_and_grad(loss, (0, 1))(w, x)


@program('valueAndGrad', [floats(3), floats(3)])
def value_and_grad_with_aux(w, x):
    return jax.value_and_grad(lambda w, x: (loss(w, x), w - x), argnums=1, has_aux=True)(w, x)


@program('jvp', [floats(3), floats(3)])
def jvp_of_tree(x, t):
    return jax.jvp(lambda d: {'s': jnp.sin(d['x']), 'p': d['x'] * d['y']}, ({'x': x, 'y': x * 2},), ({'x': t, 'y': -t},))


@program('jvp', [floats(3), floats(3)])
def jvp_with_aux(x, t):
    return jax.jvp(lambda x: (jnp.sin(x), x.sum()), (x,), (t,), has_aux=True)


@program('jvp', [floats(3), floats(3)])
def jvp_of_jvp(x, t):
    push = lambda x: jax.jvp(lambda y: jnp.exp(y) * y, (x,), (t,))[1]
    return jax.jvp(push, (x,), (t,))


@program('vjp', [floats(3), floats(3)])
def vjp_of_tree(x, ct):
    out, pull = jax.vjp(lambda x, y: {'a': x * y, 'b': jnp.cos(y)}, x, 2 * x)
    return out, pull({'a': ct, 'b': -ct})


@program('vjp', [floats(3), floats(3)])
def vjp_with_aux(x, ct):
    out, pull, aux = jax.vjp(lambda x: (jnp.sin(x), {'n': x * 2}), x, has_aux=True)
    return out, pull(ct), aux


@program('vjp', [floats(2, 3), floats(4, 2)])
def vjp_pulled_often(x, cts):
    _, pull = jax.vjp(lambda x: jnp.tanh(x).sum(1), x)
    return jax.vmap(pull)(cts)


@program('linearize', [floats(3), floats(3)])
def linearize_twice_used(x, t):
    out, push = jax.linearize(lambda x: jnp.sin(x) * x.sum(), x)
    return out, push(t), push(2 * t)


@program('linearize', [floats(2), floats(4, 2)])
def linearize_pushed_often(x, ts):
    _, push = jax.linearize(lambda x: {'a': x * x, 'b': jnp.exp(x).sum()}, x)
    return jax.vmap(push)(ts)


@program('linearTranspose', [floats(4, 2), floats(4)])
def linear_transpose_of_matrix(m, ct):
    return jax.linear_transpose(lambda x: m @ x, jnp.zeros(2, 'float32'))(ct)


@program('linearTranspose', [floats(2, 3), floats(3)])
def linear_transpose_of_two(ct, x):
    f = lambda a, b: (a[None, :] * x + b[:, None])
    return jax.linear_transpose(f, jax.ShapeDtypeStruct((3,), 'float32'), jax.ShapeDtypeStruct((2,), 'float32'))(ct)


@program('linearTranspose', [floats(3), floats(3)])
def linear_transpose_of_scan(w, ct):
    f = lambda x: lax.scan(lambda c, a: (c * a, None), x, w)[0] * jnp.ones(3)
    return jax.linear_transpose(f, jnp.float32(0))(ct)


# Jacobians
def bend(x):
    return jnp.stack([jnp.sin(x[0]) * x[1], x[1] ** 2 + x[2], jnp.exp(x[0] * x[2])])


@program('jacfwd', [floats(3)])
def jacfwd_bend(x):
    return jax.jacfwd(bend)(x)


@program('jacrev', [floats(3)])
def jacrev_bend(x):
    return jax.jacrev(bend)(x)


@program('jacfwd', [floats(2), floats(2, 2)])
def jacfwd_of_both(x, m):
    return jax.jacfwd(lambda x, m: {'y': m @ x, 'z': (x * x).sum()}, (0, 1))(x, m)


@program('jacrev', [floats(2), floats(2, 2)])
def jacrev_of_both(x, m):
    return jax.jacrev(lambda x, m: {'y': jnp.sin(m @ x), 'z': (x * x).sum()}, (0, 1))(x, m)


@program('jacfwd', [floats(2)])
def jacfwd_with_aux(x):
    return jax.jacfwd(lambda x: (jnp.sin(x), {'k': x * 3}), has_aux=True)(x)


@program('jacrev', [floats(2)])
def jacrev_with_aux(x):
    return jax.jacrev(lambda x: (jnp.sin(x), {'k': x * 3}), has_aux=True)(x)


@program('hessian', [floats(3)], [floats(1)])
def hessian_of_sum(x):
    return jax.hessian(lambda x: (jnp.sin(x) * x.sum()).prod())(x)


@program('hessian', [floats(2), floats(2)])
def hessian_of_tree(x, y):
    return jax.hessian(lambda t: (t['a'] ** 2 * t['b']).sum())({'a': x, 'b': y})


@program('hessian', [floats(2), floats(3)])
def hessian_of_both(x, y):
    return jax.hessian(lambda x, y: jnp.sin(x).sum() * (y**2).sum(), (0, 1))(x, y)


# vmap
@program('vmap', [floats(3, 2), floats(2, 3)])
def vmap_axes_of_two(x, y):
    return jax.vmap(lambda a, b: a * b, (0, 1))(x, y)


@program('vmap', [floats(3, 2), floats(2, 3)])
def vmap_negative_axes(x, y):
    return jax.vmap(lambda a, b: (a.sum(), a * b), (-2, -1), (0, -1))(x, y)


@program('vmap', [floats(3, 2), floats(3), floats(2)])
def vmap_prefix(x, y, z):
    tree = {'p': {'x': x, 'y': y}, 'z': z}
    return jax.vmap(lambda t: {'o': (t['p']['x'] * t['z'], t['p']['y'].sum()), 'k': t['p']['y'] * t['p']['x'].sum()}, ({'p': 0, 'z': None},), {'o': 0, 'k': 0})(tree)


@program('vmap', [floats(3, 2), floats(3)])
def vmap_unmapped_result(x, y):
    return jax.vmap(lambda x, y: (x * 2, y * y), (0, None), (1, None))(x, y)


@program('vmap', [floats(2)])
def vmap_axis_size(x):
    return jax.vmap(lambda x: x * 2, None, axis_size=3)(x)


@program('vmap', [floats(2, 3, 4)])
def vmap_nested_axes(x):
    return jax.vmap(jax.vmap(lambda r: r.cumsum(), 1, 1), 2, 0)(x)


@program('vmap', [floats(3, 2)])
def vmap_out_axes_none_in_tree(x):
    return jax.vmap(lambda x: {'a': x, 'b': None}, out_axes={'a': 1, 'b': 0})(x)


@program('vmap', [floats(4, 2), floats(2)])
def vmap_per_example_gradients(x, w):
    return jax.vmap(jax.value_and_grad(loss), (None, 0))(w, x)


@program('jit', [floats(3), floats(3)])
def jit_static_number(x, y):
    f = jax.jit(lambda n, x, y: x**n + y * n, static_argnums=0)
    return f(2, x, y), f(3, x, y)


@program('jit', [floats(3)])
def jit_in_jit_in_grad(x):
    inner = jax.jit(lambda x: jnp.sin(x) * 2)
    return jax.grad(jax.jit(lambda x: (inner(x) * inner(x * x)).sum()))(x)


@program('closureConvert', [floats(3), floats(3)])
def closure_converted(x, w):
    pure, consts = jax.closure_convert(lambda y: jnp.sin(y * w), x)
    return pure(x * 2, *consts)


@program('namedCall', [floats(3)])
def named(x):
    return jax.named_call(lambda x: jnp.sin(x) * x, name='wave')(x)


@program('ensureCompileTimeEval', [floats(3)])
def at_compile_time(x):
    with jax.ensure_compile_time_eval():
        n = float(jnp.arange(4).sum())
    return x * n


@program('stopGradient', [floats(3), floats(3)])
def stop_gradient_of_tree(x, y):
    held = lax.stop_gradient({'x': jnp.sin(x), 'y': y, 'n': 3})
    return held['x'] * x + held['y'] * y * y + held['n']


@program('lax.stopGradient', [floats(3)])
def stop_gradient_straight_through(x):
    return x + lax.stop_gradient(jnp.round(x) - x)


# checkpoint
def deep(x):
    y = checkpoint_name(jnp.sin(x), 'first')
    z = checkpoint_name(y @ jnp.outer(y, x), 'second')
    return jnp.cos(z) * y


CHOSEN = {
    'everything_saveable': policies.everything_saveable,
    'nothing_saveable': policies.nothing_saveable,
    'dots_saveable': policies.dots_saveable,
    'dots_with_no_batch_dims_saveable': policies.dots_with_no_batch_dims_saveable,
    'save_only_these_names': policies.save_only_these_names('first'),
    'save_anything_except_these_names': policies.save_anything_except_these_names('second'),
    'save_from_both_policies': policies.save_from_both_policies(policies.dots_saveable, policies.save_only_these_names('first')),
}
for name, policy in CHOSEN.items():
    def checkpointed(x, policy=policy):
        return jax.checkpoint(deep, policy=policy)(x)

    checkpointed.__name__ = f'checkpoint_{name}'
    head, *rest = name.split('_')
    program('checkpointPolicies.' + head + ''.join(map(str.capitalize, rest)), [floats(3)])(checkpointed)


@program('checkpoint', [floats(3)])
def checkpoint_default(x):
    return jax.checkpoint(lambda x: jnp.sin(jnp.sin(x)) * x)(x)


@program('checkpoint', [floats(3), floats(3)])
def checkpoint_nested(x, w):
    inner = jax.checkpoint(lambda t: {'a': jnp.sin(t['a']) * w, 'b': t['b']})
    return jax.checkpoint(lambda x: inner(inner({'a': x, 'b': x * 2})))(x)


@program('checkpoint', [floats(3)])
def checkpoint_prevents_no_cse(x):
    return jax.checkpoint(lambda x: jnp.exp(jnp.sin(x)), prevent_cse=False)(x)


@program('checkpointName', [floats(3)])
def checkpoint_name_of_tree(x):
    return checkpoint_name({'a': x, 'b': jnp.sin(x)}, 'kept')


# Custom rules
@jax.custom_jvp
def half_sine(x):
    return jnp.sin(x)


half_sine.defjvp(lambda primals, tangents: (half_sine(primals[0]), 0.5 * jnp.cos(primals[0]) * tangents[0]))


@program('customJvp', [floats(3)])
def custom_jvp_half(x):
    return half_sine(x) * x


@jax.custom_jvp
def joined(t, y):
    return {'p': t['a'] * y, 'q': t['b'].sum()}


@joined.defjvp
def joined_rule(primals, tangents):
    (t, y), (dt, dy) = primals, tangents
    return joined(t, y), {'p': 2 * dt['a'] * y + t['a'] * dy, 'q': 3 * dt['b'].sum()}


@program('customJvp', [floats(3), floats(2), floats(3)], twice=False)
def custom_jvp_trees(a, b, y):
    return joined({'a': a, 'b': b}, y)


parts = jax.custom_jvp(lambda x, y: jnp.sin(x) * y)
parts.defjvps(lambda t, out, x, y: t * y * 0.25, None)


@program('customJvp', [floats(3), floats(3)], twice=False)
def custom_jvp_parts(x, y):
    return parts(x, y)


def apply_scaled(f, scale, x):
    return f(x) * scale


scaled = jax.custom_jvp(apply_scaled, nondiff_argnums=(0, 1))
scaled.defjvp(lambda f, scale, primals, tangents: (scaled(f, scale, primals[0]), scale * tangents[0]))


@program('customJvp', [floats(3)])
def custom_jvp_fixed(x):
    return scaled(jnp.sin, 3.0, x) + scaled(jnp.cos, 2.0, x)


# JAX's scan forgets the rule on the way to the second derivative: unrolled, it has another.
@program('customJvp', [floats(3), floats(4, 3)], twice=False)
def custom_jvp_in_scan(init, xs):
    return lax.scan(lambda c, x: (half_sine(c) + x, half_sine(x)), init, xs)


@jax.custom_vjp
def clipped(x, bound):
    return x * 1.0


clipped.defvjp(lambda x, bound: (clipped(x, bound), bound), lambda bound, ct: (jnp.clip(ct, -bound, bound), None))


@program('customVjp', [floats(3)], only='reverse')
def custom_vjp_clips(x):
    return clipped(x * 5, jnp.float32(0.3)) * x


@jax.custom_vjp
def lied(t):
    return {'s': jnp.sin(t['x']), 'n': t['x'].sum() * t['y']}


lied.defvjp(lambda t: (lied(t), (jnp.cos(t['x']), t['y'])), lambda kept, ct: ({'x': 2 * kept[0] * ct['s'] + ct['n'], 'y': kept[1] * ct['n']},))


@program('customVjp', [floats(3), floats()], only='reverse')
def custom_vjp_trees(x, y):
    return lied({'x': x, 'y': y})


def apply_vjp(f, x):
    return f(x)


identity_gradient = jax.custom_vjp(apply_vjp, nondiff_argnums=(0,))
identity_gradient.defvjp(lambda f, x: (f(x), None), lambda f, _, ct: (ct,))


@program('customVjp', [floats(3)], only='reverse')
def custom_vjp_straight_through(x):
    return identity_gradient(jnp.round, x * 3) * x


@program('customVjp', [floats(2), floats(4, 2)], only='reverse')
def custom_vjp_in_scan(init, xs):
    return lax.scan(lambda c, x: (clipped(jnp.tanh(c), jnp.float32(0.2)) * x, c.sum()), init, xs)


@program('customGradient', [floats(3)], only='reverse')
def custom_gradient_cubes(x):
    return jax.custom_gradient(lambda x: (x * x, lambda ct: ct * x**3))(x)


@program('customGradient', [floats(3), floats(3)], only='reverse')
def custom_gradient_of_two(x, y):
    return jax.custom_gradient(lambda x, y: (x * y, lambda ct: (ct * 2, ct * x)))(x, y)


@jax.custom_batching.custom_vmap
def counted(x, y):
    return jnp.sin(x) * y


@counted.def_vmap
def counted_rule(size, batched, x, y):
    both = jnp.sin(x) * (y if batched[1] else y[None]) if batched[0] else jnp.sin(x)[None] * y
    return both + size, True


@program('customVmap', [floats(3), floats(3)], derivative=False)
def custom_vmap_counts(x, y):
    return counted(x, y)


@jax.custom_batching.custom_vmap
def split_tree(t):
    return {'a': t['x'] + 1, 'b': t['y'] * 2}


@split_tree.def_vmap
def split_rule(size, batched, t):
    (t_batched,) = batched
    return {'a': t['x'] + 10, 'b': t['y'] * 20}, {'a': t_batched['x'], 'b': t_batched['y']}


@program('customVmap', [floats(3), ints(2)], derivative=False)
def custom_vmap_trees(x, y):
    return split_tree({'x': x, 'y': y})


@program('pureCallback', [positive(3)], derivative=False)
def pure_callback_on_host(x):
    shape = jax.ShapeDtypeStruct(x.shape, x.dtype)
    return jax.pure_callback(lambda x: np.sqrt(np.asarray(x)) * np.float32(2), shape, x, vmap_method='sequential') + x


program.write()
