import { fuzzTests } from '../fuzz/tests.ts'

fuzzTests('threads', { seed: 30_000, count: 2_000 })
