"""Writes fixtures/optim.json: what optax makes of fixed gradients, step by step.

Run with a Python that has jax and optax: python scripts/optim.py
"""

import json
import pathlib

import jax.numpy as jnp
import optax

PARAMS = {"w": [[1.0, -2.0], [0.5, 3.0]], "b": [0.1, -0.2]}
GRADS = [
    {"w": [[0.1 * (i + 1), -0.2], [0.3, 0.05 * i]], "b": [1.0 - 0.3 * i, 0.01]} for i in range(5)
]
OPTIMISERS = {
    "sgd": optax.sgd(0.1),
    "adam": optax.adam(1e-2),
    "adamOther": optax.adam(1e-1, b1=0.8, b2=0.99, eps=1e-6),
}


def as_arrays(tree):
    return {name: jnp.array(value, jnp.float32) for name, value in tree.items()}


def trajectory(optimiser):
    params = as_arrays(PARAMS)
    state = optimiser.init(params)
    steps = []
    for grads in GRADS:
        updates, state = optimiser.update(as_arrays(grads), state, params)
        params = optax.apply_updates(params, updates)
        steps.append({name: value.tolist() for name, value in params.items()})
    return steps


out = {"params": PARAMS, "grads": GRADS, "steps": {name: trajectory(o) for name, o in OPTIMISERS.items()}}
path = pathlib.Path(__file__).parent.parent / "fixtures" / "optim.json"
path.write_text(json.dumps(out) + "\n")
