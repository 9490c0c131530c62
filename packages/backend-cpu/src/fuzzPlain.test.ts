import { fuzzTests } from '../fuzz/tests.ts'

fuzzTests('plain', { seed: 0, count: 10_000 })
