import { defineConfig } from 'vitest/config'
import { packed } from '../vitest.shared.ts'

export default defineConfig({ ...packed, root: import.meta.dirname })
