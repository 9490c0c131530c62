"""One recorded call of each function of jax.numpy and jax.lax again, on other arrays, as fixtures.

Run it with a Python that has jax, after the scripts that record the calls:  python conformance/oracle/variants_oracle.py
It reads other fixtures and writes fixtures/variants.json, a list of {kind, from, fn, args?, out?, weak?}, without `args` where JAX refuses. The kinds: the arrays of
floats cast to a dtype; `empty`, `scalar`: their first dimension of size 0, one element of each; `special`: with NaN, infinities and -0 among the elements; `negative`:
`axis` counted from the end.
"""

import warnings

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from oracle import camel, decode, pack, read, write

warnings.filterwarnings('ignore')
MODULES = {'numpy': (jnp, ['numpy']), 'lax': (lax, ['lax', 'laxMore', 'laxWindow'])}
# Uninitialised, or of no array.
SKIPPED = {'empty', 'emptyLike', 'iota', 'frombuffer', 'reduceWindow'}
SPECIAL = np.float32([np.nan, np.inf, -np.inf, -0.0])
cases = []


def is_float(x):
    return isinstance(x, np.ndarray) and x.dtype == np.float32


def has_floats(case, finite):
    values, _ = decode(case['args'])
    return any(is_float(x) and x.size > 0 and x.ndim > 0 and (not finite or np.isfinite(x).all()) for value in values for x in (value if isinstance(value, list) else [value]))


def with_special(x):
    flat = x.reshape(-1).copy()
    flat[:min(4, len(flat))] = SPECIAL[:len(flat)]
    return flat.reshape(x.shape)


KINDS = {
    **{dtype: (lambda x, dtype=dtype: np.abs(x).astype(dtype) if dtype == 'uint8' else x.astype(dtype)) for dtype in ['float16', 'int32', 'uint8', 'bool']},
    'empty': lambda x: x[:0] if x.ndim else x,
    'scalar': lambda x: x.reshape(-1)[0] if x.size else x,
    'special': with_special,
}


def changed(value, change):
    if isinstance(value, list):
        return [changed(x, change) for x in value]
    return change(value) if is_float(value) else value


def encode(value):
    if isinstance(value, (np.ndarray, np.generic)):
        return {'array': pack(value)}
    if isinstance(value, list):
        return {'arrays': [pack(x) for x in value]}
    return {'value': value}


def variant(source, module, case, kind, change):
    values, options = decode(case['args'])
    name = {camel(name): name for name in dir(module)}[case['fn']]
    values = [changed(value, change) for value in values]
    row = {'kind': kind, 'from': source, 'fn': case['fn']}
    try:
        out = getattr(module, name)(*values, **options)
        many = isinstance(out, (list, tuple))
        packed = [pack(x) for x in out] if many else pack(out)
    except Exception:
        return row
    dtypes = [p[0] for p in packed] if many else [packed[0]]
    if any(dtype not in ('bool', 'uint8', 'int8', 'uint32', 'int32', 'float16', 'float32') for dtype in dtypes):
        return row
    rest = [case['args'][-1]] if options else []
    weak = {} if many or not getattr(out, 'weak_type', False) else {'weak': True}
    return {**row, 'args': [encode(value) for value in values] + rest, 'out': packed, **weak}


def negative(case):
    """The call with its axis counted from the end, or None."""
    values, options = decode(case['args'])
    axis, first = options.get('axis'), values[0]
    if not (isinstance(axis, int) and axis >= 0 and isinstance(first, np.ndarray) and first.ndim):
        return None
    given = dict(case['args'][-1])
    place = 'options' if 'options' in given else 'value'
    given[place] = {**given[place], 'axis': axis - first.ndim}
    return {**case, 'args': case['args'][:-1] + [given]}


for source, (module, fixtures) in MODULES.items():
    calls = {}
    for fixture in fixtures:
        for case in read(fixture):
            calls.setdefault(case['fn'], []).append(case)
    for fn, known in calls.items():
        if fn in SKIPPED or fn not in {camel(name) for name in dir(module)}:
            continue
        base = next((case for finite in [True, False] for case in known if has_floats(case, finite)), None)
        if base is None:
            continue
        cases += [variant(source, module, base, kind, change) for kind, change in KINDS.items()]
        turned = next((n for n in map(negative, known) if n is not None), None)
        if turned is not None:
            cases.append(variant(source, module, turned, 'negative', lambda x: x))

cases.sort(key=lambda case: (case['from'], case['fn'], case['kind']))
write('variants', cases)
print(sum('out' not in case for case in cases), 'refused')
