import { type Jaxpr, JaxprBuilder, makeAval, scalarLiteral, sizeOf, type Var } from '@proj/backend'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CpuBackend, cpu } from '../cpu.ts'

type Float = 'float32' | 'float64'

/** Steps on rows along `axis` of an array. */
class OnRows {
  readonly builder = new JaxprBuilder()
  readonly x: Var
  readonly #axis: number

  constructor(shape: readonly number[], dtype: Float, axis = shape.length - 1) {
    this.x = this.builder.input(makeAval(shape, dtype))
    this.#axis = axis
  }

  wide(value: Var): Var {
    const { shape } = this.x.aval
    const broadcastDimensions = shape.flatMap((_, d) => (d === this.#axis ? [] : [d]))
    return this.builder.emit('broadcastInDim', [value], { shape, broadcastDimensions })[0]
  }

  reduce(op: 'reduceSum' | 'reduceMax', value: Var): Var {
    return this.builder.emit(op, [value], { axes: [this.#axis] })[0]
  }

  mean(value: Var): Var {
    const sum = this.reduce('reduceSum', value)
    const { shape, dtype } = this.x.aval
    const count = { ...scalarLiteral(shape[this.#axis] as number, dtype), aval: sum.aval }
    return this.builder.emit('div', [sum, count], {})[0]
  }

  two(op: 'add' | 'sub' | 'mul' | 'div', x: Var, y: Var): Var {
    return this.builder.emit(op, [x, y], {})[0]
  }

  one(op: 'exp' | 'log' | 'rsqrt', x: Var): Var {
    return this.builder.emit(op, [x], {})[0]
  }

  powers(): { most: Var; powers: Var } {
    const most = this.reduce('reduceMax', this.x)
    return { most, powers: this.one('exp', this.two('sub', this.x, this.wide(most))) }
  }
}

interface Program {
  build(on: OnRows): Var
  /** Of one row, in float64. */
  readonly truth: (row: readonly number[]) => readonly number[]
  /** How far results may be from it. */
  readonly within: (row: readonly number[]) => number
}

const total = (row: readonly number[]): number => row.reduce((sum, x) => sum + x, 0)
const centred = (row: readonly number[]): number[] => {
  const mean = total(row) / row.length
  return row.map((x) => x - mean)
}
const sharesOf = (row: readonly number[]): number[] => {
  const sum = total(row)
  return row.map((x) => x / sum)
}
const powersOf = (row: readonly number[]): number[] => {
  const most = Math.max(...row)
  return row.map((x) => Math.exp(x - most))
}

const programs: { readonly [name: string]: Program } = {
  softmax: {
    build: (on) => {
      const { powers } = on.powers()
      return on.two('div', powers, on.wide(on.reduce('reduceSum', powers)))
    },
    truth: (row) => sharesOf(powersOf(row)),
    within: () => 1e-6,
  },
  logsumexp: {
    build: (on) => {
      const { most, powers } = on.powers()
      return on.two('add', on.one('log', on.reduce('reduceSum', powers)), most)
    },
    truth: (row) => [Math.log(total(powersOf(row))) + Math.max(...row)],
    within: (row) => 1e-6 * (1 + Math.max(...row.map(Math.abs))),
  },
  logSoftmax: {
    build: (on) => {
      const { powers, most } = on.powers()
      const shifted = on.two('sub', on.x, on.wide(most))
      return on.two('sub', shifted, on.wide(on.one('log', on.reduce('reduceSum', powers))))
    },
    truth: (row) => {
      const sum = Math.log(total(powersOf(row))) + Math.max(...row)
      return row.map((x) => x - sum)
    },
    within: (row) => 1e-6 * (1 + 2 * Math.max(...row.map(Math.abs))),
  },
  layerNorm: {
    build: (on) => {
      const off = on.two('sub', on.x, on.wide(on.mean(on.x)))
      const variance = on.mean(on.two('mul', off, off))
      const some = { ...scalarLiteral(0.1, on.x.aval.dtype), aval: variance.aval }
      const [safe] = on.builder.emit('add', [variance, some], {})
      return on.two('mul', off, on.wide(on.one('rsqrt', safe)))
    },
    truth: (row) => {
      const off = centred(row)
      const variance = total(off.map((y) => y * y)) / row.length
      return off.map((x) => x / Math.sqrt(variance + 0.1))
    },
    within: (row) => 4e-6 * (1 + Math.max(...row.map(Math.abs))),
  },
}

const jaxprOf = ({ build }: Program, on: OnRows): Jaxpr => on.builder.finish([build(on)])

/** The elements of each row along `axis`. */
function rowsOf(x: ArrayLike<number>, shape: readonly number[], axis: number): number[][] {
  const inner = sizeOf(shape.slice(axis + 1))
  const length = shape[axis] as number
  const count = length === 0 ? 0 : sizeOf(shape) / length
  return Array.from({ length: count }, (_, r) => {
    const start = Math.floor(r / inner) * length * inner + (r % inner)
    return Array.from({ length }, (_, i) => x[start + i * inner] as number)
  })
}

const shapes = fc.tuple(
  fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 2 }),
  fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 90, max: 300 })),
)

describe.each(Object.entries(programs))('%s', (_, program) => {
  it.each(['float32', 'float64'] as const)(
    'of %s gives what float64 gives, for rows of any number and length',
    (dtype) => {
      const backends = [
        new CpuBackend({}),
        new CpuBackend({ relaxedSimd: false }),
        new CpuBackend({}, { threads: 2, leastWork: 0, patientWork: 0 }),
      ]
      fc.assert(
        fc.property(shapes, fc.boolean(), ([kept, length], isFirst) => {
          const shape = isFirst ? [length, ...kept] : [...kept, length]
          const axis = isFirst ? 0 : kept.length
          const jaxpr = jaxprOf(program, new OnRows(shape, dtype, axis))
          const numbers = Array.from({ length: sizeOf(shape) }, (_, i) => 3 * Math.sin(12.9898 * i) + (i % 3))
          const x = dtype === 'float32' ? Float32Array.from(numbers) : Float64Array.from(numbers)
          const [first, ...others] = backends.map((backend) => {
            const [out] = backend.compile(jaxpr, {}).run([backend.put(x, (jaxpr.inputs[0] as Var).aval)])
            return backend.getSync(out as never)
          })
          const { shape: outShape } = (jaxpr.outputs[0] as Var).aval
          const isReduced = outShape.length < shape.length
          const got = isReduced
            ? Array.from(first as Float32Array, (y) => [y])
            : rowsOf(first as Float32Array, shape, axis)
          rowsOf(x, shape, axis).forEach((row, r) => {
            const want = program.truth(row)
            const within = program.within(row) * (dtype === 'float64' ? 1e-7 : 1)
            want.forEach((y, i) => {
              expect(Math.abs(y - (got[r]?.[i] as number))).toBeLessThanOrEqual(within)
            })
          })
          expect(others[1]).toEqual(first)
        }),
        { numRuns: 20 },
      )
    },
  )

  it('is one region, and nothing as large as its array lies between', () => {
    for (const shape of [
      [128, 10],
      [128, 1000],
      [4096, 256],
      [64, 65536],
    ]) {
      const jaxpr = jaxprOf(program, new OnRows(shape, 'float32'))
      const executable = cpu({ threads: 1 }).compile(jaxpr, { name: 'f' })
      const { regions, peakBytes } = executable.stats?.() ?? { regions: 0, peakBytes: 0 }
      const arrays = [...jaxpr.inputs, ...jaxpr.outputs].map(({ aval }) => 4 * sizeOf(aval.shape))
      expect(regions).toBe(1)
      // A row of each value on the way, or sixteen side by side.
      expect(peakBytes - arrays.reduce((sum, n) => sum + n, 0)).toBeLessThan(
        1000 + 4 * 16 * 1024 + 4 * (shape[1] as number),
      )
      expect(executable.explain?.()).toContain(`rows[${shape.join()}] reduce`)
    }
  })

  it('spreads NaN and infinities over their own rows only', () => {
    const jaxpr = jaxprOf(program, new OnRows([3, 37], 'float32'))
    const backend = new CpuBackend({})
    const run = (x: Float32Array) => {
      const [out] = backend.compile(jaxpr, {}).run([backend.put(x, (jaxpr.inputs[0] as Var).aval)])
      return backend.getSync(out as never) as Float32Array
    }
    const x = Float32Array.from({ length: 111 }, (_, i) => Math.sin(i))
    const plain = run(x)
    const per = plain.length / 3
    for (const bad of [Number.NaN, Infinity]) {
      const spoilt = run(x.with(40, bad))
      expect(spoilt.slice(0, per)).toEqual(plain.slice(0, per))
      expect(spoilt.slice(2 * per)).toEqual(plain.slice(2 * per))
      expect(spoilt.slice(per, 2 * per).some(Number.isNaN)).toBe(true)
    }
  })
})
