import { defineConfig } from 'vitest/config'
import { unit } from '../../vitest.shared.ts'
export default defineConfig({ ...unit, test: { ...unit.test, reporters: ['default'] }, plugins: [{ name: 'x', transform(code: string, id: string) { if (id.endsWith('src/install.ts')) return code.replace(/registerPytreeNode\(\s*KeyArray[\s\S]*?\n\)/, ''); return undefined } , enforce: 'pre' as const }] })
