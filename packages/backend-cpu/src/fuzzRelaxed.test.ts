import { fuzzTests } from '../fuzz/tests.ts'

fuzzTests('relaxed', { seed: 10_000, count: 10_000 })
