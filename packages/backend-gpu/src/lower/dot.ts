import type { DotRegion } from '@proj/backend'
import type { GpuDType } from '../layout.ts'
import { literal } from '../shader/text.ts'
import type { Context } from './context.ts'
import { converted } from './elementwise.ts'
import { type Fold, foldPasses } from './fold.ts'
import { lowerMatmul, worthPacking } from './matmul.ts'
import { Evaluation } from './stage.ts'

const products = (dtype: GpuDType): Fold => ({
  state: [{ dtype, init: literal(dtype, 0) }],
  update: ([total], [x]) => [`${total} += ${x};`],
  result: ([total]) => total as string,
})

/** A contraction as a fold over its products, or, where it is large, as a product of packed matrices. */
export function lowerDot(context: Context, region: DotRegion): void {
  if (worthPacking(region)) {
    lowerMatmul(context, region)
    return
  }
  const { contract, lhs, rhs, output, epilogue } = region
  const dtype = region.dtype as GpuDType
  const shape = [...epilogue.shape, ...contract]
  const operands = [lhs, rhs] as const
  foldPasses(
    context,
    {
      label: 'dot',
      shape,
      axes: contract.map((_, k) => epilogue.shape.length + k),
      folds: new Map([[output, products(dtype)]]),
      evaluate: (shader, point) => {
        const evaluation = new Evaluation(context, shader, point, { shape, steps: [], stores: [] })
        const texts = operands.map((read) =>
          converted(evaluation.operand(read), read.source.aval.dtype as GpuDType, dtype),
        )
        return [texts.join(' * ')]
      },
    },
    epilogue,
  )
}
