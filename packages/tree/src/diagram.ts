import { nodeTypeOf } from './nodeTypes.ts'
import { type Outline, type OutlineOptions, outline, typeName } from './outline.ts'
import { where } from './path.ts'
import { treeRepr } from './print.ts'

export interface DiagramOptions extends OutlineOptions {
  /** Columns of one level, at least 2; 4 unless given. */
  readonly tabWidth?: number
}

/**
 * The tree as lines: one for each node and leaf. An object that was shown before says where.
 *
 * @example
 * treeDiagram({ a: 1, b: [2] })
 * // Object
 * // ├── .a=1
 * // └── .b:Array
 * //     └── [0]=2
 */
export function treeDiagram(tree: unknown, options: DiagramOptions = {}): string {
  const { tabWidth = 4 } = options
  const bar = (corner: string) => `${corner}${'─'.repeat(tabWidth - 2)} `
  const lines = (node: Outline, first: string, rest: string): string[] => [
    first + label(node),
    ...node.children.flatMap((child, i) => {
      const isLast = i === node.children.length - 1
      const pad = ' '.repeat(tabWidth - 1)
      return lines(child, rest + bar(isLast ? '└' : '├'), rest + (isLast ? ' ' : '│') + pad)
    }),
  ]
  return lines(outline(tree, options), '', '').join('\n')
}

/** `.weight=f32[2](…)`, `.layers:Array`, and a note when the same object stands elsewhere too. */
export function label({ key, value, isLeaf, sameAs }: Outline): string {
  const depth = isEmpty(value) ? 1 : 0
  const text = isLeaf ? `${key && `${key}=`}${treeRepr(value, { depth })}` : `${key && `${key}:`}${typeName(value)}`
  return sameAs === undefined ? text : `${text} (same as ${where(sameAs)})`
}

function isEmpty(value: unknown): boolean {
  return nodeTypeOf(value)?.open(value as object).children.length === 0
}
