import { type Aval, makeAval } from '../aval.ts'
import type { Backend } from '../backend.ts'
import type { JaxprBuilder } from '../builder.ts'
import type { DType, TypedArray } from '../dtype.ts'
import { type Atom, type Jaxpr, makeLiteral, scalarLiteral, type Var } from '../jaxpr.ts'
import { evaluateJaxpr } from '../reference/evaluate.ts'
import { build } from './controlSamples.ts'
import { expectAgreement, expectClose, runOn, type Test } from './outcome.ts'
import { Random, randomData } from './random.ts'

interface Program {
  readonly title: string
  readonly jaxpr: Jaxpr
  /** Absolute error allowed, relative to 1. */
  readonly slack?: number
}

const one = (b: JaxprBuilder, op: 'add' | 'mul' | 'sub' | 'max', x: Atom, y: Atom): Var => b.emit(op, [x, y], {})[0]

/** Sixty steps that any compiler would fuse, each exact in every float. */
function chain(b: JaxprBuilder, x: Atom, y: Atom): Var {
  let value = one(b, 'add', x, y)
  for (let i = 0; i < 20; i++) {
    value = one(b, 'sub', value, x)
    value = one(b, 'max', value, y)
    value = b.emit('neg', [value], {})[0]
  }
  return value
}

function shapesAndStructure(dtype: DType): Program[] {
  const [v, m, s] = [makeAval([7], dtype), makeAval([3, 5], dtype), makeAval([], dtype)]
  const big = makeAval([513, 257], dtype)
  return [
    {
      title: 'several results',
      jaxpr: build([v, v], (b, x, y) => [one(b, 'add', x, y), one(b, 'mul', x, y)]),
    },
    { title: 'an operand used twice', jaxpr: build([v], (b, x) => [one(b, 'mul', x, x)]) },
    {
      title: 'one result given out twice',
      jaxpr: build([v], (b, x) => Array<Var>(2).fill(one(b, 'add', x, x))),
    },
    { title: 'an output that is an input', jaxpr: build([v, m], (_b, x, y) => [y, x, y]) },
    {
      title: 'outputs that are literals',
      jaxpr: build([], () => [
        scalarLiteral(1, dtype),
        makeLiteral(2, makeAval([3, 2], dtype)),
        makeLiteral(0, makeAval([0], dtype)),
      ]),
    },
    { title: 'an input nobody uses', jaxpr: build([m, v], (b, _x, y) => [one(b, 'add', y, y)]) },
    { title: 'no equations and no outputs', jaxpr: build([v], () => []) },
    {
      title: 'equations nobody uses',
      jaxpr: build([v], (b, x) => [one(b, 'add', x, x), one(b, 'mul', x, x)].slice(1)),
    },
    {
      title: 'a result that is used and given out',
      jaxpr: build([v], (b, x) => [one(b, 'add', x, x)].flatMap((y) => [y, one(b, 'mul', y, y)])),
    },
    { title: 'a long fused chain', jaxpr: build([v, v], (b, x, y) => [chain(b, x, y)]) },
    {
      title: 'a scalar spread over a matrix',
      jaxpr: build([s, m], (b, x, y) => [
        one(b, 'mul', b.emit('broadcastInDim', [x], { shape: [3, 5], broadcastDimensions: [] })[0], y),
      ]),
    },
    {
      title: 'a large matrix, its transpose and its rows',
      jaxpr: build([big, big], (b, x, y) => transposes(b, x, y)),
    },
    { title: 'parts put together and taken apart', jaxpr: build([m, m], (b, x, y) => parts(b, x, y)) },
    { title: 'a call in a call', jaxpr: build([v, v], (b, x, y) => calls(b, v, x, y)) },
  ]
}

function transposes(b: JaxprBuilder, x: Var, y: Var): Var[] {
  const sum = one(b, 'add', x, y)
  const [turned] = b.emit('transpose', [sum], { permutation: [1, 0] })
  const [rows] = b.emit('reduceMax', [sum], { axes: [1] })
  const [columns] = b.emit('reduceMax', [turned], { axes: [1] })
  return [turned, rows, columns]
}

function parts(b: JaxprBuilder, x: Var, y: Var): Var[] {
  const [both] = b.emit('concatenate', [x, y], { dimension: 0 })
  const [middle] = b.emit('slice', [both], { startIndices: [1, 1], limitIndices: [5, 4], strides: [1, 2] })
  const [padded] = b.emit('pad', [middle, scalarLiteral(1, x.aval.dtype)], {
    low: [1, -1],
    high: [-1, 2],
    interior: [0, 1],
  })
  const [back] = b.emit('rev', [padded], { dimensions: [0] })
  return [both, middle, one(b, 'add', back, back)]
}

function calls(b: JaxprBuilder, aval: Aval, x: Var, y: Var): Atom[] {
  const inner = build([aval, aval], (c, p, q) => [one(c, 'sub', p, q), p])
  const outer = build(
    [aval, aval],
    (c, p, q) => c.emit('jit', [q, p], { jaxpr: inner, name: 'inner' }) as readonly Var[],
  )
  return [...(b.emit('jit', [x, y], { jaxpr: outer, name: 'outer' }) as readonly Var[])]
}

/** Contractions and reductions with arithmetic around them, as networks have. */
function layers(): Program[] {
  const [x, w, bias] = [makeAval([9, 7], 'float32'), makeAval([5, 7], 'float32'), makeAval([5], 'float32')]
  const numbers = { lhsContracting: [1], rhsContracting: [1], lhsBatch: [], rhsBatch: [] }
  const affine = (b: JaxprBuilder, input: Atom, weight: Atom, shift: Atom): Var => {
    const [product] = b.emit('dotGeneral', [input, weight], {
      dimensionNumbers: numbers,
      preferredElementType: 'float32',
    })
    const [spread] = b.emit('broadcastInDim', [shift], { shape: [9, 5], broadcastDimensions: [1] })
    return one(b, 'add', product, spread)
  }
  const softmax = (b: JaxprBuilder, input: Atom): Var => {
    const across = (row: Atom) => b.emit('broadcastInDim', [row], { shape: [9, 5], broadcastDimensions: [0] })[0]
    const [exponential] = b.emit(
      'exp',
      [one(b, 'sub', input, across(b.emit('reduceMax', [input], { axes: [1] })[0]))],
      {},
    )
    return b.emit('div', [exponential, across(b.emit('reduceSum', [exponential], { axes: [1] })[0])], {})[0]
  }
  return [
    {
      title: 'a layer and tanh',
      slack: 1e-4,
      jaxpr: build([x, w, bias], (b, i, j, k) => [b.emit('tanh', [affine(b, i, j, k)], {})[0]]),
    },
    {
      title: 'a layer and softmax',
      slack: 1e-4,
      jaxpr: build([x, w, bias], (b, i, j, k) => [softmax(b, affine(b, i, j, k))]),
    },
  ]
}

function inputsOf(jaxpr: Jaxpr, seed: number): TypedArray[] {
  const random = new Random(seed)
  return jaxpr.inputs.map((input) => randomData(random, input.aval, false))
}

const allowance = (slack: number) => ({ ulps: 0, slack: () => slack })

function once(backend: Backend, { title, jaxpr, slack = 0 }: Program, name: string): Test {
  return {
    title: `${title} (${name})`,
    run: () => expectAgreement(backend, jaxpr, inputsOf(jaxpr, 1), allowance(slack)),
  }
}

/** What an executable keeps from one call must not show in the next. */
function repeated(backend: Backend): Test {
  const aval = makeAval([67], 'float32')
  const jaxpr = build([aval, aval], (b, x, y) => [chain(b, x, y), one(b, 'mul', x, y)])
  const run = async () => {
    const executable = backend.compile(jaxpr, {})
    const calls = [1, 2, 3].map((seed) => inputsOf(jaxpr, seed))
    const results = calls.map((inputs) => executable.run(inputs.map((data) => backend.put(data, aval))))
    for (const [i, buffers] of results.entries()) {
      const got = await Promise.all(buffers.map((buffer) => backend.get(buffer)))
      expectClose(jaxpr, got, evaluateJaxpr(jaxpr, calls[i] as TypedArray[]), { ulps: 0 })
    }
    executable.dispose()
  }
  return { title: 'called again with other data, the first results still there', run }
}

/** A handle may stand at two places of one call. */
function sameTwice(backend: Backend): Test {
  const aval = makeAval([67], 'float32')
  const jaxpr = build([aval, aval], (b, x, y) => [chain(b, x, y), y])
  const run = async () => {
    const [data] = inputsOf(jaxpr, 1) as [TypedArray]
    const executable = backend.compile(jaxpr, {})
    const buffer = backend.put(data, aval)
    const got = await Promise.all(executable.run([buffer, buffer]).map((result) => backend.get(result)))
    expectClose(jaxpr, got, evaluateJaxpr(jaxpr, [data, data]), { ulps: 0 })
    executable.dispose()
  }
  return { title: 'one buffer as two inputs', run }
}

/** Told apart by their bits, as no comparison does. */
function signOfZero(backend: Backend): Test {
  const aval = makeAval([2], 'float32')
  const jaxpr = build([aval], (b, x) => b.emit('bitcastConvertType', b.emit('neg', [x], {}), { newDtype: 'int32' }))
  return {
    title: 'the sign of zero',
    run: () => expectAgreement(backend, jaxpr, [Float32Array.of(0, -0)], { ulps: 0 }),
  }
}

/** Calls out of the program happen once a run each, in the order they are written, though nobody uses their results. */
function effectsInOrder(backend: Backend): Test {
  const aval = makeAval([3], 'float32')
  const run = async () => {
    const said: string[] = []
    const say = (b: JaxprBuilder, name: string, x: Atom) =>
      b.emit('callback', [x], {
        callback: ([data]) => {
          said.push(`${name} ${Array.from(data as TypedArray)}`)
          return []
        },
        outs: [],
        hasEffect: true,
        name,
      })
    const turn = build([aval], (b, x) => {
      say(b, 'turn', x)
      return [one(b, 'add', x, x)]
    })
    const jaxpr = build([aval], (b, x) => {
      say(b, 'first', x)
      const params = { jaxpr: turn, length: 2, reverse: false, unroll: 1, numConsts: 0, numCarry: 1 }
      b.emit('scan', [x], params)
      say(b, 'last', one(b, 'mul', x, x))
      return []
    })
    await runOn(backend, jaxpr, [Float32Array.of(1, 2, 3)])
    const got = said.join('; ')
    const want = 'first 1,2,3; turn 1,2,3; turn 2,4,6; last 1,4,9'
    if (got !== want) throw new Error(`the effects were ${got}; in order they are ${want}`)
  }
  return { title: 'effects happen once, in order', run }
}

/** Programs of every structure the contract allows. */
export function programs(backend: Backend): Test[] {
  const numeric = (['float32', 'int32', 'uint32', 'float64', 'float16', 'int8', 'uint8'] as const).filter((dtype) =>
    backend.dtypes.has(dtype),
  )
  const tests = numeric.flatMap((dtype) => shapesAndStructure(dtype).map((program) => once(backend, program, dtype)))
  if (!backend.dtypes.has('float32')) return tests
  const named = layers().map((program) => once(backend, program, 'float32'))
  const zero = backend.dtypes.has('int32') ? [signOfZero(backend)] : []
  return [...tests, ...named, repeated(backend), sameTwice(backend), effectsInOrder(backend), ...zero]
}
