import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

/** The version of an installed package, also of one that does not export its package.json. */
export function versionOf(name: string): string {
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? []
  const path = folders.map((folder) => join(folder, name, 'package.json')).find(existsSync)
  if (path === undefined) throw new Error(`versionOf: ${name} is not installed; run pnpm install.`)
  return JSON.parse(readFileSync(path, 'utf8')).version
}
