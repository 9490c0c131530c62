import {
  type Atom,
  evaluateJaxpr,
  type Jaxpr,
  JaxprBuilder,
  makeAval,
  makeLiteral,
  scalarLiteral,
  type TypedArray,
  type Var,
} from '@proj/backend'
import { expectAgreement, randomJaxpr } from '@proj/backend/testing'
import { describe, expect, it } from 'vitest'
import { cpu } from '../index.ts'

const scalar = makeAval([], 'float32')
const vector = makeAval([5], 'float32')
const count = makeAval([], 'int32')

/** A Jaxpr of `avals`, written by `write`. */
function jaxprOf(
  avals: readonly Var['aval'][],
  write: (b: JaxprBuilder, inputs: readonly Var[]) => readonly Atom[],
): Jaxpr {
  const b = new JaxprBuilder()
  const inputs = avals.map((aval) => b.input(aval))
  return b.finish(write(b, inputs))
}

interface ScanOptions {
  readonly length: number
  readonly numConsts?: number
  readonly numCarry: number
  readonly reverse?: boolean
}

/** A program that is one scan of `body`. */
function scanOf(body: Jaxpr, { length, numConsts = 0, numCarry, reverse = false }: ScanOptions): Jaxpr {
  const avals = body.inputs.map(({ aval }, i) =>
    i < numConsts + numCarry ? aval : makeAval([length, ...aval.shape], aval.dtype),
  )
  return jaxprOf(avals, (b, inputs) =>
    b.emit('scan', inputs, { jaxpr: body, length, reverse, unroll: 1, numConsts, numCarry }),
  )
}

const ramp = (size: number): Float32Array => Float32Array.from({ length: size }, (_, i) => 1 + i / 8)

/** Runs on ramps, or on `inputs`, and compares with the reference to the bit. */
const agrees = (jaxpr: Jaxpr, inputs?: readonly TypedArray[]) =>
  expectAgreement(
    cpu({ relaxedSimd: false }),
    jaxpr,
    inputs ?? jaxpr.inputs.map(({ aval }) => ramp(aval.shape.reduce((n, m) => n * m, 1))),
    { ulps: 0 },
  )

describe('scan', () => {
  const running = jaxprOf([vector, vector], (b, [total, x]) => {
    const [sum] = b.emit('add', [total as Var, x as Var], {})
    const [twice] = b.emit('mul', [sum, x as Var], {})
    return [sum, twice]
  })

  it('reads rows, writes rows and hands the carry on', () => agrees(scanOf(running, { length: 7, numCarry: 1 })))
  it('goes backwards, rows that are no multiple of a vector too', () =>
    agrees(scanOf(running, { length: 7, numCarry: 1, reverse: true })))
  it('of no rows gives the first carry', () => agrees(scanOf(running, { length: 0, numCarry: 1 })))
  it('of one row runs once', () => agrees(scanOf(running, { length: 1, numCarry: 1, reverse: true })))

  it('exchanges carries', () => {
    const body = jaxprOf([vector, vector, vector], (b, [x, y, z]) => {
      const [sum] = b.emit('add', [x as Var, y as Var], {})
      return [y as Var, sum, x as Var, z as Var]
    })
    return agrees(scanOf(body, { length: 5, numCarry: 3 }))
  })

  it('takes literals, copies of one value and untouched carries', () => {
    const body = jaxprOf([scalar, scalar, scalar, scalar], (b, [x, y, , w]) => {
      const [sum] = b.emit('add', [x as Var, y as Var], {})
      return [sum, sum, scalarLiteral(2, 'float32'), w as Var, sum, scalarLiteral(3, 'float32'), x as Var]
    })
    return agrees(scanOf(body, { length: 4, numCarry: 4 }))
  })

  it('does not write over a carry that is still read', () => {
    const body = jaxprOf([vector], (b, [x]) => {
      const [turned] = b.emit('rev', [x as Var], { dimensions: [0] })
      const [next] = b.emit('add', [x as Var, turned], {})
      const [sum] = b.emit('reduceSum', [next], { axes: [0] })
      const [wide] = b.emit('broadcastInDim', [sum], { shape: [5], broadcastDimensions: [] })
      return [next, b.emit('mul', [x as Var, wide], {})[0]]
    })
    return agrees(scanOf(body, { length: 3, numCarry: 1 }))
  })

  it('computes what depends on constants alone once', async () => {
    const body = jaxprOf([makeAval([4, 4], 'float32'), makeAval([4, 4], 'float32')], (b, [constant, x]) => {
      const numbers = { lhsContracting: [1], rhsContracting: [0], lhsBatch: [], rhsBatch: [] }
      const dot = (l: Var, r: Var) =>
        b.emit('dotGeneral', [l, r], { dimensionNumbers: numbers, preferredElementType: 'float32' })[0]
      return [dot(dot(constant as Var, constant as Var), x as Var)]
    })
    const program = scanOf(body, { length: 2, numConsts: 1, numCarry: 1 })
    const text = cpu().compile(program, {}).explain?.()
    expect(text).toMatch(/once\s+0 dot/)
    await agrees(program, [
      Float32Array.from({ length: 16 }, (_, i) => i % 3),
      Float32Array.from({ length: 16 }, (_, i) => i % 5),
    ])
  })

  it('nests', () => {
    const inner = jaxprOf([vector, scalar, vector], (b, [constant, total, row]) => {
      const [product] = b.emit('mul', [constant as Var, row as Var], {})
      const [sum] = b.emit('reduceSum', [product], { axes: [0] })
      return [b.emit('add', [total as Var, sum], {})[0], product]
    })
    const outer = jaxprOf([scalar, vector, makeAval([3, 5], 'float32')], (b, [total, constant, rows]) => {
      const [next, ys] = b.emit('scan', [constant as Var, total as Var, rows as Var], {
        jaxpr: inner,
        length: 3,
        reverse: true,
        unroll: 1,
        numConsts: 1,
        numCarry: 1,
      }) as unknown as [Var, Var]
      return [next, ys]
    })
    const program = jaxprOf([scalar, makeAval([4, 5], 'float32'), makeAval([4, 3, 5], 'float32')], (b, inputs) =>
      b.emit('scan', inputs, { jaxpr: outer, length: 4, reverse: false, unroll: 1, numConsts: 0, numCarry: 1 }),
    )
    return agrees(program)
  })

  it('nests in one that goes backwards, and leaves the rows behind alone', () => {
    const pair = makeAval([2], 'float64')
    const moved = jaxprOf([pair], (b, [x]) => b.emit('add', [x as Var, makeLiteral(0.5, pair)], {}))
    const each = jaxprOf([pair], (b, [x]) => {
      const [half] = b.emit('mul', [x as Var, makeLiteral(0.5, pair)], {})
      const rows = [x as Var, half].map((row) => b.emit('reshape', [row], { newSizes: [1, 2] })[0])
      const [both] = b.emit('concatenate', rows, { dimension: 0 })
      const params = { jaxpr: moved, length: 2, reverse: false, unroll: 1, numConsts: 0, numCarry: 0 }
      return b.emit('scan', [both], params)
    })
    return agrees(scanOf(each, { length: 3, numCarry: 0, reverse: true }), [Float64Array.from(ramp(6))])
  })

  it('carries large arrays in place, through donation too', async () => {
    const wide = makeAval([16384], 'float32')
    const program = scanOf(
      jaxprOf([wide], (b, [x]) => b.emit('add', [x as Var, x as Var], {})),
      { length: 3, numCarry: 1 },
    )
    const backend = cpu()
    const executable = backend.compile(program, {})
    const run = (donated?: ReadonlySet<number>) => {
      const x = backend.put(new Float32Array(16384).fill(1), wide)
      return [x, executable.run([x], donated)[0]] as const
    }
    const [kept, out] = run()
    expect((await backend.get(out))[16383]).toBe(8)
    expect((await backend.get(kept))[16383]).toBe(1)
    const [, given] = run(new Set([0]))
    expect((await backend.get(given))[0]).toBe(8)
  })
})

describe('while', () => {
  const untilTen = jaxprOf([count, scalar], (b, [i]) => b.emit('lt', [i as Var, scalarLiteral(10, 'int32')], {}))
  const step = jaxprOf([scalar, count, scalar], (b, [by, i, x]) => [
    b.emit('add', [i as Var, scalarLiteral(1, 'int32')], {})[0],
    b.emit('mul', [x as Var, by as Var], {})[0],
  ])
  const program = jaxprOf([scalar, count, scalar], (b, inputs) =>
    b.emit('while', inputs, { condJaxpr: untilTen, bodyJaxpr: step, condConsts: 0, bodyConsts: 1 }),
  )

  it('runs until its condition is false', () =>
    agrees(program, [Float32Array.of(1.5), Int32Array.of(0), Float32Array.of(1)]))
  it('runs not at all when it is false at once', () =>
    agrees(program, [Float32Array.of(1.5), Int32Array.of(10), Float32Array.of(1)]))

  it('knows conditions that are carried or fixed', async () => {
    const flag = makeAval([], 'bool')
    const body = jaxprOf([flag, scalar], (b, [, x]) => [
      b.emit('lt', [x as Var, scalarLiteral(100, 'float32')], {})[0],
      b.emit('add', [x as Var, x as Var], {})[0],
    ])
    const loop = (condJaxpr: Jaxpr) =>
      jaxprOf([flag, scalar], (b, inputs) =>
        b.emit('while', inputs, { condJaxpr, bodyJaxpr: body, condConsts: 0, bodyConsts: 0 }),
      )
    await agrees(loop(jaxprOf([flag, scalar], (_, [go]) => [go as Var])), [Uint8Array.of(1), Float32Array.of(1)])
    await agrees(loop(jaxprOf([flag, scalar], () => [scalarLiteral(0, 'bool')])), [
      Uint8Array.of(1),
      Float32Array.of(1),
    ])
  })
})

describe('while, with a condition that needs room', () => {
  const [row, matrix] = [makeAval([4], 'float32'), makeAval([3, 4], 'float32')]
  const condJaxpr = jaxprOf([matrix], (b, [x]) => {
    const [isSmall] = b.emit('lt', [x as Var, makeLiteral(9, matrix)], {})
    const [rows] = b.emit('reduceOr', [isSmall], { axes: [1] })
    return b.emit('reduceOr', [rows], { axes: [0] })
  })
  const bodyJaxpr = jaxprOf([row, matrix], (b, [by, x]) => {
    const [negative] = b.emit('neg', [by as Var], {})
    const [all] = b.emit('broadcastInDim', [negative], { shape: [3, 4], broadcastDimensions: [1] })
    return b.emit('sub', [x as Var, all], {})
  })

  it('leaves alone what the body made once', () =>
    agrees(
      jaxprOf([row, matrix], (b, inputs) =>
        b.emit('while', inputs, { condJaxpr, bodyJaxpr, condConsts: 0, bodyConsts: 1 }),
      ),
    ))
})

describe('cond', () => {
  const branches = [
    jaxprOf([vector, vector], (b, [x, y]) => [...b.emit('add', [x as Var, y as Var], {}), scalarLiteral(1, 'float32')]),
    jaxprOf([vector, vector], (b, [x, y]) => [y as Var, ...b.emit('reduceSum', [x as Var], { axes: [0] })]),
    jaxprOf([vector, vector], (b, [x, y]) => {
      const [product] = b.emit('mul', [x as Var, y as Var], {})
      return [product, ...b.emit('reduceMax', [product], { axes: [0] })]
    }),
  ]
  const program = jaxprOf([count, vector, vector], (b, inputs) =>
    b.emit('cond', inputs as [Var, ...Var[]], { branches }),
  )

  for (const index of [-5, 0, 1, 2, 7])
    it(`runs the branch nearest to ${index}`, () => agrees(program, [Int32Array.of(index), ramp(5), ramp(5).reverse()]))

  it('is chosen anew in every turn of a scan', () => {
    const body = jaxprOf([vector, count], (b, [x, i]) => {
      const [next, y] = b.emit('cond', [i as Var, x as Var, x as Var], { branches }) as unknown as [Var, Var]
      return [next, y]
    })
    return agrees(scanOf(body, { length: 5, numCarry: 1 }), [ramp(5), Int32Array.of(0, 2, 1, 9, -1)])
  })
})

/** A random Jaxpr as the body of a scan: its inputs are constants, carries and rows in turn, all its results rows. */
function randomScan(seed: number): { jaxpr: Jaxpr; inputs: readonly TypedArray[] } {
  const { jaxpr, inputs } = randomJaxpr({ seed, size: 3 + (seed % 12), ops: exactOps, nonFinite: false })
  const [numConsts, length] = [seed % 3 === 0 ? 1 : 0, 1 + (seed % 4)]
  const consts = Math.min(numConsts, jaxpr.inputs.length)
  const numCarry = jaxpr.inputs.length - consts - (seed % 5 === 0 && jaxpr.inputs.length > consts ? 1 : 0)
  const values = [...jaxpr.eqns.flatMap((eqn) => eqn.outputs), ...jaxpr.inputs].toReversed()
  const carry = jaxpr.inputs.slice(consts, consts + numCarry).map(({ aval }, i) => {
    const like = values.filter(
      (value) => value.aval.dtype === aval.dtype && value.aval.shape.join() === aval.shape.join(),
    )
    return like[(seed + i) % like.length] as Var
  })
  const body = { ...jaxpr, outputs: [...carry, ...jaxpr.outputs] }
  const rows = (data: TypedArray): TypedArray => {
    const all = new (data.constructor as new (size: number) => TypedArray)(data.length * length)
    for (let i = 0; i < length; i++) all.set(data, i * data.length)
    return all
  }
  const program = scanOf(body, { length, numConsts: consts, numCarry, reverse: seed % 2 === 1 })
  return { jaxpr: program, inputs: inputs.map((data, i) => (i < consts + numCarry ? data : rows(data))) }
}

const exactOps = [
  'neg',
  'abs',
  'sign',
  'add',
  'sub',
  'mul',
  'max',
  'min',
  'select',
  'eq',
  'lt',
  'and',
  'xor',
  'convertElementType',
  'reduceMax',
  'argmin',
  'broadcastInDim',
  'reshape',
  'transpose',
  'slice',
  'pad',
  'concatenate',
  'rev',
  'iota',
] as const

describe('random bodies', () => {
  for (let seed = 0; seed < 300; seed++)
    it(`of seed ${seed} agree with the reference`, () => {
      const { jaxpr, inputs } = randomScan(seed)
      return agrees(jaxpr, inputs)
    })
})

describe('callback', () => {
  it('may run programs of its own while memory grows', () => {
    const backend = cpu()
    const inner = jaxprOf([vector], (b, [x]) => b.emit('sin', b.emit('mul', [x as Var, x as Var], {}), {}))
    const large = makeAval([400_000], 'float32')
    const wide = jaxprOf([large], (b, [x]) => b.emit('neg', [x as Var], {}))
    const callback = (operands: readonly TypedArray[]): readonly TypedArray[] => {
      backend.compile(wide, {}).run([backend.put(new Float32Array(400_000), large)])
      const [y] = backend.compile(inner, {}).run([backend.put(operands[0] as TypedArray, vector)])
      return [backend.getSync?.(y) as TypedArray]
    }
    const body = jaxprOf([vector], (b, [x]) => {
      const [y] = b.emit('callback', [x as Var], {
        callback,
        outs: [vector],
        hasEffect: false,
        name: 'inner',
      }) as unknown as [Var]
      return [b.emit('add', [y, x as Var], {})[0]]
    })
    const program = scanOf(body, { length: 3, numCarry: 1 })
    const plain = scanOf(
      jaxprOf([vector], (b, [x]) =>
        b.emit('add', [b.emit('sin', b.emit('mul', [x as Var, x as Var], {}), {})[0], x as Var], {}),
      ),
      { length: 3, numCarry: 1 },
    )
    const run = (jaxpr: Jaxpr) => backend.getSync?.(backend.compile(jaxpr, {}).run([backend.put(ramp(5), vector)])[0])
    expect(run(program)).toEqual(run(plain))
    expect(run(program)).not.toEqual(
      evaluateJaxpr(
        jaxprOf([vector], (_, [x]) => [x as Var]),
        [ramp(5)],
      )[0],
    )
  })

  it('that throws leaves the backend in order', () => {
    const backend = cpu()
    const failing = jaxprOf([vector], (b, [x]) =>
      b.emit('callback', [x as Var], {
        callback: () => {
          throw new RangeError('too far')
        },
        outs: [vector],
        hasEffect: true,
        name: 'failing',
      }),
    )
    const x = backend.put(ramp(5), vector)
    expect(() => backend.compile(failing, {}).run([x])).toThrow('too far')
    const [y] = backend
      .compile(
        jaxprOf([vector], (b, [v]) => b.emit('neg', [v as Var], {})),
        {},
      )
      .run([x])
    expect(backend.getSync?.(y)).toEqual(ramp(5).map((v) => -v))
  })
})
