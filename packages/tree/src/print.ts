import { printValues, summarize } from './arrayText.ts'
import { arrayInfo, isTypedArray, printShape } from './arrayType.ts'
import { brand, sharedTable } from './brand.ts'
import { declaredFields } from './classType.ts'
import { checkDepth } from './cycle.ts'
import { printFunction } from './functionText.ts'
import { builtin, nodeTypeOf } from './nodeTypes.ts'
import { keyValue } from './path.ts'
import type { NodeType } from './registry.ts'

export interface PrintOptions {
  /** A node whose text is wider goes to one line for each child; 80 unless given. */
  readonly width?: number
  /** Columns of one level of indentation; 2 unless given. */
  readonly tabWidth?: number
  /** Levels that are printed; deeper ones are `...`. */
  readonly depth?: number
}

/** What a printer of one class may use to print the parts of a node. */
export interface Printer {
  /** A child, on as many lines as it needs. */
  print(node: unknown): string
  /** Children, for between brackets. */
  list(nodes: Iterable<unknown>): string
  /** `name=child` pairs, for between brackets. */
  fields(pairs: Iterable<readonly [name: string, node: unknown]>): string
}

export type PrintRule<N = never> = (node: N, printer: Printer) => string

/** On a prototype: the print rule of what inherits from it, for classes of this package. */
export const PRINT: unique symbol = /* @__PURE__ */ brand('print') as never

type Rules = WeakMap<object, PrintRule>
const reprRules = /* @__PURE__ */ sharedTable('reprRules', (): Rules => new WeakMap())
const strRules = /* @__PURE__ */ sharedTable('strRules', (): Rules => new WeakMap())

/**
 * The tree as text, arrays summed up: `Linear(weight=f32[2,3](μ=0.00, σ=1.00, ∈[-1.00,1.00]), bias=…)`. Hidden leaves print as
 * `#value`. Changes nothing and seals nothing.
 *
 * @throws {TreeError} when a node contains itself
 * @example treeRepr({ a: 1, b: [2, 3] }) // dict(a=1, b=[2, 3])
 */
export function treeRepr(tree: unknown, options: PrintOptions = {}): string {
  return render(tree, options, { rules: reprRules, array: printSummary })
}

/**
 * Like {@link treeRepr}, with the values of arrays.
 *
 * @example treeStr({ a: new Float32Array([1, 2.5]) }) // dict(a=[1. 2.5])
 */
export function treeStr(tree: unknown, options: PrintOptions = {}): string {
  return render(tree, options, { rules: strRules, array: printContent })
}

/**
 * Prints the instances of a class, and of its subclasses, by a rule of your own.
 *
 * @param style both styles unless given
 * @example definePrinter(Money, (m) => `${m.amount} ${m.currency}`)
 */
export function definePrinter<N extends object>(
  constructor: abstract new (...args: never[]) => N,
  rule: PrintRule<N>,
  style?: 'repr' | 'str',
): void {
  if (style !== 'str') reprRules.set(constructor.prototype as object, rule as PrintRule)
  if (style !== 'repr') strRules.set(constructor.prototype as object, rule as PrintRule)
}

interface Style {
  readonly rules: Rules
  readonly array: (leaf: object) => string | undefined
}

function render(tree: unknown, options: PrintOptions, style: Style): string {
  const { width = 80, tabWidth = 2, depth = Number.POSITIVE_INFINITY } = options
  const text = new TreePrinter(style, width, tree).dispatch(tree, 0, depth)
  return text.replaceAll(', \n', ',\n').replaceAll('\t', ' '.repeat(tabWidth))
}

/** Lays out like sepes: a group is broken when its own text, without indentation, is wider than `width`. */
class TreePrinter {
  readonly #style: Style
  readonly #width: number
  readonly #root: unknown

  constructor(style: Style, width: number, root: unknown) {
    this.#style = style
    this.#width = width
    this.#root = root
  }

  dispatch(node: unknown, indent: number, depth: number): string {
    checkDepth(indent, this.#root)
    const rule = ruleFor(node, this.#style.rules)
    if (rule !== undefined) return rule(node as never, this.#at(indent, depth))
    const type = nodeTypeOf(node)
    if (type !== undefined) return this.#node(type, node as object, this.#at(indent, depth))
    const text = this.#leaf(node)
    return text.includes('\n') ? text.replaceAll('\n', `\n${'\t'.repeat(indent)}`) : text
  }

  #leaf(leaf: unknown): string {
    if (typeof leaf === 'function') return printFunction(leaf)
    if (typeof leaf === 'symbol' || typeof leaf !== 'object' || leaf === null) return String(leaf)
    return this.#style.array(leaf) ?? printOpaque(leaf)
  }

  #node(type: NodeType, node: object, printer: Printer): string {
    if (type === builtin.null || type === builtin.undefined) return type.name
    if (type === builtin.array) return `[${printer.list(node as unknown[])}]`
    if (type === builtin.set) return `{${printer.list(node as Set<unknown>)}}`
    if (type === builtin.object) return `dict(${printer.fields(Object.entries(node))})`
    return `${type.name}(${printer.fields(visibleFields(type, node))})`
  }

  #at(indent: number, depth: number): Printer {
    const print = (node: unknown) => this.#inline(node, indent, depth)
    const below = (nodes: Iterable<unknown>, one: (node: never) => string) => {
      if (depth < 1) return '...'
      const tabs = `\n${'\t'.repeat(indent + 1)}`
      const text = Array.from(nodes as Iterable<never>, one).join(`, ${tabs}`)
      return this.#fit(`${tabs}${text}\n${'\t'.repeat(indent)}`)
    }
    const child = (node: unknown) => this.#inline(node, indent + 1, depth - 1)
    return {
      print,
      list: (nodes) => below(nodes, child),
      fields: (pairs) => below(pairs, ([name, node]: [string, unknown]) => `${name}=${child(node)}`),
    }
  }

  #inline(node: unknown, indent: number, depth: number): string {
    return depth < 0 ? '...' : this.#fit(this.dispatch(node, indent, depth))
  }

  #fit(text: string): string {
    const flat = text.replace(/[\n\t]/g, '')
    return [...flat].length > this.#width ? text : flat
  }
}

function ruleFor(node: unknown, rules: Rules): PrintRule | undefined {
  if (typeof node !== 'object' || node === null) return undefined
  if (PRINT in node) return node[PRINT] as PrintRule
  for (let at = Object.getPrototypeOf(node); at !== null; at = Object.getPrototypeOf(at)) {
    const rule = rules.get(at as object)
    if (rule !== undefined) return rule
  }
  return undefined
}

function visibleFields(type: NodeType, node: object): [string, unknown][] {
  const { aux, children } = type.open(node)
  const declared = declaredFields(type.prototype ?? null)
  return type
    .keys(aux, children.length)
    .map((key, i): [string, unknown] => [String(keyValue(key)), children[i]])
    .filter(([name]) => declared.get(name)?.repr !== false)
}

function printSummary(leaf: object): string | undefined {
  const info = arrayInfo(leaf)
  if (info === undefined) return undefined
  return info.isTracer ? `${leaf.constructor.name}(${printShape(info)})` : summarize(info)
}

function printContent(leaf: object): string | undefined {
  const info = arrayInfo(leaf)
  if (info?.isTracer) return `${leaf.constructor.name}(${printShape(info)})`
  return isTypedArray(leaf) && info !== undefined ? printValues(leaf, info.dtype) : info && String(leaf)
}

/** Objects that are leaves: their own text where they have one, else the name of their class. */
function printOpaque(leaf: object): string {
  const text =
    leaf.toString === Object.prototype.toString || typeof leaf.toString !== 'function' ? undefined : String(leaf)
  return text ?? `<${leaf.constructor?.name ?? 'object'}>`
}
