import { conformance } from '@proj/backend/testing'
import { describe, it } from 'vitest'
import { views } from './views.ts'

conformance(views(), { describe, it })
