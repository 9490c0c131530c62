import { defineConfig } from 'vitest/config'
import { unit } from '../vitest.shared.ts'

export default defineConfig({ ...unit, root: import.meta.dirname })
