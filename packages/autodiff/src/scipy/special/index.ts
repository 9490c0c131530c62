// `jax.scipy.special`, name for name in camelCase: functions of floats that broadcast.
export { i0, i0e, i1, i1e } from './bessel.ts'
export { entr, expit, klDiv, logit, relEntr, xlog1py, xlogy } from './entropy.ts'
export {
  beta,
  betainc,
  betaln,
  digamma,
  factorial,
  gamma,
  gammainc,
  gammaincc,
  gammaln,
  gammasgn,
  multigammaln,
  polygamma,
  zeta,
} from './gamma.ts'
export { exp1, expi, spence } from './integrals.ts'
export { erf, erfc, erfinv, logNdtr, ndtr, ndtri } from './normal.ts'
export { logSoftmax, logsumexp, type SoftmaxOptions, softmax } from './softmax.ts'
