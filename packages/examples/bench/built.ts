import { basename, join } from 'node:path'
import { build } from 'esbuild'

const others = ['@jax-js/*', '@tensorflow/*']

/**
 * A program of this folder as JavaScript, together with what it uses of our packages, made as the published ones are. The loader that runs
 * TypeScript as it stands names each closure as it is made, which doubles what tracing and compiling cost.
 *
 * @returns where it is
 */
export async function built(source: string): Promise<string> {
  const outfile = join(import.meta.dirname, 'results', 'built', `${basename(source, '.ts')}.mjs`)
  await build({
    entryPoints: [join(import.meta.dirname, source)],
    outfile,
    bundle: true,
    external: others,
    conditions: ['@proj/source'],
    platform: 'node',
    format: 'esm',
    target: 'es2022',
    logLevel: 'warning',
  })
  return outfile
}
