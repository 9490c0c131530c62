// The public list of `@proj/backend/testing`: for those who write a backend.

export { conformance, type ConformanceOptions, type It, type Runner } from './testing/conformance.ts'
export { ulps } from './testing/tolerances.ts'
export { type Argument, type Sample, type SampleMaker, samples } from './testing/samples.ts'
export { randomJaxpr, type RandomJaxpr, type RandomJaxprOptions } from './testing/randomJaxpr.ts'
export { Random, randomData, randomNumber } from './testing/random.ts'
export { type Mismatch, numbersOf, ulpOf, ulpsBetween, worstMismatch } from './testing/compare.ts'
export { type Allowance, expectAgreement, expectClose, runOn } from './testing/outcome.ts'
