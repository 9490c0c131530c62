import { conformance } from '@proj/backend/testing'
import { describe, it } from 'vitest'
import { CpuBackend } from '../cpu.ts'

// Everything that can be divided is, however small it is.
conformance(new CpuBackend({}, { threads: 2, leastWork: 0, patientWork: 0 }), { describe, it, programs: 1000 })
