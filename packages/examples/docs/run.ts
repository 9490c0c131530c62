import { config, isNDArray } from '@proj/autodiff'
import { formatAval } from '@proj/backend'
import ts from 'typescript'
import { expect } from 'vitest'

const avalPattern = /^(f16|f32|f64|i8|i32|u8|u32|bool)\[[\d, ]*\]$/
const printed = (value: unknown): string => (isNDArray(value) ? formatAval(value.aval).replace('*', '') : String(value))

/** Whether the value prints so, spaces aside; `…` stands for anything. */
function printsAs(value: unknown, comment: string): boolean {
  const literal = (part: string) => part.trim().replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const pattern = comment.split('…').map(literal).join('.*')
  return new RegExp(`^${pattern}$`).test(String(value).replace(/\s+/g, ' ').trim())
}

/** Arrays as nested lists, in lists and plain objects too. */
function plain(value: unknown): unknown {
  if (isNDArray(value)) return value.arraySync()
  if (ArrayBuffer.isView(value)) return Array.from(value as Float32Array)
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]))
}

const numberPattern = /(?<![\w.])-?\d+(\.\d+)?(e-?\d+)?(?!\w)|-?Infinity|NaN/g

/** How far each number may be off: half a unit of the last of three or more decimals, else the rounding of float32. */
function roomsOf(text: string, count: number): number[] | undefined {
  const decimals = [...text.matchAll(numberPattern)].map(([, fraction]) => (fraction ?? '.').length - 1)
  return decimals.length === count ? decimals.map((n) => (n >= 3 ? 0.5 * 10 ** -n : 0)) : undefined
}

const numbersIn = (value: unknown): number[] =>
  typeof value === 'number'
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.values(value).flatMap(numbersIn)
      : []

/** The value, each number of which is replaced by that of `wanted` where it is as near as `text` says. */
function rounded(value: unknown, wanted: unknown, rooms: Iterator<number>): unknown {
  if (typeof value === 'number' && typeof wanted === 'number') {
    const room = Math.max(rooms.next().value ?? 0, 1e-6 * Math.max(1, Math.abs(wanted)))
    return Math.abs(value - wanted) <= room * 1.001 ? wanted : value
  }
  if (typeof value !== 'object' || value === null || typeof wanted !== 'object' || wanted === null) return value
  const items = Object.entries(value).map(([key, item]) => [
    key,
    rounded(item, (wanted as { [key: string]: unknown })[key], rooms),
  ])
  return Array.isArray(value) ? items.map(([, item]) => item) : Object.fromEntries(items)
}

/**
 * Holds a value against what stands behind `//`: an aval, how it prints, or JavaScript, with words after `;`. A decimal fraction of three places or more is
 * rounded, any other number exact.
 */
export function check(value: unknown, comment: string): void {
  const [text = ''] = comment.split('; ')
  if (avalPattern.test(text)) return expect(printed(value)).toBe(text.replaceAll(' ', ''))
  if (printsAs(value, comment)) return
  const wanted = valueOf(text)
  const rooms = roomsOf(text, numbersIn(wanted).length) ?? []
  expect(rounded(plain(value), wanted, rooms.values())).toEqual(wanted)
}

function valueOf(text: string): unknown {
  try {
    return new Function(`return (${text})`)()
  } catch {
    throw new Error(`// ${text}: is no value; write one, and words after a semicolon`)
  }
}

/** The code, with a call of `check` for every expression that has its value beside it. */
function withChecks(code: string): string {
  const file = ts.createSourceFile('example.ts', code, ts.ScriptTarget.ES2022)
  return file.statements
    .map((statement) => {
      const text = statement.getText(file)
      const [range] = ts.getTrailingCommentRanges(code, statement.end) ?? []
      if (!ts.isExpressionStatement(statement) || range === undefined) return text
      const comment = code
        .slice(range.pos, range.end)
        .replace(/^\/\/\s*/, '')
        .trim()
      return `check(await (${statement.expression.getText(file)}), ${JSON.stringify(comment)})`
    })
    .join('\n')
}

const AsyncFunction = (async () => {}).constructor as new (...args: string[]) => (...args: unknown[]) => Promise<void>

/** Runs an example among the names of `scope`, and checks the values that it says. Switches that it turns are turned back. */
export async function run(code: string, scope: object): Promise<void> {
  const { update, ...before } = config
  const { outputText } = ts.transpileModule(withChecks(code), {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  })
  const names = { ...scope, check }
  try {
    await new AsyncFunction(...Object.keys(names), `{ ${outputText}\n}`)(...Object.values(names))
  } finally {
    for (const [name, value] of Object.entries(before)) update(name as never, value as never)
  }
}
