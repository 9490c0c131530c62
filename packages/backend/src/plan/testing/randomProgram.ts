import { makeAval, sizeOf } from '../../aval.ts'
import { JaxprBuilder } from '../../builder.ts'
import { type Atom, type Jaxpr, makeLiteral, scalarLiteral } from '../../jaxpr.ts'

/** A program that takes its decisions from `next(n)`, an integer below `n`. */
export function randomProgram(next: (n: number) => number): Jaxpr {
  const b = new JaxprBuilder()
  const sizes = [1, 2, 3, 0]
  const size = () => sizes[next(12)] ?? next(2) + 2
  const shape = () => Array.from({ length: next(4) }, size)
  const pool: Atom[] = [
    b.input(makeAval(shape(), 'int32')),
    b.input(makeAval(shape(), 'int32')),
    b.input(makeAval([2, 3], 'int32')),
  ]
  const pick = (): Atom => pool[Math.max(0, pool.length - 1 - next(next(2) === 0 ? 3 : pool.length))] as Atom
  const axesOf = (rank: number) => Array.from({ length: rank }, (_, d) => d).filter(() => next(2) === 0)
  const moves: ((x: Atom) => readonly Atom[])[] = [
    (x) => {
      const order = x.aval.shape.map((_, d) => d)
      for (let i = order.length - 1; i > 0; i--) {
        const j = next(i + 1)
        ;[order[i], order[j]] = [order[j] as number, order[i] as number]
      }
      return b.emit('transpose', [x], { permutation: order })
    },
    (x) => b.emit('reshape', [x], { newSizes: reshaped(x.aval.shape, next) }),
    (x) => b.emit('rev', [x], { dimensions: axesOf(x.aval.shape.length) }),
    (x) =>
      b.emit('broadcastInDim', [x], {
        shape: [2, ...x.aval.shape.map((n) => (n === 1 ? 3 : n))],
        broadcastDimensions: x.aval.shape.map((_, d) => d + 1),
      }),
    (x) => {
      const startIndices = x.aval.shape.map((n) => next(n + 1))
      return b.emit('slice', [x], {
        startIndices,
        limitIndices: x.aval.shape.map(
          (n, d) => (startIndices[d] as number) + next(n - (startIndices[d] as number) + 1),
        ),
        strides: x.aval.shape.map(() => 1 + next(2)),
      })
    },
    (x) =>
      b.emit('pad', [x, scalarLiteral(7, 'int32')], {
        low: x.aval.shape.map((n) => next(3) - Math.min(n, 1)),
        high: x.aval.shape.map(() => next(3)),
        interior: x.aval.shape.map(() => next(2)),
      }),
    (x) => (x.aval.shape.length === 0 ? [x] : b.emit('concatenate', [x, x], { dimension: next(x.aval.shape.length) })),
    (x) => b.emit('reduceSum', [x], { axes: axesOf(x.aval.shape.length) }),
    (x) => b.emit('reduceMax', [x], { axes: axesOf(x.aval.shape.length) }),
    (x) => {
      const axis = x.aval.shape.findIndex((n) => n > 0)
      return axis < 0 ? [x] : b.emit('argmax', [x], { axis, indexDtype: 'int32' })
    },
    (x) => {
      const contracting = axesOf(x.aval.shape.length)
      const batch = axesOf(x.aval.shape.length).filter((d) => !contracting.includes(d))
      return b.emit('dotGeneral', [x, x], {
        dimensionNumbers: {
          lhsContracting: contracting,
          rhsContracting: contracting,
          lhsBatch: batch,
          rhsBatch: batch,
        },
        preferredElementType: 'int32',
      })
    },
    (x) => b.emit('iota', [], { dtype: 'int32', shape: x.aval.shape.length === 0 ? [2] : x.aval.shape, dimension: 0 }),
    (x) => [makeLiteral(3, x.aval)],
  ]
  for (let i = 0; i < 14; i++) {
    const x = pick()
    const y = pool.filter((atom) => atom.aval.shape.join() === x.aval.shape.join())
    const other = y[next(y.length)] as Atom
    const made =
      next(5) < 2
        ? b.emit((['add', 'mul', 'sub', 'max'] as const)[next(4)] as 'add', [x, other], {})
        : next(3) === 0
          ? b.emit('neg', [x], {})
          : (moves[next(moves.length)] as (typeof moves)[number])(x)
    if (sizeOf((made[0] as Atom).aval.shape) <= 200) pool.push(...made)
  }
  return b.finish([pool.at(-1) as Atom, pick(), pick(), pool[0] as Atom])
}

/** Another shape of as many elements. */
function reshaped(shape: readonly number[], next: (n: number) => number): number[] {
  let rest = sizeOf(shape)
  if (rest === 0) return [0, ...shape.filter((n) => n !== 0)]
  const sizes: number[] = []
  for (const n of [2, 3, 2, 5]) {
    if (rest % n === 0 && next(2) === 0) {
      sizes.push(n)
      rest /= n
    }
  }
  return next(2) === 0 ? [...sizes, rest] : [1, rest, ...sizes]
}
