import { arrayInfo, isTypedArray } from './arrayType.ts'
import { sharedTable } from './brand.ts'
import { TreeError } from './errors.ts'
import { leaves } from './flatten.ts'
import { type Outline, type OutlineOptions, outline, typeName } from './outline.ts'
import { printPath, where } from './path.ts'

/** What the columns say of a class of leaves. */
export interface SummaryRule<N> {
  readonly type?: (leaf: N) => string
  readonly count?: (leaf: N) => number
  /** Bytes. */
  readonly size?: (leaf: N) => number
}

const rules = /* @__PURE__ */ sharedTable('summaryRules', () => new WeakMap<object, SummaryRule<never>>())

/**
 * Says how {@link treeSummary} shows, counts and measures the instances of a class.
 *
 * @example defineSummary(Flops, { count: (f) => f.total, type: (f) => `Flops(${f.name})` })
 */
export function defineSummary<N extends object>(
  constructor: abstract new (...args: never[]) => N,
  rule: SummaryRule<N>,
): void {
  const known = rules.get(constructor.prototype as object)
  rules.set(constructor.prototype as object, { ...known, ...rule } as SummaryRule<never>)
}

/**
 * A table of the leaves: path, type, number of elements, bytes; the sum in the last row. What two paths share counts once and is marked.
 *
 * @throws {TreeError} when `depth` is not a number
 * @example console.log(treeSummary(net))
 */
export function treeSummary(tree: unknown, options: OutlineOptions = {}): string {
  const { depth } = options
  if (depth !== undefined && typeof depth !== 'number')
    throw new TreeError('treeSummary', `depth is ${typeof depth}`, 'pass a number')
  const all = ends(outline(tree, options))
  const rows = all.filter(({ path }) => path.length > 0).map(row)
  const own = all.filter(({ sameAs }) => sameAs === undefined)
  const total = (measure: (node: Outline) => number) => own.reduce((sum, node) => sum + measure(node), 0)
  const last = ['Σ', columnType(tree), printCount(total(countOf)), printSize(total(sizeOf))]
  return table([['Name', 'Type', 'Count', 'Size'], ...rows, last])
}

/** Leaves and collapsed nodes; without the null and undefined, which hold nothing. */
function ends(node: Outline): readonly Outline[] {
  if (!node.isLeaf)
    return node.sameAs === undefined ? node.children.flatMap(ends) : [{ ...node, children: [], isLeaf: true }]
  return node.path.length > 0 && (node.value === null || node.value === undefined) ? [] : [node]
}

function row(node: Outline): string[] {
  const { path, value, sameAs } = node
  const name = printPath(path)
  if (sameAs !== undefined) return [name, `${columnType(value)} = ${where(sameAs)}`, '', '']
  return [name, columnType(value), printCount(countOf(node)), printSize(sizeOf(node))]
}

function columnType(value: unknown): string {
  const rule = ruleOf(value)?.type
  if (rule !== undefined) return rule(value as never)
  return Array.isArray(value) ? `Array[${value.map(columnType).join(',')}]` : typeName(value)
}

const countOf = ({ value }: Outline) => leaves(value).reduce<number>((sum, leaf) => sum + leafCount(leaf), 0)
const sizeOf = ({ value }: Outline) => leaves(value).reduce<number>((sum, leaf) => sum + leafSize(leaf), 0)

function leafCount(leaf: unknown): number {
  const rule = ruleOf(leaf)?.count
  if (rule !== undefined) return rule(leaf as never)
  return arrayInfo(leaf)?.shape.reduce((product, n) => product * n, 1) ?? 1
}

function leafSize(leaf: unknown): number {
  const rule = ruleOf(leaf)?.size
  if (rule !== undefined) return rule(leaf as never)
  if (isTypedArray(leaf)) return leaf.byteLength
  const info = arrayInfo(leaf)
  return info === undefined ? 0 : leafCount(leaf) * bytesOf(info.dtype)
}

/** Bytes of one element, from the bits in the name; a key of threefry is two words. */
function bytesOf(dtype: string): number {
  const bits = /\d+$/.exec(dtype)?.[0]
  if (bits !== undefined) return Number(bits) / 8
  return dtype.startsWith('key') ? 8 : 1
}

function ruleOf(value: unknown): SummaryRule<never> | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  for (
    let at = Object.getPrototypeOf(value) as object | null;
    at !== null;
    at = Object.getPrototypeOf(at) as object | null
  ) {
    const rule = rules.get(at)
    if (rule !== undefined) return rule
  }
  return undefined
}

const printCount = (count: number) => (count === 0 ? '' : count.toLocaleString('en-US'))

function printSize(bytes: number): string {
  if (bytes === 0) return ''
  const order = Math.min(Math.floor(Math.log(bytes) / Math.log(1024)), 5)
  return `${(bytes / 1024 ** order).toFixed(2)}${['B', 'KB', 'MB', 'GB', 'TB', 'PB'][order]}`
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((one) => [...(one[i] ?? '')].length)))
  const rule = (left: string, middle: string, right: string) =>
    `${left}${widths.map((width) => '─'.repeat(width)).join(middle)}${right}`
  const lines = rows.map(
    (one) => `│${one.map((cell, i) => cell + ' '.repeat((widths[i] ?? 0) - [...cell].length)).join('│')}│`,
  )
  return [rule('┌', '┬', '┐'), lines.join(`\n${rule('├', '┼', '┤')}\n`), rule('└', '┴', '┘')].join('\n')
}
