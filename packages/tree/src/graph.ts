import { sharedTable } from './brand.ts'
import { label } from './diagram.ts'
import { type Outline, type OutlineOptions, outline } from './outline.ts'

interface Edge {
  readonly from: number
  readonly to: number
}

/** Nodes numbered in the order of drawing, each after its parent; a shared object is one node with several edges. */
function drawn(tree: unknown, options: OutlineOptions): { nodes: readonly Outline[]; edges: readonly Edge[] } {
  const nodes: Outline[] = []
  const edges: Edge[] = []
  const numbers = new Map<unknown, number>()
  const add = (node: Outline): number => {
    const known = node.sameAs === undefined ? undefined : numbers.get(node.value)
    if (known !== undefined) return known
    const number = nodes.push(node) - 1
    numbers.set(node.value, number)
    for (const child of node.children) edges.push({ from: number, to: add(child) })
    return number
  }
  add(outline(tree, options))
  return { nodes, edges }
}

/**
 * The tree as a mermaid flowchart.
 *
 * @example treeMermaid([1]) // flowchart LR … n0 --> n1
 */
export function treeMermaid(tree: unknown, options: OutlineOptions = {}): string {
  const { nodes, edges } = drawn(tree, options)
  return [
    'flowchart LR',
    ...nodes.map((node, i) => `    n${i}("<b>${escapeHtml(label(node))}</b>")`),
    ...edges.map(({ from, to }) => `    n${from} --> n${to}`),
  ].join('\n')
}

/** Graphviz attributes of a node. */
export type NodeStyle = Readonly<Record<string, string | number>>

const styles = /* @__PURE__ */ sharedTable('nodeStyles', () => new Map<Function, (value: never) => NodeStyle>())

/**
 * Says how {@link treeGraph} draws the instances of a class. The class that was named last wins.
 *
 * @example defineNodeStyle(Money, () => ({ color: 'gold' }))
 */
export function defineNodeStyle<N extends object>(
  constructor: abstract new (...args: never[]) => N,
  style: (node: N) => NodeStyle,
): void {
  styles.delete(constructor)
  styles.set(constructor, style)
}

/**
 * The tree as a graph in Graphviz's dot language.
 *
 * @example treeGraph([1]) // digraph G { … n0 -> n1; }
 */
export function treeGraph(tree: unknown, options: OutlineOptions = {}): string {
  const { nodes, edges } = drawn(tree, options)
  return [
    'digraph G {',
    ...nodes.map(
      (node, i) => `    n${i} [${attributes({ label: label(node), shape: 'box', ...styleOf(node.value) })}];`,
    ),
    ...edges.map(({ from, to }) => `    n${from} -> n${to};`),
    '}',
  ].join('\n')
}

function styleOf(value: unknown): NodeStyle {
  const found = [...styles].reverse().find(([constructor]) => value instanceof constructor)
  return found === undefined ? {} : found[1](value as never)
}

function attributes(style: NodeStyle): string {
  return Object.entries(style)
    .map(([name, value]) => `${name}=${JSON.stringify(String(value))}`)
    .join(', ')
}

/** Text for HTML content and attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)
}
