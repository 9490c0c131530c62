import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import * as autodiff from '@proj/autodiff'
import * as backend from '@proj/backend'
import * as backendCpu from '@proj/backend-cpu'
import * as nn from '@proj/nn'
import * as tree from '@proj/tree'
import ts from 'typescript'
import { describe, expect, it, vi } from 'vitest'
import { run } from './run.ts'

const root = resolve(import.meta.dirname, '../../..')

// Those of `tree` are run by that package's own tests.
const files = [
  'README.md',
  ...readdirSync(`${root}/packages`)
    .filter((name) => name !== 'tree')
    .map((name) => `packages/${name}/README.md`),
]
const blocks = files.flatMap((file) =>
  [...readFileSync(`${root}/${file}`, 'utf8').matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code], i) => ({
    name: `${file} ${i + 1}`,
    code: code as string,
  })),
)

/** What blocks that are no whole programs take as given, by a word of theirs. */
const surroundings: { readonly [word: string]: string } = {
  'class Tied': `import { TreeClass } from '@proj/tree'
    import type { NDArray } from '@proj/autodiff'
    import { Linear, sharing } from '@proj/nn'
    interface Tied { encoder: Linear; decoder: Linear }`,
  'MyBuffer>': `import type { Aval, TypedArray } from '@proj/backend'
    declare class MyBuffer { release(): void }
    declare function upload(data: TypedArray, aval: Aval): MyBuffer
    declare function download(buffer: MyBuffer): TypedArray
    declare const map: Parameters<typeof elementwiseKernels<MyBuffer>>[0]
    declare function multiply(...args: unknown[]): MyBuffer`,
  'conformance(mine()': `import type { Backend } from '@proj/backend'
    import { describe, it } from 'vitest'
    declare function mine(): Backend`,
}
const surroundingsOf = (code: string): string | undefined =>
  Object.entries(surroundings).find(([word]) => code.includes(word))?.[1]

/** What the compiler says of each block, as a file of its own beside this one. */
function diagnostics(): Map<string, string[]> {
  const config = ts.readConfigFile(`${root}/packages/examples/tsconfig.json`, ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, `${root}/packages/examples`)
  const texts = new Map(
    blocks.map(({ code }, i) => [
      `${import.meta.dirname}/block${i}.ts`,
      `export {}\n${surroundingsOf(code) ?? ''}\n${code}`,
    ]),
  )
  const host = ts.createCompilerHost(options)
  const { getSourceFile, fileExists, readFile } = host
  host.fileExists = (name) => texts.has(name) || fileExists(name)
  host.readFile = (name) => texts.get(name) ?? readFile(name)
  host.getSourceFile = (name, ...rest) => {
    const text = texts.get(name)
    return text === undefined ? getSourceFile(name, ...rest) : ts.createSourceFile(name, text, rest[0])
  }
  const program = ts.createProgram([...texts.keys()], options, host)
  return new Map(
    [...texts.keys()].map((name, i) => [
      (blocks[i] as (typeof blocks)[number]).name,
      ts
        .getPreEmitDiagnostics(program, program.getSourceFile(name))
        .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' ')),
    ]),
  )
}

const scope = { ...tree, ...backend, ...backendCpu, ...autodiff, ...nn, np: autodiff.numpy, tree: tree.tree }

describe('the TypeScript in READMEs', () => {
  const found = diagnostics()
  it.each(blocks)('compiles: $name', ({ name }) => expect(found.get(name)).toEqual([]))

  // There is no WebGL2 in Node, and what takes something as given is no program.
  const programs = blocks.filter(({ code }) => surroundingsOf(code) === undefined && !code.includes('webgl('))
  it.each(programs)('runs, with the values it says: $name', async ({ code }) => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {})
    await run(code.replace(/^import .*$/gm, ''), scope)
    log.mockRestore()
  })
})
