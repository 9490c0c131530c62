import type { TreeDef } from './treeDef.ts'

/** Leaves in order, and the structure they came from. */
export type Flattened = readonly [leaves: readonly unknown[], treedef: TreeDef]

/** What the sealed trees seen so far flatten to. Nothing in them can change, so an entry stays true. */
export const flattened: WeakMap<object, Flattened> = new WeakMap()
