import {
  checkpoint,
  checkpointName,
  checkpointPolicies,
  closureConvert,
  customGradient,
  customJvp,
  customVjp,
  customVmap,
  ensureCompileTimeEval,
  grad,
  hessian,
  jacfwd,
  jacrev,
  jit,
  jvp,
  lax,
  linearize,
  linearTranspose,
  type NDArray,
  namedCall,
  numpy as np,
  pureCallback,
  ShapeDtypeStruct,
  stopGradient,
  valueAndGrad,
  vjp,
  vmap,
} from '../../src/index.ts'
import type { Program, Programs } from './program.ts'

// The programs of oracle/transforming_oracle.py.

type Two = { readonly x: NDArray; readonly y: NDArray }
type Pair = { readonly a: NDArray; readonly b: NDArray }

const loss = (w: NDArray, x: NDArray): NDArray => np.tanh(w.mul(x)).sum().add(w.mul(w).mul(x).sum())

const gradients: Programs = {
  gradOfBoth: grad(loss, [0, 1]),
  gradOfSecond: grad(loss, 1),
  gradOfLast: grad(loss, -1),
  gradWithAux: (w, x) => grad((v: NDArray) => [loss(v, x), { n: v.mul(3), k: null }] as const, { hasAux: true })(w),
  gradOfTree: (w, b) =>
    grad((t: { w: NDArray; b: readonly [NDArray, null]; a: readonly NDArray[] }) =>
      np
        .sin(t.w)
        .sum()
        .mul(t.b[0].prod())
        .add((t.a[0] as NDArray).pow(2).sum()),
    )({ w, b: [b, null], a: [b.mul(2)] }),
  gradThreeTimes: grad(grad(grad((x: NDArray) => np.sin(x).mul(x.pow(3))))),
  gradOfUnused: (x) => grad((_: NDArray, y: NDArray) => y.mul(y).sum(), [0, 1])(x, x.mul(2)),
  valueAndGradOfBoth: valueAndGrad(loss, [0, 1]),
  valueAndGradWithAux: valueAndGrad((w: NDArray, x: NDArray) => [loss(w, x), w.sub(x)] as const, {
    argnums: 1,
    hasAux: true,
  }),
}

const pushes: Programs = {
  jvpOfTree: (x, t) =>
    jvp((d: Two) => ({ s: np.sin(d.x), p: d.x.mul(d.y) }), [{ x, y: x.mul(2) }], [{ x: t, y: t.neg() }]),
  jvpWithAux: (x, t) => jvp((y: NDArray) => [np.sin(y), y.sum()] as const, [x], [t], { hasAux: true }),
  jvpOfJvp: (x, t) => {
    const push = (z: NDArray) => jvp((y: NDArray) => np.exp(y).mul(y), [z], [t])[1]
    return jvp(push, [x], [t])
  },
  vjpOfTree: (x, ct) => {
    const [out, pull] = vjp((y: NDArray, z: NDArray) => ({ a: y.mul(z), b: np.cos(z) }), x, x.mul(2))
    return [out, pull({ a: ct, b: ct.neg() })]
  },
  vjpWithAux: (x, ct) => {
    const [out, pull, aux] = vjp((y: NDArray) => [np.sin(y), { n: y.mul(2) }] as const, x, { hasAux: true })
    return [out, pull(ct), aux]
  },
  vjpPulledOften: (x, cts) => vmap(vjp((y: NDArray) => np.tanh(y).sum(1), x)[1])(cts),
  linearizeTwiceUsed: (x, t) => {
    const [out, push] = linearize((y: NDArray) => np.sin(y).mul(y.sum()), x)
    return [out, push(t), push(t.mul(2))]
  },
  linearizePushedOften: (x, ts) => vmap(linearize((y: NDArray) => ({ a: y.mul(y), b: np.exp(y).sum() }), x)[1])(ts),
  linearTransposeOfMatrix: (m, ct) => linearTranspose((x: NDArray) => np.matmul(m, x), np.zeros([2]))(ct),
  linearTransposeOfTwo: (ct, x) => {
    const f = (a: NDArray, b: NDArray): NDArray =>
      a
        .reshape([1, 3])
        .mul(x)
        .add(b.reshape([2, 1]))
    return linearTranspose(f, likeFloats([3]), likeFloats([2]))(ct)
  },
  linearTransposeOfScan: (w, ct) => {
    const turn = (c: NDArray, a: NDArray) => [c.mul(a), null] as const
    return linearTranspose((x: NDArray) => lax.scan(turn, x, w)[0].mul(np.ones([3])), np.array(0, 'float32'))(ct)
  },
}
const likeFloats = (shape: readonly number[]): ShapeDtypeStruct => new ShapeDtypeStruct(shape, 'float32')

const bend = (x: NDArray): NDArray => {
  const [a, b, c] = [...x] as [NDArray, NDArray, NDArray]
  return np.stack([np.sin(a).mul(b), b.pow(2).add(c), np.exp(a.mul(c))])
}
const jacobians: Programs = {
  jacfwdBend: jacfwd(bend),
  jacrevBend: jacrev(bend),
  jacfwdOfBoth: jacfwd((x: NDArray, m: NDArray) => ({ y: np.matmul(m, x), z: x.mul(x).sum() }), [0, 1]),
  jacrevOfBoth: jacrev((x: NDArray, m: NDArray) => ({ y: np.sin(np.matmul(m, x)), z: x.mul(x).sum() }), [0, 1]),
  jacfwdWithAux: jacfwd((x: NDArray) => [np.sin(x), { k: x.mul(3) }] as const, { hasAux: true }),
  jacrevWithAux: jacrev((x: NDArray) => [np.sin(x), { k: x.mul(3) }] as const, { hasAux: true }),
  hessianOfSum: hessian((x: NDArray) => np.sin(x).mul(x.sum()).prod()),
  hessianOfTree: (x, y) => hessian((t: Pair) => t.a.pow(2).mul(t.b).sum())({ a: x, b: y }),
  hessianOfBoth: hessian((x: NDArray, y: NDArray) => np.sin(x).sum().mul(y.pow(2).sum()), [0, 1]),
}

const product = (a: NDArray, b: NDArray): NDArray => a.mul(b)
const maps: Programs = {
  vmapAxesOfTwo: vmap(product, [0, 1]),
  vmapNegativeAxes: vmap((a: NDArray, b: NDArray) => [a.sum(), a.mul(b)], { inAxes: [-2, -1], outAxes: [0, -1] }),
  vmapPrefix: (x, y, z) =>
    vmap((t: { p: Two; z: NDArray }) => ({ o: [t.p.x.mul(t.z), t.p.y.sum()], k: t.p.y.mul(t.p.x.sum()) }), {
      inAxes: [{ p: 0, z: null }],
      outAxes: { o: 0, k: 0 },
    })({ p: { x, y }, z }),
  vmapUnmappedResult: vmap((x: NDArray, y: NDArray) => [x.mul(2), y.mul(y)], { inAxes: [0, null], outAxes: [1, null] }),
  vmapAxisSize: vmap((x: NDArray) => x.mul(2), { inAxes: null, axisSize: 3 }),
  vmapNestedAxes: vmap(
    vmap((row: NDArray) => np.cumsum(row), { inAxes: 1, outAxes: 1 }),
    { inAxes: 2, outAxes: 0 },
  ),
  vmapOutAxesNoneInTree: vmap((x: NDArray) => ({ a: x, b: null }), { outAxes: { a: 1, b: 0 } }),
  vmapPerExampleGradients: (x, w) => vmap(valueAndGrad(loss), [null, 0])(w, x),
}

const wave = namedCall((x: NDArray) => np.sin(x).mul(x), 'wave')
const calls: Programs = {
  jitStaticNumber: (x, y) => {
    const f = jit((n: number, a: NDArray, b: NDArray) => a.pow(n).add(b.mul(n)), { staticArgnums: 0 })
    return [f(2, x, y), f(3, x, y)]
  },
  jitInJitInGrad: (x) => {
    const inner = jit((y: NDArray) => np.sin(y).mul(2))
    return grad(
      jit((y: NDArray) =>
        inner(y)
          .mul(inner(y.mul(y)))
          .sum(),
      ),
    )(x)
  },
  closureConverted: (x, w) => {
    const [pure, consts] = closureConvert((y: NDArray) => np.sin(y.mul(w)), x)
    return pure(x.mul(2), ...consts)
  },
  named: (x) => wave(x),
  atCompileTime: (x) => x.mul(ensureCompileTimeEval(() => np.arange(4).sum().item() as number)),
  stopGradientOfTree: (x, y) => {
    const held = stopGradient({ x: np.sin(x), y, n: 3 })
    return held.x.mul(x).add(held.y.mul(y).mul(y)).add(held.n)
  },
  stopGradientStraightThrough: (x) => x.add(lax.stopGradient(np.round(x).sub(x))),
  pureCallbackOnHost: (x) => {
    const onHost = (y: NDArray): NDArray =>
      np
        .array(Float32Array.from(y.dataSync() as Float32Array, Math.sqrt))
        .reshape(y.shape)
        .mul(2)
    return pureCallback(onHost, new ShapeDtypeStruct(x.shape, x.dtype), x).add(x)
  },
}

const deep = (x: NDArray): NDArray => {
  const y = checkpointName(np.sin(x), 'first')
  const z = checkpointName(np.matmul(y, np.outer(y, x)), 'second')
  return np.cos(z).mul(y)
}
const { saveFromBothPolicies, saveOnlyTheseNames, saveAnythingExceptTheseNames, ...policies } = checkpointPolicies
const under = (policy: typeof policies.dotsSaveable): Program => checkpoint(deep, { policy })
const checkpoints: Programs = {
  checkpointEverythingSaveable: under(policies.everythingSaveable),
  checkpointNothingSaveable: under(policies.nothingSaveable),
  checkpointDotsSaveable: under(policies.dotsSaveable),
  checkpointDotsWithNoBatchDimsSaveable: under(policies.dotsWithNoBatchDimsSaveable),
  checkpointSaveOnlyTheseNames: under(saveOnlyTheseNames('first')),
  checkpointSaveAnythingExceptTheseNames: under(saveAnythingExceptTheseNames('second')),
  checkpointSaveFromBothPolicies: under(saveFromBothPolicies(policies.dotsSaveable, saveOnlyTheseNames('first'))),
  checkpointDefault: checkpoint((x: NDArray) => np.sin(np.sin(x)).mul(x)),
  checkpointNested: (x, w) => {
    const inner = checkpoint((t: Pair): Pair => ({ a: np.sin(t.a).mul(w), b: t.b }))
    return checkpoint((y: NDArray) => inner(inner({ a: y, b: y.mul(2) })))(x)
  },
  checkpointPreventsNoCse: checkpoint((x: NDArray) => np.exp(np.sin(x)), { preventCse: false }),
  checkpointNameOfTree: (x) => checkpointName({ a: x, b: np.sin(x) }, 'kept'),
}

const halfSine = customJvp((x: NDArray) => np.sin(x))
halfSine.defjvp(([x], [t]) => [halfSine(x), np.cos(x).mul(t).mul(0.5)] as const)

const joined = customJvp((t: Pair, y: NDArray) => ({ p: t.a.mul(y), q: t.b.sum() }))
joined.defjvp(
  ([t, y], [dt, dy]) => [joined(t, y), { p: dt.a.mul(y).mul(2).add(t.a.mul(dy)), q: dt.b.sum().mul(3) }] as const,
)

const parts = customJvp((x: NDArray, y: NDArray) => np.sin(x).mul(y))
parts.defjvps((t, _out, _x, y) => t.mul(y).mul(0.25), null)

const scaled = customJvp((f: (x: NDArray) => NDArray, scale: number, x: NDArray) => f(x).mul(scale), {
  nondiffArgnums: [0, 1],
})
scaled.defjvp(
  (f: (x: NDArray) => NDArray, scale: number, [x]: [NDArray], [t]: [NDArray]) =>
    [scaled(f, scale, x), t.mul(scale)] as const,
)
const sine = (x: NDArray): NDArray => np.sin(x)
const cosine = (x: NDArray): NDArray => np.cos(x)

const clipped = customVjp((x: NDArray, _bound: NDArray) => x.mul(1))
clipped.defvjp(
  (x, bound) => [clipped(x, bound), bound],
  (bound: NDArray, ct: NDArray) => [np.clip(ct, bound.neg(), bound), null],
)

const lied = customVjp((t: Two) => ({ s: np.sin(t.x), n: t.x.sum().mul(t.y) }))
lied.defvjp(
  (t) => [lied(t), [np.cos(t.x), t.y]],
  ([c, y]: [NDArray, NDArray], ct: { s: NDArray; n: NDArray }) => [{ x: c.mul(ct.s).mul(2).add(ct.n), y: y.mul(ct.n) }],
)

const identityGradient = customVjp((f: (x: NDArray) => NDArray, x: NDArray) => f(x), { nondiffArgnums: [0] })
identityGradient.defvjp(
  (f, x) => [f(x), null],
  (_f: unknown, _kept: null, ct: NDArray) => [ct],
)
const rounded = (x: NDArray): NDArray => np.round(x)
const bound = (x: number): NDArray => np.array(x, 'float32')

const counted = customVmap((x: NDArray, y: NDArray) => np.sin(x).mul(y))
counted.defVmap((size, [isX, isY], x, y) => {
  const lift = (a: NDArray, is: boolean): NDArray => (is ? a : a.reshape([1, ...a.shape]))
  return [lift(np.sin(x), isX).mul(lift(y, isY)).add(size), true] as const
})

const splitTree = customVmap((t: Two) => ({ a: t.x.add(1), b: t.y.mul(2) }))
splitTree.defVmap(
  (_size, [is], t) =>
    [
      { a: t.x.add(10), b: t.y.mul(20) },
      { a: is.x, b: is.y },
    ] as const,
)

const rules: Programs = {
  customJvpHalf: (x) => halfSine(x).mul(x),
  customJvpTrees: (a, b, y) => joined({ a, b }, y),
  customJvpParts: (x, y) => parts(x, y),
  customJvpFixed: (x) => scaled(sine, 3, x).add(scaled(cosine, 2, x)),
  customJvpInScan: (init, xs) =>
    lax.scan((c: NDArray, x: NDArray) => [halfSine(c).add(x), halfSine(x)] as const, init, xs),
  customVjpClips: (x) => clipped(x.mul(5), bound(0.3)).mul(x),
  customVjpTrees: (x, y) => lied({ x, y }),
  customVjpStraightThrough: (x) => identityGradient(rounded, x.mul(3)).mul(x),
  customVjpInScan: (init, xs) =>
    lax.scan((c: NDArray, x: NDArray) => [clipped(np.tanh(c), bound(0.2)).mul(x), c.sum()] as const, init, xs),
  customGradientCubes: customGradient((x: NDArray) => [x.mul(x), (ct: NDArray) => ct.mul(x.pow(3))] as const),
  customGradientOfTwo: customGradient(
    (x: NDArray, y: NDArray) => [x.mul(y), (ct: NDArray) => [ct.mul(2), ct.mul(x)]] as const,
  ),
  customVmapCounts: (x, y) => counted(x, y),
  customVmapTrees: (x, y) => splitTree({ x, y }),
}

export const transforming: Programs = {
  ...gradients,
  ...pushes,
  ...jacobians,
  ...maps,
  ...calls,
  ...checkpoints,
  ...rules,
}
