import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'

/** An `@example` of a docstring: code, with what it gives after `//`. */
export interface DocExample {
  readonly where: string
  readonly code: string
}

const packages = resolve(import.meta.dirname, '../..')

const sources = (root: string): string[] =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
    .map((path) => join(root, path))

/** The text of a docstring line without its `*`. */
const body = (line: string): string => line.replace(/^\s*\* ?/, '')

/** From `@example` to the next tag, an empty line followed by prose, or the end of the docstring. */
function examplesIn(file: string): DocExample[] {
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines.flatMap((line, i) => {
    const first = /^\s*(?:\/\*)?\*+ (?:.* )?@example ?(.*)$/.exec(line)
    if (first === null) return []
    const rest = line.endsWith('*/') ? [] : lines.slice(i + 1)
    const end = rest.findIndex((next) => /^\s*\*\/|^\s*\* @|^\s*\*\s*$/.test(next))
    const code = [first[1] ?? '', ...rest.slice(0, Math.max(end, 0)).map(body)].join('\n').replace(/\s*\*\/\s*$/, '')
    return [{ where: `${relative(packages, file)}:${i + 1}`, code: code.trim() }]
  })
}

/** Every example in the docstrings of a library. */
export const docExamples = (library: string): DocExample[] =>
  sources(join(packages, library, 'src')).flatMap(examplesIn)
