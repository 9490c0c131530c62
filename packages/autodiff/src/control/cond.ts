import { type Aval, formatAval, isInteger, sameAval } from '@proj/backend'
import { type AnyFunction, flattenArrays, unflattenArrays, type Widened } from '../api/leaves.ts'
import { type Program, type Structure, trace } from '../api/program.ts'
import { isNDArray, type NDArray } from '../array.ts'
import { TransformError } from '../errors.ts'
import { scalar } from '../lax/constant.ts'
import { convertElementType, ne } from '../lax/index.ts'
import { promoteAvals } from '../numpy/promotion.ts'
import { joinConsts } from '../primitives/cond.ts'
import { bind } from '../trace.ts'
import { castOutputs, placeOf } from './carry.ts'

/**
 * `onTrue(...operands)` or `onFalse(...operands)`. Only the chosen one runs, except under `vmap` with a predicate that differs between examples:
 * then both run, and each example takes its own.
 *
 * @param pred a scalar; a number counts as true unless it is 0
 * @throws {TransformError} when the branches give different structures, shapes or dtypes, naming the leaf
 * @example lax.cond(x.sum().gt(0), (x: NDArray) => x.sqrt(), (x: NDArray) => x.neg(), x)
 */
export function cond<F extends AnyFunction>(
  pred: NDArray | boolean | number,
  onTrue: F,
  onFalse: (...operands: Parameters<F>) => ReturnType<F>,
  ...operands: Widened<Parameters<F>>
): ReturnType<F> {
  const x = scalarOf('cond', 'predicate', pred)
  const index = convertElementType(x.dtype === 'bool' ? x : ne(x, 0), 'int32')
  return choose('cond', index, [onFalse, onTrue], ['onFalse', 'onTrue'], operands) as never
}

/**
 * `branches[index](...operands)`; an index outside is moved to the nearest. Otherwise as `cond`.
 *
 * @throws {TransformError} when there are no branches, or they give different types
 * @example lax.switch(1, [(x: NDArray) => x.neg(), (x: NDArray) => x.exp()], x)
 */
export function switchCase<F extends AnyFunction>(
  index: NDArray | number,
  branches: readonly F[],
  ...operands: Widened<Parameters<F>>
): ReturnType<F> {
  const at = scalarOf('switch', 'index', index)
  if (!isInteger(at.dtype))
    throw new TransformError('switch', `the index is ${formatAval(at.aval)}`, 'give an integer scalar')
  if (branches.length === 0) throw new TransformError('switch', 'there are no branches', 'give at least one')
  const names = branches.map((_, i) => `branch ${i}`)
  return choose('switch', convertElementType(at, 'int32'), branches, names, operands) as never
}

function scalarOf(where: string, what: string, value: NDArray | boolean | number): NDArray {
  const x = isNDArray(value) ? value : scalar(value)
  if (x.ndim === 0) return x
  throw new TransformError(
    where,
    `the ${what} is ${formatAval(x.aval)}`,
    'give a scalar; for one for each element use where',
  )
}

function choose(
  where: string,
  index: NDArray,
  branches: readonly AnyFunction[],
  names: readonly string[],
  operands: readonly unknown[],
): unknown {
  const inputs = operands.map(flattenArrays)
  const arrays = inputs.flatMap((input) => input.arrays)
  const avals = arrays.map((x) => x.aval)
  const traced = branches.map((branch) => trace(where, branch, inputs, avals))
  const programs = agree(where, traced, names)
  const joined = joinConsts(programs)
  const outs = bind('cond', [index, ...joined.consts, ...arrays], { branches: joined.branches })
  return unflattenArrays((programs[0] as Program).output, outs)
}

const sameStatics = (a: Structure, b: Structure): boolean =>
  a.def === b.def &&
  a.isArray.join() === b.isArray.join() &&
  a.statics.every((s, i) => Object.is(s.value, b.statics[i]?.value))

/** Branches that give the same; weak results take the dtype of the others. */
function agree(where: string, programs: readonly Program[], names: readonly string[]): readonly Program[] {
  const [first] = programs as [Program]
  programs.forEach(({ output }, n) => {
    if (!sameStatics(output, first.output))
      throw new TransformError(
        where,
        `${names[0]} gives ${first.output.def} and ${names[n]} ${output.def}`,
        'return the same structure, with the same values where there are no arrays',
      )
  })
  const wanted = first.jaxpr.outputs.map((_, i) => commonAval(where, programs, names, i))
  return programs.map((program) => castOutputs(program, wanted))
}

function commonAval(where: string, programs: readonly Program[], names: readonly string[], i: number): Aval {
  const avals = programs.map(({ jaxpr }) => jaxpr.outputs[i]?.aval as Aval)
  const [first] = avals as [Aval]
  const promoted = { ...first, dtype: promoteAvals(avals).dtype }
  const other = avals.findIndex(
    (aval) => !sameAval(aval, promoted) && !(aval.weakType && aval.shape.join() === first.shape.join()),
  )
  if (other < 0) return promoted
  const n = avals.findIndex((aval) => !sameAval(aval, first))
  const place = placeOf((programs[0] as Program).output, i)
  throw new TransformError(
    where,
    `${names[0]} gives ${formatAval(first)}${place} and ${names[n]} ${formatAval(avals[n] as Aval)}`,
    'cast or broadcast one of them: branches must give the same types',
  )
}
