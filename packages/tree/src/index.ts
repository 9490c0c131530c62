/** Trees of arrays and values, as values: take apart, map, select, edit, mask, print. */

// Node and array classes
export { type ArrayInfo, type ArrayType, arrayInfo, registerArrayType, type Values } from './arrayType.ts'
// Editing
export { at, type GetOptions } from './at.ts'
export type { At, AtMethod, ChildOf, KeyOf, Nulled, PickedOne, PickedSome } from './atTypes.ts'
// Declared fields
export { type AutoClass, autoinit, excludeDefault } from './autoinit.ts'
// Computing with whole trees
export { type BcmapOptions, bcmap } from './bcmap.ts'
export type { Flattened } from './cache.ts'
export { type DiagramOptions, treeDiagram } from './diagram.ts'
export { explain as explainError, valueAndTree } from './draft.ts'
// Equality, copies, sharing
export { isTreeEqual, treeCopy, treeKey } from './equal.ts'
// Errors
export { FrozenError, LookupError, MaskedError, TreeError } from './errors.ts'
export { Field, type FieldKind, type FieldOf, type FieldOptions, field, fields, type Pipe } from './field.ts'
export { type IsLeaf, isLeaf } from './flatten.ts'
export {
  type PytreeDataclassOptions,
  type PytreeNodeOptions,
  registerPytreeDataclass,
  registerPytreeNode,
  registerStatic,
} from './foreign.ts'
export { defineNodeStyle, type NodeStyle, treeGraph, treeMermaid } from './graph.ts'
export { type HtmlOptions, treeHtml } from './html.ts'
export { type Leafwise, leafwise } from './leafwise.ts'
export type { MapLeaves } from './map.ts'
// Masks
export { defineMask, freeze, isMasked, isNondiff, Mask, type Masked, treeMask, treeUnmask, unfreeze } from './mask.ts'
export type { OutlineOptions } from './outline.ts'
export { hole, Partial, partial } from './partial.ts'
export { type Key, type Path, printKey, printPath } from './path.ts'
// Printing
export { definePrinter, type Printer, type PrintOptions, treeRepr, treeStr } from './print.ts'
export { findShared, Shared, type SharedPart, type Tie } from './shared.ts'
export { defineSummary, type SummaryRule, treeSummary } from './summary.ts'
// Trees as a whole
export * as tree from './tree.ts'
export { TreeClass } from './treeClass.ts'
export { TreeDef } from './treeDef.ts'
export { type TreeDefJson, treeDefFromJson, treeDefToJson } from './treeDefJson.ts'
export { all, anyOf, type KeyStep, key, rule, type Step } from './where.ts'
