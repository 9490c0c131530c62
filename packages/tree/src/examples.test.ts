import { readdirSync, readFileSync } from 'node:fs'
import { transformWithEsbuild } from 'vite'
import { describe, expect, it } from 'vitest'
import * as index from './index.ts'

const folder = new URL('./', import.meta.url)

/** The `@example` of each doc comment, with where it stands. */
function examplesIn(file: string): [where: string, code: string][] {
  const source = readFileSync(new URL(file, folder), 'utf8')
  return [...source.matchAll(/@example([\s\S]*?)(?=\n \*\n|\n \* @|\n \*\/)/g)].map((match, i) => [
    `${file} ${i + 1}`,
    (match[1] as string).replace(/^ \* ?/gm, '').trim(),
  ])
}

const sources = readdirSync(folder).filter((file) => !file.endsWith('.test.ts'))
const readme = readFileSync(new URL('../README.md', folder), 'utf8')
const examples = sources.flatMap(examplesIn)
const readmeBlocks = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map((match, i): [string, string] => [
  `README ${i + 1}`,
  (match[1] as string).replace(/^import .*$/gm, ''),
])

/** What examples take for granted. */
function surroundings() {
  class Counter extends index.TreeClass {
    count = 0
  }
  class Money {
    amount = 3
    currency = '€'
  }
  return {
    ...index.tree,
    ...index,
    explain: index.explainError,
    Counter,
    counter: new Counter(),
    Money,
    Matrix: class {},
    Complex: class {},
    Config: class {},
    Batch: class {},
    Secret: class {},
    Flops: class {},
    positive: (x: number) => x,
    net: [1],
    before: [2],
    w: new Float32Array(2),
    writeFileSync: () => {},
    console: { log: () => {} },
  }
}

/** Lines `expression // expected` become checks; a comment on lines of its own belongs to the line before. */
function withChecks(code: string): string {
  return code
    .replace(/\n\/\/ /g, ' // ')
    .split('\n')
    .map((line) => {
      const [, expression, expected] = /^(?!const |let |class |import | )(.+?) \/\/ (.+)$/.exec(line) ?? []
      return expression === undefined ? line : `check((${expression}), ${JSON.stringify(expected)});`
    })
    .join('\n')
}

function evaluate(text: string): unknown {
  try {
    return new Function(`return (${text})`)()
  } catch {
    return evaluate
  }
}

/** The comment is the value as code, or begins with its text, where `…` stands for anything. */
function check(actual: unknown, expected: string): void {
  const value = evaluate(expected)
  if (value !== evaluate && typeof value !== 'function') return expect(actual).toEqual(value)
  const text = index.treeRepr(actual, { width: 1000 }).replace(/\n */g, ' ')
  const start =
    expected
      .split(/(?:: |; )(?=[a-z])/)[0]
      ?.split('…')
      .map((part) => part.trim()) ?? []
  const pattern = start
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/ \/\/ /g, ' '))
    .join('[\\s\\S]*')
  expect(text.replace(/ {2,}/g, ' ')).toMatch(new RegExp(`^${pattern.replace(/ {2,}/g, ' ')}`))
}

async function run(code: string): Promise<void> {
  const names = surroundings()
  const source = `export function main({ check, ${Object.keys(names).join(', ')} }) {{\n${withChecks(code)}\n}}`
  const compiled = await transformWithEsbuild(source, 'example.ts', { target: 'es2022' })
  const url = `data:text/javascript,${encodeURIComponent(compiled.code)}`
  const { main } = (await import(/* @vite-ignore */ url)) as { main: (names: object) => void }
  main({ check, ...names })
}

describe('the examples in doc comments', () => {
  it.each([...examples, ...readmeBlocks])('%s', (_, code) => run(code))

  it('are one for each public function and class', () => {
    const withExample = sources.map((file) => readFileSync(new URL(file, folder), 'utf8')).join('\n')
    const functions = Object.entries({ ...index, ...index.tree })
      .filter(([name, value]) => typeof value === 'function' && !/Error$|^explainError$|^TreeDef$|^Field$/.test(name))
      .map(([name]) => name)
    const lacking = functions.filter((name) => {
      const declaration = new RegExp(
        `@example(?:(?!\\*/)[\\s\\S])*\\*/\\nexport (?:abstract )?(?:function|const|class) ${name}\\b`,
      )
      return !declaration.test(withExample)
    })
    expect(lacking).toEqual([])
  })
})
