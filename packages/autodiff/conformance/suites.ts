import type { Check } from './check.ts'
import { calls } from './suites/calls.ts'
import { derived } from './suites/derived.ts'
import { indexing } from './suites/indexing.ts'
import { linalg } from './suites/linalg.ts'
import { samples } from './suites/random.ts'
import { specialFunctions } from './suites/special.ts'
import { spectra } from './suites/stft.ts'
import { weighted } from './suites/weighted.ts'

/** All that JAX was asked, by what kind of question it was. */
export const suites: { readonly [name: string]: () => Promise<readonly Check[]> } = {
  calls,
  derived,
  indexing,
  linalg,
  samples,
  specialFunctions,
  spectra,
  weighted,
}
