// `jax.nn`, name for name in camelCase, in reading order.
export {
  type Activation,
  celu,
  elu,
  gelu,
  glu,
  hardSigmoid,
  hardSilu,
  hardSwish,
  hardTanh,
  identity,
  leakyRelu,
  logSigmoid,
  mish,
  relu,
  relu6,
  selu,
  sigmoid,
  silu,
  softplus,
  softSign,
  sparsePlus,
  sparseSigmoid,
  squareplus,
  swish,
  tanh,
} from './activation.ts'
export { type AttentionOptions, dotProductAttention } from './attention.ts'
export { logsumexp } from './logsumexp.ts'
export {
  type LogmeanexpOptions,
  log1mexp,
  logmeanexp,
  logSoftmax,
  type SoftmaxOptions,
  type StandardizeOptions,
  softmax,
  standardize,
} from './normalise.ts'
export { type OneHotOptions, oneHot } from './oneHot.ts'
