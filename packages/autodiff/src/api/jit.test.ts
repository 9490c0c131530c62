import { at, TreeClass } from '@proj/tree'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { grad, jit, lax, type NDArray, numpy as np, TracerError, vmap } from '../index.ts'

/** A jitted function and how often it was traced. */
function counted<F extends (...args: never[]) => unknown>(f: F, options = {}) {
  let traces = 0
  const jitted = jit(
    ((...args: never[]) => {
      traces++
      return f(...args)
    }) as F,
    options,
  )
  return { jitted, traces: () => traces }
}

describe('jit', () => {
  it('computes what the function computes', () => {
    const f = (x: NDArray, y: NDArray) => lax.sin(x).mul(y).add(1)
    const [x, y] = [np.array([1, 2, 3]), np.array([4, 5, 6])]
    const expected = f(x, y).arraySync() as number[]
    ;(jit(f)(x, y).arraySync() as number[]).forEach((value, i) => expect(value).toBeCloseTo(expected[i] as number, 6))
  })

  it('keeps the type of the function', () => {
    const f = jit((x: NDArray, n: { a: NDArray }) => ({ sum: x.add(n.a) }))
    expectTypeOf(f(np.ones([2]), { a: np.ones([2]) })).toEqualTypeOf<{ sum: NDArray }>()
    f(3, { a: np.ones([2]) }).sum satisfies NDArray
    f(new Float32Array(2), { a: np.ones([2]) }).sum satisfies NDArray
  })

  it('traces once for each shape, dtype and structure', () => {
    const { jitted, traces } = counted((p: { x: NDArray }) => p.x.mul(2))
    jitted({ x: np.ones([2]) })
    jitted({ x: np.zeros([2]) })
    expect(traces()).toBe(1)
    jitted({ x: np.ones([3]) })
    expect(traces()).toBe(2)
    jitted({ x: np.ones([2], 'int32') })
    expect(traces()).toBe(3)
    jitted({ x: np.ones([2]) })
    expect(traces()).toBe(3)
  })

  it('traces numbers, and tells integral ones from fractional ones', () => {
    const { jitted, traces } = counted((x: NDArray) => x.add(1))
    expect(jitted(2 as never).item()).toBe(3)
    expect(jitted(5 as never).item()).toBe(6)
    expect(traces()).toBe(1)
    expect(jitted(2.5 as never).item()).toBe(3.5)
    expect(traces()).toBe(2)
  })

  it('takes leaves that are no arrays as part of the program', () => {
    const { jitted, traces } = counted((p: { x: NDArray; op: string }) => (p.op === 'neg' ? p.x.neg() : p.x))
    expect(jitted({ x: np.array([1]), op: 'neg' }).arraySync()).toEqual([-1])
    expect(jitted({ x: np.array([1]), op: 'id' }).arraySync()).toEqual([1])
    expect(jitted({ x: np.array([2]), op: 'neg' }).arraySync()).toEqual([-2])
    expect(traces()).toBe(2)
  })

  it('takes staticArgnums by value', () => {
    const { jitted, traces } = counted((x: NDArray, n: number) => x.mul(n), { staticArgnums: 1 })
    expect(jitted(np.array([1]), 2).arraySync()).toEqual([2])
    expect(jitted(np.array([1]), 3).arraySync()).toEqual([3])
    jitted(np.array([1]), 2)
    expect(traces()).toBe(2)
  })

  it('returns trees, inputs, constants and values that are no arrays', () => {
    const f = jit((x: NDArray) => ({ same: x, constant: np.ones([2]), twice: [x, x], label: 'kept', three: 3 }))
    const out = f(np.array([1, 2]))
    expect(out.same.arraySync()).toEqual([1, 2])
    expect(out.constant.arraySync()).toEqual([1, 1])
    expect(out.twice.map((x) => x.arraySync())).toEqual([
      [1, 2],
      [1, 2],
    ])
    expect(out.label).toBe('kept')
    expect((out.three as unknown as NDArray).item()).toBe(3)
  })

  it('closes over arrays, and over tracers of an outer transform', () => {
    const w = np.array([1, 2])
    expect(jit((x: NDArray) => x.mul(w))(np.array([3, 4])).arraySync()).toEqual([3, 8])
    const g = grad((x: NDArray) => jit((y: NDArray) => x.mul(y))(np.array(3)))
    expect([g(2).item(), g(5).item()]).toEqual([3, 3])
    const inner = jit((x: NDArray) => vmap((row: NDArray) => jit((c: NDArray) => c.mul(row))(x))(np.ones([2])))
    expect(inner(np.array(4)).arraySync()).toEqual([4, 4])
  })

  it('runs classes, and returns them', () => {
    class Pair extends TreeClass {
      a = np.array([1, 2])
      b = np.array([3, 4])
      swapped(): Pair {
        return at(at(this as Pair, 'a').set(this.b), 'b').set(this.a)
      }
    }
    const out = jit((p: Pair) => p.swapped())(new Pair())
    expect(out).toBeInstanceOf(Pair)
    expect([out.a.arraySync(), out.b.arraySync()]).toEqual([
      [3, 4],
      [1, 2],
    ])
  })

  it('keeps the programs used last, and not all there ever were', () => {
    const { jitted, traces } = counted((k: number, x: NDArray) => x.mul(k), { staticArgnums: 0 })
    const count = 2100
    for (let k = 0; k < count; k++) jitted.lower(k, 1)
    expect(traces()).toBe(count)
    for (let k = count - 1000; k < count; k++) jitted.lower(k, 1)
    expect(traces()).toBe(count)
    jitted.lower(0, 1)
    expect(traces()).toBe(count + 1)
  })

  it('keeps few programs that differ in static objects alone', () => {
    const { jitted, traces } = counted((f: (x: NDArray) => NDArray, x: NDArray) => f(x), { staticArgnums: 0 })
    const functions = Array.from({ length: 100 }, (_, k) => (x: NDArray) => x.add(k))
    for (const f of functions) jitted.lower(f, 1)
    jitted.lower(functions[50] as (x: NDArray) => NDArray, 1)
    expect(traces()).toBe(100)
    jitted.lower(functions[0] as (x: NDArray) => NDArray, 1)
    expect(traces()).toBe(101)
  })

  it('names a tracer that leaked', () => {
    let leaked: NDArray | undefined
    jit((x: NDArray) => {
      leaked = x
      return x
    })(np.ones([2]))
    expect(() => leaked?.add(1)).toThrow(TracerError)
    expect(() => leaked?.add(1)).toThrow(/f32\[2\].*kept after.*jit/)
  })

  it('refuses to read a tracer, naming the transform', () => {
    expect(() => jit((x: NDArray) => np.array(x.item()))(np.array(1))).toThrow(/jit/)
    expect(() => jit((x: NDArray) => ((x as unknown as number) > 0 ? x : x))(np.array(1))).toThrow(TracerError)
  })
})
