import type { Check } from './check.ts'
import { calls } from './suites/calls.ts'
import { derived } from './suites/derived.ts'
import { dtypes } from './suites/dtypes.ts'
import { indexing } from './suites/indexing.ts'
import { linalg } from './suites/linalg.ts'
import { byName } from './suites/names.ts'
import { composed } from './suites/programs.ts'
import { samples } from './suites/random.ts'
import { refused } from './suites/refusals.ts'
import { seconds } from './suites/second.ts'
import { specialFunctions } from './suites/special.ts'
import { spectra } from './suites/stft.ts'
import { variants } from './suites/variants.ts'
import { weighted } from './suites/weighted.ts'

/** All that JAX was asked, by what kind of question it was. */
export const suites: { readonly [name: string]: () => Promise<readonly Check[]> } = {
  byName,
  calls,
  composed,
  derived,
  dtypes,
  indexing,
  linalg,
  refused,
  samples,
  seconds,
  specialFunctions,
  spectra,
  variants,
  weighted,
}
