import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const here = dirname(fileURLToPath(import.meta.url))
const file = join(here, 'completion.virtual.ts')
const HEAD = `
import { all, at, TreeClass } from './index.ts'
interface NDArray { readonly dtype: string; readonly shape: readonly number[]; add(x: NDArray): NDArray }
class Linear extends TreeClass { weight!: NDArray; bias!: NDArray; activation!: (x: number) => number; call(x: number): number { return x } }
class Block extends TreeClass { first!: Linear; pair!: [Linear, { scale: number }] }
class Net extends TreeClass { blocks!: Block[]; head!: Linear; named!: { left: Block; right: Block } }
declare const net: Net
`

const options: ts.CompilerOptions = {
  strict: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  allowImportingTsExtensions: true,
  exactOptionalPropertyTypes: true,
  noEmit: true,
  lib: ['lib.es2023.d.ts', 'lib.esnext.decorators.d.ts', 'lib.dom.d.ts'],
  types: [],
}
let text = ''
let version = 0

/** Over one file that exists only here, and the real sources beside it. */
const service = ts.createLanguageService({
  getCompilationSettings: () => options,
  getScriptFileNames: () => [file],
  getScriptVersion: (name) => (name === file ? String(version) : '1'),
  getScriptSnapshot: (name) => {
    const content = name === file ? text : ts.sys.readFile(name)
    return content === undefined ? undefined : ts.ScriptSnapshot.fromString(content)
  },
  getCurrentDirectory: () => here,
  getDefaultLibFileName: ts.getDefaultLibFilePath,
  fileExists: (name) => name === file || ts.sys.fileExists(name),
  readFile: ts.sys.readFile,
})

function completionsAt(code: string): string[] {
  text = HEAD + code.replace('|', '')
  version++
  const entries = service.getCompletionsAtPosition(file, HEAD.length + code.indexOf('|'), {})?.entries ?? []
  return entries
    .filter((entry) => entry.kind === ts.ScriptElementKind.string)
    .map((entry) => entry.name)
    .sort()
}

describe('an editor completes the names of a path', { timeout: 60_000 }, () => {
  it.each([
    ['the first', `net.at('|')`, ['blocks', 'head', 'named']],
    ['the second', `net.at('head', '|')`, ['bias', 'weight']],
    ['below an array', `net.at('blocks', 0, '|')`, ['first', 'pair']],
    ['below a plain object', `net.at('named', 'left', '|')`, ['first', 'pair']],
    ['the fourth', `net.at('named', 'left', 'first', '|')`, ['bias', 'weight']],
    ['below a pair', `net.at('named', 'left', 'pair', 1, '|')`, ['scale']],
    ['the sixth', `at({ net }, 'net', 'named', 'right', 'pair', 0, '|')`, ['bias', 'weight']],
    ['the seventh', `at({ all: { net } }, 'all', 'net', 'named', 'right', 'pair', 0, '|')`, ['bias', 'weight']],
    ['the eighth', `at([{ all: { net } }], 0, 'all', 'net', 'named', 'right', 'pair', 0, '|')`, ['bias', 'weight']],
    ['of the function form', `at(net, 'blocks', 2, 'first', '|')`, ['bias', 'weight']],
    ['nothing below an array of numbers', `net.at('head', 'weight', '|')`, []],
  ])('%s', (_, code, names) => {
    expect(completionsAt(code)).toEqual(names)
  })
})
