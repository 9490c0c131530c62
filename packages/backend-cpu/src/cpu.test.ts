import { conformance } from '@proj/backend/testing'
import { describe, it } from 'vitest'
import { cpu } from './index.ts'

conformance(cpu(), { describe, it })
