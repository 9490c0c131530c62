import { BackendError, makeAval, makeLiteral, UnsupportedOp } from '@proj/backend'
import { beforeAll, describe, expect, it } from 'vitest'
import { backend, draws, evaluate, f32, i32, put, start, trace } from './testing/runJaxpr.ts'

beforeAll(start)

describe('executables', () => {
  it('give literals and no elements without a draw', () => {
    const executable = backend.compile(
      trace([f32(0)], (b, x) => [
        makeLiteral(2.5, f32(2, 2)),
        makeLiteral(-3, i32(3)),
        makeLiteral(1, makeAval([2], 'bool')),
        ...b.emit('sin', [x], {}),
      ]),
      {},
    )
    expect(draws(executable)).toBe(0)
    const run = () => executable.run([put(f32(0), [])]).map((out) => [...backend.getSync(out)])
    expect(run()).toEqual([[2.5, 2.5, 2.5, 2.5], [-3, -3, -3], [1, 1], []])
    expect(run()).toEqual(run())
  })

  it('read what has no elements as an argument, as an intermediate and as a result', () => {
    const contract = { lhsContracting: [0], rhsContracting: [0], lhsBatch: [], rhsBatch: [] }
    const results = evaluate([f32(0, 2)], [[]], (b, x) => {
      const [y] = b.emit('tanh', [x], {})
      return [x, y, ...b.emit('dotGeneral', [y, x], { dimensionNumbers: contract, preferredElementType: 'float32' })]
    })
    expect(results).toEqual([[], [], [0, 0, 0, 0]])
  })

  it('refuse dtypes that textures do not hold, naming op, avals and remedy', () => {
    const jaxpr = trace([makeAval([2], 'float64')], (b, x) => b.emit('sin', [x], {}))
    expect(() => backend.compile(jaxpr, {})).toThrow(UnsupportedOp)
    const cast = trace([f32(2)], (b, x) => b.emit('convertElementType', [x], { newDtype: 'int8' }))
    expect(() => backend.compile(cast, {})).toThrow(
      /convertElementType on webgl: no lowering for f32\[2\], i8\[2\]; cast to float32/,
    )
  })

  it('refuse arguments they were not compiled for, and to run once disposed', () => {
    const executable = backend.compile(
      trace([f32(2)], (b, x) => b.emit('sin', [x], {})),
      { name: 'sine' },
    )
    expect(() => executable.run([])).toThrow(/^sine: 0 arguments; it takes 1/)
    expect(() => executable.run([put(f32(3), [1, 2, 3])])).toThrow(
      /^sine: argument 0 holds 3 elements of float32; it was compiled for 2/,
    )
    expect(() => executable.run([put(i32(2), [1, 2])])).toThrow(BackendError)
    executable.dispose()
    executable.dispose()
    expect(() => executable.run([put(f32(2), [1, 2])])).toThrow(/disposed/)
  })

  it('give back what they hold when they are merely forgotten', async () => {
    const before = backend.stats().textures
    const compileMany = () => {
      for (let k = 0; k < 20; k++)
        backend.compile(
          trace([], () => [makeLiteral(k, f32(200_000))]),
          {},
        )
    }
    compileMany()
    expect(backend.stats().textures).toBeGreaterThan(before)
    for (let turn = 0; turn < 400 && backend.stats().textures > before; turn++) {
      void Array.from({ length: 20 }, () => new Float64Array(100_000)) // makes the collector run
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    expect(backend.stats().textures).toBeLessThanOrEqual(before)
  })
})
