// The public list of `@proj/nn`, in reading order. What is not here is private.

// Functions
export { type Activation, identity, relu, sigmoid, tanh } from './functions/activation.ts'
export * as nn from './functions/index.ts'
// First values of weights
export * as init from './init/index.ts'
export { AutoEncoder, type AutoEncoderOptions } from './layers/autoEncoder.ts'
// Layers
export { Linear } from './layers/linear.ts'
export * as losses from './losses.ts'
// Training
export * as optim from './optim/index.ts'
// Tying weights inside a call
export { sharing } from './sharing.ts'
