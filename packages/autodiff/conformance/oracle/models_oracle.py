"""What JAX makes of whole programs, as people write them: layers, filters, solvers, samplers. See programs.py; the same programs are in programs/models.ts.

Run it with a Python that has jax:  python conformance/oracle/models_oracle.py
"""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.scipy import linalg, special
from programs import Programs, floats, ints, positive

program = Programs('models')


def scaled(*shape):
    return floats(*shape, scale=0.5)


# layers
def layer_norm(x):
    mean = x.mean(-1, keepdims=True)
    variance = jnp.square(x - mean).mean(-1, keepdims=True)
    return (x - mean) * lax.rsqrt(variance + 1e-5)


def softmax(x, axis=-1):
    shifted = jnp.exp(x - lax.stop_gradient(x.max(axis, keepdims=True)))
    return shifted / shifted.sum(axis, keepdims=True)


@program('scipy.special.erf', [scaled(4, 6), scaled(6, 18), scaled(6, 6), scaled(6, 8), scaled(8, 6)])
def transformer_block(x, wqkv, wo, w1, w2):
    length = x.shape[0]
    q, k, v = jnp.split((layer_norm(x) @ wqkv).reshape(length, 3, 2, 3), 3, axis=1)
    scores = jnp.einsum('qohd,kohd->hqk', q, k) / jnp.sqrt(3.0)
    causal = jnp.tril(jnp.ones((length, length), bool))
    weights = softmax(jnp.where(causal, scores, -jnp.inf))
    y = x + jnp.einsum('hqk,kohd->qhd', weights, v).reshape(length, 6) @ wo
    hidden = layer_norm(y) @ w1
    return y + 0.5 * hidden * (1 + lax.erf(hidden / jnp.sqrt(2.0))) @ w2


@program('lax.convGeneralDilated', [scaled(1, 2, 6, 6), scaled(3, 2, 3, 3), scaled(12, 2), ints(1, high=2)])
def conv_net(images, kernel, w, label):
    x = lax.conv_general_dilated(images, kernel, (1, 1), 'VALID')
    x = jnp.maximum(x, 0.1 * x)
    x = lax.reduce_window(x, 0.0, lax.add, (1, 1, 2, 2), (1, 1, 2, 2), 'VALID') / 4
    logits = x.reshape(x.shape[0], -1) @ w
    picked = jnp.take_along_axis(logits, label[:, None], axis=1)
    return (special.logsumexp(logits, axis=1, keepdims=True) - picked).mean()


@program('lax.scan', [scaled(3, 2), scaled(2, 8), scaled(2, 8), scaled(8)])
def lstm(xs, wx, wh, b):
    def cell(carry, x):
        h, c = carry
        i, f, g, o = jnp.split(x @ wx + h @ wh + b, 4)
        c = lax.logistic(f + 1) * c + lax.logistic(i) * jnp.tanh(g)
        h = lax.logistic(o) * jnp.tanh(c)
        return (h, c), h

    return lax.scan(cell, (jnp.zeros(2), jnp.zeros(2)), xs)


@program('checkpoint', [scaled(3, 2), scaled(3), scaled(3, 9), scaled(2, 9)])
def gru_checkpointed(xs, h, wh, wx):
    @jax.checkpoint
    def cell(h, x):
        hs, gates = jnp.split(h @ wh, 3), jnp.split(x @ wx, 3)
        r, z = lax.logistic(hs[0] + gates[0]), lax.logistic(hs[1] + gates[1])
        n = jnp.tanh(gates[2] + r * hs[2])
        h = (1 - z) * n + z * h
        return h, h.sum()

    return lax.scan(cell, h, xs)


@program('lax.topK', [scaled(4, 3), scaled(3, 4), scaled(4, 3, 2)])
def mixture_of_experts(x, gate, experts):
    weights, chosen = lax.top_k(x @ gate, 2)
    weights = softmax(weights)
    outs = jnp.einsum('td,edk->tek', x, experts)
    return (jnp.take_along_axis(outs, chosen[:, :, None], axis=1) * weights[:, :, None]).sum(1)


@program('numpy.concatenate', [scaled(3, 4)])
def rotary_positions(x):
    length, width = x.shape
    frequencies = 1 / 10000 ** (jnp.arange(0, width, 2) / width)
    angles = jnp.arange(length)[:, None] * frequencies
    even, odd = x[:, ::2], x[:, 1::2]
    pairs = [even * jnp.cos(angles) - odd * jnp.sin(angles), even * jnp.sin(angles) + odd * jnp.cos(angles)]
    return jnp.stack(pairs, -1).reshape(length, width)


@program('ops.segmentSum', [scaled(4, 2), ints(6, high=4), ints(6, high=4), scaled(2, 3)])
def graph_convolution(nodes, senders, receivers, w):
    messages = (nodes @ w)[senders]
    sums = jax.ops.segment_sum(messages, receivers, 4)
    counts = jax.ops.segment_sum(jnp.ones(6), receivers, 4)
    return jnp.tanh(sums / jnp.maximum(counts, 1)[:, None])


@program('random.normal', [ints(1, high=99), scaled(3), scaled(3, 4), scaled(2, 3)])
def variational_sample(seed, x, encode, decode):
    key, drop = jax.random.split(jax.random.key(seed[0]))
    mean, log_variance = jnp.split(x @ encode, 2)
    z = mean + jnp.exp(0.5 * log_variance) * jax.random.normal(key, (2,))
    kept = jax.random.bernoulli(drop, 0.5, (3,))
    rebuilt = jnp.where(kept, z @ decode / 0.5, 0)
    divergence = -0.5 * (1 + log_variance - mean**2 - jnp.exp(log_variance)).sum()
    return jnp.square(rebuilt - x).sum() + divergence


# statistics
@program('scipy.linalg.solveTriangular', [scaled(4, 2), scaled(4), positive(2), scaled()])
def gaussian_process(x, y, scale, log_noise):
    apart = (x[:, None] - x[None]) / scale
    kernel = jnp.exp(-0.5 * (apart**2).sum(-1)) + jnp.exp(log_noise) * jnp.eye(4)
    lower = jnp.linalg.cholesky(kernel)
    alpha = linalg.solve_triangular(lower, y, lower=True)
    return 0.5 * alpha @ alpha + jnp.log(jnp.diagonal(lower)).sum() + 2 * jnp.log(2 * jnp.pi)


@program('numpy.linalg.solve', [scaled(3, 1), scaled(2, 2), scaled(1, 2)])
def kalman_filter(ys, a, h):
    noise, r = 0.1 * jnp.eye(2), 0.5 * jnp.eye(1)

    def step(carry, y):
        mean, cov = a @ carry[0], a @ carry[1] @ a.T + noise
        s = h @ cov @ h.T + r
        gain = jnp.linalg.solve(s, h @ cov).T
        residual = y - h @ mean
        loss = residual @ jnp.linalg.solve(s, residual) + jnp.linalg.slogdet(s)[1]
        return (mean + gain @ residual, cov - gain @ s @ gain.T), loss

    return lax.scan(step, (jnp.zeros(2), jnp.eye(2)), ys)


@program('lax.associativeScan', [scaled(5), scaled(5)])
def linear_recurrence(decay, xs):
    def combine(left, right):
        return left[0] * right[0], left[1] * right[0] + right[1]

    return lax.associative_scan(combine, (lax.logistic(decay), xs))[1]


@program('scipy.special.gammaln', [positive(3), positive(), positive()])
def beta_binomial(counts, a, b):
    trials = counts + 2
    betaln = lambda p, q: special.gammaln(p) + special.gammaln(q) - special.gammaln(p + q)
    return betaln(counts + a, trials - counts + b) - betaln(a, b) + special.gammaln(trials + 1)


@program('numpy.logaddexp', [scaled(4, 3), scaled(3, 3)])
def hidden_markov(emissions, transitions):
    log_t = transitions - special.logsumexp(transitions, axis=1, keepdims=True)
    step = lambda alpha, e: (special.logsumexp(alpha[:, None] + log_t, axis=0) + e, alpha.max())
    return special.logsumexp(lax.scan(step, emissions[0], emissions[1:])[0])


@program('numpy.argmax', [scaled(4, 3), scaled(3, 3)])
def viterbi(emissions, transitions):
    def forward(best, e):
        scores = best[:, None] + transitions
        return scores.max(0) + e, scores.argmax(0)

    best, back = lax.scan(forward, emissions[0], emissions[1:])
    last = best.argmax()
    first, path = lax.scan(lambda state, pointers: (pointers[state], state), last, back, reverse=True)
    return best.max(), jnp.concatenate([first[None], path])


@program('lax.whileLoop', [ints(1, high=9), scaled(2)], twice=False)
def hamiltonian_monte_carlo(seed, start):
    energy = lambda q: 0.25 * (q**4).sum() - (q[0] * q[1])

    def leapfrog(_, state):
        q, p = state
        p = p - 0.05 * jax.grad(energy)(q)
        q = q + 0.1 * p
        return q, p - 0.05 * jax.grad(energy)(q)

    def draw(q, key):
        for_p, for_u = jax.random.split(key)
        p = jax.random.normal(for_p, q.shape)
        new_q, new_p = lax.fori_loop(0, 4, leapfrog, (q, p))
        gain = energy(q) + 0.5 * (p**2).sum() - energy(new_q) - 0.5 * (new_p**2).sum()
        q = jnp.where(jnp.log(jax.random.uniform(for_u)) < gain, new_q, q)
        return q, q

    return lax.scan(draw, start, jax.random.split(jax.random.key(seed[0]), 3))[1]


# optimisation
@program('hessian', [scaled(2)], twice=False)
def newton_steps(x):
    rosenbrock = lambda v: (1 - v[0]) ** 2 + 10 * (v[1] - v[0] ** 2) ** 2
    damped = lambda v: jax.hessian(rosenbrock)(v) + 20 * jnp.eye(2)
    return lax.fori_loop(0, 2, lambda _, v: v - jnp.linalg.solve(damped(v), jax.grad(rosenbrock)(v)), x)


@program('jacfwd', [scaled(2), positive(4), scaled(4)])
def levenberg_marquardt(theta, t, y):
    residual = lambda p: jnp.exp(p[0] * t) * p[1] - y
    j = jax.jacfwd(residual)(theta)
    return theta - jnp.linalg.solve(j.T @ j + jnp.eye(2), j.T @ residual(theta))


@program('customVjp', [positive(3)], only='reverse', twice=False)
def implicit_root(a):
    @jax.custom_vjp
    def root(a):
        return lax.while_loop(lambda s: (s[0] > 0), lambda s: (s[0] - 1, 0.5 * (s[1] + a / s[1])), (12, a))[1]

    root.defvjp(lambda a: (root(a), root(a)), lambda r, ct: (ct / (2 * r),))
    return jnp.sin(root(a)) * a


@program('grad', [scaled(2, 3), scaled(3), scaled(3), scaled(3)])
def physics_informed(points, w, b, v):
    u = lambda x, t: v @ jnp.tanh(w * x + b * t)
    at = lambda x, t: jax.grad(u, 1)(x, t) + u(x, t) * jax.grad(u, 0)(x, t) - 0.1 * jax.grad(jax.grad(u, 0), 0)(x, t)
    return jnp.square(jax.vmap(at)(points[:, 0], points[:, 1])).mean()


@program('numpy.outer', [scaled(3, 3), positive(3), positive(3)])
def sinkhorn(cost, a, b):
    k, a, b = jnp.exp(-cost), a / a.sum(), b / b.sum()
    turn = lambda _, uv: (a / (k @ uv[1]), b / (k.T @ (a / (k @ uv[1]))))
    u, v = lax.fori_loop(0, 4, turn, (jnp.ones(3), jnp.ones(3)))
    return u[:, None] * k * v[None]


@program('lax.cond', [scaled(2), scaled()])
def runge_kutta(y, stiffness):
    field = lambda y, t: jnp.stack([y[1] + jnp.sin(t), stiffness * (1 - y[0] ** 2) * y[1] - y[0]])

    def step(y, t):
        h = 0.1
        k1 = field(y, t)
        k2 = field(y + h / 2 * k1, t + h / 2)
        k3 = field(y + h / 2 * k2, t + h / 2)
        k4 = field(y + h * k3, t + h)
        y = y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        return lax.cond(y[0] > 0.2, lambda v: v * 0.9, lambda v: v, y), y

    return lax.scan(step, y, jnp.arange(4) * 0.1)[1]


# numbers
@program('numpy.fft.rfft', [scaled(8), scaled(5)])
def spectral_filter(x, gain):
    spectrum = jnp.fft.rfft(x)
    return jnp.fft.irfft(spectrum * gain, 8), jnp.abs(spectrum[1:4]) ** 2


@program('numpy.argmin', [scaled(5, 2), scaled(2, 2)])
def nearest_means(points, means):
    assigned = jnp.square(points[:, None] - means[None]).sum(-1).argmin(1)
    chosen = (assigned[:, None] == jnp.arange(2)).astype('float32')
    return (chosen.T @ points) / jnp.maximum(chosen.sum(0), 1)[:, None], assigned


@program('numpy.interp', [scaled(6), scaled(4), positive(4)])
def resampled(x, values, gaps):
    knots = jnp.cumsum(gaps)
    inside = jnp.clip(jnp.abs(x) * 3, knots[0], knots[-1])
    return jnp.interp(inside, knots, values), jnp.searchsorted(knots, inside), jnp.diff(jnp.sort(values))


@program('numpy.linalg.svd', [scaled(4, 3)])
def low_rank(m):
    u, s, vt = jnp.linalg.svd(m, full_matrices=False)
    return (u[:, :2] * s[:2]) @ vt[:2], s / s.sum()


@program('lax.dynamicSlice', [scaled(7), scaled(3), ints(2, high=5)])
def sliding_windows(x, kernel, starts):
    windows = jax.vmap(lambda i: lax.dynamic_slice(x, (i,), (3,)))(jnp.arange(5))
    edited = lax.dynamic_update_slice(x, kernel, (starts[0],))
    return windows @ kernel, edited.at[starts].add(kernel[:2]), lax.map(lambda w: jnp.median(w), windows)


@program('numpy.where', [scaled(4, 3), scaled(4, 3), ints(4, high=2)])
def focal_huber(logits, targets, mask):
    error = logits - targets
    huber = jnp.where(jnp.abs(error) < 1, 0.5 * error**2, jnp.abs(error) - 0.5)
    p = lax.logistic(logits)
    focal = -((1 - p) ** 2) * jax.nn.log_sigmoid(logits)
    weight = mask.astype('float32')[:, None]
    return ((huber + focal) * weight).sum() / jnp.maximum(weight.sum(), 1), jnp.quantile(error, 0.3)


@program('numpy.linalg.eigh', [scaled(3, 3)], twice=False)
def matrix_square_root(m):
    values, vectors = jnp.linalg.eigh(m @ m.T + jnp.eye(3))
    return (vectors * jnp.sqrt(values)) @ vectors.T


program.write()
