import { expect } from 'vitest'
import {
  customVjp,
  grad,
  jit,
  jvp,
  lax,
  linearTranspose,
  type NDArray,
  numpy as np,
  vjp,
  vmap,
} from '../../src/index.ts'
import { type Check, loadFixture } from '../check.ts'

/** What JAX threw; see `oracle/refusals_oracle.py`. */
interface Refusal {
  readonly refusal: string
  readonly subject: string
  readonly error: string
  readonly message: string
}

const x = (): NDArray => np.array([1, 2, 3])
const short = (): NDArray => np.array([1, 2])
const onTracer = (f: (y: NDArray) => unknown) => () => jit(f as (y: NDArray) => NDArray)(x())

function leak(): void {
  const kept: NDArray[] = []
  jit((y: NDArray) => {
    kept.push(y)
    return y
  })(x())
  kept[0]?.add(1)
}

function tooFewCotangents(): void {
  const f = customVjp((a: NDArray, b: NDArray) => a.mul(b))
  f.defvjp(
    (a, b) => [a.mul(b), null],
    (_: null, ct: NDArray) => [ct],
  )
  grad((a: NDArray) => f(a, a).sum())(x())
}

/** The same here, and what our words for it say besides `where: found; remedy`: the shapes, the axis, the name. */
const refusals: { readonly [name: string]: readonly [run: () => unknown, says: RegExp] } = {
  gradientOfAVector: [() => grad((y: NDArray) => y.mul(2))(x()), /scalar.*f32\[3\]|f32\[3\].*scalar/],
  gradientByAnInteger: [() => grad((n: NDArray) => n.mul(2))(np.array(3, 'int32')), /i32\[\]/],
  gradientOfAnInteger: [() => grad((y: NDArray) => y.sum().astype('int32'))(x()), /i32\[\]/],
  gradientByNoArgument: [() => grad((y: NDArray) => y.sum(), 2)(x()), /2/],
  tangentOfAnotherShape: [() => jvp((y: NDArray) => np.sin(y), [x()], [short()]), /f32\[2\].*f32\[3\]/],
  cotangentOfAnotherShape: [() => vjp((y: NDArray) => np.sin(y), x())[1](short()), /f32\[2\].*f32\[3\]/],
  transposeOfASine: [() => linearTranspose((y: NDArray) => np.sin(y), x())(x()), /sin/],
  mapOverOtherSizes: [() => vmap((a: NDArray, b: NDArray) => a.add(b))(x(), short()), /3.*2/],
  mapOverAMissingAxis: [() => vmap((y: NDArray) => np.sin(y), 2)(x()), /f32\[3\].*2/],
  mapWithAxesForOthers: [() => vmap((t: readonly NDArray[]) => t[0], [[0, 0, 0]])([x(), x()]), /inAxes/],
  mapToOneResult: [() => vmap((y: NDArray) => np.sin(y), { outAxes: null })(x()), /outAxes/],
  truthOfATracer: [onTracer((y) => np.full([1], Number(y.sum()))), /f32\[\]/],
  itemOfATracer: [onTracer((y) => np.full([1], y.sum().item() as number)), /f32\[\]/],
  readingATracer: [onTracer((y) => np.array(y.arraySync() as number[])), /f32\[3\]/],
  leakedTracer: [leak, /f32\[3\]/],
  carryOfAnotherDtype: [
    () => lax.scan((c: NDArray, y: NDArray) => [c.add(y).gt(0), null] as const, np.array(0, 'float32'), x()),
    /f32\[\].*bool\[\]|bool\[\].*f32\[\]/,
  ],
  rowsOfOtherLengths: [
    () => lax.scan((c: NDArray, t: readonly NDArray[]) => [c, t[0]] as const, 0, [x(), short()]),
    /3.*2/,
  ],
  branchesOfOtherShapes: [
    () =>
      lax.cond(
        true,
        (y: NDArray) => y,
        (y) => y.sum(),
        x(),
      ),
    /f32\[3\].*f32\[\]|f32\[\].*f32\[3\]/,
  ],
  predicateOfRankOne: [
    () =>
      lax.cond(
        x().gt(0),
        () => np.array(1),
        () => np.array(2),
      ),
    /bool\[3\]/,
  ],
  switchWithoutBranches: [() => lax.switch(0, [] as ((y: NDArray) => NDArray)[], x()), /branch/],
  bodyOfAnotherShape: [
    () =>
      lax.whileLoop(
        (c: NDArray) => c.sum().lt(3),
        (c: NDArray) => c.at(':2').get(),
        x(),
      ),
    /f32\[3\].*f32\[2\]|f32\[2\].*f32\[3\]/,
  ],
  conditionOfRankOne: [
    () =>
      lax.whileLoop(
        (c: NDArray) => c.lt(3),
        (c: NDArray) => c.add(1),
        x(),
      ),
    /bool\[3\]/,
  ],
  axisWithoutAName: [() => vmap((y: NDArray) => lax.psum(y, 'j'), { axisName: 'i' })(x()), /j/],
  operandsOfOtherShapes: [() => lax.add(x(), short()), /f32\[3\].*f32\[2\]/],
  shapesThatDoNotBroadcast: [() => np.add(x(), short()), /3.*2/],
  matricesThatDoNotFit: [() => np.matmul(np.ones([2, 3]), np.ones([2, 3])), /2,3.*2,3/],
  reshapeToAnotherSize: [() => np.reshape(x(), [2, 2]), /3.*2,2/],
  joinOfOtherRanks: [() => np.concatenate([x(), x().reshape([1, 3])]), /3.*1,3/],
  sumOverAMissingAxis: [() => np.sum(x(), 1), /1/],
  tooFewCotangents: [tooFewCotangents, /1.*2/],
}

/** Every error reads `where: what was found; what to do.` */
const inOurForm = /^[^:]+: [^;]+; .+/s

const underJit = (run: () => unknown) => () =>
  jit((y: NDArray) => {
    run()
    return y
  })(x())

function check({ refusal }: Refusal): void {
  const known = refusals[refusal]
  if (known === undefined) throw new Error(`there is no refusal ${refusal}; write it in suites/refusals.ts`)
  const [run, says] = known
  expect(run).toThrow(inOurForm)
  expect(run).toThrow(says)
  expect(underJit(run)).toThrow(inOurForm)
  expect(underJit(run)).toThrow(says)
  expect(underJit(run)).toThrow(/[Ww]hile \w+ traces the function|the function that \w+ was tracing/)
}

/** What JAX refuses, we refuse, and say what we met and, inside a transform, which one was running. */
export const refused = async (): Promise<readonly Check[]> =>
  (await loadFixture<Refusal>('refusals')).map((c) => ({
    subject: c.subject,
    title: `${c.refusal}, as JAX's ${c.error}: ${c.message.slice(0, 80)}`,
    run: () => check(c),
  }))
