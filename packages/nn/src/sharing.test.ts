import { TreeClass, TreeError, tree } from '@proj/tree'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { sharing } from './sharing.ts'

class Counter extends TreeClass {
  count = 0
  inner = { step: 1 }

  @sharing
  bump(by: number): number {
    this.count += by
    this.inner.step = this.count * 10
    return this.count + this.inner.step
  }

  @sharing
  twice(by: number): readonly [number, number, number] {
    const first = this.bump(by)
    this.count = 100
    return [first, this.bump(by), this.count]
  }

  @sharing
  fails(): never {
    this.count = 7
    throw new RangeError('half-way')
  }
}

describe('sharing as a decorator', () => {
  it('keeps the result and leaves the object as it was', () => {
    const counter = new Counter()
    expect(counter.bump(2)).toBe(22)
    expect(counter.bump(2)).toBe(22)
    expect([counter.count, counter.inner.step]).toEqual([0, 1])
  })
  it('works on an object that is sealed', () => {
    const counter = tree.seal(new Counter())
    expect(counter.bump(3)).toBe(33)
    expect(counter.count).toBe(0)
  })
  it('calls another shared method on the copy, which that one leaves as it was', () => {
    expect(new Counter().twice(1)).toEqual([11, 1111, 100])
  })
  it('leaves the object as it was when the method throws', () => {
    const counter = new Counter()
    expect(() => counter.fails()).toThrow(new RangeError('half-way'))
    expect(counter.count).toBe(0)
  })
  it('keeps the name of the method', () => {
    expect(Counter.prototype.bump.name).toBe('bump')
  })
  it('shows the arrow form when the method lost its object', () => {
    const { bump } = new Counter()
    expect(() => bump(1)).toThrow(TreeError)
    expect(() => bump(1)).toThrow(/\(\.\.\.args\) => model\.bump\(\.\.\.args\)/)
  })
})

describe('sharing as a legacy decorator', () => {
  it('behaves as the standard one, compiled by TypeScript', () => {
    const source = `
      class Old extends TreeClass {
        count = 0
        @sharing bump(by: number) { this.count += by; return this.count }
      }
      return Old`
    const compilerOptions = { experimentalDecorators: true, target: ts.ScriptTarget.ES2022 }
    const { outputText } = ts.transpileModule(source, { compilerOptions })
    expect(outputText).toContain('__decorate')
    const Old = new Function('TreeClass', 'sharing', outputText)(TreeClass, sharing) as new () => {
      count: number
      bump(by: number): number
    }
    const old = new Old()
    expect([old.bump(2), old.bump(2), old.count]).toEqual([2, 2, 0])
  })

  it('wraps the value of the descriptor it is given', () => {
    class Old extends TreeClass {
      count = 0
      bump(by: number): number {
        this.count += by
        return this.count
      }
    }
    const descriptor = Object.getOwnPropertyDescriptor(Old.prototype, 'bump') as TypedPropertyDescriptor<Old['bump']>
    Object.defineProperty(Old.prototype, 'bump', sharing(Old.prototype, 'bump', descriptor))
    const old = new Old()
    expect([old.bump(2), old.bump(2), old.count]).toEqual([2, 2, 0])
  })
})

describe('sharing on a plain function', () => {
  it('copies the first argument', () => {
    const bump = sharing((counter: Counter, by: number) => {
      counter.count += by
      return counter.count
    })
    const counter = tree.seal(new Counter())
    expect([bump(counter, 2), bump(counter, 2), counter.count]).toEqual([2, 2, 0])
  })
  it('copies `this` when it is called as a method of a tree', () => {
    class Bound extends TreeClass {
      count = 0
      declare bump: (by: number) => number
    }
    Bound.prototype.bump = sharing(function (this: Bound, by: number) {
      this.count += by
      return this.count
    })
    const bound = new Bound()
    expect([bound.bump(2), bound.bump(2), bound.count]).toEqual([2, 2, 0])
  })
  it('takes a plain object it is kept in for no tree', () => {
    const kept = { bump: sharing((counter: { count: number }) => ++counter.count) }
    const counter = { count: 0 }
    expect([kept.bump(counter), counter.count]).toEqual([1, 0])
  })
})

describe('bad input to sharing', () => {
  it('refuses async methods and generators', () => {
    expect(() => sharing(async () => 1)).toThrow(TreeError)
    expect(() => sharing(async () => 1)).toThrow(/async/)
    expect(() => sharing(function* () {})).toThrow(/generator/)
  })
  it('refuses what is no method', () => {
    expect(() => sharing(3 as never)).toThrow(/put @sharing on a method/)
  })
})
