"""What jax.random answers, in both ways of counting, as fixtures for the tests of `random`.

Run it with a Python that has jax:  python conformance/oracle/random_oracle.py
It writes conformance/fixtures/random.json, a list of {partitionable, fn, args, out}; the key goes first and stands as its two words.
"""

import jax
import jax.numpy as jnp
import numpy as np
from oracle import camel, pack, write

random = jax.random
cases = []


def encode(arg):
    return {'array': pack(arg)} if isinstance(arg, (np.ndarray, np.generic)) else {'value': arg}


def record(fn, args, out):
    cases.append({'partitionable': jax.config.jax_threefry_partitionable, 'fn': fn, 'args': args, 'out': pack(out)})


def case(name, key, *args, options=None, **kwargs):
    out = getattr(random, name)(key, *[tuple(a) if isinstance(a, list) else a for a in args], **kwargs)
    given = options or {camel(k): v for k, v in kwargs.items()}
    arrays = {k: pack(v) for k, v in given.items() if isinstance(v, np.ndarray)}
    plain = {k: v for k, v in given.items() if k not in arrays}
    rest = [{'options': plain, 'arrays': arrays}] if given else []
    record(camel(name), [{'array': pack(key)}, *[encode(a) for a in args], *rest], out)


for partitionable in [True, False]:
    jax.config.update('jax_threefry_partitionable', partitionable)
    for seed in [0, 1, 42, -1, 2**31 - 1, 2**31, 2**32 - 1, 2**40 + 5, -(2**33) - 7]:
        record('PRNGKey', [{'value': seed}], random.PRNGKey(seed))
    for seed in [np.int32(7), np.int32(-7), np.uint32(2**32 - 1)]:
        record('PRNGKey', [{'array': pack(seed)}], random.PRNGKey(jnp.asarray(seed)))
    keys = [np.asarray(random.PRNGKey(s)) for s in (0, 1701)] + [np.asarray(random.split(random.PRNGKey(3))[1])]
    key = keys[2]
    for k in keys:
        case('split', k)
        case('split', k, 5)
        case('split', k, [2, 3])
        case('bits', k, [7])
    case('split', key, 1)
    case('split', key, 0)
    for data in [0, 1, 12345, 2**31 - 1]:
        case('fold_in', key, data)
    record('foldIn', [{'array': pack(key)}, {'value': -1}], random.fold_in(key, np.int32(-1)))
    for shape in [[], [1], [2], [3, 5], [0], [2, 0], [101]]:
        case('bits', key, shape)
        case('uniform', key, shape)
    case('bits', key, [13], 'uint8')
    for dtype in ['float32', 'float16']:
        case('uniform', key, [9], dtype)
        case('normal', key, [33], dtype)
    case('uniform', key, [50], minval=-2.0, maxval=3.0)
    case('uniform', key, [4, 3], minval=np.float32([0, 1, 2]), maxval=np.float32([1, 5, 2.5]))
    for span in [(0, 6), (-5, 5), (0, 2**31 - 1), (3, 3), (5, 2), (-(2**31), 2**31 - 1), (0, 65536), (7, 70000)]:
        case('randint', key, [20], *span)
    for dtype, span in [('int8', (-128, 128)), ('uint8', (0, 256)), ('uint32', (0, 1000)), ('int8', (-5, 200))]:
        case('randint', key, [20], *span, dtype)
    case('randint', key, [3, 2], np.int32([0, 10]), np.int32([[1], [20], [300]]))
    case('normal', key, [4, 30])
    case('normal', key, [])
    case('truncated_normal', key, -2.0, 2.0, [50])
    case('truncated_normal', key, np.float32([-1, 0, 1]), 3.0)
    case('bernoulli', key)
    case('bernoulli', key, 0.3, [40])
    case('bernoulli', key, np.float32([0.1, 0.9, 0.0, 1.0]), [5, 4])
    for name in ['exponential', 'gumbel', 'laplace', 'logistic', 'cauchy', 'maxwell', 'rademacher']:
        case(name, key, [30])
        case(name, key)
    case('rademacher', key, [8], 'float32')
    for name, x in [('pareto', 2.5), ('lognormal', 0.7), ('rayleigh', 2.0), ('wald', 1.5)]:
        case(name, key, np.float32(x), [20])
        case(name, key, np.float32([x, 2 * x, 3 * x]))
    case('geometric', key, np.float32(0.3), [20])
    case('triangular', key, 1.0, 2.0, 4.0, [20])
    case('weibull_min', key, 2.0, 1.5, [20])
    case('double_sided_maxwell', key, 1.0, 2.0, [10])
    logits = np.random.default_rng(0).standard_normal((4, 3)).astype('float32')
    case('categorical', key, logits)
    case('categorical', key, logits, axis=0)
    case('categorical', key, logits, shape=(10, 4), options={'shape': [10, 4]})
    case('categorical', key, logits, axis=0, shape=(7, 3), options={'axis': 0, 'shape': [7, 3]})
    case('categorical', key, np.log(np.float32([0.1, 0.9])), shape=(20,), options={'shape': [20]})
    for size in [5, 1, 0, 33]:
        case('permutation', key, size)
    matrix = np.arange(12, dtype='float32').reshape(4, 3)
    case('permutation', key, matrix)
    case('permutation', key, matrix, axis=1)
    case('permutation', key, matrix, axis=-1, independent=True)
    case('permutation', key, matrix, independent=True)
    case('permutation', key, np.arange(6, dtype='uint8'))
    case('permutation', key, np.bool_([True, False, True]))
    # Enough elements for two rounds.
    case('permutation', key, 1700)
    weights = np.float32([0.1, 0.2, 0.3, 0.4])
    case('choice', key, 5)
    case('choice', key, 5, [2, 3])
    case('choice', key, 5, [0])
    case('choice', key, 10, [4], replace=False)
    case('choice', key, 6, [2, 3], replace=False)
    case('choice', key, 4, [9], p=weights)
    case('choice', key, 4, [3], p=weights, replace=False)
    case('choice', key, matrix, [3])
    case('choice', key, matrix, [2, 2], axis=1)
    case('choice', key, matrix, [2], axis=1, replace=False)
    case('choice', key, matrix, [3], p=weights, replace=False)
    case('choice', key, matrix, [2, 2], p=weights)
    case('choice', key, np.int32([10, 20, 30]), [4])
    a = np.float32([0.01, 0.3, 0.9, 1, 1.5, 4, 30, 1e4])
    for name in ['gamma', 'loggamma', 'chisquare', 't']:
        case(name, key, a)
        case(name, key, np.float32(2.5), [20])
    case('gamma', key, a[:, None], [8, 3])
    case('gamma', key, a[2:], [6], 'float16')
    case('beta', key, a, a[::-1].copy())
    case('beta', key, np.float32(0.5), np.float32(2), [20])
    case('f', key, np.float32(3), np.float32(5), [10])
    case('f', key, a[3:], np.float32(4))
    case('dirichlet', key, np.float32([0.2, 1, 5]), [6])
    case('dirichlet', key, matrix + 1)
    for p in [1.0, 2.0, 0.7, 3.5]:
        case('generalized_normal', key, p, [8])
        case('ball', key, 3, p, [4])
    case('ball', key, 2)
    # In one call either small rates or large ones that are not huge: elsewhere the rounding of lgamma decides how often all draw again.
    small, large = np.float32([0, 0.1, 1, 3.5, 9.99]), np.float32([10, 12, 40, 100, 500])
    case('poisson', key, small)
    case('poisson', key, large)
    case('poisson', key, np.float32(4), [30])
    case('poisson', key, np.float32(50), [30])
    case('poisson', key, np.float32([np.nan, -2, 3]))
    case('poisson', key, small, [2, 5], 'uint8')
    counts = np.float32([0, 1, 5, 20, 100, 1e4, 1e6, 7.9])
    for p in [0.0, 0.1, 0.5, 0.77, 1.0]:
        case('binomial', key, counts, np.float32(p))
    case('binomial', key, np.float32(100), np.float32([0.02, 0.3, 0.999]), [10, 3])
    case('binomial', key, np.float32([np.nan, np.inf, -1, 4, 4, 4]), np.float32([0.5, 0.5, 0.5, np.nan, -0.1, 1.2]))
    case('multinomial', key, np.float32(50), np.float32([0.2, 0.3, 0.5]))
    case('multinomial', key, np.float32([3, 400]), np.float32([[0.1, 0.2, 0.7], [0.9, 0.05, 0.05]]))
    case('multinomial', key, np.float32(9), weights, shape=(5, 4), options={'shape': [5, 4]})
    cov = np.float32([[2, 0.5], [0.5, 1]])
    case('multivariate_normal', key, np.float32([1, -1]), cov, [7])
    case('multivariate_normal', key, np.float32([[1, -1], [0, 3]]), cov)
    case('multivariate_normal', key, np.zeros(2, 'float32'), np.stack([cov, 2 * cov, 3 * cov]))
    case('orthogonal', key, 3)
    case('orthogonal', key, 4, [2])
    case('orthogonal', key, 2, shape=(3,), m=5, options={'shape': [3], 'm': 5})
    case('orthogonal', key, 5, m=2)
    with jax.enable_x64(True):
        case('gamma', key, a.astype('float64'), [8], 'float64')
        case('binomial', key, counts.astype('float64'), np.float64(0.3), [8], 'float64')
        case('uniform', key, [9], 'float64')
        case('normal', key, [9], 'float64')
        case('uniform', key, [5], dtype='float64', minval=-1.0, maxval=3.0)

write('random', cases)
