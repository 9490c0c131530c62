import { type Aval, formatAval, type Jaxpr } from '@proj/backend'
import { linearize, linearTranspose } from '../api/differentiate.ts'
import { FlatFunction } from '../api/flat.ts'
import { type AnyFunction, flattenArrays, flattenFloats, unflattenArrays } from '../api/leaves.ts'
import { itemsOf, type Structure } from '../api/program.ts'
import type { NDArray } from '../array.ts'
import { TransformError } from '../errors.ts'
import { runJvp } from '../interpreters/jvp.ts'
import { evalJaxpr, stage } from '../interpreters/staging.ts'
import { add, fullLike, neg } from '../lax/index.ts'
import type { CustomRules } from '../primitives/custom.ts'
import type { Tangent } from '../primitives/rules.ts'
import { bind } from '../trace.ts'

// Equations solved by functions of the user's, which nobody looks into: derivatives follow from what the solution means.

type Arrays = readonly NDArray[]
/** A function of arrays, with what it closed over: its first inputs. */
interface Staged {
  readonly jaxpr: Jaxpr
  readonly consts: Arrays
  readonly output: Structure
}
const avalsOf = (xs: Arrays): Aval[] => xs.map((x) => x.aval)
const runOf =
  (jaxpr: Jaxpr) =>
  (...operands: readonly Arrays[]): Arrays =>
    evalJaxpr(jaxpr, operands.flat())

/** `f` of trees, recorded; arrays in `first` come before those of the trees. */
function record(
  where: string,
  first: Arrays,
  inputs: readonly Structure[],
  avals: readonly Aval[],
  f: (first: Arrays) => AnyFunction,
): Staged {
  let output: Structure | undefined
  const flat = (xs: Arrays): Arrays => {
    const inner = new FlatFunction(f(xs.slice(0, first.length)), inputs)
    const outs = inner.call(xs.slice(first.length))
    output = inner.output as Structure
    return outs
  }
  const { jaxpr, consts } = stage(where, flat, [...avalsOf(first), ...avals])
  return { jaxpr, consts, output: output as Structure }
}

/** Whether what a function gave is like the unknown, shape for shape. */
function checkLike(
  where: string,
  what: string,
  output: Structure,
  outs: readonly Aval[],
  model: Structure,
  avals: readonly Aval[],
): void {
  if (output.def !== model.def)
    throw new TransformError(where, `${what} returned ${output.def} for ${model.def}`, 'return the same structure')
  const at = avals.findIndex((aval, i) => aval.shape.join() !== outs[i]?.shape.join() || aval.dtype !== outs[i]?.dtype)
  if (at >= 0)
    throw new TransformError(
      where,
      `${what} returned ${formatAval(outs[at] as Aval)} for ${formatAval(avals[at] as Aval)}`,
      'return the same shape and dtype',
    )
}

export interface SolveOptions {
  /** Whether `solve` returns `[solution, aux]`, and so the whole. Aux is not differentiated. */
  readonly hasAux?: boolean
}

/** The structure of the solution in what `solve` returned. */
function solutionOf(where: string, { output }: Staged, hasAux: boolean): Structure {
  if (!hasAux) return output
  const items = output.def.isLeaf ? [] : itemsOf(output)
  if (items.length !== 2)
    throw new TransformError(where, `solve returned ${output.def} under hasAux`, 'return [solution, aux]')
  return items[0] as Structure
}

const outAvals = ({ jaxpr }: Staged): readonly Aval[] => jaxpr.outputs.map((out) => out.aval)
/** Nulls after the tangents of a solution, for what comes beside it. */
const padded = (ts: readonly Tangent[], count: number): readonly Tangent[] =>
  Array.from({ length: count }, (_, i) => ts[i] ?? null)

/**
 * A root of `f`, found by `solve`. Its derivative by what `f` closes over follows from `f(x) = 0` (the implicit function theorem), however
 * `solve` found it.
 *
 * @param f from a tree of floats to one like it
 * @param solve called as `solve(f, initialGuess)`
 * @param tangentSolve called as `tangentSolve(g, y)`: the `x` with `g(x) = y`, for a linear function `g`
 * @throws {TransformError} when a function returns something unlike the guess
 * @example
 * const newton = (f, x0) => lax.foriLoop(0, 20, (_, x) => { const [y, d] = jvp(f, [x], [1]); return x.sub(y.div(d)) }, x0)
 * const cubeRoot = (a) => lax.customRoot((x) => x.pow(3).sub(a), 1.5, newton, (g, y) => y.div(g(1)))
 * grad(cubeRoot)(8) // 1 / 12
 */
export function customRoot<T>(
  f: (x: T) => T,
  initialGuess: T,
  // biome-ignore lint/suspicious/noExplicitAny: with hasAux it returns a pair, which is then the whole's type
  solve: (f: (x: T) => T, initialGuess: T) => any,
  tangentSolve: (g: (x: T) => T, y: T) => T,
  { hasAux = false }: SolveOptions = {},
): ReturnType<typeof solve> {
  const where = 'customRoot'
  const guess = flattenFloats(where, 'the guess', initialGuess)
  const avals = avalsOf(guess.arrays)
  const like = (what: string, staged: Staged, output = staged.output): void =>
    checkLike(where, what, output, outAvals(staged), guess, avals)
  const residual = record(where, [], [guess], avals, () => f as AnyFunction)
  like('f', residual)
  const run = runOf(residual.jaxpr)
  const fOf = (consts: Arrays) => (x: T) => unflattenArrays(guess, run(consts, flattenArrays(x).arrays)) as T
  const solver = record(where, residual.consts, [guess], avals, (consts) => (x0: T) => solve(fOf(consts), x0))
  like('solve', solver, solutionOf(where, solver, hasAux))
  const tangent = record(where, residual.consts, [guess, guess], [...avals, ...avals], (consts) => (x: T, y: T) => {
    const [, g] = linearize(fOf(consts) as AnyFunction, x as never)
    return tangentSolve(g as unknown as (x: T) => T, y)
  })
  like('tangentSolve', tangent)
  const outs = bindRoot(residual.jaxpr, solver, tangent, residual.consts, guess.arrays)
  return unflattenArrays(solver.output, outs) as never
}

function bindRoot(f: Jaxpr, solver: Staged, tangent: Staged, consts: Arrays, guess: Arrays): Arrays {
  const [s, t, c] = [solver.consts.length, tangent.consts.length, consts.length]
  const parts = (xs: Arrays) =>
    [xs.slice(0, s), xs.slice(s, s + t), xs.slice(s + t, s + t + c), xs.slice(s + t + c)] as const
  const [runF, runSolver, runTangent] = [f, solver.jaxpr, tangent.jaxpr].map(runOf) as [
    ReturnType<typeof runOf>,
    ReturnType<typeof runOf>,
    ReturnType<typeof runOf>,
  ]
  const operands = [...solver.consts, ...tangent.consts, ...consts, ...guess]
  const whole = (xs: Arrays): Arrays => {
    const [forSolver, , forF, start] = parts(xs)
    return runSolver(forSolver, forF, start)
  }
  const { jaxpr } = stage('customRoot', whole, avalsOf(operands))
  const call = (xs: Arrays): Arrays => bind('customCall', xs, { jaxpr, name: 'customRoot', rules })
  const rules: CustomRules = {
    jvp: (xs, ts) => {
      const outs = call(xs)
      const [, forTangent, forF] = parts(xs)
      const dots = ts.slice(s + t, s + t + c)
      if (dots.every((dot) => dot === null)) return [outs, outs.map(() => null)]
      const root = outs.slice(0, guess.length)
      const [values, moved] = runJvp('customRoot', (given) => runF(given, root), forF, dots)
      const rhs = values.map((y, i) => moved[i] ?? fullLike(y, 0))
      return [outs, padded(runTangent(forTangent, forF, root, rhs).map(neg), outs.length)]
    },
  }
  return call(operands)
}

export interface LinearSolveOptions<T> extends SolveOptions {
  /** Solves with the transpose, called as `transposeSolve(vecmat, b)`; reverse derivatives need it. */
  // biome-ignore lint/suspicious/noExplicitAny: with hasAux it returns a pair
  readonly transposeSolve?: (vecmat: (x: T) => T, b: T) => any
  /** Whether the function is its own transpose, so that `solve` serves for both. */
  readonly symmetric?: boolean
}

/** A linear equation and its transpose, as programs over arrays. */
interface Problem {
  readonly matvec: Jaxpr
  readonly solver: Jaxpr
  readonly solverConsts: number
  readonly transposed: Omit<Problem, 'transposed'> | null
}

/**
 * The `x` with `matvec(x) = b` for a linear function, found by `solve`. Derivatives solve such equations again, and need no look into `solve`.
 *
 * @param b a tree of floats; `matvec` takes and returns trees like it
 * @param solve called as `solve(matvec, b)`
 * @throws {TransformError} when a function returns something unlike `b`, or a reverse derivative is asked for without `transposeSolve`
 * @example
 * const m = np.array([[2, 0], [0, 4]])
 * const solve = (_: (x: NDArray) => NDArray, b: NDArray) => np.linalg.solve(m, b)
 * lax.customLinearSolve((x: NDArray) => m.matmul(x), np.array([2, 2]), solve, { symmetric: true }) // [1, 0.5]
 */
export function customLinearSolve<T>(
  matvec: (x: T) => T,
  b: T,
  // biome-ignore lint/suspicious/noExplicitAny: with hasAux it returns a pair, which is then the whole's type
  solve: (matvec: (x: T) => T, b: T) => any,
  { transposeSolve, symmetric = false, hasAux = false }: LinearSolveOptions<T> = {},
): ReturnType<typeof solve> {
  const where = 'customLinearSolve'
  const right = flattenFloats(where, 'b', b)
  const avals = avalsOf(right.arrays)
  const program = record(where, [], [right], avals, () => matvec as AnyFunction)
  checkLike(where, 'matvec', program.output, outAvals(program), right, avals)
  const treeOf = (jaxpr: Jaxpr, consts: Arrays) => (x: T) =>
    unflattenArrays(right, runOf(jaxpr)(consts, flattenArrays(x).arrays)) as T
  const solverOf = (what: string, by: NonNullable<typeof transposeSolve>, linear: Jaxpr): Staged => {
    const staged = record(where, program.consts, [right], avals, (consts) => (y: T) => by(treeOf(linear, consts), y))
    checkLike(where, what, solutionOf(where, staged, hasAux), outAvals(staged), right, avals)
    return staged
  }
  const forward = solverOf('solve', solve, program.jaxpr)
  const vecmat = symmetric ? program.jaxpr : transposeOf(program, right.arrays)
  const by = transposeSolve ?? (symmetric ? solve : null)
  const backward = by === null ? null : solverOf('transposeSolve', by, vecmat)
  const problem: Problem = {
    matvec: program.jaxpr,
    solver: forward.jaxpr,
    solverConsts: forward.consts.length,
    transposed: backward && { matvec: vecmat, solver: backward.jaxpr, solverConsts: backward.consts.length },
  }
  const outs = bindSolve(problem, forward.consts, backward?.consts ?? [], program.consts, right.arrays)
  return unflattenArrays(forward.output, outs) as never
}

/** The transposed linear function as a program of the same operands. */
function transposeOf({ jaxpr, consts }: Staged, model: Arrays): Jaxpr {
  const flat = (xs: Arrays): Arrays => {
    const first = xs.slice(0, consts.length)
    const linear = (...ys: NDArray[]): Arrays => evalJaxpr(jaxpr, [...first, ...ys])
    return linearTranspose(
      linear as AnyFunction,
      ...(model as readonly never[]),
    )(xs.slice(consts.length) as never) as Arrays
  }
  return stage('customLinearSolve', flat, [...avalsOf(consts), ...avalsOf(model)]).jaxpr
}

function bindSolve(problem: Problem, own: Arrays, other: Arrays, consts: Arrays, b: Arrays): Arrays {
  const [s, o, c] = [own.length, other.length, consts.length]
  const parts = (xs: Arrays) =>
    [xs.slice(0, s), xs.slice(s, s + o), xs.slice(s + o, s + o + c), xs.slice(s + o + c)] as const
  const operands = [...own, ...other, ...consts, ...b]
  const whole = (xs: Arrays): Arrays => {
    const [forSolver, , forMatvec, right] = parts(xs)
    return runOf(problem.solver)(forSolver, forMatvec, right)
  }
  const { jaxpr } = stage('customLinearSolve', whole, avalsOf(operands))
  const rules: CustomRules = {
    jvp: (xs, ts) => {
      const [forSolver, forOther, forMatvec, right] = parts(xs)
      const outs = bindSolve(problem, forSolver, forOther, forMatvec, right)
      const rhs = change(problem.matvec, forMatvec, outs.slice(0, b.length), ts.slice(s + o))
      if (rhs === null) return [outs, outs.map(() => null)]
      const tangents = bindSolve(problem, forSolver, forOther, forMatvec, rhs).slice(0, b.length)
      return [outs, padded(tangents, outs.length)]
    },
    transpose: (cts, xs) => {
      const [forSolver, forOther, forMatvec] = parts(xs as Arrays)
      if (problem.transposed === null)
        throw new TransformError(
          'customLinearSolve',
          'a reverse derivative needs the transposed equation',
          'pass transposeSolve, or symmetric: true',
        )
      const given = b.map((x, i) => cts[i] ?? fullLike(x, 0))
      const { transposed, ...untransposed } = problem
      const found = bindSolve({ ...transposed, transposed: untransposed }, forOther, forSolver, forMatvec, given)
      return [...Array<null>(s + o + c).fill(null), ...found.slice(0, b.length)]
    },
  }
  return bind('customCall', operands, { jaxpr, name: 'customLinearSolve', rules })
}

/** How the right side of the equation for the tangent of `x` differs from 0: `db - dA x`; `null` for not at all. */
function change(matvec: Jaxpr, consts: Arrays, x: Arrays, ts: readonly Tangent[]): Arrays | null {
  const [dots, right] = [ts.slice(0, consts.length), ts.slice(consts.length)]
  if (ts.every((t) => t === null)) return null
  const moved = dots.every((dot) => dot === null)
    ? x.map(() => null)
    : runJvp('customLinearSolve', (given) => runOf(matvec)(given, x), consts, dots)[1]
  return x.map((value, i) => {
    const [db, da] = [right[i] ?? null, moved[i] ?? null]
    if (da === null) return db ?? fullLike(value, 0)
    return db === null ? neg(da) : add(db, neg(da))
  })
}
