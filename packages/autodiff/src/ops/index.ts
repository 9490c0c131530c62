// `jax.ops`, name for name in camelCase.
export { type SegmentOptions, segmentMax, segmentMin, segmentProd, segmentSum } from './segment.ts'
