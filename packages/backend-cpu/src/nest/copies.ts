import { isPair } from '../lane/ops.ts'
import type { Nest, Pass } from './pass.ts'

/** How many vectors go at once, so that an instruction need not wait for the one before; for rows that are long, and code that is short. */
const manyCopies = 4
const leastSize = 32
const mostNodes = 300
/** Of float64, which takes two registers. */
const mostPairs = 16

export const mostCopies = (size: number): number => (size >= leastSize ? manyCopies : 1)

const isShort = ({ main: { nodes } }: Pass): boolean =>
  nodes.length <= mostNodes && nodes.filter(({ type }) => isPair(type)).length <= mostPairs

/** How many vectors those passes take at once. */
export const copiesOf = ({ copies }: Nest, passes: readonly Pass[]): number => (passes.every(isShort) ? copies : 1)
