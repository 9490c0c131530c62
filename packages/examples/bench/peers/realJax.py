"""Real JAX, on the same CPU: the Python side of ../protocol.ts."""

import base64
import json
import sys
import time

import jax
import jax.numpy as jnp
import numpy as np

SHORTEST_SAMPLE = 0.5e-3


def unpack(packed):
    shape, data = packed
    return jnp.asarray(np.frombuffer(base64.b64decode(data), np.float32).reshape(shape))


def pack(x):
    values = np.asarray(x, np.float32).ravel()
    return [[values.size], base64.b64encode(values.tobytes()).decode()]


def chain(step):
    @jax.jit
    def whole(x):
        for _ in range(5):
            x = step(x)
        return x

    return lambda x: whole(x)


def tied_loss(net, x, y):
    weight, bias = lambda name: net[f'{name}.weight'], lambda name: net[f'{name}.bias']
    enc1 = x @ weight('enc1').T + bias('enc1')
    enc2 = enc1 @ weight('enc2').T + bias('enc2')
    dec2 = enc2 @ weight('enc2') + bias('dec2')
    dec1 = dec2 @ weight('enc1') + bias('dec1')
    return jnp.mean((dec1 - y) ** 2)


def mlp_loss(net, x, labels):
    logits = jax.nn.relu(x @ net['w1'] + net['b1']) @ net['w2'] + net['b2']
    return -jnp.mean(jnp.sum(jax.nn.log_softmax(logits) * labels, axis=1))


def mlp_step(net, x, labels):
    return jax.tree.map(lambda w, g: w - 0.1 * g, net, jax.grad(mlp_loss)(net, x, labels))


def deep_loss(net, x):
    for i in range(len(net)):  # jit hands the layers over in the order of their names
        x = jnp.tanh(x @ net[f'w{i}'])
    return jnp.mean(x**2)


def with_weights(f, *names):
    """`f(weights, *others)`, with the inputs called `names` as the others."""
    compiled = jax.jit(f)

    def run(**inputs):
        others = [inputs.pop(name) for name in names]
        return compiled(inputs, *others)

    return run


def scan_steps(net, x, y):
    def step(at, _):
        return jax.tree.map(lambda w, g: w - 0.001 * g, at, jax.grad(tied_loss)(at, x, y)), None

    return jax.lax.scan(step, net, None, length=1000)[0]


@jax.jit
def loop_steps(x):
    return jax.lax.fori_loop(0, 10_000, lambda _, h: h * 0.999 + 0.001, x)


def each_shape(**arrays):
    return {name: x + x for name, x in arrays.items()}


TASKS = {
    'tiedGrad': with_weights(jax.grad(tied_loss), 'x', 'y'),
    'eagerAdd': lambda a, b: jnp.add(a, b),
    'affineChain': chain(lambda x: x * 1.5 + 0.5),
    'sinChain': chain(lambda x: jnp.sin(x * 1.5) + 0.5),
    'matmul512': lambda a, b: jnp.matmul(a, b),
    'matmul1024': lambda a, b: jnp.matmul(a, b),
    'mlpStep': with_weights(mlp_step, 'x', 'labels'),
    'deepTanh': with_weights(jax.grad(deep_loss), 'x'),
    'leaves': with_weights(lambda arrays: jax.tree.map(lambda x: x + 1, arrays)),
    'scanSteps': with_weights(scan_steps, 'x', 'y'),
    'loopSteps': lambda x: loop_steps(x),
    'freshJit': lambda x: jax.jit(lambda h: h * 1.5 + 0.5)(x),
    'eagerShapes': each_shape,
}


def time_calls(run, calls):
    started = time.perf_counter()
    for _ in range(calls):
        jax.block_until_ready(run())
    return time.perf_counter() - started


def sample(run, seconds):
    end = time.perf_counter() + seconds
    calls = 1
    while time_calls(run, calls) < SHORTEST_SAMPLE:
        calls *= 2
    samples = []
    while len(samples) < 2 or time.perf_counter() < end:
        samples.append(1e3 * time_calls(run, calls) / calls)
    return samples


def prepare(message):
    inputs = {name: unpack(packed) for name, packed in message['inputs'].items()}
    # jit sorts what it returns by name; results are read in the order of the inputs.
    order = list(inputs)
    task = TASKS[message['workload']]
    return lambda: task(**inputs), lambda y: [y[name] for name in order if name in y] if isinstance(y, dict) else [y]


def first(run, read):
    started = time.perf_counter()
    result = jax.block_until_ready(run())
    first_ms = 1e3 * (time.perf_counter() - started)
    return {'version': jax.__version__, 'firstMs': first_ms, 'results': [pack(x) for x in read(result)]}


def answer(message):
    print('@bench ' + json.dumps(message), flush=True)


def main():
    run = None
    for line in sys.stdin:
        message = json.loads(line)
        try:
            if 'workload' in message:
                run, read = prepare(message)
                answer(first(run, read))
            else:
                answer({'samples': sample(run, message['seconds'])})
        except Exception as error:
            answer({'error': f'{type(error).__name__}: {error}'})


main()
