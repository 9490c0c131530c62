import { describe, expect, expectTypeOf, it } from 'vitest'
import { all, anyOf, at, key, rule, TreeClass, tree } from './index.ts'

interface NDArray {
  readonly dtype: string
  readonly shape: readonly number[]
  add(other: NDArray): NDArray
}
class Linear extends TreeClass {
  weight!: NDArray
  bias!: Float32Array
  size!: number
  note?: string
  activation!: (x: number) => number
  call(x: number): string {
    return String(x)
  }
}
class Conv extends TreeClass {
  kernel!: NDArray
}
class Net extends TreeClass {
  dec1!: Linear
  layers!: (Linear | Conv)[]
  pair!: readonly [Linear, { name: string }]
  table!: Map<string, Conv>
}
/** The types are the test; nothing here runs. */
const types = (_: (net: Net) => void) => expect(true).toBe(true)

describe('the types of at', () => {
  it('know the part at a path of names and positions', () =>
    types((net) => {
      expectTypeOf(net.at('dec1', 'weight').get()).toEqualTypeOf<NDArray>()
      expectTypeOf(at(net, 'layers', 0, 'kernel').get()).toEqualTypeOf<NDArray>()
      expectTypeOf(net.at('pair', 1, 'name').get()).toEqualTypeOf<string>()
      expectTypeOf(net.at('pair', 0).get()).toEqualTypeOf<Linear>()
      expectTypeOf(net.at('table', 'any', 'kernel').get()).toEqualTypeOf<NDArray>()
      expectTypeOf(net.at('dec1', 'note').get()).toEqualTypeOf<string>()
      expectTypeOf(net.at('layers', 3).get()).toEqualTypeOf<Linear | Conv>()
    }))

  it('return the class of the tree from set, apply, scan and call', () =>
    types((net) => {
      expectTypeOf(net.at('dec1', 'size').set(3)).toEqualTypeOf<Net>()
      expectTypeOf(net.at('dec1', 'size').apply((n) => n + 1)).toEqualTypeOf<Net>()
      expectTypeOf(net.at('dec1', 'size').scan((n, s: string) => [n, s], '')).toEqualTypeOf<
        readonly [tree: Net, state: string]
      >()
      expectTypeOf(net.at('dec1').call('call', 1)).toEqualTypeOf<readonly [value: string, tree: Net]>()
      expectTypeOf(net.at('dec1', 'size').set(3).at('dec1', 'size').get()).toEqualTypeOf<number>()
    }))

  it('refuse misspelt names, positions out of a pair, wrong values and nothing at all', () =>
    types((net) => {
      // @ts-expect-error no such field
      net.at('dec9')
      // @ts-expect-error no such field, deeper
      net.at('dec1', 'weigth')
      // @ts-expect-error names do not go into an array of another package
      net.at('dec1', 'weight', 'shape')
      // @ts-expect-error a pair has two elements
      net.at('pair', 2)
      // @ts-expect-error methods are not children
      net.at('dec1', 'call')
      // @ts-expect-error functions need key(...)
      net.at('dec1', 'activation')
      // @ts-expect-error size is a number
      net.at('dec1', 'size').set('3')
      // @ts-expect-error there is no such method
      net.at('dec1').call('walk')
      // @ts-expect-error the method takes a number
      net.at('dec1').call('call', 'x')
      // @ts-expect-error an empty path
      net.at()
      // @ts-expect-error a boolean is not a mask of a tree
      net.at(true)
      // @ts-expect-error misspelt before a wide step
      net.at('dec9', all)
    }))

  it('know what key names, and take the rest as unknown', () =>
    types((net) => {
      expectTypeOf(net.at('dec1', key('activation')).get()).toEqualTypeOf<(x: number) => number>()
      expectTypeOf(net.at('dec1', key('later' as string)).get()).toEqualTypeOf<unknown>()
      expectTypeOf(at(new Map([[1, 'one']]), key(1)).get()).toEqualTypeOf<string>()
    }))

  it('fall back to the whole tree, leaves perhaps null, with anything wider', () =>
    types((net) => {
      const wide = [
        net.at(/dec\d/),
        net.at(anyOf('dec1', 'x'), 'weight'),
        net.at(all, all),
        net.at(rule(() => true)),
        net.at('dec1', all),
      ]
      expectTypeOf(wide[0]!.set(0)).toEqualTypeOf<Net>()
      expectTypeOf(wide[1]!.get().dec1.weight).toEqualTypeOf<NDArray | null>()
      expectTypeOf(wide[2]!.get().pair[1].name).toEqualTypeOf<string | null>()
      expectTypeOf(wide[3]!.pluck()).toEqualTypeOf<readonly unknown[]>()
      expectTypeOf(net.at(tree.map((x: NDArray) => x.shape.length > 1, net)).set(0)).toEqualTypeOf<Net>()
    }))

  it('work in a method with at(this as …)', () => {
    class Layer extends TreeClass {
      weight = 1
      doubled(): Layer {
        return at(this as Layer, 'weight').apply((w) => w * 2)
      }
    }
    expect(new Layer().doubled().weight).toBe(2)
  })
})

describe('the types of tree.map', () => {
  it('keep the type of the tree where leaves keep theirs, and replace leaves where not', () =>
    types((net) => {
      expectTypeOf(tree.map((x: NDArray, y: NDArray) => x.add(y), net, net)).toEqualTypeOf<Net>()
      expectTypeOf(tree.map((x: NDArray) => x.shape.length, net).dec1.weight).toEqualTypeOf<number>()
      expectTypeOf(tree.map((x: number) => String(x), { a: 1, b: [2] as const })).toEqualTypeOf<{
        a: string
        b: readonly [string]
      }>()
    }))
})
