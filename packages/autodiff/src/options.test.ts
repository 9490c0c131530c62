import { referenceBackend } from '@proj/backend'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  BackendError,
  grad,
  hessian,
  jacfwd,
  jacrev,
  jit,
  jvp,
  lax,
  type NDArray,
  numpy as np,
  OptionError,
  random,
  ShapeError,
  setBackend,
  TransformError,
  valueAndGrad,
  vmap,
} from './index.ts'

beforeAll(() => setBackend(referenceBackend()))

const x = np.ones([2, 3])
const f = (y: NDArray): NDArray => y.sum()
const none = x as never as () => NDArray
/** What a compiler would refuse, and plain JavaScript writes. */
const loose = <T>(value: T) => value as never

describe('an option that does not exist', () => {
  it.each([
    ['np.sum', () => np.sum(x, loose({ axes: 0 })), 'sum: there is no option axes; use axis, keepdims, dtype, initial'],
    ['a method', () => x.max(0, loose({ keepDims: true })), 'max: there is no option keepDims; use axis, keepdims,'],
    ['np.mean', () => np.mean(x, loose({ dim: 0 })), 'mean: there is no option dim'],
    [
      'np.var',
      () => np.var(x, loose({ correction: 1 })),
      'var: there is no option correction; use axis, keepdims, dtype',
    ],
    ['np.std', () => np.std(x, 0, loose({ correction: 1 })), 'var: there is no option correction'],
    [
      'np.argmax',
      () => np.argmax(x, loose({ dtype: 'int32' })),
      'argmax: there is no option dtype; use axis, keepdims.',
    ],
    [
      'np.sort',
      () => np.sort(x, loose({ reverse: true })),
      'sort: there is no option reverse; use axis, stable, descending',
    ],
    ['np.cumsum', () => np.cumsum(x, loose({ axes: 0 })), 'cumsum: there is no option axes; use axis, dtype.'],
    ['np.median', () => np.median(x, loose({ keepDims: true })), 'median: there is no option keepDims'],
    ['np.nansum', () => np.nansum(x, loose({ axes: 0 })), 'nansum: there is no option axes'],
    [
      'np.average',
      () => np.average(x, loose({ weight: 0 })),
      'average: there is no option weight; use axis, keepdims, we',
    ],
    ['np.roll', () => np.roll(x, 1, loose({ axes: 0 })), 'roll: there is no option axes; use shift, axis'],
    ['grad', () => grad(f, loose({ argnum: 1 })), 'grad: there is no option argnum; use argnums, hasAux.'],
    ['valueAndGrad', () => valueAndGrad(f, loose({ has_aux: true })), 'grad: there is no option has_aux'],
    ['jacfwd', () => jacfwd(f, loose({ argnum: 1 })), 'jacfwd: there is no option argnum'],
    ['jacrev', () => jacrev(f, loose({ argnum: 1 })), 'jacrev: there is no option argnum'],
    ['hessian', () => hessian(f, loose({ argnum: 1 })), 'there is no option argnum'],
    [
      'jit',
      () => jit(f, loose({ static_argnums: [1] })),
      'jit: there is no option static_argnums; use staticArgnums, don',
    ],
    ['vmap', () => vmap(f, loose({ in_axes: 0 })), 'vmap: there is no option in_axes; use inAxes, outAxes, axisName'],
    [
      'scan',
      () => lax.scan((c: NDArray, y: NDArray) => [c, y] as const, 0, x, loose({ reversed: true })),
      'scan: there is no option reversed; use length, reverse, unroll.',
    ],
  ])('is refused by %s, with those that there are', (_, run, message) => {
    expect(run).toThrow(OptionError)
    expect(run).toThrow(message)
  })

  it('may be given as undefined, as code that passes options on does', () => {
    expect(np.sum(x, loose({ axis: 0, axes: undefined })).shape).toEqual([3])
    expect(grad(f, loose({ argnum: undefined }))(x)).toBeDefined()
    expect(np.average([1, 3], { weights: [3, 1] }).item()).toBe(1.5)
  })
})

describe('an argument of another kind', () => {
  it.each([
    [
      'an axis in an object',
      () => np.applyAlongAxis(f, loose({ axis: 1 }), x),
      'applyAlongAxis: axis {"axis":1}; pass the',
    ],
    [
      'arrays one by one',
      () => np.concatenate(loose(x), loose(x)),
      'concatenate: axis f32[2,3]; pass the integer itself',
    ],
    [
      'a name as an axis',
      () => np.mean(x, loose('rows')),
      'mean: axis "rows"; use an integer, a list of them, or null',
    ],
    ['an axis that is not there', () => np.var(x, 4), 'var: axis 4 of f32[2,3]; use an integer from -2 to 1'],
    ['a missing axis', () => (np.swapaxes as (x: NDArray) => NDArray)(x), 'swapaxes: axis undefined; pass the integer'],
    ['sizes one by one', () => np.zeros(2, loose(3)), 'zeros: dtype 3; pass the sizes of a shape in one list'],
    [
      'an object as a shape',
      () => np.ones(loose({ shape: [2] })),
      'ones: the shape {"shape":[2]}; pass a list of sizes',
    ],
    ['a random shape', () => random.normal(random.key(0), loose('2')), 'normal: the shape "2"; pass a list of sizes'],
    ['a text as a count', () => random.split(random.key(0), loose('2')), 'split: "2" keys; ask for whole numbers'],
    [
      'operands before subscripts',
      () => np.einsum(loose(x), x),
      'einsum: object for the subscripts; write them first, as',
    ],
  ])('is refused: %s', (_, run, message) => {
    expect(run).toThrow(message)
  })

  it.each([
    ['cond', () => lax.cond(true, none, none)],
    ['whileLoop', () => lax.whileLoop(none, (y: NDArray) => y, x)],
    ['scan', () => lax.scan(loose(x) as (c: NDArray, y: NDArray) => [NDArray, NDArray], 0, x)],
    ['jvp', () => jvp(loose(x) as typeof f, [x], [x])],
  ])('is refused: no function for %s', (name, run) => {
    expect(run).toThrow(TransformError)
    expect(run).toThrow(`${name}: got an object`)
    expect(run).toThrow('pass the function itself')
  })

  it('is refused: what is to be in a list for jvp', () => {
    expect(() => jvp(f, loose(x), loose(x))).toThrow(
      'jvp: got f32[2,3]; pass arguments and tangents in lists: jvp(f, [x], [t])',
    )
  })

  it('is refused: a name for a backend', async () => {
    await expect(setBackend(loose('webgl'))).rejects.toThrow(BackendError)
    await expect(setBackend(loose('webgl'))).rejects.toThrow('setBackend: got "webgl"; pass a backend')
    expect(np.sum(x).item()).toBe(6)
  })

  it('names the shape as what is wrong', () => {
    expect(() => np.ones(loose({ shape: [2] }))).toThrow(ShapeError)
  })
})
