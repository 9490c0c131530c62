/**
 * What trees cost: medians, in microseconds a call and in nanoseconds a leaf. A first flatten of a sealed model is one of a model
 * that nobody flattened before: each is measured once, as soon as it is made. From memory that is no longer in the processor's cache it
 * takes twice as long, for the nodes have to come from there.
 *
 * Run: npx tsx --conditions=@proj/source scripts/bench.ts
 */
import { autoinit, field, registerArrayType, TreeClass, tree, treeMask, valueAndTree } from '../src/index.ts'

/** An array of another package, as `NDArray` is. */
class Matrix {
  readonly data = new Float32Array(1)
}
registerArrayType(Matrix, { shape: () => [1], dtype: () => 'float32', values: (m) => m.data })

class Linear extends TreeClass {
  weight = new Float32Array(12)
  bias = new Float32Array(4)
  size = 3
}
class Dense extends TreeClass {
  weight = new Matrix()
  bias = new Matrix()
}
class Declared extends autoinit({
  weight: field({ factory: () => new Matrix() }),
  bias: field({ factory: () => new Matrix() }),
}) {}
class Net extends TreeClass {
  readonly layers: readonly object[]
  constructor(count: number, make: () => object) {
    super()
    this.layers = Array.from({ length: count }, make)
  }
}
const kinds: readonly (readonly [name: string, make: () => object])[] = [
  ['two typed arrays and a number', () => new Linear()],
  ['two arrays of a registered class', () => new Dense()],
  ['two declared fields', () => new Declared()],
  ['plain objects of two arrays', () => ({ bias: new Matrix(), weight: new Matrix() })],
]

const median = (times: readonly number[]) => times.toSorted((a, b) => a - b)[times.length >> 1] as number

/** Median of `rounds` means over `count` calls, in microseconds. */
function typical(count: number, f: (i: number) => unknown, prepare = () => {}, rounds = 41): number {
  const round = () => {
    prepare()
    const start = performance.now()
    for (let i = 0; i < count; i++) f(i)
    return ((performance.now() - start) / count) * 1000
  }
  for (let i = 0; i < 10; i++) round()
  return median(Array.from({ length: rounds }, round))
}

function report(what: string, leaves: number, us: number): void {
  console.log(
    `${what.padEnd(58)} ${us.toFixed(3).padStart(9)} µs ${((us * 1000) / leaves).toFixed(1).padStart(7)} ns a leaf`,
  )
}

function firstFlatten(make: () => object): number {
  let model: object | undefined
  const prepare = () => {
    model = tree.seal(new Net(100, make))
  }
  return typical(1, () => tree.flatten(model), prepare, 2001)
}

// Other shapes first, so that the figures are those of a program and not of one hot type.
for (const other of [{ a: 1 }, [1, { b: 2 }], new Map([[1, 2]]), { z: 1, y: 2, x: 3, w: 4 }]) tree.flatten(other)
for (const [, make] of kinds) firstFlatten(make)

for (const [kind, make] of kinds) {
  const count = tree.leaves(new Net(100, make)).length
  report(`first flatten of 100 sealed layers: ${kind}`, count, firstFlatten(make))
}

for (const layers of [2, 100]) {
  const net = new Net(layers, () => new Linear())
  const [leaves, def] = tree.flatten(net)
  const row = (what: string, calls: number, f: () => unknown) =>
    report(`${what}, ${layers} layers`, leaves.length, typical(Math.ceil(calls / layers), f))
  row('flatten, open', 20_000, () => tree.flatten(net))
  row('unflatten', 20_000, () => tree.unflatten(def, leaves))
  row('map', 20_000, () => tree.map((x) => x, net))
  row('treeMask', 5_000, () => treeMask(net))
  row('valueAndTree', 10_000, () => valueAndTree(() => 1)(net))
  tree.seal(net)
  row('flatten, sealed, again', 2_000_000, () => tree.flatten(net))
}
