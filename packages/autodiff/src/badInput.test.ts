import { referenceBackend } from '@proj/backend'
import { TreeClass, TreeError } from '@proj/tree'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  BackendError,
  checkpoint,
  DTypeError,
  grad,
  hessian,
  jit,
  jvp,
  lax,
  linearTranspose,
  type NDArray,
  numpy as np,
  random,
  ShapeError,
  setBackend,
  TracerError,
  TransformError,
  vjp,
  vmap,
} from './index.ts'

beforeAll(() => setBackend(referenceBackend()))

// What is passed below is what types forbid, or what they cannot know.
const x = np.ones([3])
const here = /badInput\.test\.ts:\d+:\d+/

/** The error of `run`, which must be of this class, name itself so, and say what to do after a semicolon. */
function errorOf(run: () => unknown, kind: new (...args: never[]) => Error): string {
  try {
    run()
  } catch (error) {
    expect(error).toBeInstanceOf(kind)
    expect((error as Error).name).toBe(kind.name)
    expect((error as Error).message).toMatch(/^[^:;]+: .+; .+\.$/s)
    return (error as Error).message
  }
  throw new Error('nothing was thrown')
}

/** Loosely typed, for what a compiler would refuse. */
const loose = (f: (x: never) => unknown) => f as (x: NDArray) => NDArray

describe('a value asked of a tracer', () => {
  const transforms = { jit, grad, vmap } as const
  const asked: { readonly [name: string]: (y: NDArray) => unknown } = {
    'y > 0': (y) => (y as never) > 0,
    '+y': (y) => +(y as never),
    'y + 1': (y) => (y as never as number) + 1,
    // biome-ignore lint/suspicious/noDoubleEquals: what is tested
    'y == 1': (y) => (y as never as number) == 1,
    'Number(y)': (y) => Number(y),
    'y.item()': (y) => y.item(),
    'y.arraySync()': (y) => y.arraySync(),
    'y.dataSync()': (y) => y.dataSync(),
  }
  const cases = Object.keys(transforms).flatMap((name) => Object.keys(asked).map((what) => [what, name] as const))

  it.each(cases)('%s under %s names type, transform, op and line', (what, name) => {
    const transform = transforms[name as 'jit']
    const f = loose((arg: NDArray) => asked[what]?.(arg.mul(2).sum()))
    const text = errorOf(() => transform(f)(np.ones([2, 3])), TracerError)
    expect(text).toContain(`a value of type f32[] has no numbers yet while ${name} traces the function`)
    expect(text).toMatch(/made by reduceSum at /)
    expect(text).toMatch(here)
    expect(text).toMatch(/return it from the function.*where\(…\) or cond\(…\) instead of if/)
  })

  it('names the innermost transform, and an argument as an argument', () => {
    const text = errorOf(() => jit(vmap(loose((y: NDArray) => y.item())))(x), TracerError)
    expect(text).toMatch(/while vmap traces the function, an argument of the function/)
  })

  it('is refused in the bodies of control flow, too', () => {
    const scan = () => lax.scan((c: NDArray, r: NDArray) => [c.item() === 0 ? c : c.add(r), null] as const, 0, x)
    expect(errorOf(scan, TracerError)).toMatch(/^item: a value of type i32\[\]\* has no numbers yet while scan traces/)
    const cond = () =>
      lax.cond(
        true,
        loose((y: NDArray) => y.sum().item()),
        loose((y: NDArray) => y),
        x,
      )
    expect(errorOf(cond, TracerError)).toMatch(/while cond traces.*made by reduceSum/)
  })

  it('prints in a template string, and gives its shape', () => {
    let text = ''
    jit((y: NDArray) => {
      text = `${y} ${y.shape} ${y.dtype}`
      return y
    })(np.ones([2, 3]))
    expect(text).toBe('Tracer<f32[2,3]>[jit] 2,3 float32')
  })
})

describe('a leaked tracer', () => {
  it('is named with its type, the transform and the line that made it', () => {
    const kept: NDArray[] = []
    jit((y: NDArray) => {
      kept.push(y.sin())
      return y
    })(x)
    const text = errorOf(() => (kept[0] as NDArray).add(1), TracerError)
    expect(text).toMatch(/^jit: a value of type f32\[3\], made by sin at .* was kept after the function/)
    expect(text).toMatch(here)
  })
})

describe('a tracer read too late', () => {
  it('is a leak, too', () => {
    const kept: NDArray[] = []
    grad((y: NDArray) => {
      kept.push(y.mul(2))
      return y.sum()
    })(x)
    const text = errorOf(() => (kept[0] as NDArray).arraySync(), TracerError)
    expect(text).toMatch(
      /^arraySync: a value of type f32\[3\], made by mul at .* was kept after the function that grad/,
    )
    expect(text).toMatch(here)
  })
})

describe('a method passed along', () => {
  class Model extends TreeClass {
    weight = np.ones([3])
    call(row: NDArray): NDArray {
      return row.mul(this.weight)
    }
  }

  it.each(Object.entries({ jit, vmap, checkpoint, grad }))(
    'to %s without its object shows the arrow form',
    (name, transform) => {
      const { call } = new Model()
      const rows = np.ones([3, 3])
      const text = errorOf(() => (transform as typeof vmap)(call)(rows), TreeError)
      expect(text).toBe(
        `${name}: call is a method, and lost its object when it was passed; pass an arrow instead: (...args) => model.call(...args).`,
      )
      const model = new Model()
      expect(vmap((row: NDArray) => model.call(row))(rows).shape).toEqual([3, 3])
    },
  )

  it('keeps the errors of what it calls', () => {
    const broken = { call: (row: NDArray) => (undefined as unknown as Model).call(row) }
    expect(() => vmap(broken.call)(np.ones([3, 3]))).toThrow(/Cannot read properties of undefined/)
  })
})

describe('an array where a number is asked for', () => {
  const two = np.array(Int32Array.of(1)).slice(0)

  it.each([
    ['an axis', (n: never) => np.sum(np.ones([2, 3]), n), /^axis: got the array i32\[\]; pass JavaScript numbers/],
    ['an axis of a cumulative sum', (n: never) => np.cumsum(np.ones([2, 3]), n), /^axis: got the array i32\[\]/],
    [
      'a shape',
      (n: never) => np.ones([2, 3]).reshape(n),
      /^reshape: got the array i32\[\] for a size; pass JavaScript/,
    ],
    ['a size', (n: never) => np.broadcastTo(1, [2, n]), /^broadcastTo: got the array i32\[\] for a size/],
  ])('is refused as %s, traced or not', (_, run, pattern) => {
    expect(errorOf(() => run(two as never), ShapeError)).toMatch(pattern)
    expect(errorOf(() => jit((n: NDArray) => run(n as never))(two), ShapeError)).toMatch(pattern)
  })
})

describe('results whose size depends on values', () => {
  it.each([
    ['nonzero', (y: NDArray) => np.nonzero(y)[0] as NDArray],
    ['unique', (y: NDArray) => np.unique(y) as NDArray],
  ])('are refused by %s under a transform', (name, f) => {
    expect(errorOf(() => jit(f)(x), TracerError)).toMatch(new RegExp(`^${name}: .*while jit traces.*pass size`))
  })
})

describe('what grad cannot differentiate', () => {
  const id = (y: NDArray) => y

  it('is a loss that is no scalar, with its type', () => {
    expect(errorOf(() => grad(id)(x), TransformError)).toMatch(/^grad: the function returned f32\[3\]; .*\.sum\(\)/)
  })

  it('is an integer, with its path and type', () => {
    const f = (p: { w: readonly NDArray[] }) => (p.w[1] as NDArray).sum()
    const text = errorOf(() => grad(f)({ w: [x, np.arange(3)] }), TransformError)
    expect(text).toMatch(/^grad: argument 0 at \.w\[1\] is i32\[3\], and only floats .*astype/)
    expect(errorOf(() => jvp(id, [np.arange(3)], [np.arange(3)]), TransformError)).toMatch(/^jvp: primal 0 is i32\[3\]/)
    expect(errorOf(() => hessian(id)(np.arange(3)), TransformError)).toMatch(/argument 0 is i32\[3\]/)
  })

  it('is a result that is no array, and an argument that is not passed', () => {
    expect(errorOf(() => grad(loose(() => 'a'))(x), TransformError)).toMatch(/^grad: the function returned/)
    expect(errorOf(() => grad(id, 2)(x), TransformError)).toMatch(/argument 2, and there are 1/)
  })

  it('is whileLoop, and foriLoop with bounds that are arrays, backwards', () => {
    const double = (n: NDArray) => n.mul(2)
    const f = (y: NDArray) => lax.whileLoop((n: NDArray) => n.lt(100), double, y)
    const g = (y: NDArray) =>
      lax.foriLoop(0, np.array(Int32Array.of(3)).sum(), (_i: NDArray, v: NDArray) => v.mul(y), y)
    for (const loop of [f, g])
      expect(errorOf(() => grad(loop)(3), TransformError)).toMatch(
        /^whileLoop: .*reverse derivative.*use scan, or foriLoop with bounds that are numbers.*jvp/,
      )
    expect(jvp(f, [3], [1])[1].item()).toBe(64)
  })

  it('is tangents and cotangents unlike what they belong to', () => {
    expect(errorOf(() => jvp((y: NDArray) => y.sin(), [x], [np.ones([4])]), TransformError)).toMatch(
      /^jvp: tangent 0 is f32\[4\] for a value of type f32\[3\]/,
    )
    expect(errorOf(() => vjp((y: NDArray) => y.sin(), x)[1](np.ones([4])), TransformError)).toMatch(
      /^vjp: cotangent 0 is f32\[4\] for a value of type f32\[3\]/,
    )
  })

  it('is what is not linear, to linearTranspose', () => {
    expect(errorOf(() => linearTranspose((y: NDArray) => y.mul(y), x)(x), TransformError)).toMatch(
      /^linearTranspose: mul .*not linear/,
    )
    expect(errorOf(() => linearTranspose((y: NDArray) => y.sin(), x)(x), TransformError)).toMatch(
      /^linearTranspose: sin .*not linear/,
    )
  })
})

describe('a loop whose carry changes', () => {
  it('in shape, names the path and both types', () => {
    const body = (c: { a: NDArray; b: NDArray }, r: NDArray) => [{ a: c.a.add(r), b: np.ones([2, 3]) }, null] as const
    const run = () => lax.scan(body, { a: np.zeros([]), b: np.zeros([2]) }, x)
    expect(errorOf(run, TransformError)).toMatch(
      /^scan: the carry at \.b is f32\[2\] going in and f32\[2,3\] coming out; give it one shape/,
    )
  })

  it('in dtype, says to cast', () => {
    const run = () => lax.scan((c: NDArray, r: NDArray) => [c.add(r), null] as const, np.arange(1).sum(), x)
    expect(errorOf(run, TransformError)).toMatch(/^scan: the carry is i32\[\] going in and f32\[\] coming out; cast/)
  })

  it('in structure, prints both structures', () => {
    const body = (c: { a: NDArray }, r: NDArray) => [{ b: c.a.add(r) } as never, null] as const
    expect(errorOf(() => lax.scan(body, { a: np.zeros([]) }, x), TransformError)).toMatch(/\{a: \*\}.*\{b: \*\}/)
  })

  it('is refused in whileLoop, and branches that differ in cond', () => {
    const loop = () =>
      lax.whileLoop(
        (n: NDArray) => n.sum().lt(100),
        (_n: NDArray) => np.ones([2]),
        np.ones([3]),
      )
    expect(errorOf(loop, TransformError)).toMatch(/^whileLoop: the carry is f32\[3\] going in and f32\[2\] coming out/)
    const branch = () =>
      lax.cond(
        true,
        (y: NDArray) => y.astype('int32'),
        (y: NDArray) => y,
        x,
      )
    expect(errorOf(branch, TransformError)).toMatch(/^cond: .*f32\[3\].*i32\[3\]/)
  })

  it('and rows that differ in number are told apart by path', () => {
    const run = () =>
      lax.scan((c: NDArray, _row: { a: NDArray; b: NDArray }) => [c, null] as const, 0, {
        a: x,
        b: np.ones([4]),
      })
    expect(errorOf(run, TransformError)).toMatch(/^scan: xs at \.a has 3 rows and xs at \.b has 4/)
  })

  it('and a condition that is no bool scalar, or a predicate that is no scalar, says what it is', () => {
    const loop = () =>
      lax.whileLoop(
        (n: NDArray) => n,
        (n: NDArray) => n,
        3,
      )
    expect(errorOf(loop, TransformError)).toMatch(/^whileLoop: the condition gives i32\[\]/)
    const branch = () =>
      lax.cond(
        x,
        (y: NDArray) => y,
        (y: NDArray) => y,
        x,
      )
    expect(errorOf(branch, TransformError)).toMatch(/^cond: the predicate is f32\[3\].*where/)
  })
})

describe('axes of vmap', () => {
  const first = (a: NDArray, _b?: NDArray) => a
  it('that differ in size name both arguments', () => {
    expect(errorOf(() => vmap((a: NDArray, b: NDArray) => a.add(b))(x, np.ones([4])), TransformError)).toMatch(
      /^vmap: argument 0 has 3 examples and argument 1 has 4/,
    )
  })
  it('that are not there name argument, path and type', () => {
    expect(errorOf(() => vmap((p: { w: NDArray }) => p.w, 2)({ w: x }), TransformError)).toMatch(
      /^vmap: argument 0 at \.w is f32\[3\], which has no axis 2/,
    )
  })
  it('that are too many, or none, or of another structure are refused', () => {
    expect(errorOf(() => vmap(first, [0, 0, 0])(x, x), TransformError)).toMatch(/inAxes \[0,0,0\] for 2 arguments/)
    expect(errorOf(() => vmap(first, null)(x), TransformError)).toMatch(/no argument is mapped/)
    expect(() => vmap((p: { w: NDArray }) => p.w, [{ v: 0 }])({ w: x })).toThrow(/inAxes of argument 0.*v is missing/)
  })
  it('of results: null for what differs, or out of range', () => {
    expect(errorOf(() => vmap(first, { outAxes: null })(x), TransformError)).toMatch(/outAxes is null/)
    expect(errorOf(() => vmap(first, { outAxes: 3 })(x), TransformError)).toMatch(/outAxes 3 .* use -1 to 0/)
  })
  it('named in a collective and bound nowhere', () => {
    expect(() => lax.psum(x, 'i')).toThrow("psum: no axis is named 'i' here; bind it with vmap(f, { axisName: 'i' })")
  })
})

describe('jit', () => {
  it('refuses a static argument that cannot be a key', () => {
    const f = jit((a: NDArray, _o: object) => a, { staticArgnums: [1] })
    expect(errorOf(() => f(x, { a: 1 }), TransformError)).toMatch(/^jit: static argument 1 is .*Object\.freeze/)
  })
  it('and the other transforms refuse what is no function, and what is async', () => {
    for (const [name, transform] of Object.entries({ jit, grad, vmap }))
      expect(errorOf(() => (transform as (f: unknown) => unknown)(3), TransformError)).toMatch(
        new RegExp(`^${name}: got a number; pass the function itself`),
      )
    expect(errorOf(() => jit(loose(async () => x))(x), TransformError)).toMatch(/^jit: the function is async/)
  })
})

describe('an array whose memory was given up', () => {
  it('says so, and by what', () => {
    const y = x.add(1)
    y.dispose()
    expect(errorOf(() => y.add(1), BackendError)).toMatch(/memory was given up by dispose\(\)/)
    expect(errorOf(() => y.dataSync(), BackendError)).toMatch(/^dataSync: .*given up by dispose\(\)/)
    const z = x.add(1)
    jit(
      function step(a: NDArray) {
        return a.mul(2)
      },
      { donateArgnums: [0] },
    )(z)
    expect(errorOf(() => z.add(1), BackendError)).toMatch(/memory was given up by donation to jit\(step\)/)
    expect(errorOf(() => z.arraySync(), BackendError)).toMatch(/donation to jit\(step\)/)
  })
})

/** One call of each family of op with shapes, axes or dtypes that do not go together, and what its message must hold. */
const families: readonly (readonly [string, () => unknown, RegExp, typeof ShapeError | typeof DTypeError])[] = [
  [
    'elementwise',
    () => np.ones([2, 3]).add(np.ones([2])),
    /^add: f32\[2,3\] and f32\[2\] do not broadcast/,
    ShapeError,
  ],
  ['elementwise of lax', () => lax.add(np.ones([2, 3]), np.ones([2])), /f32\[2,3\] and f32\[2\]/, ShapeError],
  [
    'dtypes of lax',
    () => lax.add(np.ones([2]), np.arange(2)),
    /f32\[2\] and i32\[2\]( \(made by iota at .*\))?; cast/,
    DTypeError,
  ],
  ['where', () => np.where(x.gt(0), np.ones([2]), x), /^where: f32\[2\] and f32\[3\]/, ShapeError],
  ['reduction', () => np.sum(x, 1), /^sum: axis 1 of f32\[3\]; use an integer from -1 to 0/, ShapeError],
  ['reduction from the end', () => np.max(x, -2), /^max: axis -2 of f32\[3\]/, ShapeError],
  ['argmax', () => np.argmax(x, 3), /^argmax: axis 3/, ShapeError],
  ['cumulative', () => np.cumsum(x, 3), /^cumsum: axis 3/, ShapeError],
  ['sort', () => np.sort(x, 3), /^sort: axis 3/, ShapeError],
  ['topK', () => lax.topK(x, 5), /^topK: k 5 of f32\[3\]/, ShapeError],
  ['matmul', () => np.ones([2, 3]).matmul(np.ones([2])), /^matmul: f32\[2,3\] and f32\[2\]/, ShapeError],
  [
    'einsum',
    () => np.einsum('ij,jk->ik', np.ones([2, 3]), np.ones([2, 3])),
    /sizes 3 and 2 for j in f32\[2,3\] and f32\[2,3\]/,
    ShapeError,
  ],
  ['reshape', () => x.reshape([2, 2]), /^reshape: f32\[3\] of 3 elements as \[2,2\]/, ShapeError],
  ['transpose', () => x.transpose([1, 0]), /^transpose: axis 1/, ShapeError],
  ['broadcast', () => np.broadcastTo(x, [2]), /^broadcastTo: f32\[3\] and \[2\]/, ShapeError],
  [
    'concatenate',
    () => np.concatenate([np.ones([2, 3]), np.ones([2, 4])], 0),
    /^concatenate: f32\[2,3\] and f32\[2,4\]/,
    ShapeError,
  ],
  ['stack', () => np.stack([np.ones([2]), np.ones([3])]), /^stack: f32\[2\] and f32\[3\]/, ShapeError],
  ['split', () => np.split(x, 2), /^split: an axis of size 3 in 2/, ShapeError],
  ['squeeze', () => np.squeeze(np.ones([2, 3]), 0), /^squeeze: dimension 0 of f32\[2,3\]/, ShapeError],
  ['slice', () => lax.slice(x, [0], [5]), /^slice: 0:5:1 of dimension 0 of f32\[3\]/, ShapeError],
  ['take', () => np.take(x, 1, { axis: 4 }), /^take: axis 4/, ShapeError],
  ['index', () => x.at(np.ones([2])).set(1), /an index of dtype float32/, DTypeError],
  ['factorization', () => np.linalg.cholesky(np.ones([2, 3])), /2 rows and 3 columns.*square/, ShapeError],
  ['solve', () => np.linalg.solve(np.ones([2, 2]), np.ones([3])), /^solve: f32\[2,2\] and f32\[3\]/, ShapeError],
  [
    'convolution',
    () => lax.conv(np.ones([1, 3, 8, 8]), np.ones([4, 2, 3, 3]), [1, 1], 'SAME'),
    /f32\[1,3,8,8\] and f32\[4,2,3,3\]/,
    ShapeError,
  ],
  ['fft', () => np.fft.fft(np.array(1)), /^fft: axis -1 of f32\[\]/, ShapeError],
  ['creation', () => np.ones([-1]), /^ones: the shape \[-1\]/, ShapeError],
  ['nested lists', () => np.array([[1, 2], [3]]), /shapes \[2\] and \[1\]/, ShapeError],
  ['dtype names', () => x.astype('float8' as never), /^astype: unknown dtype "float8"; use one of float32/, DTypeError],
  ['random', () => random.normal(x, [2]), /^normal: a key of type f32\[3\]/, ShapeError],
]

describe('shapes and dtypes that do not fit', () => {
  it.each(families)('in %s', (_, run, pattern, kind) => {
    expect(errorOf(run, kind)).toMatch(pattern)
  })

  it.each(families)('in %s, under jit as well', (_, run, pattern, kind) => {
    const traced = jit((y: NDArray) => {
      run()
      return y
    })
    expect(errorOf(() => traced(x), kind)).toMatch(pattern)
  })

  it('leave the transforms usable afterwards', () => {
    const bad = jit(grad((w: NDArray) => vmap((r: NDArray) => r.matmul(np.ones([4])))(w).sum()))
    expect(errorOf(() => bad(np.ones([2, 3])), ShapeError)).toMatch(
      /f32\[3\] \(an argument of the function\) and f32\[4\];.*vmap.*, inside grad, inside jit/,
    )
    expect(jit(grad((w: NDArray) => w.sum()))(x).arraySync()).toEqual([1, 1, 1])
    expect(x.add(1).arraySync()).toEqual([2, 2, 2])
  })
})
