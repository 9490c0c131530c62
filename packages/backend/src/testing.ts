// The public list of `@proj/backend/testing`: for those who write a backend.

export { type Mismatch, numbersOf, ulpOf, ulpsBetween, worstMismatch } from './testing/compare.ts'
export { type ConformanceOptions, conformance, type It, type Runner } from './testing/conformance.ts'
export { errorBound } from './testing/errorBound.ts'
export { invariantsOf } from './testing/invariants.ts'
export { type Allowance, expectAgreement, expectClose, runOn } from './testing/outcome.ts'
export { Random, randomData, randomNumber } from './testing/random.ts'
export { type RandomJaxpr, type RandomJaxprOptions, randomJaxpr } from './testing/randomJaxpr.ts'
export { type Argument, type Sample, type SampleMaker, samples } from './testing/samples.ts'
export { ulps, ulpsOf } from './testing/tolerances.ts'
