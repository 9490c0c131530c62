/**
 * What flattening costs: the best of many runs, in microseconds and in nanoseconds a leaf.
 *
 * Run: npx tsx --conditions=@proj/source scripts/bench.ts
 */
import { TreeClass, tree, treeMask, valueAndTree } from '../src/index.ts'

class Linear extends TreeClass {
  weight = new Float32Array(12)
  bias = new Float32Array(4)
  size = 3
}
class Net extends TreeClass {
  readonly layers: Linear[]
  constructor(count: number) {
    super()
    this.layers = Array.from({ length: count }, () => new Linear())
  }
}

/** Best mean of 30 rounds, in microseconds. */
function best(count: number, f: () => unknown): number {
  const round = () => {
    const start = performance.now()
    for (let i = 0; i < count; i++) f()
    return ((performance.now() - start) / count) * 1000
  }
  return Math.min(...Array.from({ length: 30 }, round))
}

function report(what: string, leaves: number, us: number): void {
  console.log(
    `${what.padEnd(44)} ${us.toFixed(3).padStart(9)} µs ${((us * 1000) / leaves).toFixed(1).padStart(7)} ns a leaf`,
  )
}

// Other shapes first, so that the figures are those of a program and not of one hot type.
for (const other of [{ a: 1 }, [1, { b: 2 }], new Map([[1, 2]]), { z: 1, y: 2, x: 3, w: 4 }]) tree.flatten(other)

for (const layers of [2, 100]) {
  const net = new Net(layers)
  const [leaves, def] = tree.flatten(net)
  const name = `${layers} layers`
  report(
    `flatten, open, ${name}`,
    leaves.length,
    best(50_000 / layers, () => tree.flatten(net)),
  )
  report(
    `unflatten, sealed, remembered, ${name}`,
    leaves.length,
    best(50_000 / layers, () => tree.unflatten(def, leaves)),
  )
  report(
    `map, ${name}`,
    leaves.length,
    best(50_000 / layers, () => tree.map((x) => x, net)),
  )
  report(
    `treeMask, ${name}`,
    leaves.length,
    best(20_000 / layers, () => treeMask(net)),
  )
  report(
    `valueAndTree, ${name}`,
    leaves.length,
    best(20_000 / layers, () => valueAndTree(() => 1)(net)),
  )
  tree.seal(net)
  report(
    `flatten, sealed, ${name}`,
    leaves.length,
    best(1_000_000, () => tree.flatten(net)),
  )
}
