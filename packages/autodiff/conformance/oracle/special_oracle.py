"""Special functions of JAX, in both precisions, as fixtures for the tests of `lax` and `scipy`.

Run it with a Python that has jax:  python conformance/oracle/special_oracle.py
It writes conformance/fixtures/special.json, a list of {fn, args, out, grads?}: `grads` are those of the sum of the results, by each argument, null where JAX has
none. Double precision is a process of its own, because the switch is the whole process's.
"""

import json
import os
import subprocess
import sys

if len(sys.argv) > 1:
    os.environ['JAX_ENABLE_X64'] = '1' if sys.argv[1] == 'float64' else '0'

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.scipy import special, stats
from oracle import camel, pack, write

SPACES = {'lax': lax, 'special': special, 'norm': stats.norm, 'bernoulli': stats.bernoulli, 'beta': stats.beta, 'gamma': stats.gamma}
cases = []


def gradient(f, args, at):
    try:
        return pack(jax.grad(lambda x: f(*[x if i == at else a for i, a in enumerate(args)]).sum())(args[at]))
    except (ValueError, NotImplementedError, TypeError):
        return None


def case(fn, *args, derivative=True, **options):
    """Every array in `args` takes the precision of this process."""
    space, name = fn.split('.')
    f = getattr(SPACES[space], name)
    values = [np.asarray(a, DTYPE) if isinstance(a, np.ndarray) and a.dtype.kind == 'f' else a for a in args]
    call = lambda *xs: f(*xs, **options)
    out = call(*values)
    encoded = [{'array': pack(a)} if isinstance(a, np.ndarray) else {'value': a} for a in values]
    if options:
        encoded.append({'value': {camel(k): v for k, v in options.items()}})
    floats = [isinstance(a, np.ndarray) and a.dtype.kind == 'f' for a in values]
    grads = [gradient(call, values, i) if is_float else None for i, is_float in enumerate(floats)] if derivative else None
    case = {'fn': f'{space}.{camel(name)}', 'args': encoded, 'out': pack(out)}
    cases.append({**case, 'grads': grads} if grads and any(grads) else case)


f = np.float64
spread = np.array([1e-6, 0.01, 0.1, 0.3, 0.5, 0.7, 1.0, 1.3, 1.5, 2.0, 2.7, 3.0, 5.0, 8.0, 12.5, 33.0, 100.0, 1000.0, 1e5])
negative = np.array([-0.1, -0.3, -0.5, -0.9, -1.2, -1.5, -2.7, -3.3, -10.5, -20.3])
edges = np.array([0.0, -0.0, -1.0, -2.0, np.inf, -np.inf, np.nan])


def all_cases():
    for name in ['lax.lgamma', 'lax.digamma', 'special.gammaln', 'special.digamma']:
        case(name, spread)
        case(name, negative)
        case(name, edges, derivative=False)
    for name in ['lax.bessel_i0e', 'lax.bessel_i1e', 'special.i0e', 'special.i1e', 'special.i0', 'special.i1']:
        points = np.array([0.0, 1e-3, 0.5, 1.0, 2.5, 7.9, 8.0, 8.1, 20.0, 80.0])
        case(name, points)
        case(name, -points[1:])
    for m in [0, 1, 2, 3, 5]:
        case('lax.polygamma', np.full(8, m, f), np.array([0.1, 0.4, 1.0, 1.7, 3.0, 9.0, 20.0, -0.6 if m % 2 else 2.2]))
        case('special.polygamma', m, np.array([0.1, 0.4, 1.0, 1.7, 3.0, 9.0, 20.0]))
    case('lax.polygamma', np.array([-1.0, 0.5, 1.0, 1.0, 2.0, 1.0]), np.array([1.0, 1.0, 0.0, -1.0, np.inf, np.nan]), derivative=False)
    bases, shifts = np.array([1.1, 1.5, 2.0, 3.0, 4.5, 8.0, 20.0]), np.array([0.1, 0.5, 1.0, 2.5, 7.0, 30.0])
    a, b = (x.ravel() for x in np.meshgrid(bases, shifts))
    case('lax.zeta', a, b, derivative=False)
    case('special.zeta', a, b)
    case('lax.zeta', np.array([1.0, 0.5, 2.0, 2.0, 3.0, 2.5]), np.array([1.0, 1.0, 0.0, -1.0, -1.0, -0.5]), derivative=False)
    shapes, points = np.array([1e-3, 0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 50.0, 200.0]), np.array([1e-4, 0.1, 0.6, 1.0, 1.5, 4.0, 11.0, 45.0, 210.0])
    a, x = (x.ravel() for x in np.meshgrid(shapes, points))
    for name in ['igamma', 'igammac']:
        case(f'lax.{name}', a, x)
        case(f'lax.{name}', np.array([0.0, 0.0, 1.0, 1.0, -1.0, 1.0, np.nan, 2.0, np.inf]), np.array([0.0, 1.0, 0.0, np.inf, 1.0, -1.0, 1.0, np.nan, 1.0]), derivative=False)
    inside = (x / a < 20) & (a / x < 20)
    case('lax.igamma_grad_a', a[inside], x[inside], derivative=False)
    case('lax.random_gamma_grad', a[inside], x[inside], derivative=False)
    case('special.gammainc', np.array([0.5, 1.0, 3.0]), np.array([0.3, 2.0, 3.0]))
    case('special.gammaincc', np.array([0.5, 1.0, 3.0]), np.array([0.3, 2.0, 3.0]))
    grid = np.array([0.2, 0.5, 1.0, 2.5, 10.0, 60.0])
    a, b, x = (g.ravel() for g in np.meshgrid(grid, grid, np.array([0.01, 0.2, 0.5, 0.77, 0.99])))
    case('lax.betainc', a, b, x)
    case('lax.betainc', np.array([0.0, 1.0, 0.0, 1.0, 1.0, -1.0, 1.0, np.inf, np.nan]), np.array([1.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]),
         np.array([0.5, 0.5, 0.5, 0.0, 1.0, 0.5, 1.5, 0.5, 0.5]), derivative=False)
    case('special.betainc', np.array([0.5, 2.0]), np.array([0.7, 3.0]), np.array([0.2, 0.9]))
    scipy_cases()
    stats_cases()


def scipy_cases():
    line = np.array([-30.0, -12.0, -5.5, -2.0, -1.0, -0.3, 0.0, 0.2, 0.8, 1.5, 4.0, 6.0, 9.0])
    for name in ['erf', 'erfc', 'expit', 'ndtr', 'log_ndtr']:
        case(f'special.{name}', line)
    unit = np.array([1e-6, 0.01, 0.1, 0.135, 0.3, 0.5, 0.6, 0.864, 0.9, 0.99, 0.99999])
    for name in ['logit', 'ndtri', 'erfinv', 'entr']:
        case(f'special.{name}', unit)
    case('special.erfinv', -unit)
    case('special.ndtri', np.array([0.0, 1.0, 1e-30]), derivative=False)
    case('special.logit', np.array([0.0, 1.0, -1.0, 2.0]), derivative=False)
    case('special.entr', np.array([-1.0, 0.0, 1.0, 3.0]), derivative=False)
    left, right = np.array([0.0, 0.5, 1.0, 2.0, 3.0]), np.array([0.3, 0.7, 1.0, 0.5, 4.0])
    for name in ['xlogy', 'xlog1py', 'kl_div', 'rel_entr', 'beta', 'betaln']:
        case(f'special.{name}', left[1:], right[1:])
    for name in ['xlogy', 'xlog1py', 'kl_div', 'rel_entr']:
        case(f'special.{name}', np.array([0.0, 0.0, 0.0, -1.0, 1.0]), np.array([0.0, 1.0, np.nan, 1.0, 0.0]), derivative=False)
    case('special.beta', np.array([-0.5, 2.0, -1.5]), np.array([0.7, 3.0, -0.3]), derivative=False)
    case('special.gamma', np.array([-2.5, -1.3, -0.5, 0.3, 1.0, 4.0, 10.0, 30.0]))
    case('special.gamma', np.array([0.0, -0.0, -1.0, np.inf, np.nan]), derivative=False)
    case('special.gammasgn', np.array([-2.5, -1.3, -0.5, 0.3, 0.0, -0.0, -1.0]), derivative=False)
    case('special.factorial', np.array([-1.0, 0.0, 1.0, 3.0, 5.5, 20.0]), derivative=False)
    case('special.expi', np.array([-20.0, -5.0, -1.0, -0.2, 0.1, 0.5, 1.9, 3.0, 6.0, 12.0, 25.0, 50.0, 80.0]))
    case('special.exp1', np.array([0.1, 0.5, 1.0, 1.5, 3.0, 10.0]))
    case('special.multigammaln', np.array([2.5, 3.0, 7.2]), 3)
    case('special.spence', np.array([0.0, 0.1, 0.3, 0.5, 0.8, 1.0, 1.2, 1.7, 3.0, 20.0]), derivative=False)
    cube = np.linspace(-3, 4, 24).reshape(2, 3, 4)
    case('special.logsumexp', cube)
    case('special.logsumexp', cube, axis=1)
    case('special.softmax', cube)
    case('special.log_softmax', cube, axis=0)


def stats_cases():
    line = np.array([-3.0, -0.5, 0.0, 0.7, 2.0])
    for name in ['logpdf', 'pdf', 'logcdf', 'cdf', 'sf', 'logsf']:
        case(f'norm.{name}', line)
        case(f'norm.{name}', line, 0.5, 2.0)
    for name in ['ppf', 'isf']:
        case(f'norm.{name}', np.array([0.01, 0.3, 0.5, 0.9]), 0.5, 2.0)
    case('bernoulli.logpmf', np.array([0.0, 1.0, 0.5, 2.0]), 0.3, derivative=False)
    case('bernoulli.pmf', np.array([0.0, 1.0, 0.5, 2.0]), 0.3, derivative=False)
    case('bernoulli.cdf', np.array([-1.0, 0.0, 0.5, 1.0, 2.0]), 0.3, derivative=False)
    case('bernoulli.ppf', np.array([0.0, 0.3, 0.69, 0.71, 1.0]), 0.3, derivative=False)
    unit = np.array([0.05, 0.3, 0.5, 0.9])
    for name in ['logpdf', 'pdf', 'cdf', 'logcdf', 'sf', 'logsf']:
        case(f'beta.{name}', unit, 0.7, 2.5)
        case(f'gamma.{name}', 4 * unit, 1.7)
        case(f'gamma.{name}', 4 * unit + 1, 1.7, 0.5, 2.0)
        case(f'beta.{name}', np.array([-0.1, 1.1]), 0.7, 2.5, derivative=False)
        case(f'gamma.{name}', np.array([-0.1, -3.0]), 1.7, derivative=False)


if len(sys.argv) > 1:
    DTYPE = sys.argv[1]
    all_cases()
    json.dump(cases, sys.stdout)
else:
    for dtype in ['float32', 'float64']:
        done = subprocess.run([sys.executable, __file__, dtype], check=True, stdout=subprocess.PIPE)
        cases += json.loads(done.stdout)
    write('special', cases)
