import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { compatibility, document } from './compatibility.ts'

const target = fileURLToPath(new URL('../../../COMPATIBILITY.md', import.meta.url))
writeFileSync(target, document(await compatibility()))
