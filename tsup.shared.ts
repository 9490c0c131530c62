import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Options } from 'tsup'

type Manifest = {
  readonly exports: Readonly<Record<string, string | { readonly '@proj/source': string; readonly import: string }>>
  readonly sideEffects: false | readonly string[]
}
type EsbuildPlugin = NonNullable<Options['esbuildPlugins']>[number]

const stem = (path: string): string => basename(path).replace(/\.[jt]s$/, '')

/** Output name -> source file: the sub-paths that `exports` promises. */
const promisedBy = ({ exports }: Manifest): Record<string, string> =>
  Object.fromEntries(
    Object.values(exports).flatMap((to) =>
      typeof to === 'string' ? [] : [[stem(to.import), to['@proj/source']] as const],
    ),
  )

/** Every module of the package but its tests. */
const modulesOf = (root: string): string[] =>
  readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
    .map((path) => join('src', path))

/** Leaves it to whoever bundles to bring modules together. */
const apart: EsbuildPlugin = {
  name: 'apart',
  setup(build) {
    build.onResolve({ filter: /^\.\.?\// }, ({ kind, path }) =>
      kind === 'entry-point' ? undefined : { path: path.replace(/\.ts$/, '.js'), external: true },
    )
  },
}

/**
 * Builds the JavaScript of the package in `root`. Where no module acts on import, what `exports` promises and chunks that are shared.
 * Where one does, a file for each module: bundlers then drop the modules that nobody needs, which they cannot see inside a chunk
 * (`numpy.sin` with all below it is 96 kB, and 156 kB from chunks), and keep those that act. The declarations come from tsc, one a
 * source file: bundled ones were wrong for `export * as numpy`.
 */
export function library(root: string): Options {
  const manifest: Manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const isApart = manifest.sideEffects !== false
  return {
    entry: isApart ? modulesOf(root) : promisedBy(manifest),
    format: ['esm'],
    target: 'es2022',
    platform: 'neutral',
    sourcemap: true,
    clean: true,
    treeshake: false,
    splitting: !isApart,
    esbuildPlugins: isApart ? [apart] : [],
  }
}
