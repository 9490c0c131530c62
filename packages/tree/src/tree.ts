/** The tree functions, as `tree.map`, `tree.flatten`, … */
export { allLeaves, flatten, flattenWithPath, isLeaf, leaves, leavesWithPath, structure } from './flatten.ts'
export { all, broadcast, map, mapWithPath, reduce, reduceAssociative, transpose } from './map.ts'
export { broadcastPrefix, flattenUpTo } from './prefix.ts'
export { isSealed, seal } from './seal.ts'
export { unflatten } from './treeDef.ts'
