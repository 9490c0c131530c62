import {
  type Operand,
  type OpName,
  type Params,
  type ReduceRegion,
  type Reduction,
  rowOf,
  type Var,
} from '@proj/backend'
import type { GpuDType } from '../layout.ts'
import { literal } from '../shader/text.ts'
import type { Context } from './context.ts'
import { elementwiseRows } from './elementwise.ts'
import { type Fold, type Folding, foldPasses } from './fold.ts'
import { choose, type ReduceOp } from './row.ts'
import { Evaluation, neededSteps, storePasses } from './stage.ts'

type Combine = 'add' | 'mul' | 'max' | 'min' | 'and' | 'or'

const least = (dtype: GpuDType): string =>
  literal(dtype, choose(dtype, { float: -Infinity, int: -(2 ** 31), uint: 0, bool: 0 }))

const greatest = (dtype: GpuDType): string =>
  literal(dtype, choose(dtype, { float: Infinity, int: 2 ** 31 - 1, uint: 2 ** 32 - 1, bool: 1 }))

const allBits = (dtype: GpuDType): string => literal(dtype, dtype === 'bool' ? 1 : -1)

/** Combines with an elementwise op. */
const combining =
  (op: Combine, init: (dtype: GpuDType) => string) =>
  (dtype: GpuDType): Fold => ({
    state: [{ dtype, init: init(dtype) }],
    update: ([total], [x]) => [`${total} = ${elementwiseRows[op]([total as string, x as string], dtype, {})};`],
    result: ([total]) => total as string,
  })

/** The position of the first value that none beats. A NaN beats all but a NaN. */
const choosing =
  (operator: '>' | '<') =>
  (dtype: GpuDType, { indexDtype }: { readonly indexDtype: string }): Fold => {
    const order = dtype === 'bool' ? 'int32' : dtype
    const beats = (x: string, best: string) =>
      `${x} ${operator} ${best}${dtype === 'float32' ? ` || (notANumber(${x}) && !notANumber(${best}))` : ''}`
    return {
      state: [
        { dtype: order, init: literal(order, 0) },
        { dtype: 'int32', init: '-1' },
      ],
      update: ([best, at], [x, position]) => [
        `if (${at} < 0 || ${beats(x as string, best as string)}) { ${best} = ${x}; ${at} = ${position}; }`,
      ],
      result: ([, at]) => (indexDtype === 'uint32' ? `uint(${at})` : (at as string)),
    }
  }

const folds: { readonly [K in ReduceOp]: (dtype: GpuDType, params: Params<K>) => Fold } = {
  reduceSum: combining('add', (dtype) => literal(dtype, 0)),
  reduceProd: combining('mul', (dtype) => literal(dtype, 1)),
  reduceMax: combining('max', least),
  reduceMin: combining('min', greatest),
  reduceAnd: combining('and', allBits),
  reduceOr: combining('or', (dtype) => literal(dtype, 0)),
  argmax: choosing('>'),
  argmin: choosing('<'),
}

type AnyFold = (dtype: GpuDType, params: Params<OpName>) => Fold
const foldTable: { readonly [K in OpName]?: unknown } = folds

const inputDType = (operand: Operand): GpuDType => {
  if (operand.kind === 'local') return operand.value.aval.dtype as GpuDType
  return (operand.kind === 'read' ? operand.source.aval.dtype : operand.dtype) as GpuDType
}

const isArg = (op: OpName): boolean => op === 'argmax' || op === 'argmin'

function folded(reductions: readonly Reduction[]): ReadonlyMap<Var, Fold> {
  return new Map(
    reductions.map(({ op, params, input, output }) => [
      output,
      rowOf<AnyFold>(foldTable, op)(inputDType(input), params),
    ]),
  )
}

/** A reduction with the loop before it and the loop after it. */
export function lowerReduce(context: Context, region: ReduceRegion): void {
  const { main, axes, reductions, epilogue } = region
  if (main.stores.length > 0) storePasses(context, 'loop', main)
  const all = folded(reductions)
  const folding: Folding = {
    label: reductions.map((reduction) => reduction.op).join(' '),
    shape: main.shape,
    axes,
    folds: all,
    evaluate: (shader, point, outputs) => {
      const chosen = reductions.filter((reduction) => outputs.includes(reduction.output))
      const inputs = chosen.map((reduction) => reduction.input)
      const evaluation = new Evaluation(context, shader, point, main)
      evaluation.run(
        neededSteps(
          context,
          main.steps,
          inputs.flatMap((input) => (input.kind === 'local' ? [input.value] : [])),
        ),
      )
      return chosen.map(({ op, input }) => {
        const x = evaluation.operand(input)
        return isArg(op) && inputDType(input) === 'bool' ? `int(${x})` : x
      })
    },
  }
  foldPasses(context, folding, epilogue)
}
