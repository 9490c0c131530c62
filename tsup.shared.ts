import { readFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import type { Options } from 'tsup'

type Manifest = {
  readonly exports: Readonly<Record<string, string | { readonly '@proj/source': string; readonly import: string }>>
  readonly sideEffects: false | readonly string[]
}
type EsbuildPlugin = NonNullable<Options['esbuildPlugins']>[number]

const stem = (path: string) => basename(path).replace(/\.[jt]s$/, '')

/** Output name -> source file: the sub-paths that `exports` promises, and the modules that act on import. */
function entriesOf({ exports, sideEffects }: Manifest): Record<string, string> {
  const promised = Object.values(exports).flatMap((to) =>
    typeof to === 'string' ? [] : [[stem(to.import), to['@proj/source']]],
  )
  const acting = actingModules(sideEffects).map((source) => [stem(source), source])
  return Object.fromEntries([...promised, ...acting])
}

const actingModules = (sideEffects: Manifest['sideEffects']) =>
  sideEffects === false ? [] : sideEffects.filter((path) => path.startsWith('./src/'))

/**
 * Keeps modules that act on import in files of their own. Merged into a chunk, they would fall under the package's
 * `sideEffects: false` for every other file, and a bundler would drop them.
 */
function keepApart(root: string, sources: readonly string[]): EsbuildPlugin {
  const kept = new Set(sources.map((source) => join(root, source)))
  return {
    name: 'keep-apart',
    setup(build) {
      build.onResolve({ filter: /^\.\.?\// }, ({ kind, path, resolveDir }) => {
        if (kind === 'entry-point' || !kept.has(resolve(resolveDir, path))) return
        return { path: `./${stem(path)}.js`, external: true, sideEffects: true }
      })
    },
  }
}

/**
 * Builds the JavaScript of the package in `root`: what its package.json promises, and nothing else, is an entry. The
 * declarations come from tsc, one a source file: bundled ones were wrong for `export * as numpy`.
 */
export function library(root: string): Options {
  const manifest: Manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return {
    entry: entriesOf(manifest),
    format: ['esm'],
    target: 'es2022',
    platform: 'neutral',
    sourcemap: true,
    clean: true,
    treeshake: false,
    splitting: true,
    esbuildPlugins: [keepApart(root, actingModules(manifest.sideEffects))],
  }
}
