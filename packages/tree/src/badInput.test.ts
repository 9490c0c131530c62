/** What goes wrong most often, each with a message that says where, what was found, and what to do. */
import { describe, expect, it } from 'vitest'
import {
  at,
  autoinit,
  bcmap,
  explainError,
  FrozenError,
  field,
  freeze,
  LookupError,
  leafwise,
  MaskedError,
  TreeClass,
  TreeError,
  tree,
  treeMask,
  valueAndTree,
} from './index.ts'

class Linear extends TreeClass {
  weight = new Float32Array([1, 2])
  bias = 0
}
class Net extends TreeClass {
  layers = [new Linear(), new Linear()]
  size = 3
}

type Kind = new (...args: never[]) => TreeError

/** Every part of the message: where, what was found, what to do. */
function refuses(kind: Kind, attempt: () => unknown, ...parts: readonly (string | RegExp)[]): void {
  expect(attempt).toThrow(kind)
  expect(attempt).toThrow(TreeError)
  for (const part of parts) expect(attempt).toThrow(part)
}

const untyped = at as unknown as (tree: unknown, ...where: readonly unknown[]) => { set(x: unknown): unknown }

describe('a path that matches nothing', () => {
  it('lists what is there', () => {
    refuses(LookupError, () => untyped(new Net(), 'layers', 0, 'wieght'), '.layers[0] has .weight .bias', 'pick one')
    refuses(LookupError, () => untyped(new Net(), 'layers', 2), '.layers has [0] [1]', 'pick one')
    refuses(LookupError, () => untyped(new Net(), /layer/), 'nothing matches /layer/: the root has .layers .size')
    refuses(LookupError, () => untyped(new Net(), 'size', 'x'), '.size is a leaf')
    refuses(LookupError, () => untyped({}, 'x'), 'the root is empty')
  })

  it('says so for every operation, when it is made', () => {
    const net = new Net()
    refuses(LookupError, () => net.at('nothing' as 'size').set(1), '.layers .size')
    refuses(LookupError, () => net.at('layers', 5).get(), '[0] [1]')
  })
})

describe('assigning to a sealed tree', () => {
  const remedy = [/valueAndTree/, /@sharing/, /at\(/]

  it('names path and remedy for fields of autoinit', () => {
    class Layer extends autoinit({ size: 1 }) {}
    const layer = tree.seal(new Layer())
    refuses(FrozenError, () => Object.assign(layer, { size: 2 }), 'Layer.size: cannot change', ...remedy)
  })

  it('names path and remedy for @field accessor', () => {
    class Layer extends TreeClass {
      @field accessor size = 1
    }
    const layer = tree.seal(new Layer())
    refuses(FrozenError, () => Object.assign(layer, { size: 2 }), 'Layer.size: cannot change', ...remedy)
  })

  it('names the remedy for Maps and Sets', () => {
    const { m, s } = tree.seal({ m: new Map([['a', 1]]), s: new Set([1]) })
    refuses(FrozenError, () => m.set('b', 2), 'Map.set', ...remedy)
    refuses(FrozenError, () => s.clear(), 'Set.clear', ...remedy)
  })

  it('names path and remedy for ordinary fields and containers inside code that the library runs', () => {
    const net = tree.seal(new Net())
    const inside = (change: () => unknown) => () => valueAndTree((_: object) => change())({})
    refuses(
      FrozenError,
      inside(() => (net.size = 4)),
      'Net.size: cannot change',
      ...remedy,
    )
    refuses(
      FrozenError,
      inside(() => net.layers.push(new Linear())),
      'tree.2: cannot change',
      ...remedy,
    )
    refuses(
      FrozenError,
      inside(() => delete (net as { size?: number }).size),
      'Net.size: cannot change',
      ...remedy,
    )
    refuses(
      FrozenError,
      inside(() => Object.assign(net, { extra: 1 })),
      '.extra: cannot change',
      ...remedy,
    )
  })

  it('leaves a bare assignment to the engine, which names field and class', () => {
    expect(() => Object.assign(tree.seal(new Net()), { size: 1 })).toThrow(/'size' of object '#<Net>'/)
  })

  it.each([
    ['V8', "Cannot assign to read only property 'size' of object '#<Net>'", 'Net.size'],
    ['V8', "Cannot assign to read only property '0' of object '[object Array]'", 'tree.0'],
    ['V8', 'Cannot add property extra, object is not extensible', 'tree.extra'],
    ['V8', "Cannot delete property 'size' of #<Net>", 'Net.size'],
    ['SpiderMonkey', '"size" is read-only', 'tree.size'],
    ['SpiderMonkey', 'can\'t define property "extra": Object is not extensible', 'tree.extra'],
    ['SpiderMonkey', 'property "size" is non-configurable and can\'t be deleted', 'tree.size'],
    ['JavaScriptCore', 'Attempted to assign to readonly property.', 'tree'],
    ['JavaScriptCore', 'Attempting to define property on object that is not extensible.', 'tree'],
    ['JavaScriptCore', 'Unable to delete property.', 'tree'],
  ])('is recognised in the words of %s: %s', (_, message, where) => {
    const explained = explainError(new TypeError(message))
    expect(explained).toBeInstanceOf(FrozenError)
    expect((explained as Error).message).toMatch(`${where}: cannot change a finished tree`)
  })

  it('is not seen in errors of other kinds', () => {
    for (const message of ['this dataset is read-only', 'x.delete is not a function', 'size is not a function']) {
      const error = new TypeError(message)
      expect(explainError(error)).toBe(error)
    }
  })
})

describe('a method that goes on after it returned', () => {
  class Later extends TreeClass {
    n = 0
    async wait() {
      this.n++
    }
    *count() {
      yield this.n++
    }
    async *stream() {
      yield this.n++
    }
  }

  it.each([
    ['an async function', async (l: Later) => l.n++],
    [
      'a generator',
      function* (l: Later) {
        yield l.n++
      },
    ],
    [
      'an async generator',
      async function* (l: Later) {
        yield l.n++
      },
    ],
    ['a call of an async method', (l: Later) => l.wait()],
    ['a call of a generator method', (l: Later) => l.count()],
    ['a call of an async generator method', (l: Later) => l.stream()],
  ] as [string, (l: Later) => unknown][])('is refused under valueAndTree: %s', (_, f) => {
    refuses(
      TreeError,
      () => valueAndTree(f)(new Later()),
      /async|promise|Generator/,
      'await outside and pass the result in',
    )
  })

  it('is refused by at(…).call, too', () => {
    refuses(TreeError, () => at({ later: new Later() }, 'later').call('wait'), 'promise', 'await outside')
  })
})

describe('arithmetic on a masked leaf', () => {
  it('names treeUnmask', () => {
    const { size } = treeMask({ size: 3 })
    refuses(MaskedError, () => size + 1, '#3', 'apply treeUnmask')
    refuses(MaskedError, () => -size, '#3', 'apply treeUnmask')
    refuses(MaskedError, () => size > 2, '#3', 'apply treeUnmask')
    expect(`${size}`).toBe('#3')
  })

  it('names treeUnmask, the operator and the path in leafwise classes', () => {
    class Point extends leafwise(autoinit({ x: 1, y: field({ factory: () => [2] }) })) {}
    refuses(TreeError, () => new Point().add(freeze([1])[0]), 'leafwise.add at .x', 'treeUnmask')
    refuses(
      TreeError,
      () => new Point({ y: ['a'] as never }).mul(2),
      'leafwise.mul at .y[0]: a string has no mul',
      'treeMask',
    )
  })
})

describe('a mask of the wrong shape', () => {
  it('names the path', () => {
    refuses(TreeError, () => untyped(new Net(), { layers: true }), 'at the root the mask has object where', 'Net')
    refuses(
      TreeError,
      () => untyped({ a: [1, 2] }, { a: [true] }),
      'at .a the mask has [0] where the tree has [0] [1]',
      'make the mask with tree.map',
    )
    refuses(TreeError, () => untyped({ w: new Float32Array(2) }, { w: new Uint8Array(3) }), 'at .w', '[3]', '[2]')
  })
})

describe('a position', () => {
  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])('%d is refused', (index) => {
    refuses(TreeError, () => untyped([1, 2], index), `${index} is not a position`, 'count from 0')
    refuses(TreeError, () => untyped({ a: [1, 2] }, 'a', index), `${index} is not a position`, 'length - 1')
  })
})

describe('an empty at()', () => {
  it('is refused, as function and as method', () => {
    refuses(TreeError, () => untyped(new Net()), 'got nothing to look for', 'all for every leaf')
    refuses(TreeError, () => (new Net().at as unknown as () => unknown)(), 'got nothing to look for')
  })
})

describe('a cyclic tree', () => {
  const cyclic = () => {
    const net = new Net() as Net & { below?: unknown }
    net.below = { again: [net] }
    return net
  }

  it.each<[string, (t: object) => unknown]>([
    ['flatten', tree.flatten],
    ['map', (t) => tree.map((x) => x, t)],
    ['seal', tree.seal],
    ['valueAndTree', valueAndTree(() => 1)],
    ['treeMask', treeMask],
    ['bcmap', bcmap((x) => x)],
  ])('is an error of %s that names both paths', (_, run) => {
    refuses(
      TreeError,
      () => run(cyclic()),
      '.below.again[0]: is the same object as the root, which contains it',
      'remove one',
    )
  })

  it('names both paths when the cycle starts further down', () => {
    refuses(TreeError, () => tree.flatten({ a: [0, cyclic()] }), '.a[1].below.again[0]: is the same object as .a[1]')
  })
})

describe('an unset field with init: false', () => {
  class Lazy extends autoinit({ size: 1, weight: field<number[]>({ init: false }) }) {}

  it('says so when it is read, with class, field and remedy', () => {
    refuses(TreeError, () => new Lazy().weight, 'Lazy.weight: read before it was set', 'postInit', 'valueAndTree')
  })

  it('is not there for the tree', () => {
    expect(tree.leaves(new Lazy())).toEqual([1])
    expect(valueAndTree((l: Lazy) => void (l.weight = [2]))(new Lazy())[1].weight).toEqual([2])
  })
})

describe('a tree in bcmap that is nearly the reference', () => {
  const add = bcmap((x: number, y: number) => x + y)

  it('is refused with the path where the two differ', () => {
    refuses(
      TreeError,
      () => add({ a: 1, b: [2, 3] }, { a: 1, b: [2] }),
      'bcmap: argument 1',
      'at .b it has [*] in place of [*, *]',
      'capture it in the function',
    )
    refuses(TreeError, () => add({ a: 1, b: 2 }, { a: [1], b: 2 }), 'at .a it has [*] in place of *')
    refuses(TreeError, () => add([[1], [2]], [[1], { a: 2 }]), 'at [1] it has {a: *} in place of [*]')
  })

  it('is refused when names are missing or misspelt', () => {
    refuses(TreeError, () => add({ a: 1, b: 2 }, { a: 1 }), 'at the root it has {a: *} in place of {a: *, b: *}')
    refuses(TreeError, () => add({ a: 1, bias: 2 }, { a: 1, bais: 2 }), 'at the root it has')
    const net = new Net()
    refuses(TreeError, () => add(net, Object.assign(new Net(), { extra: 1 })), 'at the root it has Net(')
  })

  it('is passed whole when it is something else', () => {
    const count = bcmap((x: number, whole: object) => x + Object.keys(whole).length)
    expect(count({ a: 1, b: 2 }, [1, 2, 3])).toEqual({ a: 4, b: 5 })
    expect(count({ a: 1, b: 2 }, { axis: 0 })).toEqual({ a: 2, b: 3 })
    expect(count([1, 2], [1, 2, 3])).toEqual([4, 5])
  })
})
