import * as autodiff from '@proj/autodiff'
import * as backend from '@proj/backend'
import * as backendCpu from '@proj/backend-cpu'
import * as nn from '@proj/nn'
import * as tree from '@proj/tree'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { type DocExample, docExamples } from './docstrings.ts'
import { given } from './given.ts'

const { isNDArray } = autodiff

// Those of `tree` are run by that package's own tests.
const libraries = { backend, 'backend-cpu': backendCpu, autodiff, nn }
const everything = Object.assign({}, tree, ...Object.values(libraries), { tree: tree.tree })

const avalPattern = /^(f16|f32|f64|i8|i32|u8|u32|bool)\[[\d, ]*\]$/

/** What stands behind the last `//`, if it is a value: an aval, or JavaScript. */
function expectedOf(code: string): { readonly text: string } | { readonly value: unknown } | undefined {
  const comment = /\/\/ ([^\n]*)$/.exec(code)?.[1]?.trim()
  if (comment === undefined) return undefined
  if (avalPattern.test(comment)) return { text: comment.replaceAll(' ', '') }
  try {
    return { value: JSON.parse(comment.replaceAll("'", '"')) }
  } catch {
    return undefined
  }
}

const plain = (value: unknown): unknown => {
  if (isNDArray(value)) return value.arraySync()
  return Array.isArray(value) ? value.map(plain) : value
}

/** Runs the code, and gives the value of its last statement if that is an expression. */
async function run(code: string, library: object): Promise<unknown> {
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  })
  const file = ts.createSourceFile('example.ts', outputText, ts.ScriptTarget.ES2022)
  const last = file.statements.at(-1)
  const start = last?.getStart(file) ?? 0
  const isValue = last !== undefined && ts.isExpressionStatement(last)
  const body = isValue ? `${outputText.slice(0, start)}return (${last.expression.getText(file)})` : outputText
  const scope = { ...everything, ...given(), ...library }
  const AsyncFunction = (async () => {}).constructor as new (
    ...args: string[]
  ) => (...args: unknown[]) => Promise<unknown>
  return new AsyncFunction(...Object.keys(scope), `{ ${body}\n}`)(...Object.values(scope))
}

async function check({ code }: DocExample, library: object): Promise<void> {
  const value = await run(code, library)
  const expected = expectedOf(code)
  if (expected === undefined) return
  if ('text' in expected)
    expect(isNDArray(value) ? backend.formatAval(value.aval).replace('*', '') : String(value)).toBe(expected.text)
  else expect(plain(value)).toEqual(expected.value)
}

describe.each(Object.entries(libraries))('the examples in the docstrings of %s', (name, library) => {
  it.each(docExamples(name).map((example) => [example.where, example] as const))('%s', (_where, example) =>
    check(example, library),
  )
})
