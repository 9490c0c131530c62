import {
  checkpoint,
  customVjp,
  grad,
  hessian,
  jacfwd,
  lax,
  type NDArray,
  numpy as np,
  ops,
  random,
  scipy,
  vmap,
} from '../../src/index.ts'
import type { Programs } from './program.ts'

// The programs of oracle/models_oracle.py.

const { linalg, special } = scipy
type Pair = readonly [NDArray, NDArray]
const kept = { keepdims: true }

const layerNorm = (x: NDArray): NDArray => {
  const centred = x.sub(x.mean(-1, kept))
  return centred.mul(lax.rsqrt(np.square(centred).mean(-1, kept).add(1e-5)))
}
const softmax = (x: NDArray, axis = -1): NDArray => {
  const shifted = np.exp(x.sub(lax.stopGradient(x.max(axis, kept))))
  return shifted.div(shifted.sum(axis, kept))
}

const layers: Programs = {
  transformerBlock: (x, wqkv, wo, w1, w2) => {
    const length = x.shape[0] as number
    const heads = layerNorm(x).matmul(wqkv).reshape(length, 3, 2, 3)
    const [q, k, v] = np.split(heads, 3, 1) as [NDArray, NDArray, NDArray]
    const scores = np.einsum('qohd,kohd->hqk', q, k).div(np.sqrt(3))
    const causal = np.tril(np.ones([length, length], 'bool'))
    const weights = softmax(np.where(causal, scores, -Infinity))
    const y = x.add(np.einsum('hqk,kohd->qhd', weights, v).reshape(length, 6).matmul(wo))
    const hidden = layerNorm(y).matmul(w1)
    return y.add(
      hidden
        .mul(0.5)
        .mul(lax.erf(hidden.div(np.sqrt(2))).add(1))
        .matmul(w2),
    )
  },
  convNet: (images, kernel, w, label) => {
    const convolved = lax.convGeneralDilated(images, kernel, [1, 1], 'VALID')
    const active = np.maximum(convolved, convolved.mul(0.1))
    const pooled = lax.reduceWindow(active, 0, lax.add, [1, 1, 2, 2], [1, 1, 2, 2], 'VALID').div(4)
    const logits = pooled.reshape(pooled.shape[0] as number, -1).matmul(w)
    const picked = np.takeAlongAxis(logits, np.expandDims(label, 1), 1)
    return special.logsumexp(logits, { axis: 1, keepdims: true }).sub(picked).mean()
  },
  lstm: (xs, wx, wh, b) => {
    const cell = ([h, c]: Pair, x: NDArray): readonly [Pair, NDArray] => {
      const [i, f, g, o] = np.split(x.matmul(wx).add(h.matmul(wh)).add(b), 4) as [NDArray, NDArray, NDArray, NDArray]
      const cell = lax
        .logistic(f.add(1))
        .mul(c)
        .add(lax.logistic(i).mul(np.tanh(g)))
      const out = lax.logistic(o).mul(np.tanh(cell))
      return [[out, cell], out]
    }
    return lax.scan(cell, [np.zeros([2]), np.zeros([2])] as Pair, xs)
  },
  gruCheckpointed: (xs, h, wh, wx) => {
    const cell = checkpoint((h: NDArray, x: NDArray): Pair => {
      const [a, b, c] = np.split(h.matmul(wh), 3) as [NDArray, NDArray, NDArray]
      const [d, e, f] = np.split(x.matmul(wx), 3) as [NDArray, NDArray, NDArray]
      const [r, z] = [lax.logistic(a.add(d)), lax.logistic(b.add(e))]
      const n = np.tanh(f.add(r.mul(c)))
      const next = z.neg().add(1).mul(n).add(z.mul(h))
      return [next, next.sum()]
    })
    return lax.scan(cell, h, xs)
  },
  mixtureOfExperts: (x, gate, experts) => {
    const [scores, chosen] = lax.topK(x.matmul(gate), 2)
    const outs = np.einsum('td,edk->tek', x, experts)
    return np
      .takeAlongAxis(outs, np.expandDims(chosen, 2), 1)
      .mul(np.expandDims(softmax(scores), 2))
      .sum(1)
  },
  rotaryPositions: (x) => {
    const [length, width] = x.shape as [number, number]
    const frequencies = np.divide(1, np.power(10000, np.arange(0, width, 2).div(width)))
    const angles = np.expandDims(np.arange(length), 1).mul(frequencies)
    const [even, odd] = [x.slice(null, '::2'), x.slice(null, '1::2')]
    const [cos, sin] = [np.cos(angles), np.sin(angles)]
    const pairs = [even.mul(cos).sub(odd.mul(sin)), even.mul(sin).add(odd.mul(cos))]
    return np.stack(pairs, -1).reshape(length, width)
  },
  graphConvolution: (nodes, senders, receivers, w) => {
    const messages = nodes.matmul(w).slice(senders)
    const sums = ops.segmentSum(messages, receivers, { numSegments: 4 })
    const counts = ops.segmentSum(np.ones([6]), receivers, { numSegments: 4 })
    return np.tanh(sums.div(np.expandDims(np.maximum(counts, 1), 1)))
  },
  variationalSample: (seed, x, encode, decode) => {
    const [key, drop] = random.split(random.key(seed.slice(0)))
    const [mean, logVariance] = np.split(x.matmul(encode), 2) as [NDArray, NDArray]
    const z = mean.add(np.exp(logVariance.mul(0.5)).mul(random.normal(key, [2])))
    const isKept = random.bernoulli(drop, 0.5, [3])
    const rebuilt = np.where(isKept, z.matmul(decode).div(0.5), 0)
    const divergence = logVariance.add(1).sub(mean.pow(2)).sub(np.exp(logVariance)).sum().mul(-0.5)
    return np.square(rebuilt.sub(x)).sum().add(divergence)
  },
}

const betaln = (p: NDArray, q: NDArray): NDArray =>
  special
    .gammaln(p)
    .add(special.gammaln(q))
    .sub(special.gammaln(p.add(q)))

const statistics: Programs = {
  gaussianProcess: (x, y, scale, logNoise) => {
    const apart = np.expandDims(x, 1).sub(np.expandDims(x, 0)).div(scale)
    const kernel = np.exp(apart.pow(2).sum(-1).mul(-0.5)).add(np.exp(logNoise).mul(np.eye(4)))
    const lower = np.linalg.cholesky(kernel)
    const alpha = linalg.solveTriangular(lower, y, { lower: true })
    return alpha
      .mul(0.5)
      .matmul(alpha)
      .add(np.log(np.diagonal(lower)).sum())
      .add(np.log(2 * Math.PI).mul(2))
  },
  kalmanFilter: (ys, a, h) => {
    const [noise, r] = [np.eye(2).mul(0.1), np.eye(1).mul(0.5)]
    const step = (carry: Pair, y: NDArray): readonly [Pair, NDArray] => {
      const [mean, cov] = [a.matmul(carry[0]), a.matmul(carry[1]).matmul(a.T).add(noise)]
      const s = h.matmul(cov).matmul(h.T).add(r)
      const gain = np.linalg.solve(s, h.matmul(cov)).T
      const residual = y.sub(h.matmul(mean))
      const loss = residual.matmul(np.linalg.solve(s, residual)).add(np.linalg.slogdet(s)[1])
      return [[mean.add(gain.matmul(residual)), cov.sub(gain.matmul(s).matmul(gain.T))], loss]
    }
    return lax.scan(step, [np.zeros([2]), np.eye(2)] as Pair, ys)
  },
  linearRecurrence: (decay, xs) => {
    const combine = (left: Pair, right: Pair): Pair => [left[0].mul(right[0]), left[1].mul(right[0]).add(right[1])]
    return lax.associativeScan(combine, [lax.logistic(decay), xs] as Pair)[1]
  },
  betaBinomial: (counts, a, b) => {
    const trials = counts.add(2)
    return betaln(counts.add(a), trials.sub(counts).add(b))
      .sub(betaln(a, b))
      .add(special.gammaln(trials.add(1)))
  },
  hiddenMarkov: (emissions, transitions) => {
    const logT = transitions.sub(special.logsumexp(transitions, { axis: 1, keepdims: true }))
    const step = (alpha: NDArray, e: NDArray): Pair => [
      special.logsumexp(np.expandDims(alpha, 1).add(logT), { axis: 0 }).add(e),
      alpha.max(),
    ]
    return special.logsumexp(lax.scan(step, emissions.slice(0), emissions.slice('1:'))[0])
  },
  viterbi: (emissions, transitions) => {
    const forward = (best: NDArray, e: NDArray): Pair => {
      const scores = np.expandDims(best, 1).add(transitions)
      return [scores.max(0).add(e), scores.argmax(0)]
    }
    const [best, back] = lax.scan(forward, emissions.slice(0), emissions.slice('1:'))
    const follow = (state: NDArray, pointers: NDArray): Pair => [pointers.slice(state), state]
    const [first, path] = lax.scan(follow, best.argmax(), back, { reverse: true })
    return [best.max(), np.concatenate([np.expandDims(first, 0), path])]
  },
  hamiltonianMonteCarlo: (seed, start) => {
    const energy = (q: NDArray): NDArray =>
      q
        .pow(4)
        .sum()
        .mul(0.25)
        .sub(q.slice(0).mul(q.slice(1)))
    const leapfrog = (_: NDArray, [q, p]: Pair): Pair => {
      const half = p.sub(grad(energy)(q).mul(0.05))
      const moved = q.add(half.mul(0.1))
      return [moved, half.sub(grad(energy)(moved).mul(0.05))]
    }
    const draw = (q: NDArray, key: NDArray): Pair => {
      const [forP, forU] = random.split(key)
      const p = random.normal(forP, q.shape)
      const [newQ, newP] = lax.foriLoop(0, 4, leapfrog, [q, p] as Pair)
      const kinetic = (v: NDArray): NDArray => v.pow(2).sum().mul(0.5)
      const gain = energy(q).add(kinetic(p)).sub(energy(newQ)).sub(kinetic(newP))
      const next = np.where(np.log(random.uniform(forU)).lt(gain), newQ, q)
      return [next, next]
    }
    return lax.scan(draw, start, random.split(random.key(seed.slice(0)), 3))[1]
  },
}

const optimisation: Programs = {
  newtonSteps: (x) => {
    const rosenbrock = (v: NDArray): NDArray => {
      const [a, b] = [v.slice(0), v.slice(1)]
      return a
        .neg()
        .add(1)
        .pow(2)
        .add(b.sub(a.pow(2)).pow(2).mul(10))
    }
    const damped = (v: NDArray): NDArray => hessian(rosenbrock)(v).add(np.eye(2).mul(20))
    return lax.foriLoop(0, 2, (_, v: NDArray) => v.sub(np.linalg.solve(damped(v), grad(rosenbrock)(v))), x)
  },
  levenbergMarquardt: (theta, t, y) => {
    const residual = (p: NDArray): NDArray => np.exp(p.slice(0).mul(t)).mul(p.slice(1)).sub(y)
    const j = jacfwd(residual)(theta)
    return theta.sub(np.linalg.solve(j.T.matmul(j).add(np.eye(2)), j.T.matmul(residual(theta))))
  },
  implicitRoot: (a) => {
    const root = customVjp((a: NDArray) => {
      const halve = ([n, r]: Pair): Pair => [n.sub(1), r.add(a.div(r)).mul(0.5)]
      return lax.whileLoop(([n]: Pair) => n.gt(0), halve, [np.array(12, 'int32'), a] as Pair)[1]
    })
    root.defvjp(
      (a) => [root(a), root(a)] as const,
      (r, ct) => [ct.div(r.mul(2))],
    )
    return np.sin(root(a)).mul(a)
  },
  physicsInformed: (points, w, b, v) => {
    const u = (x: NDArray, t: NDArray): NDArray => v.matmul(np.tanh(w.mul(x).add(b.mul(t))))
    const dx = grad(u, 0)
    const at = (x: NDArray, t: NDArray): NDArray =>
      grad(u, 1)(x, t)
        .add(u(x, t).mul(dx(x, t)))
        .sub(grad(dx, 0)(x, t).mul(0.1))
    return np.square(vmap(at)(points.slice(null, 0), points.slice(null, 1))).mean()
  },
  sinkhorn: (cost, a, b) => {
    const [k, from, to] = [np.exp(cost.neg()), a.div(a.sum()), b.div(b.sum())]
    const turn = (_: NDArray, [, v]: Pair): Pair => {
      const next = from.div(k.matmul(v))
      return [next, to.div(k.T.matmul(next))]
    }
    const [u, v] = lax.foriLoop(0, 4, turn, [np.ones([3]), np.ones([3])] as Pair)
    return np.expandDims(u, 1).mul(k).mul(np.expandDims(v, 0))
  },
  rungeKutta: (y, stiffness) => {
    const field = ([a, b]: Pair, t: NDArray): NDArray =>
      np.stack([b.add(np.sin(t)), stiffness.mul(a.pow(2).neg().add(1)).mul(b).sub(a)])
    const at = (y: NDArray, t: NDArray): NDArray => field([...y] as unknown as Pair, t)
    const step = (y: NDArray, t: NDArray): Pair => {
      const h = 0.1
      const k1 = at(y, t)
      const k2 = at(y.add(k1.mul(h / 2)), t.add(h / 2))
      const k3 = at(y.add(k2.mul(h / 2)), t.add(h / 2))
      const k4 = at(y.add(k3.mul(h)), t.add(h))
      const next = y.add(
        k1
          .add(k2.mul(2))
          .add(k3.mul(2))
          .add(k4)
          .mul(h / 6),
      )
      const capped = lax.cond(
        next.slice(0).gt(0.2),
        (v: NDArray) => v.mul(0.9),
        (v: NDArray) => v,
        next,
      )
      return [capped, next]
    }
    return lax.scan(step, y, np.arange(4).mul(0.1))[1]
  },
}

const numbers: Programs = {
  nearestMeans: (points, means) => {
    const assigned = np
      .square(np.expandDims(points, 1).sub(np.expandDims(means, 0)))
      .sum(-1)
      .argmin(1)
    const chosen = np.expandDims(assigned, 1).eq(np.arange(2)).astype('float32')
    return [chosen.T.matmul(points).div(np.expandDims(np.maximum(chosen.sum(0), 1), 1)), assigned]
  },
  resampled: (x, values, gaps) => {
    const knots = np.cumsum(gaps)
    const inside = np.clip(np.abs(x).mul(3), knots.slice(0), knots.slice(-1))
    return [np.interp(inside, knots, values), np.searchsorted(knots, inside), np.diff(np.sort(values))]
  },
  lowRank: (m) => {
    const [u, s, vt] = np.linalg.svd(m, { fullMatrices: false })
    return [u.slice(null, ':2').mul(s.slice(':2')).matmul(vt.slice(':2')), s.div(s.sum())]
  },
  slidingWindows: (x, kernel, starts) => {
    const windows = vmap((i: NDArray) => lax.dynamicSlice(x, [i], [3]))(np.arange(5))
    const edited = lax.dynamicUpdateSlice(x, kernel, [starts.slice(0)])
    const medians = lax.map((w: NDArray) => np.median(w), windows)
    return [windows.matmul(kernel), edited.at(starts).add(kernel.slice(':2')), medians]
  },
  focalHuber: (logits, targets, mask) => {
    const error = logits.sub(targets)
    const size = np.abs(error)
    const huber = np.where(size.lt(1), error.pow(2).mul(0.5), size.sub(0.5))
    const logSigmoid = np.logaddexp(logits.neg(), 0).neg()
    const focal = lax.logistic(logits).neg().add(1).pow(2).neg().mul(logSigmoid)
    const weight = np.expandDims(mask.astype('float32'), 1)
    return [huber.add(focal).mul(weight).sum().div(np.maximum(weight.sum(), 1)), np.quantile(error, 0.3)]
  },
  matrixSquareRoot: (m) => {
    const [values, vectors] = np.linalg.eigh(m.matmul(m.T).add(np.eye(3)))
    return vectors.mul(np.sqrt(values)).matmul(vectors.T)
  },
  spectralFilter: (x, gain) => {
    const { real, imag } = np.fft.rfft(x)
    const power = real.pow(2).add(imag.pow(2))
    return [np.fft.irfft({ real: real.mul(gain), imag: imag.mul(gain) }, 8), power.slice('1:4')]
  },
}

/** Layers, filters, solvers, samplers, as people write them. */
export const models: Programs = { ...layers, ...statistics, ...optimisation, ...numbers }
