// `jax.scipy.stats`: a namespace for each distribution.
export * as bernoulli from './bernoulli.ts'
export * as beta from './beta.ts'
export * as gamma from './gamma.ts'
export * as norm from './norm.ts'
