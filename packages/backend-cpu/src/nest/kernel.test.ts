import {
  type Aval,
  type DType,
  dtypes,
  encodeFloat16,
  evaluateJaxpr,
  JaxprBuilder,
  makeAval,
  scalarLiteral,
  sizeOf,
  type TypedArray,
  type Var,
} from '@proj/backend'
import { describe, expect, it } from 'vitest'
import { cpu } from '../index.ts'

const encode: { readonly [D in DType]?: (i: number) => number } = {
  bool: (i) => (i % 3) & 1,
  float16: (i) => encodeFloat16(((i * 37) % 101) - 50),
}

function numbers({ dtype, shape }: Aval): TypedArray {
  const data = new dtypes[dtype].array(sizeOf(shape))
  for (let i = 0; i < data.length; i++) data[i] = encode[dtype]?.(i) ?? ((i * 37) % 101) - 50
  return data
}

/** Rows so long that several vectors go at once, with every rest that may be left. */
const lengths = [127, 128, 129, 131, 143, 144, 149, 163, 1000]

/** What the program of `build` gives, on both kinds of machine, is what the reference gives. */
function expectReference(avals: readonly Aval[], build: (b: JaxprBuilder, inputs: readonly Var[]) => readonly Var[]) {
  const b = new JaxprBuilder()
  const inputs = avals.map((aval) => b.input(aval))
  const jaxpr = b.finish([...build(b, inputs)])
  const data = avals.map(numbers)
  const wanted = evaluateJaxpr(jaxpr, data)
  for (const backend of [cpu(), cpu({ relaxedSimd: false })]) {
    const results = backend.compile(jaxpr, {}).run(data.map((one, i) => backend.put(one, avals[i] as Aval)))
    expect(results.map((result) => backend.getSync?.(result))).toEqual(wanted)
  }
}

describe('Kernel', () => {
  for (const dtype of ['float32', 'float64', 'int8', 'float16', 'bool'] as const satisfies readonly DType[]) {
    it(`runs through long rows of ${dtype}, whatever is left over`, () => {
      for (const n of lengths) {
        const op = dtype === 'bool' ? 'xor' : 'sub'
        expectReference([makeAval([n], dtype), makeAval([n], dtype)], (b, [x, y]) => {
          const [flipped] = b.emit('rev', [y as Var], { dimensions: [0] })
          return b.emit(op as 'sub', [x as Var, flipped], {})
        })
      }
    })
  }

  it('adds up columns side by side', () => {
    for (const n of lengths) {
      expectReference([makeAval([5, n], 'float32')], (b, [x]) => [
        b.emit('reduceSum', [x as Var], { axes: [0] })[0],
        b.emit('reduceMax', [x as Var], { axes: [0] })[0],
        b.emit('argmax', [x as Var], { axis: 0, indexDtype: 'int32' })[0],
      ])
    }
  })

  it('shares among vectors what all of them have in common', () => {
    for (const n of lengths) {
      expectReference(
        [makeAval([3, n], 'float32'), makeAval([3], 'float32'), makeAval([n], 'float32')],
        (b, inputs) => {
          const [x, column, row] = inputs as readonly [Var, Var, Var]
          const wide = (value: Var, axis: number) =>
            b.emit('broadcastInDim', [value], { shape: [3, n], broadcastDimensions: [axis] })[0]
          const [scaled] = b.emit('mul', [x, wide(column, 0)], {})
          const [moved] = b.emit('add', [scaled, wide(row, 1)], {})
          const [turned] = b.emit('transpose', [moved], { permutation: [1, 0] })
          return [moved, turned]
        },
      )
    }
  })

  it('numbers elements, and takes rare ways for single ones', () => {
    for (const n of lengths) {
      expectReference([makeAval([n], 'float32')], (b, [x]) => {
        const [position] = b.emit('iota', [], { dtype: 'float32', shape: [n], dimension: 0 })
        const [isThird] = b.emit('eq', [b.emit('rem', [position, splat(3, n)], {})[0], splat(0, n)], {})
        const [chosen] = b.emit('select', [isThird, position, x as Var], {})
        return b.emit('pow', [chosen, splat(2, n)], {})
      })
    }
  })
})

const splat = (value: number, n: number) => ({ ...scalarLiteral(value, 'float32'), aval: makeAval([n], 'float32') })
