import type { DType } from '@proj/backend'
import type { Graph, Node } from '../lane/graph.ts'
import type { LaneType } from '../lane/ops.ts'
import type { Base } from '../nest/access.ts'
import type { Pass } from '../nest/pass.ts'
import type { Walk } from '../nest/space.ts'
import { decodeHalf, encodeHalf } from './half.ts'
import { laneTypes } from './lanes.ts'

/** What a lane holds when an element has been loaded, before it is `asValue`. */
export const storedTypes: { readonly [D in DType]: LaneType } = { ...laneTypes, float16: 'i32' }

/** A loaded element as what is computed with. */
export const asValue = (g: Graph, stored: Node, dtype: DType): Node =>
  dtype === 'float16' ? decodeHalf(g, stored) : stored

export const asStored = (g: Graph, value: Node, dtype: DType): Node =>
  dtype === 'float16' ? encodeHalf(g, value) : value

/** The elements of a buffer along a walk. */
export const readElements = (pass: Pass, g: Graph, base: Base, walk: Walk, dtype: DType): Node =>
  asValue(g, pass.read(g, storedTypes[dtype], base, walk, dtype), dtype)
