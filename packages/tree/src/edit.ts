import { selectElements, takeElements } from './arrayType.ts'
import { declaredFields } from './classType.ts'
import { keyValue } from './path.ts'
import type { NodeType } from './registry.ts'
import { openNode, type Selection, type View } from './selection.ts'

/** What becomes of a selected part; `counterpart` is what stands in its place in the other tree, if there is one. */
export type Change = (part: unknown, counterpart: unknown) => unknown

/** `node` with its selected parts changed. What stays the same is the same object; new nodes are sealed. */
export function edit(node: unknown, selection: Selection, view: View, change: Change, other?: unknown): unknown {
  if (selection.type === 'none') return node
  if (selection.type === 'whole') return change(node, other)
  if (selection.type === 'elements') return selectElements(selection.mask, change(node, other), node)
  const type = view(node)
  if (type === undefined) return change(node, other)
  const { aux, children, keys } = openNode(node, type)
  const others = other === undefined ? undefined : openNode(other, type).children
  const parts = children.map((child, i) => {
    const part = edit(child, below(selection, i), view, change, others?.[i])
    return part === child ? child : admit(type, String(keyValue(keys[i] as never)), part)
  })
  return parts.every((part, i) => part === children[i]) ? node : assemble(type, aux, parts)
}

/** Validators and converters of declared fields see every value that is put in. */
function admit(type: NodeType, name: string, value: unknown): unknown {
  const declaration = declaredFields(type.prototype ?? null).get(name)
  return declaration === undefined ? value : declaration.admit(value)
}

function below(selection: Selection, i: number): Selection {
  return selection.type === 'children' ? (selection.children[i] as Selection) : selection
}

function assemble(type: NodeType, aux: readonly unknown[], parts: readonly unknown[]): unknown {
  const node = type.close(aux, parts)
  type.seal(node as object)
  return node
}

/** A tree of the same structure with `fill.value` in place of all leaves that are not selected; elements are taken out unless filled. */
export function keep(node: unknown, selection: Selection, view: View, fill: { readonly value?: unknown }): unknown {
  if (selection.type === 'whole' || selection.type === 'leaves') return node
  if (selection.type === 'elements') {
    return 'value' in fill ? selectElements(selection.mask, node, fill.value) : takeElements(selection.mask, node)
  }
  const type = view(node)
  if (type === undefined) return fill.value ?? null
  const { aux, children } = openNode(node, type)
  const parts = children.map((child, i) => keep(child, below(selection, i), view, fill))
  return parts.length === 0 ? node : assemble(type, aux, parts)
}

/** The one part that an exact path selects. */
export function onlyPart(node: unknown, selection: Selection, view: View): unknown {
  if (selection.type !== 'children') return node
  const i = selection.children.findIndex((child) => child.type !== 'none')
  return onlyPart(openNode(node, view(node) as NodeType).children[i], selection.children[i] as Selection, view)
}

/** The largest subtrees that are selected as a whole, in order. The root counts by its children. */
export function collect(node: unknown, selection: Selection, view: View, isRoot = true): readonly unknown[] {
  if (selection.type === 'none') return []
  if (selection.type === 'elements') return [takeElements(selection.mask, node)]
  const type = view(node)
  if (type === undefined || (!isRoot && isFull(selection))) return [node]
  return openNode(node, type).children.flatMap((child, i) => collect(child, below(selection, i), view, false))
}

function isFull(selection: Selection): boolean {
  if (selection.type === 'children') return selection.children.every(isFull)
  return selection.type === 'whole' || selection.type === 'leaves'
}
