import {
  evalShape,
  grad,
  jit,
  lax,
  makeJaxpr,
  type NDArray,
  numpy as np,
  random,
  vmap,
  withConfig,
} from '@proj/autodiff'
import { autoinit, bcmap, field, leafwise, TreeClass, treeMask, treeRepr, treeStr, treeUnmask } from '@proj/tree'

// 1. bcmap: a function of arrays becomes one of trees.

export class Mixed extends leafwise(
  autoinit({
    a: 1,
    b: field({ factory: () => [2, 3] }),
    c: field({ factory: () => np.array([4, 5, 6]) }),
  }),
) {}

export class Named extends leafwise(
  autoinit({
    a: 1,
    c: field({ factory: () => np.array([4, 5, 6]) }),
    name: 'tree',
    f: field({ factory: () => (x: number) => x }),
  }),
) {}

const where = bcmap(np.where)

/** 100 more where a value is above 2, else 0. */
export const raiseLarge = <T extends Mixed | Named>(t: T): T => where(t.gt(2), t.add(100), 0) as T

/** What cannot be compared is hidden meanwhile. */
export const raiseLargeMasked = (t: Named): Named => treeUnmask(raiseLarge(treeMask(t)))

export class Layer extends TreeClass {
  weight: NDArray
  bias: NDArray

  constructor(inFeatures: number, outFeatures: number, key: NDArray) {
    super()
    this.weight = random.normal(key, [inFeatures, outFeatures])
    this.bias = np.zeros([outFeatures])
  }
}

const layers = bcmap((inFeatures: number, outFeatures: number, key: NDArray) => new Layer(inFeatures, outFeatures, key))

/** Four layers from a configuration: one list of sizes, one size for all, one list of keys. */
export const build = (key: NDArray): readonly Layer[] =>
  layers([1, 2, 3, 4], 1, [...random.split(key, 4)]) as readonly Layer[]

// 2. Transforms that hide by themselves what they cannot handle.

type Call = (...args: readonly never[]) => unknown
type Transform = (f: (...args: readonly unknown[]) => unknown) => (...args: readonly unknown[]) => unknown

/** `transform`, for functions whose arguments and results hold more than floats: that is hidden on the way in and out. */
export const automask =
  (transform: Transform) =>
  <F extends Call>(f: F): F => {
    const inner = transform((...args) => treeMask(f(...(treeUnmask(args) as readonly never[]))))
    return ((...args: readonly unknown[]) => treeUnmask(inner(...treeMask(args)))) as unknown as F
  }

/** The same for transforms that are called with the function and its arguments at once. */
export const inlineAutomask =
  <R>(transform: (f: (...args: never[]) => unknown, ...args: readonly unknown[]) => R) =>
  (f: Call, ...args: readonly unknown[]): R =>
    treeUnmask(transform((...inner) => treeMask(f(...treeUnmask(inner))), ...treeMask(args)))

export type Params = { name: string; w1: NDArray; w2: NDArray }

export function makeParams(key: NDArray): Params {
  const [k1, k2] = random.split(key.astype('uint32'), 2)
  return { name: 'layer', w1: random.uniform(k1, [5, 5]), w2: random.uniform(k2, [5, 5]) }
}

export const forward = ({ w1, w2 }: Params, x: NDArray): NDArray => np.tanh(x.matmul(w1)).matmul(w2)

export const ones = (): Params => ({ name: 'layer', w1: np.ones([5, 5]), w2: np.ones([5, 5]) })
export const forwardJit = automask(jit as Transform)(forward)
export const manyParams = automask(vmap as Transform)(makeParams)
export const slope = automask(grad as Transform)((params: Params, x: NDArray) => forward(params, x).sum())
export const jaxprOf = (params: Params, x: NDArray): string =>
  String((automask(makeJaxpr as Transform) as (f: Call) => Call)(forward)(params as never, x as never))
export const shapeOf = (params: Params, x: NDArray): string =>
  String(inlineAutomask(evalShape as never)(forward, params, x))

/** `w1` scaled by each of `xs` in turn, and its sum after each step; the name travels along, hidden. */
export const scaled = (params: Params, xs: NDArray): readonly [Params, NDArray] =>
  inlineAutomask(lax.scan as never)(
    (state: Params, x: NDArray) => {
      const w1 = state.w1.mul(x)
      return [{ ...state, w1 }, w1.sum()]
    },
    params,
    xs,
  ) as unknown as readonly [Params, NDArray]

export function main(print: (text: string) => void = console.log): void {
  print(treeStr(raiseLarge(new Mixed())))
  print(treeStr(raiseLargeMasked(new Named())))
  const [built, params] = withConfig({ threefryPartitionable: false }, () => [
    build(random.PRNGKey(0)),
    manyParams(random.split(random.PRNGKey(0), 4).astype('float32')),
  ])
  print(treeRepr(built))
  print(treeRepr(params))
  print(String(forwardJit(ones(), np.ones([5, 5]))))
  print(jaxprOf(ones(), np.ones([10, 5])))
  print(shapeOf(ones(), np.ones([10, 5])))
  print(treeStr(scaled(ones(), np.array([2, 3]))[1]))
}
