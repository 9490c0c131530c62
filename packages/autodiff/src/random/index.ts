// biome-ignore-all format: lists, in reading order
// biome-ignore-all assist/source/organizeImports: in reading order
// `jax.random`, name for name in camelCase: samples from keys. The same key gives the same samples, bit for bit those of JAX where
// JAX's algorithm says which bits.

// Keys
export {
  clone, foldIn, key, type KeyImpl, type KeyOptions, type Keys, keyData, keyDtype, keyImpl, PRNGKey, split, wrapKeyData,
} from './key.ts'
export { KeyArray } from './keyArray.ts'
// Bits, uniform samples
export { bits, randint, type Shape, type UniformOptions, uniform } from './uniform.ts'
// Other distributions
export {
  bernoulli, type CategoricalOptions, categorical, cauchy, doubleSidedMaxwell, exponential, geometric, gumbel, laplace, logistic, lognormal,
  maxwell, normal, pareto, rademacher, rayleigh, triangular, truncatedNormal, wald, weibullMin,
} from './distributions.ts'
// Made of gamma samples
export {
  ball, beta, chisquare, dirichlet, f, gamma, generalizedNormal, loggamma, t,
} from './gamma.ts'
// Counts, vectors, matrices
export { binomial, multinomial, type MultinomialOptions, poisson } from './counts.ts'
export { type MultivariateNormalOptions, multivariateNormal, orthogonal, type OrthogonalOptions } from './vectors.ts'
// Of what is there
export { choice, type ChoiceOptions, permutation, type PermutationOptions } from './permutation.ts'
