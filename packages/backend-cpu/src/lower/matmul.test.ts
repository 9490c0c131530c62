import {
  evaluateJaxpr,
  type Jaxpr,
  JaxprBuilder,
  makeAval,
  scalarLiteral,
  sizeOf,
  type TypedArray,
  type Var,
} from '@proj/backend'
import { describe, expect, it } from 'vitest'
import { cpu } from '../index.ts'

const f32 = (...shape: number[]) => makeAval(shape, 'float32')

const values = (size: number, seed: number): Float32Array =>
  Float32Array.from({ length: size }, (_, i) => (((i * 2654435761 + seed * 97) % 1000) - 500) / 500)

interface Product {
  readonly lhs: readonly number[]
  readonly rhs: readonly number[]
  readonly contracting: readonly [number, number]
  readonly batch?: readonly [number, number]
}

function product(b: JaxprBuilder, { lhs, rhs, contracting, batch }: Product): Var {
  const dimensionNumbers = {
    lhsContracting: [contracting[0]],
    rhsContracting: [contracting[1]],
    lhsBatch: batch ? [batch[0]] : [],
    rhsBatch: batch ? [batch[1]] : [],
  }
  return b.emit('dotGeneral', [b.input(f32(...lhs)), b.input(f32(...rhs))], {
    dimensionNumbers,
    preferredElementType: 'float32',
  })[0]
}

function agrees(jaxpr: Jaxpr, relaxedSimd: boolean): void {
  const backend = cpu({ relaxedSimd })
  const inputs = jaxpr.inputs.map(({ aval }, i) => values(sizeOf(aval.shape), i))
  const buffers = inputs.map((data, i) => backend.put(data, (jaxpr.inputs[i] as Var).aval))
  const got = backend
    .compile(jaxpr, {})
    .run(buffers)
    .map((buffer) => backend.getSync?.(buffer) as TypedArray)
  evaluateJaxpr(jaxpr, inputs).forEach((want, k) => {
    const largest = Math.max(1, ...Array.from(want, Math.abs))
    const error = Math.max(...Array.from(want, (x, i) => Math.abs(x - (got[k]?.[i] as number))))
    expect(error).toBeLessThan(1e-5 * largest)
  })
}

/** With and without fused multiply-adds. */
const both = (jaxpr: Jaxpr) => {
  agrees(jaxpr, true)
  agrees(jaxpr, false)
}

const shapes: readonly (readonly [rows: number, columns: number, depth: number])[] = [
  [64, 64, 64],
  [61, 67, 59],
  [97, 33, 300],
  [16, 1030, 17],
  [200, 16, 513],
  [65, 72, 256],
  [9, 250, 1100],
  [101, 341, 800],
  [4, 40, 30],
  [5, 1030, 9],
  [300, 4, 7],
  [40, 37, 4],
  [3, 50, 70],
]

describe('matmul', () => {
  for (const [m, n, k] of shapes) {
    it(`multiplies [${m},${k}] and [${k},${n}] in every layout`, () => {
      for (const left of [0, 1] as const) {
        for (const right of [0, 1] as const) {
          const b = new JaxprBuilder()
          const y = product(b, {
            lhs: left === 1 ? [m, k] : [k, m],
            rhs: right === 0 ? [k, n] : [n, k],
            contracting: [left, right],
          })
          both(b.finish([y]))
        }
      }
    })
  }

  it('makes the transposed product', () => {
    const b = new JaxprBuilder()
    const y = product(b, { lhs: [70, 65], rhs: [65, 50], contracting: [1, 0] })
    both(b.finish(b.emit('transpose', [y], { permutation: [1, 0] })))
  })

  it('multiplies stacks, with the stack dimension wherever it is', () => {
    const b = new JaxprBuilder()
    both(b.finish([product(b, { lhs: [3, 60, 50], rhs: [50, 3, 70], contracting: [2, 0], batch: [0, 1] })]))
  })

  it('reads operands backwards and in steps', () => {
    const b = new JaxprBuilder()
    const x = b.emit('rev', [b.input(f32(64, 80))], { dimensions: [0, 1] })
    const w = b.emit('slice', [b.input(f32(160, 130))], {
      startIndices: [0, 1],
      limitIndices: [160, 130],
      strides: [2, 2],
    })
    const dimensionNumbers = { lhsContracting: [1], rhsContracting: [0], lhsBatch: [], rhsBatch: [] }
    both(b.finish(b.emit('dotGeneral', [x[0], w[0]], { dimensionNumbers, preferredElementType: 'float32' })))
  })

  it('goes on with bias and activation, and stores what else is wanted', () => {
    const b = new JaxprBuilder()
    const y = product(b, { lhs: [66, 70], rhs: [70, 51], contracting: [1, 0] })
    const [bias] = b.emit('broadcastInDim', [b.input(f32(51))], { shape: [66, 51], broadcastDimensions: [1] })
    const [sum] = b.emit('add', [y, bias], {})
    const [positive] = b.emit('gt', [sum, { ...scalarLiteral(0, 'float32'), aval: f32(66, 51) }], {})
    const [out] = b.emit('select', [positive, sum, { ...scalarLiteral(0, 'float32'), aval: f32(66, 51) }], {})
    both(b.finish([out, positive]))
    both(b.finish([positive]))
    both(b.finish([y, out]))
  })
})

describe('convolutions', () => {
  interface Windows {
    readonly lhs: readonly number[]
    readonly rhs: readonly number[]
    readonly strides?: readonly number[]
    readonly padding?: readonly number[]
    readonly lhsDilation?: readonly number[]
    readonly rhsDilation?: readonly number[]
    readonly groups?: number
    readonly batchGroups?: number
  }
  const convolution = (windows: Windows, permutation?: readonly number[]): Jaxpr => {
    const b = new JaxprBuilder()
    const [ones, none] = [
      [1, 1],
      [0, 0],
    ] as const
    const [y] = b.emit('convGeneralDilated', [b.input(f32(...windows.lhs)), b.input(f32(...windows.rhs))], {
      windowStrides: windows.strides ?? ones,
      low: windows.padding ?? none,
      high: windows.padding ?? none,
      lhsDilation: windows.lhsDilation ?? ones,
      rhsDilation: windows.rhsDilation ?? ones,
      featureGroupCount: windows.groups ?? 1,
      batchGroupCount: windows.batchGroups ?? 1,
      preferredElementType: 'float32',
    })
    const [out] = permutation === undefined ? [y] : b.emit('transpose', [y], { permutation })
    return b.finish(b.emit('tanh', [out], {}))
  }
  const cases: readonly (readonly [string, Windows])[] = [
    ['of padded windows', { lhs: [2, 8, 13, 11], rhs: [9, 8, 3, 3], padding: [1, 1] }],
    ['of whole rows of windows', { lhs: [1, 8, 10, 18], rhs: [16, 8, 3, 3] }],
    ['with strides', { lhs: [2, 16, 19, 17], rhs: [16, 16, 3, 3], strides: [2, 3] }],
    ['with holes in the kernel', { lhs: [1, 16, 15, 14], rhs: [12, 16, 3, 2], rhsDilation: [2, 3] }],
    ['with holes in the input', { lhs: [1, 16, 9, 9], rhs: [12, 16, 3, 3], lhsDilation: [2, 2], padding: [2, 2] }],
    ['in groups of channels', { lhs: [2, 32, 12, 12], rhs: [32, 16, 3, 3], groups: 2 }],
    ['in groups of examples', { lhs: [4, 16, 12, 12], rhs: [32, 16, 3, 3], batchGroups: 2 }],
    ['of kernels as large as images: a gradient of weights', { lhs: [16, 4, 14, 14], rhs: [16, 4, 12, 12] }],
    ['deeper and wider than one block', { lhs: [1, 32, 40, 40], rhs: [10, 32, 3, 3], padding: [1, 1] }],
  ]
  it.each(cases)('%s agree with the reference', (_, windows) => both(convolution(windows)))

  it.each(cases)('%s agree with the reference when the result is turned', (_, windows) => {
    both(convolution(windows, [1, 0, 2, 3]))
    both(convolution(windows, [0, 2, 3, 1]))
  })

  it('read kernels that are turned about, as the gradient of the input does', () => {
    const b = new JaxprBuilder()
    const [x, w] = [b.input(f32(1, 12, 14, 14)), b.input(f32(12, 16, 3, 3))]
    const [turned] = b.emit('rev', [b.emit('transpose', [w], { permutation: [1, 0, 2, 3] })[0]], { dimensions: [2, 3] })
    const ones = [1, 1]
    both(
      b.finish(
        b.emit('convGeneralDilated', [x, turned], {
          windowStrides: ones,
          low: [2, 2],
          high: [2, 2],
          lhsDilation: ones,
          rhsDilation: ones,
          featureGroupCount: 1,
          batchGroupCount: 1,
          preferredElementType: 'float32',
        }),
      ),
    )
  })
})
