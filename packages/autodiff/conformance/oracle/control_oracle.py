"""What JAX makes of control flow: programs with loops, branches and running combinations. See programs.py; the same programs are in programs/control.ts.

Run it with a Python that has jax:  python conformance/oracle/control_oracle.py
"""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from programs import Programs, bools, floats, ints, positive

program = Programs('control')
true, false = np.array(True), np.array(False)


def scalar(x, dtype='float32'):
    return np.array(x, dtype)


# scan
def cell(carry, x):
    new = jnp.tanh(carry * x + 0.5 * carry)
    return new, new * x


@program('lax.scan', [floats(3), floats(5, 3)], [scalar(0.3), floats(4)], [floats(2), floats(0, 2)], [floats(2, 2), floats(1, 2, 2)])
def scan_cell(init, xs):
    return lax.scan(cell, init, xs)


@program('lax.scan', [floats(3), floats(5, 3)])
def scan_reverse(init, xs):
    return lax.scan(cell, init, xs, reverse=True)


@program('lax.scan', [floats(3), floats(5, 3)], [floats(2), floats(7, 2)])
def scan_unroll(init, xs):
    return lax.scan(cell, init, xs, unroll=2)


@program('lax.scan', [floats(2), floats(4, 2)])
def scan_unroll_all_in_reverse(init, xs):
    return lax.scan(cell, init, xs, unroll=True, reverse=True)


@program('lax.scan', [floats(3)])
def scan_without_rows(init):
    return lax.scan(lambda c, _: (jnp.sin(c), c.sum()), init, None, length=6)


@program('lax.scan', [floats(3)])
def scan_no_turns(init):
    return lax.scan(lambda c, _: (jnp.sin(c), c * 2), init, None, length=0)


@program('lax.scan', [floats(2), ints(), floats(4, 2), ints(4)])
def scan_trees(x, n, xs, ns):
    def body(carry, row):
        z = jnp.sin(row['a'] * carry['b']) + row['n']
        return {'b': z, 'a': carry['a'] + row['n']}, (z.sum(), None, {'k': carry['a']})

    return lax.scan(body, {'b': x, 'a': n}, {'n': ns, 'a': xs})


@program('lax.scan', [floats(3), floats(3), floats(4, 3)])
def scan_closes_over(w, init, xs):
    return lax.scan(lambda c, x: (jnp.sin(c * w) + x, (c * w).sum()), init, xs)


@program('lax.scan', [floats(2), floats(3, 2), floats(4, 2)])
def scan_nested(init, rows, columns):
    def outer(carry, x):
        inner, ys = lax.scan(lambda c, y: (jnp.tanh(c + x * y), c * y), carry, columns)
        return inner, ys.sum(0)

    return lax.scan(outer, init, rows)


@program('lax.scan', [floats(2), floats(5, 2)])
def scan_under_jit(init, xs):
    return jax.jit(lambda c, x: lax.scan(jax.jit(cell), c, x))(init, xs)


@program('lax.scan', [floats(2), floats(5, 2)])
def scan_checkpointed(init, xs):
    return lax.scan(jax.checkpoint(cell), init, xs)


@program('lax.scan', [scalar(0.0), floats(6)])
def scan_weak_carry(init, xs):
    return lax.scan(lambda c, x: (c + x, c), 0.0, xs)[0] + init


@program('lax.scan', [ints(), ints(5)], derivative=False)
def scan_integers(init, xs):
    return lax.scan(lambda c, x: (c * 3 + x, c > x), init, xs)


@program('lax.scan', [floats(3, 3), floats(3), floats(4, 3)])
def scan_matrix(w, init, xs):
    return lax.scan(lambda h, x: (jnp.tanh(w @ h + x),) * 2, init, xs)


@program('lax.scan', [floats(4), ints(6, high=4)])
def scan_updates_rows(memory, places):
    def body(c, i):
        return c.at[i].multiply(1.5), c[i]

    return lax.scan(body, memory, places)


# cond and switch
@program('lax.cond', [scalar(0.7), floats(3)], [scalar(-0.7), floats(3)], [scalar(0.2), floats(2, 2)], [scalar(0.2), floats(0)])
def cond_of_comparison(p, x):
    return lax.cond(p > 0, lambda x: jnp.sin(x) * p, lambda x: x * x, x)


@program('lax.cond', [true, floats(3), floats(3)], [false, floats(3), floats(3)])
def cond_of_bool(p, x, y):
    return lax.cond(p, lambda x, y: {'a': x * y, 'b': y.sum()}, lambda x, y: {'a': x - y, 'b': x.prod()}, x, y)


@program('lax.cond', [scalar(3, 'int32'), floats(3)], [scalar(0, 'int32'), floats(3)])
def cond_of_number(p, x):
    return lax.cond(p, jnp.exp, lambda x: -x, x)


@program('lax.cond', [floats(3), floats(3)])
def cond_without_operands(x, y):
    return lax.cond(x.sum() > y.sum(), lambda: x * y, lambda: x / (2 + y * y))


@program('lax.cond', [scalar(1.0), floats(3)], [scalar(-1.0), floats(3)])
def cond_one_constant_branch(p, x):
    return lax.cond(p > 0, lambda x: jnp.ones(3, 'float32'), lambda x: x**3, x)


@program('lax.cond', [scalar(0.5), scalar(0.3)], [scalar(2.5), scalar(0.3)], [scalar(-2.0), scalar(0.3)])
def cond_nested(p, x):
    low = lambda x: lax.cond(p > -1, jnp.sin, jnp.cos, x)
    return lax.cond(p > 1, lambda x: x * x * p, low, x)


@program('lax.cond', [scalar(0.0), scalar(-1.0)], [scalar(1.0), scalar(2.0)])
def cond_guards_nan(p, x):
    return lax.cond(p > 0, jnp.log, lambda x: x * 0 + 1, x)


@program('lax.cond', [bools(4), floats(4, 2)])
def cond_in_scan(ps, xs):
    def body(c, px):
        p, x = px
        new = lax.cond(p, lambda c: jnp.sin(c) + x, lambda c: c * x, c)
        return new, new.sum()

    return lax.scan(body, jnp.ones(2, 'float32'), (ps, xs))


@program('lax.switch', *[[scalar(i, 'int32'), floats(3)] for i in (0, 1, 2)])
def switch_three(i, x):
    return lax.switch(i, [jnp.sin, lambda x: x * x, lambda x: jnp.full((3,), 2.0, 'float32')], x)


@program('lax.switch', [scalar(-5, 'int32'), floats(2)], [scalar(9, 'int32'), floats(2)])
def switch_clamps(i, x):
    return lax.switch(i, [lambda x: x, lambda x: x * 2, lambda x: x * x * x], x)


@program('lax.switch', [scalar(4, 'uint32'), floats(2)])
def switch_one_branch(i, x):
    return lax.switch(i, [lambda x: x * 2], x)


@program('lax.switch', [ints(5, high=3), floats(5, 2)])
def switch_per_example(i, x):
    return jax.vmap(lambda i, x: lax.switch(i, [jnp.sin, jnp.cos, lambda x: x**2], x))(i, x)


# Loops
@program('lax.whileLoop', [scalar(1.5)], [scalar(200.0)], [scalar(0.25)], only='forward')
def while_doubles(x):
    return lax.while_loop(lambda c: c < 100, lambda c: c * 2 + jnp.sin(c) + 2, x)


@program('lax.whileLoop', [floats(3), scalar(3, 'int32')], [floats(3), scalar(0, 'int32')], only='forward')
def while_counts(x, n):
    return lax.while_loop(lambda c: c['i'] < n, lambda c: {'i': c['i'] + 1, 'x': jnp.sin(c['x']) * c['x']}, {'i': 0, 'x': x})


@program('lax.whileLoop', [floats(3), positive(3)], only='forward')
def while_closes_over(x, w):
    return lax.while_loop(lambda c: (c * c).sum() < 50, lambda c: c * (w + 1) + 0.5, x)


@program('lax.whileLoop', [scalar(48, 'int32'), scalar(36, 'int32')], [scalar(0, 'int32'), scalar(7, 'int32')], derivative=False)
def while_greatest_common_divisor(a, b):
    return lax.while_loop(lambda c: c[1] != 0, lambda c: (c[1], c[0] % c[1]), (a, b))


@program('lax.whileLoop', [positive(3)], only='forward')
def while_newton_in_scan(xs):
    def root(_, x):
        y = lax.while_loop(lambda c: c[1] < 4, lambda c: (0.5 * (c[0] + x / c[0]), c[1] + 1), (x, 0))
        return None, y[0]

    return lax.scan(root, None, xs)[1]


@program('lax.foriLoop', [floats(3)], [scalar(0.5)], [floats(0)])
def fori_static(x):
    return lax.fori_loop(0, 4, lambda i, c: jnp.sin(c) * (i + 1), x)


@program('lax.foriLoop', [floats(3)])
def fori_negative_start(x):
    return lax.fori_loop(-2, 2, lambda i, c: c + i * c * c, x)


@program('lax.foriLoop', [floats(3)])
def fori_no_turns(x):
    return lax.fori_loop(5, 2, lambda i, c: c * 7, x)


@program('lax.foriLoop', [floats(5), floats(5)])
def fori_trees(x, y):
    def body(i, c):
        return {'x': c['x'].at[i].multiply(c['y'][4 - i]), 'y': c['y'] * 0.9 + c['x'][i]}

    return lax.fori_loop(0, 5, body, {'y': y, 'x': x})


@program('lax.foriLoop', [floats(3)])
def fori_unroll(x):
    return lax.fori_loop(0, 5, lambda i, c: jnp.cos(c) + i, x, unroll=2)


@program('lax.foriLoop', [scalar(1, 'int32'), scalar(5, 'int32'), floats(2)], only='forward')
def fori_traced_bounds(lo, hi, x):
    return lax.fori_loop(lo, hi, lambda i, c: jnp.sin(c) + i * c, x)


# map
@program('lax.map', [floats(5, 3)], [floats(4)], [floats(0, 2)])
def map_rows(xs):
    return lax.map(lambda x: jnp.sin(x) * x.sum(), xs)


@program('lax.map', [floats(5, 3), floats(5)])
def map_trees(xs, ys):
    return lax.map(lambda row: {'sum': row['x'].sum() * row['y'], 'pair': (row['y'], row['x'] * 2)}, {'y': ys, 'x': xs})


@program('lax.map', [floats(7, 2)], [floats(6, 2)], [floats(2, 2)])
def map_batches(xs):
    return lax.map(lambda x: jnp.exp(x) / jnp.exp(x).sum(), xs, batch_size=3)


# associativeScan
@program('lax.associativeScan', [floats(7)], [floats(8, 2)], [floats(1)], [floats(2)], [floats(0, 3)])
def associative_product(x):
    return lax.associative_scan(jnp.multiply, x)


@program('lax.associativeScan', [floats(5, 2)], [floats(6)])
def associative_reverse(x):
    return lax.associative_scan(jnp.add, x, reverse=True)


@program('lax.associativeScan', [floats(2, 5)], [floats(3, 1)])
def associative_along_last(x):
    return lax.associative_scan(jnp.maximum, x, axis=-1)


@program('lax.associativeScan', [floats(6), floats(6)])
def associative_recurrence(a, b):
    return lax.associative_scan(lambda p, q: {'a': p['a'] * q['a'], 'b': q['a'] * p['b'] + q['b']}, {'a': a, 'b': b})


@program('lax.associativeScan', [floats(4, 2, 2)])
def associative_matrices(x):
    return lax.associative_scan(jnp.matmul, x, reverse=True)


@program('lax.associativeScan', [bools(6)], derivative=False)
def associative_any(x):
    return lax.associative_scan(jnp.logical_or, x)


# reduce, custom solves, barriers
@program('lax.reduce', [floats(3, 4)])
def reduce_product_sum(x):
    return lax.reduce(x, np.float32(0), lax.add, (1,)), lax.reduce(x, np.float32(2), lax.max, (0,))


@program('lax.reduce', [ints(3, 4), ints(3, 4)], derivative=False)
def reduce_pairs(x, y):
    return lax.reduce((x, y), (np.int32(1), np.int32(0)), lambda a, b: (a[0] * b[0], a[1] + b[1]), (0,))


@program('lax.customRoot', [positive(3)], [scalar(2.0)])
def custom_root_square(a):
    def solve(f, x0):
        return lax.fori_loop(0, 8, lambda _, x: 0.5 * (x + a / x), x0)

    return lax.custom_root(lambda x: x * x - a, a, solve, lambda g, y: y / g(jnp.ones_like(y)))


@program('lax.customLinearSolve', [positive(3), floats(3)])
def custom_linear_solve_diagonal(d, b):
    return lax.custom_linear_solve(lambda x: d * x, b, lambda f, b: b / d, lambda f, b: b / d)


@program('lax.customLinearSolve', [floats(3, 3, scale=0.2), floats(3)])
def custom_linear_solve_dense(m, b):
    a = m @ m.T + jnp.eye(3)
    return lax.custom_linear_solve(lambda x: a @ x, b, lambda _, b: jnp.linalg.solve(a, b), symmetric=True)


@program('lax.optimizationBarrier', [floats(3), floats(2)])
def barrier_tree(x, y):
    out = lax.optimization_barrier({'x': jnp.sin(x), 'y': y * 2})
    return {'x': out['x'] * 2, 'y': out['y']}


@program('lax.platformDependent', [floats(3)])
def platform(x):
    return lax.platform_dependent(x, cpu=jnp.sin, default=jnp.sin)


program.write()
