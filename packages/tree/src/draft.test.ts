import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitraryTree } from '../fixtures/arbitraryTree.ts'
import { FrozenError, TreeClass, TreeError, tree, valueAndTree } from './index.ts'

class Inner extends TreeClass {
  a = 1
  list = [1]
}
class Counter extends TreeClass {
  count = 0
  inner = new Inner()
  increment(by = 1): number {
    this.count += by
    this.inner.a += by
    this.inner.list.push(by)
    return this.count
  }
  fail(): never {
    this.count = 99
    throw new RangeError('half-way')
  }
}

describe('valueAndTree', () => {
  it('returns the value and the changed copy, sealed; the original stays', () => {
    const counter = new Counter()
    const [value, next] = valueAndTree((c: Counter) => c.increment(2))(counter)
    expect([value, next.count, next.inner.a, next.inner.list]).toEqual([2, 2, 3, [1, 2]])
    expect([counter.count, counter.inner.a, counter.inner.list]).toEqual([0, 1, [1]])
    expect([tree.isSealed(next), tree.isSealed(counter)]).toEqual([true, false])
    expect(next).toBeInstanceOf(Counter)
  })

  it('works on a sealed tree, adds and deletes fields', () => {
    const next = valueAndTree((c: Counter) => {
      delete (c as Partial<Counter>).inner
      Object.assign(c, { extra: 1 })
    })(tree.seal(new Counter()))[1]
    expect(Object.keys(next)).toEqual(['count', 'extra'])
  })

  it('works on plain containers', () => {
    const list = [1, { a: 2 }]
    expect(valueAndTree((t: unknown[]) => t.push(3))(list)).toEqual([3, [1, { a: 2 }, 3]])
    expect(list).toHaveLength(2)
  })

  it('copies typed arrays: writing into one leaves the original as it was', () => {
    const data = new Float32Array(2)
    const [, next] = valueAndTree((t: { data: Float32Array }) => void (t.data[0] = 5))({ data })
    expect([data[0], next.data[0]]).toEqual([0, 5])
  })

  it('passes errors on and leaves the original as it was', () => {
    const counter = new Counter()
    expect(() => valueAndTree((c: Counter) => c.fail())(counter)).toThrow(new RangeError('half-way'))
    expect(counter.count).toBe(0)
  })

  it('copies all arguments and returns those that argnums names', () => {
    const count = (a: { n: number }, b: { n: number }) => {
      a.n++
      b.n++
      return a.n + b.n
    }
    const run = valueAndTree(count, { argnums: [1, 0] })
    const [a, b] = [{ n: 1 }, { n: 10 }]
    expect(run(a, b)).toEqual([13, [{ n: 11 }, { n: 2 }]])
    expect([a.n, b.n]).toEqual([1, 10])
    expect(valueAndTree((x: number, t: { n: number }) => (t.n = x), { argnums: 1 })(5, a)).toEqual([5, { n: 5 }])
    expect(() => valueAndTree((x: object) => x, { argnums: 2 as 0 })({})).toThrow(/argnums names argument 2 of 1/)
  })

  it('nests: a method under it may call another on its draft', () => {
    class Outer extends Counter {
      twice(): number {
        this.count = 10
        const [value, changed] = valueAndTree((c: Outer) => c.increment())(this)
        expect([value, changed.count, this.count]).toEqual([11, 11, 10])
        this.count += 100
        return value
      }
    }
    const [value, next] = valueAndTree((o: Outer) => o.twice())(new Outer())
    expect([value, next.count]).toEqual([11, 110])
  })

  it('gives library calls on the draft a snapshot, neither sealed nor remembered', () => {
    const seen: unknown[] = []
    const [, next] = valueAndTree((c: Counter) => {
      seen.push(tree.leaves(c)[0])
      tree.seal([c])
      c.count = 5
      seen.push(tree.leaves(c)[0])
      seen.push(tree.unflatten(tree.structure([0]), [c]))
      c.count = 6
    })(new Counter())
    expect(seen.slice(0, 2)).toEqual([0, 5])
    expect((seen[2] as Counter[])[0]?.count).toBe(5)
    expect(tree.isSealed(seen[2])).toBe(true)
    expect(next.count).toBe(6)
  })

  it('refuses async functions and generators, called or returned', async () => {
    expect(() => valueAndTree(async (c: Counter) => c.count)).toThrow(/is async or a generator/)
    expect(() =>
      valueAndTree(function* (c: Counter) {
        yield c.count
      }),
    ).toThrow(TreeError)
    class Later extends Counter {
      async wait() {
        await null
        this.count = 1
      }
      *steps() {
        yield this.count
      }
    }
    expect(() => valueAndTree((l: Later) => l.wait())(new Later())).toThrow(
      /returned a promise, and would go on .*; make it an ordinary function/,
    )
    expect(() => valueAndTree((l: Later) => l.steps())(new Later())).toThrow(/returned a Generator/)
    await null
  })

  it('explains that private members do not survive a copy', () => {
    class Hidden extends TreeClass {
      #secret = 1
      read() {
        return this.#secret
      }
    }
    const hidden = new Hidden()
    expect(hidden.read()).toBe(1)
    expect(() => valueAndTree((h: Hidden) => h.read())(hidden)).toThrow(/lacks a private member .*@field accessor/)
  })

  it('explains an assignment to another, finished tree', () => {
    const done = tree.seal(new Counter())
    const assign = valueAndTree((_: object) => void (done.count = 1))
    expect(() => assign({})).toThrow(FrozenError)
    expect(() => assign({})).toThrow(/^Counter\.count: cannot change a finished tree; .*valueAndTree.*@sharing.*at\(/)
  })

  it('reports a cycle that the function made, naming both paths', () => {
    expect(() => valueAndTree((c: Record<string, unknown>) => void (c.self = c))({ a: 1 })).toThrow(
      /\.self: is the same object as the root/,
    )
  })

  it('leaves the original as it was, whatever is done to the copy', () => {
    const seeds = fc.array(fc.nat(), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(arbitraryTree, seeds, fc.boolean(), (original, chosen, throws) => {
        const before = structuredClone(tree.leaves(original))
        const def = tree.structure(original)
        const run = valueAndTree((t: unknown) => {
          for (const [i, seed] of chosen.entries()) mutate(someNode(t, seed), seed + i)
          if (throws) throw new Error('half-way')
        })
        if (throws) expect(() => run(original)).toThrow('half-way')
        else run(original)
        expect(tree.leaves(original)).toEqual(before)
        expect(tree.structure(original)).toBe(def)
      }),
    )
  })
})

/** A node, or a typed array, that a seed picks by going down. */
function someNode(node: unknown, seed: number): unknown {
  const children = node instanceof Map ? [...node.values()] : isHolder(node) ? Object.values(node) : []
  const inner = children.filter((child) => typeof child === 'object' && child !== null)
  const child = inner[seed % (inner.length + 1)]
  return child === undefined ? node : someNode(child, Math.floor(seed / (inner.length + 1)))
}

const isHolder = (x: unknown): x is Record<string, unknown> =>
  typeof x === 'object' && x !== null && !(x instanceof Float32Array)

/** Changes one node in a way that a seed picks. */
function mutate(node: unknown, seed: number): void {
  if (node instanceof Float32Array) return void node.fill(seed)
  if (node instanceof Map) return seed % 2 === 0 ? node.clear() : void node.set(`new ${seed}`, seed)
  if (!isHolder(node)) return
  const name = Object.keys(node)[seed % (Object.keys(node).length || 1)] ?? '0'
  const forArrays = [
    (list: unknown[]) => list.push(seed),
    (list: unknown[]) => list.reverse(),
    (list: unknown[]) => list.splice(0),
  ]
  if (Array.isArray(node)) return void forArrays[seed % forArrays.length]?.(node)
  const forObjects = [
    () => delete node[name],
    () => Object.assign(node, { [name]: { seed } }),
    () => Object.assign(node, { [`new ${seed}`]: new Float32Array(1) }),
  ]
  forObjects[seed % forObjects.length]?.()
}
