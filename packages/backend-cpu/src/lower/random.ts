import type { Graph, Node } from '../lane/graph.ts'

/** Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011. */
const rotations = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
] as const
const parity = 0x1bd11bda

const rotate = (g: Graph, x: Node, count: number): Node =>
  g.op('or', g.shift('shl', x, count), g.shift('shr_u', x, 32 - count))

/** Twenty rounds of Threefry-2x32. */
export function threefry(g: Graph, [k0, k1, c0, c1]: readonly Node[]): readonly Node[] {
  const keys = [k0 as Node, k1 as Node, g.op('xor', g.op('xor', k0 as Node, k1 as Node), g.i32(parity))]
  let x = g.add(c0 as Node, keys[0] as Node)
  let y = g.add(c1 as Node, keys[1] as Node)
  for (let group = 0; group < 5; group++) {
    for (const count of rotations[group % 2] as readonly number[]) {
      x = g.add(x, y)
      y = g.op('xor', x, rotate(g, y, count))
    }
    x = g.add(x, keys[(group + 1) % 3] as Node)
    // The same for all counters of a key, so it is added up outside their loop.
    y = g.add(y, g.add(keys[(group + 2) % 3] as Node, g.i32(group + 1)))
  }
  return [x, y]
}
