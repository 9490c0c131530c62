import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Options } from 'tsup'

type Manifest = {
  readonly exports: Readonly<Record<string, string | { readonly '@proj/source': string; readonly import: string }>>
  readonly sideEffects: false | readonly string[]
}
type EsbuildPlugin = NonNullable<Options['esbuildPlugins']>[number]

/** Output name -> source file: the sub-paths that `exports` promises. */
const promisedBy = ({ exports }: Manifest): Record<string, string> =>
  Object.fromEntries(
    Object.values(exports).flatMap((to) =>
      typeof to === 'string' ? [] : [[to.import.replace(/^\.\/dist\/|\.js$/g, ''), to['@proj/source']] as const],
    ),
  )

/** The same of every module of the package but its tests. */
const modulesOf = (root: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
      .map((path) => [path.slice(0, -'.ts'.length), join('src', path)] as const),
  )

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
