import { describe, expect, it } from 'vitest'
import { autoinit, freeze, leafwise, registerArrayType, TreeClass, treeMask, treeRepr } from './index.ts'

class Point extends leafwise(autoinit({ x: 3, y: -2 })) {}
const p = new Point()
const text = (t: unknown) => treeRepr(t)

describe('leafwise', () => {
  it.each([
    ['abs', p.abs(), 3, 2],
    ['neg', p.neg(), -3, 2],
    ['pos', p.pos(), 3, -2],
    ['invert', p.invert(), -4, 1],
    ['floor', new Point({ x: 1.7, y: -1.7 }).floor(), 1, -2],
    ['ceil', new Point({ x: 1.2, y: -1.2 }).ceil(), 2, -1],
    ['trunc', new Point({ x: 1.7, y: -1.7 }).trunc(), 1, -1],
    ['round, ties to even', new Point({ x: 2.5, y: -3.5 }).round(), 2, -4],
    ['add', p.add(1), 4, -1],
    ['sub', p.sub(1), 2, -3],
    ['mul', p.mul(p), 9, 4],
    ['div', p.div(2), 1.5, -1],
    ['floorDiv', p.floorDiv(2), 1, -1],
    ['mod with the sign of the divisor', p.mod(4), 3, 2],
    ['pow', p.pow(2), 9, 4],
    ['matmul', p.matmul(2), 6, -4],
    ['and', p.and(1), 1, 0],
    ['or', p.or(1), 3, -1],
    ['xor', p.xor(1), 2, -1],
    ['lshift', p.lshift(1), 6, -4],
    ['rshift', p.rshift(1), 1, -1],
    ['rsub', p.rsub(1), -2, 3],
    ['rdiv', p.rdiv(6), 2, -3],
    ['rpow', p.rpow(2), 8, 0.25],
    ['rmod', p.rmod(7), 1, -1],
  ])('%s', (_, result, x, y) => {
    expect(text(result)).toBe(`Point(x=${x}, y=${y})`)
  })

  it('makes masks for at', () => {
    expect(text(p.gt(0))).toBe('Point(x=true, y=false)')
    expect(text(p.at(p.gt(0)).set(0))).toBe('Point(x=0, y=-2)')
    expect([p.eq(3), p.ne(3), p.lt(0), p.le(3), p.ge(3)].map((t) => [t.x, t.y])).toEqual([
      [true, false],
      [false, true],
      [false, true],
      [true, true],
      [true, false],
    ])
    expect(p.divmod(2).x).toEqual([1, 1])
  })

  it('computes with typed arrays, element by element', () => {
    class W extends leafwise(TreeClass) {
      w = new Float32Array([1, 2])
    }
    expect(new W().mul(3).w).toEqual(new Float32Array([3, 6]))
    expect(new W().rsub(1).w).toEqual(new Float32Array([0, -1]))
    expect(new W().add(new W()).w).toEqual(new Float32Array([2, 4]))
    expect(new W().neg().w).toEqual(new Float32Array([-1, -2]))
    expect(() => new W().add(new Float32Array(3))).toThrow(/arrays of 2 and 3 elements meet/)
  })

  it('asks other arrays for their own methods', () => {
    class Vec {
      constructor(readonly v: number) {}
      add(other: number) {
        return new Vec(this.v + other)
      }
      rsub(x: number) {
        return new Vec(x - this.v)
      }
    }
    registerArrayType(Vec, { shape: () => [], dtype: () => 'float32', values: () => null })
    class T extends leafwise(TreeClass) {
      v = new Vec(2)
    }
    expect([new T().add(3).v.v, new T().rsub(3).v.v]).toEqual([5, 1])
    expect(() => new T().mul(2)).toThrow(/leafwise\.mul/)
  })

  it('keeps methods that the class has', () => {
    class Own extends TreeClass {
      add(): string {
        return 'mine'
      }
    }
    expect(new (leafwise(Own))().add(1)).toBe('mine')
  })

  it('says to hide leaves that do not compute', () => {
    class Named extends leafwise(TreeClass) {
      name = 'a'
      n = 1
    }
    expect(() => new Named().add(1)).toThrow(
      /leafwise\.radd: a number has no radd; hide such leaves with treeMask|a string has no/,
    )
    expect(treeMask(new Named(), (x: unknown) => typeof x === 'string').add(1).n).toBe(2)
    expect(() => new Named().add(freeze([1])[0])).toThrow(/leafwise/)
  })
})
