import { describe, expect, it } from 'vitest'
import { makeAval } from './aval.ts'
import { JaxprBuilder } from './builder.ts'
import type { TypedArray } from './dtype.ts'
import { BackendError, UnsupportedOp } from './errors.ts'
import { type Handle, type InterpreterOptions, interpreterBackend } from './interpreter.ts'
import { scalarLiteral, type Var } from './jaxpr.ts'
import { liftKernels } from './lift.ts'
import { elementwiseKernels } from './reference/elementwise.ts'
import { evaluateJaxpr, referenceKernels } from './reference/evaluate.ts'
import { conformance } from './testing/conformance.ts'
import { build } from './testing/controlSamples.ts'

const f32 = makeAval([3], 'float32')

/** A device that counts: buffers are numbers, and what is freed is gone. */
function device(extra: InterpreterOptions<number>['kernels'] = {}) {
  const memory = new Map<number, TypedArray>()
  let made = 0
  let most = 0
  const store = (data: TypedArray) => {
    memory.set(made, data.slice())
    most = Math.max(most, memory.size)
    return made++
  }
  const load = (buffer: number): TypedArray => {
    const data = memory.get(buffer)
    if (data === undefined) throw new Error(`buffer ${buffer} was freed`)
    return data
  }
  const free = (buffer: number) => {
    if (!memory.delete(buffer)) throw new Error(`buffer ${buffer} was freed twice`)
  }
  const kernels = { ...liftKernels(referenceKernels, { load, store }), ...extra }
  const getSync = (buffer: number) => load(buffer).slice()
  const backend = interpreterBackend<number>({
    name: 'device',
    dtypes: ['float32', 'int32', 'bool'],
    put: store,
    getSync,
    free,
    kernels,
  })
  const read = (handle: Handle<number> | undefined) => backend.getSync?.(handle as Handle<number>)
  return { backend, memory, read, most: () => most }
}

function chain(length: number) {
  const b = new JaxprBuilder()
  const x = b.input(f32)
  let y = x
  for (let i = 0; i < length; i++) [y] = b.emit('sin', [y], {})
  return b.finish([y])
}

describe('interpreterBackend', () => {
  it('frees what nobody needs any more', () => {
    const { backend, memory, read, most } = device()
    const x = backend.put(Float32Array.of(1, 2, 3), f32)
    const [y] = backend.compile(chain(20), {}).run([x])
    expect(memory.size).toBe(2)
    expect(most()).toBe(3)
    expect(read(y)).toEqual(evaluateJaxpr(chain(20), [Float32Array.of(1, 2, 3)])[0])
    backend.free(x)
    backend.free(y as Handle<number>)
    expect(memory.size).toBe(0)
  })

  it('keeps an operand that a kernel hands on until its last holder lets go', () => {
    const { backend, memory, read } = device({ reshape: ([x]) => [x.buffer] })
    const b = new JaxprBuilder()
    const x = b.input(f32)
    const jaxpr = b.finish(b.emit('reshape', [x], { newSizes: [1, 3] }))
    const input = backend.put(Float32Array.of(1, 2, 3), f32)
    const [view] = backend.compile(jaxpr, {}).run([input])
    backend.free(input)
    expect(read(view)).toEqual(Float32Array.of(1, 2, 3))
    backend.free(view as Handle<number>)
    expect(memory.size).toBe(0)
  })

  it('leaves nothing behind when a kernel throws', () => {
    const cos = () => {
      throw new Error('out of order')
    }
    const { backend, memory } = device({ cos })
    const b = new JaxprBuilder()
    const [y] = b.emit('sin', [b.input(f32)], {})
    const executable = backend.compile(b.finish(b.emit('cos', [y], {})), {})
    const x = backend.put(new Float32Array(3), f32)
    expect(() => executable.run([x])).toThrow('out of order')
    expect(memory.size).toBe(1)
  })

  it('gives literals back when an executable is disposed', () => {
    const { backend, memory } = device()
    const b = new JaxprBuilder()
    const x = b.input(makeAval([], 'float32'))
    const executable = backend.compile(b.finish(b.emit('add', [x, scalarLiteral(2, 'float32')], {})), { name: 'plus' })
    expect(memory.size).toBe(1)
    executable.dispose()
    executable.dispose()
    expect(memory.size).toBe(0)
    expect(() => executable.run([backend.put(Float32Array.of(1), makeAval([], 'float32'))])).toThrow(
      /^plus on device: the executable was disposed; compile it again/,
    )
  })

  it('frees donated inputs, and not those that are given out', () => {
    const { backend, memory, read } = device()
    const b = new JaxprBuilder()
    const [x, y] = [b.input(f32), b.input(f32)]
    const executable = backend.compile(b.finish([y, ...b.emit('sin', [x], {})]), {})
    const inputs = [backend.put(new Float32Array(3), f32), backend.put(new Float32Array(3), f32)]
    const [same] = executable.run(inputs, new Set([0, 1]))
    expect(same).toBe(inputs[1])
    expect(memory.size).toBe(2)
    expect(() => read(inputs[0])).toThrow(BackendError)
  })

  it('refuses at compile time what it lacks, with a remedy', () => {
    const { sin: _sin, ...kernels } = referenceKernels
    const own = interpreterBackend<TypedArray>({
      name: 'small',
      dtypes: ['float32'],
      put: (data) => data,
      getSync: (data) => data,
      kernels,
    })
    expect(() => own.compile(chain(1), {})).toThrow(UnsupportedOp)
    expect(() => own.compile(chain(1), {})).toThrow(
      "sin on small: no kernel for (f32[3]); run it on another backend, or add a row 'sin' to its kernels.",
    )
    const b = new JaxprBuilder()
    const integers = b.finish(b.emit('neg', [b.input(makeAval([2], 'int32'))], {}))
    expect(() => own.compile(integers, {})).toThrow(/input on small: no buffers of i32\[2\]; use one of float32/)
  })

  it('refuses data and buffers that do not fit', () => {
    const { backend } = device()
    expect(() => backend.put(new Float64Array(3), f32)).toThrow(
      /^device\.put: got a Float64Array of 3; give a Float32Array of 3 for f32\[3\]/,
    )
    expect(() => backend.put(new Float32Array(2), f32)).toThrow(BackendError)
    const executable = backend.compile(chain(1), { name: 'f' })
    expect(() => executable.run([])).toThrow(/^f on device: got 0 buffers; give 1/)
    expect(() => executable.run([backend.put(new Float32Array(4), makeAval([4], 'float32'))])).toThrow(
      /input 0 is f32\[4\]; give f32\[3\]/,
    )
    const freed = backend.put(new Float32Array(3), f32)
    backend.free(freed)
    backend.free(freed)
    expect(() => executable.run([freed])).toThrow(/input 0 was freed/)
  })

  it('waits for a device that cannot be read at once', async () => {
    const own = interpreterBackend<TypedArray>({
      name: 'slow',
      dtypes: ['float32'],
      put: (data) => data.slice(),
      get: async (data) => data.slice(),
      kernels: {},
    })
    expect(own.getSync).toBeUndefined()
    expect(await own.get(own.put(Float32Array.of(1, 2, 3), f32))).toEqual(Float32Array.of(1, 2, 3))
  })

  it('says so when a buffer cannot be read at all', async () => {
    const own = interpreterBackend<TypedArray>({ name: 'mute', dtypes: ['float32'], put: (data) => data, kernels: {} })
    await expect(own.get(own.put(new Float32Array(3), f32))).rejects.toThrow(
      /mute\.get: it has neither get nor getSync/,
    )
  })
})

/** Ordinary arrays of numbers: everything elementwise from one function, the rest through the host. */
const lists = interpreterBackend<readonly number[]>({
  name: 'lists',
  dtypes: ['float32', 'int32', 'uint32', 'bool'],
  put: (data) => Array.from(data),
  getSync: (list, aval) => toTyped(list, aval.dtype),
  kernels: {
    ...liftKernels(referenceKernels, {
      load: (list, aval) => toTyped(list, aval.dtype),
      store: (data) => Array.from(data),
    }),
    ...elementwiseKernels<readonly number[]>((f, inputs, out) => {
      const size = out.shape.reduce((product, n) => product * n, 1)
      const values = Array.from({ length: size }, (_, i) => f(...inputs.map(({ buffer }) => buffer[i] as number)))
      return Array.from(toTyped(values, out.dtype))
    }),
  },
})

function toTyped(list: readonly number[], dtype: string): TypedArray {
  return { float32: Float32Array, int32: Int32Array, uint32: Uint32Array, bool: Uint8Array }[dtype as 'float32'].from(
    list,
  )
}

conformance(lists, { describe, it, programs: 60 })

describe('loops, branches and callbacks of an interpreter', () => {
  const x = Float32Array.of(1, 2, 3)
  const int = makeAval([], 'int32')
  const twice = build([f32], (b, u) => b.emit('add', [u, u], {}))
  const rows = build([f32, makeAval([], 'float32')], (b, carry, row) => {
    const [spread] = b.emit('broadcastInDim', [row], { shape: [3], broadcastDimensions: [] })
    return [b.emit('mul', [carry, spread], {})[0], carry]
  })
  const scanning = (reverse: boolean) =>
    build([f32, f32], (b, carry, xs) => {
      const params = { jaxpr: rows, length: 3, reverse, unroll: 1, numConsts: 0, numCarry: 1 }
      return b.emit('scan', [carry, xs], params) as readonly Var[]
    })
  const counting = build([int, f32], (b, n, u) => {
    const condJaxpr = build([int, int, f32], (c, most, i) => c.emit('lt', [i, most], {}))
    const bodyJaxpr = build([int, f32], (c, i, v) => [
      c.emit('add', [i, scalarLiteral(1, 'int32')], {})[0],
      c.emit('add', [v, v], {})[0],
    ])
    const params = { condJaxpr, bodyJaxpr, condConsts: 1, bodyConsts: 0 }
    return (b.emit('while', [n, scalarLiteral(0, 'int32'), u], params) as readonly Var[]).slice(1)
  })
  const choosing = build([int, f32], (b, i, u) => {
    const same = build([f32], (_b, v) => [v])
    return b.emit('cond', [i, u], { branches: [same, twice] }) as readonly Var[]
  })

  // biome-ignore format: a case a row
  it.each([
    ['a scan', scanning(false), [x, Float32Array.of(2, 3, 5)]], ['a scan in reverse', scanning(true), [x, Float32Array.of(2, 3, 5)]],
    ['a loop of three turns', counting, [Int32Array.of(3), x]], ['a loop of none', counting, [Int32Array.of(0), x]],
    ['a branch', choosing, [Int32Array.of(1), x]], ['a branch that hands its operand on', choosing, [Int32Array.of(0), x]],
  ] as const)('%s needs no kernel of its own, and frees what it made', (_title, jaxpr, inputs) => {
    const { backend, memory, read } = device({ scan: undefined, while: undefined, cond: undefined } as never)
    const executable = backend.compile(jaxpr, {})
    const handles = inputs.map((data, i) => backend.put(data, (jaxpr.inputs[i] as Var).aval))
    const before = memory.size
    const results = executable.run(handles)
    expect(results.map((result) => read(result))).toEqual(evaluateJaxpr(jaxpr, inputs))
    for (const result of results) backend.free(result)
    expect(memory.size).toBe(before)
    for (const handle of handles) backend.free(handle)
    executable.dispose()
    expect(memory.size).toBe(0)
  })

  it('frees what a loop holds when its body fails', () => {
    const fail = () => {
      throw new Error('no')
    }
    const body = build(
      [f32],
      (b, u) => b.emit('callback', [u], { callback: fail, outs: [f32], hasEffect: false, name: 'f' }) as readonly Var[],
    )
    const params = { jaxpr: body, length: 2, reverse: false, unroll: 1, numConsts: 0, numCarry: 1 }
    const { backend, memory } = device({ callback: undefined } as never)
    const executable = backend.compile(
      build([f32], (b, u) => b.emit('scan', [u], params) as readonly Var[]),
      {},
    )
    const handle = backend.put(x, f32)
    const before = memory.size
    expect(() => executable.run([handle])).toThrow('no')
    expect(memory.size).toBe(before)
  })

  it('refuses to look at a value where nobody can wait for one', () => {
    const blind = interpreterBackend<TypedArray>({
      name: 'blind',
      dtypes: ['float32', 'int32', 'bool'],
      put: (data) => data.slice(),
      get: async (data) => data.slice(),
      kernels: { add: referenceKernels.add, lt: referenceKernels.lt },
    })
    expect(() => blind.compile(counting, {})).toThrow(UnsupportedOp)
    expect(() => blind.compile(counting, {})).toThrow(
      /while on blind: it cannot wait for a value to look at; .*getSync/,
    )
    expect(() => blind.compile(scanning(false), {})).toThrow(
      /scan on blind: no kernel 'slice' for .* add a row 'slice'/,
    )
  })
})
