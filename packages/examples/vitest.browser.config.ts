import { defineConfig } from 'vitest/config'
import { drivesBrowser } from '../../vitest.shared.ts'

export default defineConfig(drivesBrowser)
