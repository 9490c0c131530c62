export { type AdamOptions, type AdamState, adam, scaleByAdam } from './adam.ts'
export { sgd } from './sgd.ts'
export { applyUpdates, chain, type GradientTransformation, scale } from './transform.ts'
