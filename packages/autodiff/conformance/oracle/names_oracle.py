"""What JAX calls the parameters of its functions, as a fixture.

Run it with a Python that has jax:  python conformance/oracle/names_oracle.py
It writes conformance/fixtures/names.json, a list of [module, function, parameters, how many of them every call gives], for functions with others; names in camelCase.
"""

import inspect

import jax
import jax.numpy as jnp
from jax import lax
from oracle import camel, write

MODULES = {'numpy': jnp, 'lax': lax, 'random': jax.random}
BY_POSITION = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def row(module, name):
    try:
        parameters = [p for p in inspect.signature(getattr(MODULES[module], name)).parameters.values()]
    except (TypeError, ValueError):
        return None
    listed = [p for p in parameters if p.kind in BY_POSITION]
    # `sum(x, axis)`, but not `einsum(subscripts, *operands)`.
    if any(p.kind == p.VAR_POSITIONAL for p in parameters) or all(p.default is p.empty for p in listed):
        return None
    needed = next(i for i, p in enumerate(listed) if p.default is not p.empty)
    # `clip(arr=None, …)` takes its array by position here.
    return [module, camel(name), [camel(p.name) for p in listed], max(1, needed)]


names = [(module, name) for module in MODULES for name in dir(MODULES[module]) if not name.startswith('_') and callable(getattr(MODULES[module], name))]
write('names', [found for found in (row(*name) for name in names) if found])
