import { defineConfig } from 'vitest/config'
import { browser } from '../../vitest.shared.ts'

export default defineConfig(browser)
