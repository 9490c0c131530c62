/**
 * How long the compiler takes over typed paths: 300 paths, four deep, over 60 classes, against the same file without them.
 *
 * Run: npx tsx scripts/compileTime.ts
 */
import { join } from 'node:path'
import ts from 'typescript'

const root = join(import.meta.dirname, '..')
const file = join(root, 'src', 'compileTime.virtual.ts')

const classes = Array.from({ length: 60 }, (_, i) => {
  const child = i < 57 ? `child!: C${i + 1}; list!: C${i + 1}[];` : 'child!: number; list!: number[];'
  return `class C${i} extends TreeClass { weight${i}!: Float32Array; bias${i} = 0; ${child} call(x: number): number { return x } }`
})
const paths = Array.from({ length: 300 }, (_, i) => {
  const n = i % 55
  return `export const p${i}: number = at(null as unknown as C${n}, 'child', 'list', ${i}, 'bias${n + 2}').get()`
})

function milliseconds(lines: readonly string[]): number {
  const text = ["import { at, TreeClass } from './index.ts'", ...lines].join('\n')
  const options: ts.CompilerOptions = {
    strict: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    allowImportingTsExtensions: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    skipLibCheck: true,
    lib: ['lib.es2023.d.ts', 'lib.esnext.decorators.d.ts', 'lib.dom.d.ts'],
    types: [],
  }
  const host = ts.createCompilerHost(options)
  const { fileExists, getSourceFile } = host
  host.fileExists = (name) => name === file || fileExists(name)
  host.getSourceFile = (name, target, ...rest) =>
    name === file ? ts.createSourceFile(name, text, target) : getSourceFile(name, target, ...rest)
  const program = ts.createProgram([file], options, host)
  const start = performance.now()
  const problems = program.getSemanticDiagnostics(program.getSourceFile(file))
  if (problems.length > 0)
    throw new Error(
      ts.formatDiagnostics(problems.slice(0, 3), {
        getCanonicalFileName: (f) => f,
        getCurrentDirectory: () => root,
        getNewLine: () => '\n',
      }),
    )
  return performance.now() - start
}

const best = (lines: readonly string[]) => Math.min(...Array.from({ length: 3 }, () => milliseconds(lines)))
const without = best(classes)
const withPaths = best([...classes, ...paths])
console.log(
  `60 classes: ${without.toFixed(0)} ms; with 300 paths: ${withPaths.toFixed(0)} ms; ${((withPaths - without) / 300).toFixed(2)} ms a path`,
)
