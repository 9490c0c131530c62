import { isLeaf, tree } from '@proj/tree'
import {
  checkpoint,
  checkpointPolicies,
  closureConvert,
  customGradient,
  customJvp,
  customVjp,
  customVmap,
  grad,
  hessian,
  isNDArray,
  jacfwd,
  jacrev,
  jit,
  jvp,
  lax,
  linearize,
  linearTranspose,
  type NDArray,
  numpy as np,
  valueAndGrad,
  vjp,
  vmap,
} from '../../src/index.ts'
import type { Arrays, Dialect, Flat } from './dialect.ts'

// biome-ignore lint/suspicious/noExplicitAny: trees of whatever shape `pack` chose
type Tree = any
type OfTree = (t: Tree) => Tree
type OfTrees = (...trees: Tree[]) => Tree

/** Some arrays as a tree: a list, an object, one in another. */
function pack(xs: Arrays, way: number): Tree {
  if (xs.length === 1 && way % 2 === 0) return xs[0]
  if (way % 3 === 0) return xs
  if (way % 3 === 1) return { first: xs[0], rest: xs.slice(1), none: null }
  return [{ a: [xs[0]], b: { c: xs.slice(1) } }]
}
const arrayLeaf = isLeaf(isNDArray)
const unpack = (t: Tree): Arrays => tree.leaves(t, arrayLeaf) as Arrays
const ofTree =
  (f: Flat, way: number): OfTree =>
  (t) =>
    pack(f(unpack(t)), way + 1)
const listed = (xs: Arrays): NDArray[] => [...xs]
const spread =
  (f: Flat) =>
  (...xs: NDArray[]): NDArray =>
    f(xs)[0] as NDArray

const policies = [
  checkpointPolicies.nothingSaveable,
  checkpointPolicies.everythingSaveable,
  checkpointPolicies.dotsSaveable,
  checkpointPolicies.dotsWithNoBatchDimsSaveable,
  ({ op }: { op: string }) => op === 'sin' || op === 'mul',
] as const

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i)
const scalarOf =
  (f: Flat): OfTree =>
  (t) =>
    f(unpack(t))[0]

const grads: readonly ((f: Flat, xs: Arrays, way: number) => Arrays)[] = [
  (f, xs, way) => unpack(grad(scalarOf(f))(pack(xs, way))),
  (f, xs) => grad(spread(f), { argnums: range(xs.length) })(...xs) as Arrays,
  (f, xs, way) => unpack(valueAndGrad(scalarOf(f))(pack(xs, way))[1]),
  (f, xs, way) => unpack((grad((t: Tree) => [scalarOf(f)(t), t] as const, { hasAux: true })(pack(xs, way)) as Tree)[0]),
]

const pushes: readonly ((f: Flat, xs: Arrays, ts: Arrays, way: number) => Arrays)[] = [
  (f, xs, ts, way) => unpack(jvp(ofTree(f, way), [pack(xs, way)], [pack(ts, way)])),
  (f, xs, ts, way) => {
    const [out, push] = linearize(ofTree(f, way), pack(xs, way))
    return [...unpack(out), ...unpack(push(pack(ts, way)))]
  },
  (f, xs, ts) => {
    const g = (...all: NDArray[]) => listed(f(all))
    const withAux = (...all: NDArray[]) => [g(...all), all[0]] as const
    const [out, push] = (linearize as OfTrees)(withAux, ...xs, { hasAux: true })
    return [...out, ...(jit(push) as OfTrees)(...ts)]
  },
  // Backwards twice is forward.
  (f, xs, ts, way) => {
    const [out, back] = vjp(ofTree(f, way), pack(xs, way))
    const push = linearTranspose((ct: Tree) => back(ct)[0], out)
    return [...unpack(out), ...unpack(push(pack(ts, way)))]
  },
]

const pulls: readonly ((f: Flat, xs: Arrays, cts: (outs: Arrays) => Arrays, way: number) => Arrays)[] = [
  (f, xs, cts, way) => {
    const [out, back] = vjp(ofTree(f, way), pack(xs, way))
    return unpack(back(pack(cts(unpack(out)), way + 1))[0])
  },
  (f, xs, cts) => {
    const [out, back] = vjp((...all: NDArray[]) => listed(f(all)), ...xs)
    return back(listed(cts(out)) as never) as Arrays
  },
  (f, xs, cts, way) => {
    const [out, push] = linearize(ofTree(f, way), pack(xs, way))
    const back = linearTranspose(push as OfTree, pack(xs, way))
    return unpack(back(pack(cts(unpack(out)), way + 1))[0])
  },
  (f, xs, cts, way) => {
    const [out, back] = vjp(ofTree(f, way), pack(xs, way))
    return unpack(jit(back as OfTree)(pack(cts(unpack(out)), way + 1))[0])
  },
]

const among: readonly ((x: NDArray) => NDArray)[] = [
  (x) => x.sub(lax.pmean(x, 'example')),
  (x) => lax.psum(x, 'example').mul(lax.axisIndex('example').add(1)),
  (x) => lax.allGather(x, 'example').slice(0).sub(x),
  (x) => lax.ppermute(x, 'example', [[0, 1]]),
]

const customs: readonly ((f: Flat, xs: Arrays, way: number) => Arrays)[] = [
  (f, xs, way) => {
    const custom = customJvp(ofTree(f, way))
    custom.defjvp(([t], [dt]) => jvp(ofTree(f, way), [t], [dt]))
    return unpack(custom(pack(xs, way)))
  },
  (f, xs, way) => {
    const custom = customVjp(ofTree(f, way))
    custom.defvjp(
      (t) => [ofTree(f, way)(t), t],
      (t, ct) => vjp(ofTree(f, way), t)[1](ct),
    )
    return unpack(custom(pack(xs, way)))
  },
  (f, xs, way) => {
    const custom = customVmap(ofTree(f, way))
    custom.defVmap((axisSize, [batched], t) => {
      const inAxes = tree.map((b: unknown) => (b === true ? 0 : null), batched) as never
      const out = vmap(ofTree(f, way), { inAxes: [inAxes], axisSize })(t)
      return [out, true]
    })
    return unpack(custom(pack(xs, way)))
  },
  (f, xs, way) => {
    const [pure, consts] = closureConvert(ofTree(f, way), pack(xs, way))
    return unpack(pure(pack(xs, way), ...consts))
  },
  (f, xs) =>
    customGradient((...all: NDArray[]) => {
      const [out, back] = vjp((...given: NDArray[]) => listed(f(given)), ...all)
      const pullback = (ct: NDArray[]) => (all.length === 1 ? back(ct)[0] : back(ct))
      return [out, pullback] as const
    })(...xs),
]

const pick = <T>(items: readonly T[], way: number): T => items[way % items.length] as T
const derivative = [jacfwd, jacrev] as const

/** Every step by the transform it is named after, over trees. */
export const asWritten: Dialect = {
  name: 'as written',
  jit: (f, xs, way) => unpack(jit(ofTree(f, way))(pack(xs, way))),
  checkpoint: (f, xs, way) => unpack(checkpoint(ofTree(f, way), { policy: pick(policies, way) })(pack(xs, way))),
  grad: (f, xs, way) => pick(grads, way)(f, xs, way),
  jvp: (f, xs, ts, way) => pick(pushes, way)(f, xs, ts, way),
  vjp: (f, xs, cts, way) => pick(pulls, way)(f, xs, cts, way),
  jacobian: (f, x, way) => pick(derivative, way)((y: NDArray) => f([y])[0] as NDArray)(x),
  hessian: (f, x, way) => {
    const scalar = (y: NDArray) => f([y])[0] as NDArray
    return way % 2 === 0 ? hessian(scalar)(x) : jacrev(grad(scalar))(x)
  },
  vmap: (f, xs, { ins, out }, way) => {
    const mapped = vmap((...all: NDArray[]) => pack(f(all), way), { inAxes: ins, outAxes: out })
    return unpack(mapped(...xs))
  },
  collective: (f, xs, way) =>
    vmap((...all: NDArray[]) => listed(f(all).map(pick(among, way))), { axisName: 'example' })(...xs),
  scan: (f, { carry, rows, reverse, unroll }) => {
    const body = (c: NDArray[], row: NDArray[]) => {
      const outs = f([...c, ...row])
      return [outs.slice(0, c.length), outs.slice(c.length)] as const
    }
    return lax.scan(body, listed(carry), listed(rows), { reverse, unroll }).flat() as Arrays
  },
  fori: (f, turns, xs) => lax.foriLoop(0, turns, (i: NDArray, c: NDArray[]) => listed(f(i, c)), listed(xs)),
  while: (f, turns, xs) => {
    const start = { i: np.zerosLike(turns), xs: listed(xs) }
    const body = ({ i, xs: c }: typeof start) => ({ i: i.add(1), xs: listed(f(c)) })
    return lax.whileLoop(({ i }: typeof start) => i.lt(turns), body, start).xs
  },
  cond: (pred, onTrue, onFalse, xs) =>
    lax.cond(
      pred,
      (...all: NDArray[]) => listed(onTrue(all)),
      (...all: NDArray[]) => listed(onFalse(all)),
      ...xs,
    ),
  switch: (index, branches, xs) =>
    lax.switch(
      index,
      branches.map(
        (f) =>
          (...all: NDArray[]) =>
            listed(f(all)),
      ),
      ...xs,
    ),
  map: (f, xs, way) => lax.map((all: NDArray[]) => listed(f(all)), listed(xs), way % 2 === 0 ? {} : { batchSize: 2 }),
  custom: (f, xs, way) => pick(customs, way)(f, xs, way),
}
