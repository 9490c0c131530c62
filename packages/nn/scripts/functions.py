"""Writes fixtures/functions.json: what jax.nn answers, and its gradients; and what jax.nn.initializers make of fixed keys.

Run with a Python that has jax: python scripts/functions.py
"""

import json
import pathlib

import jax
import jax.numpy as jnp
import numpy as np

rng = np.random.default_rng(0)
cases = []


def camel(name):
    head, *rest = name.split('_')
    return head + ''.join(part[:1].upper() + part[1:] for part in rest)


def plain(x):
    """JSON has no infinities."""
    if isinstance(x, (np.ndarray, jax.Array)):
        return plain(np.asarray(x).tolist())
    if isinstance(x, (list, tuple)):
        return [plain(v) for v in x]
    if isinstance(x, float) and not np.isfinite(x):
        return str(x)
    return x


def array(x):
    return {'array': plain(x), 'dtype': str(x.dtype)}


def encode(x):
    if isinstance(x, (np.ndarray, jax.Array)):
        return array(x)
    if isinstance(x, dict):
        return {'options': {k: encode(v) for k, v in x.items()}}
    return {'value': plain(x)}


def case(name, *args, options=None, grad=True, **kwargs):
    """`options` is how ours writes `kwargs`."""
    f = lambda *xs: getattr(jax.nn, name)(*xs, **kwargs)
    out = f(*args)
    given = {camel(k): v for k, v in kwargs.items()} if options is None else options
    encoded = [encode(a) for a in args] + ([encode(given)] if given else [])
    made = {'fn': camel(name), 'args': encoded, 'out': array(out)}
    if grad:
        made['grad'] = array(jax.grad(lambda x: (f(x, *args[1:]) * jnp.cos(jnp.arange(out.size)).reshape(out.shape)).sum())(args[0]))
    cases.append(made)


def floats(*shape):
    return (rng.standard_normal(shape) * 3).astype('float32')


edges = np.float32([-100.0, -6.0, -3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 3.0, 6.0, 100.0])
for name in ['relu', 'relu6', 'sigmoid', 'silu', 'swish', 'softplus', 'log_sigmoid', 'mish', 'squareplus', 'sparse_plus', 'sparse_sigmoid', 'soft_sign', 'elu',
             'celu', 'selu', 'leaky_relu', 'hard_tanh', 'hard_sigmoid', 'hard_silu', 'hard_swish', 'gelu', 'tanh', 'identity']:
    case(name, edges)
    case(name, floats(2, 3))
for name in ['relu', 'relu6', 'elu', 'celu', 'selu', 'leaky_relu', 'hard_tanh', 'hard_sigmoid', 'hard_silu', 'soft_sign', 'squareplus', 'tanh', 'identity']:
    case(name, np.int32([-7, -1, 0, 2, 6, 9]), grad=False)
case('relu', np.float32([np.nan, np.inf, -np.inf, -0.0]), grad=False)
case('gelu', edges, approximate=False)
for name, more in [('elu', 0.5), ('celu', 2.0), ('leaky_relu', 0.2), ('squareplus', 1.0)]:
    case(name, edges, more)
case('glu', floats(3, 4))
case('glu', floats(4, 3), 0)
case('log1mexp', np.float32([0.0, 1e-6, 0.1, 0.6931, 0.7, 5.0, 100.0]), grad=False)
case('log1mexp', np.float32([1e-6, 0.1, 0.6931, 0.7, 5.0]))
mask = np.array([[True, False, True, True], [False, False, False, True]])
for name in ['softmax', 'log_softmax']:
    case(name, floats(2, 4))
    case(name, floats(2, 4), 0)
    case(name, floats(2, 3, 4), axis=(0, 2), options={'axis': [0, 2]})
    case(name, np.float32([1e4, 1e4, -1e4]))
    case(name, floats(2, 4), where=mask)
case('logsumexp', floats(2, 4))
case('logsumexp', floats(2, 4), axis=1, keepdims=True)
case('logmeanexp', floats(2, 4))
case('logmeanexp', floats(2, 4), axis=1)
case('logmeanexp', floats(2, 4), axis=1, where=mask)
for more in [{}, {'axis': 0}, {'epsilon': 0.1}, {'algorithm': 'stable'}, {'where': np.array([[True, True, False, True], [False, True, True, True]])}]:
    case('standardize', floats(2, 4), **more)
for more in [{}, {'axis': 0}, {'dtype': 'int32'}]:
    case('one_hot', np.int32([[0, 2, 5], [-1, 1, 3]]), 4, grad=False, **more)
q, k, v = floats(2, 3, 4, 2), floats(2, 5, 4, 2), floats(2, 5, 4, 2)
bias, seen = floats(1, 4, 3, 5), rng.integers(0, 2, (2, 1, 3, 5)).astype(bool)
for more in [{}, {'is_causal': True}, {'scale': 0.3}, {'bias': bias}, {'mask': seen}, {'local_window_size': (1, 0)}, {'local_window_size': 1},
             {'query_seq_lengths': np.int32([2, 3]), 'key_value_seq_lengths': np.int32([5, 1])}]:
    case('dot_product_attention', q, k, v, **more)
case('dot_product_attention', q, k[:, :, :2], v[:, :, :2])
case('dot_product_attention', q[0], k[0], v[0])

key = jax.random.PRNGKey(3)
init = jax.nn.initializers
made = []


def draw(name, shape, *args, options=None, **kwargs):
    maker = getattr(init, name)
    out = maker(key, shape) if name in ('zeros', 'ones') else maker(*args, **kwargs)(key, shape)
    given = {camel(k): plain(v) for k, v in kwargs.items()} if options is None else options
    spelled = [camel(a) if isinstance(a, str) else a for a in args]
    made.append({'fn': camel(name), 'args': [*spelled, *([given] if given else [])], 'shape': list(shape), 'out': plain(out)})


for name in ['zeros', 'ones']:
    draw(name, (2, 3))
draw('constant', (2, 3), 1.5)
for name in ['uniform', 'normal', 'truncated_normal']:
    draw(name, (2, 3))
    draw(name, (4,), 0.5)
draw('truncated_normal', (5,), 1.0, lower=-1.0, upper=0.5)
for name in ['glorot_uniform', 'glorot_normal', 'xavier_uniform', 'xavier_normal', 'lecun_uniform', 'lecun_normal', 'he_uniform', 'he_normal', 'kaiming_uniform',
             'kaiming_normal']:
    draw(name, (3, 4))
    draw(name, (3, 2, 2), in_axis=1, out_axis=0)
    draw(name, (2, 3, 4), batch_axis=0)
for mode in ['fan_in', 'fan_out', 'fan_avg', 'fan_geo_avg']:
    for distribution in ['truncated_normal', 'normal', 'uniform']:
        draw('variance_scaling', (4, 2), 2.0, mode, distribution)
draw('orthogonal', (4, 3))
draw('orthogonal', (2, 3, 4), scale=2.0)
draw('orthogonal', (3, 4), column_axis=0)
draw('delta_orthogonal', (3, 2, 4))
draw('delta_orthogonal', (3, 4, 2, 3))

folder = pathlib.Path(__file__).parent.parent / 'fixtures'
for name, rows in [('functions', cases), ('init', made)]:
    lines = ',\n'.join(json.dumps(row, separators=(',', ':'), allow_nan=False) for row in rows)
    (folder / f'{name}.json').write_text(f'[\n{lines}\n]\n')
    print(name, len(rows))
