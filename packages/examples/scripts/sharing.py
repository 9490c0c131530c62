"""What JAX and sepes answer to the program of src/sharing, as the fixture of its test.

Run it with a Python that has jax and sepes:  python scripts/sharing.py
It writes fixtures/sharing.json: for each mode of threefry and each way to call the auto-encoder, `text`, what sepes prints of the decoder's
gradients, and `values`, the gradients of every layer as nested lists.
"""

import functools
import json
import pathlib

import jax
import jax.numpy as jnp
import sepes as sp

OUT = pathlib.Path(__file__).parent.parent / 'fixtures' / 'sharing.json'
LAYERS = ['enc1', 'enc2', 'dec2', 'dec1']


def sharing(method):
    @functools.wraps(method)
    def wrapper(self, *args):
        return sp.value_and_tree(lambda tree: method(tree, *args))(self)[0]

    return wrapper


class Linear(sp.TreeClass):
    def __init__(self, in_features, out_features, *, key):
        self.weight = jax.random.normal(key, (out_features, in_features))
        self.bias = jnp.zeros((out_features,))

    def __call__(self, x):
        return x @ self.weight.T + self.bias


class AutoEncoder(sp.TreeClass):
    def __init__(self, *, key):
        k1, k2, k3, k4 = jax.random.split(key, 4)
        self.enc1 = Linear(1, 10, key=k1)
        self.enc2 = Linear(10, 20, key=k2)
        self.dec2 = Linear(20, 10, key=k3)
        self.dec1 = Linear(10, 1, key=k4)

    @sharing
    def tied_call(self, x):
        self.dec1.weight = self.enc1.weight.T
        self.dec2.weight = self.enc2.weight.T
        return self.non_tied_call(x)

    def non_tied_call(self, x):
        return self.dec1(self.dec2(self.enc2(self.enc1(x))))


def loss(call, net, x, y):
    model = sp.tree_unmask(net)
    return jnp.mean((jax.vmap(lambda row: call(model, row))(x) - y) ** 2)


def gradients(call):
    net = sp.tree_mask(AutoEncoder(key=jax.random.PRNGKey(0)))
    x, y = jnp.ones([10, 1]), jnp.full([10, 1], 2.0)
    grads = jax.jit(jax.grad(functools.partial(loss, call)))(net, x, y)
    values = {name: {part: getattr(getattr(grads, name), part).tolist() for part in ['weight', 'bias']} for name in LAYERS}
    return {'text': f'{sp.tree_repr(grads.dec1)} {sp.tree_repr(grads.dec2)}', 'values': values}


def both():
    return {'tied': gradients(AutoEncoder.tied_call), 'nonTied': gradients(AutoEncoder.non_tied_call)}


def main():
    modes = {}
    for name, partitionable in [('original', False), ('partitionable', True)]:
        jax.config.update('jax_threefry_partitionable', partitionable)
        jax.clear_caches()
        modes[name] = both()
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(modes, indent=1) + '\n')
    for name, mode in modes.items():
        print(name, mode['tied']['text'], mode['nonTied']['text'], sep='\n')


main()
