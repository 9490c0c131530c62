import { byteSize, dtypes, type Params, rowMajorStrides, sizeOf, type Var, type WholeRegion } from '@proj/backend'
import { addressOf, copyBuffer, type Width } from '../lower/copy.ts'
import { asStored, readElements } from '../lower/element.ts'
import type { FunctionContext } from '../lower/functionContext.ts'
import { combine } from '../lower/monoid.ts'
import { Kernel } from '../nest/kernel.ts'
import { collapse, type Walk } from '../nest/space.ts'
import { copyBox } from './box.ts'
import type { WholeLowering } from './lowering.ts'
import { byteStrides, eachWindow, others, pick } from './windows.ts'

/** One of the two arrays at a window. */
interface Place {
  readonly pointer: number
  /** In elements, by dimension of the window. */
  readonly strides: readonly number[]
}

/** Combines the window of the updates into that of the result, element by element. */
function combineWindow(
  context: FunctionContext,
  kind: keyof typeof combine,
  dtype: keyof typeof dtypes,
  sizes: readonly number[],
  places: readonly [Place, Place],
): void {
  const walks = places.map(({ strides }): Walk => ({ strides, offset: 0 }))
  const collapsed = collapse({ sizes, kept: sizes.length }, walks)
  const kernel = new Kernel(context, collapsed.space, collapsed.space.sizes.length - 1)
  const pass = kernel.pass()
  pass.forbidOverrun()
  const [old, update] = places.map(({ pointer }, i) =>
    readElements(pass, pass.main, { local: pointer, offset: 0 }, collapsed.walks[i] as Walk, dtype),
  ) as [ReturnType<typeof readElements>, ReturnType<typeof readElements>]
  const value = asStored(pass.main, combine[kind](pass.main, old, update, dtype), dtype)
  pass.store('main', value, { local: places[0].pointer, offset: 0 }, collapsed.walks[0] as Walk, dtype)
  kernel.emit()
}

/** In the order of the index vectors; each update is rounded to the dtype. */
export const scatter: WholeLowering = {
  emit(context, region) {
    const { body, slotOf } = context
    const { kind, dimensionNumbers, mode } = region.params as Params<'scatter'>
    type Input = WholeRegion['inputs'][number]
    const [x, indices, updates] = region.inputs as readonly [Input, Input, Input]
    const [out] = region.outputs as readonly [Var]
    const { shape, dtype } = x.aval
    copyBuffer(body, slotOf(x.source), slotOf(out), byteSize(x.aval))
    if (sizeOf(shape) === 0 || sizeOf(updates.aval.shape) === 0) return
    const { updateWindowDims, insertedWindowDims, operandBatchingDims } = dimensionNumbers
    const width = dtypes[dtype].bytes as Width
    const kept = others(shape.length, insertedWindowDims, operandBatchingDims)
    const window = pick(updates.aval.shape, updateWindowDims)
    const from = addressOf(body, slotOf(updates.source))
    const [inUpdates, inShape] = [updates.aval.shape, shape].map((sizes) => byteStrides(sizes, width)) as [
      number[],
      number[],
    ]
    const windows = {
      shape,
      width,
      indices,
      moved: dimensionNumbers.scatterDimsToOperandDims,
      operandBatching: operandBatchingDims,
      indexBatching: dimensionNumbers.scatterIndicesBatchingDims,
      sizes: shape.map((_, d) => window[kept.indexOf(d)] ?? 1),
      clips: mode === 'clip',
      batchStrides: pick(inUpdates, others(inUpdates.length, updateWindowDims)),
    }
    const write = (place: number): void => {
      if (kind === 'set') {
        const target = { pointer: place, strides: pick(inShape, kept) }
        return copyBox(body, window, target, { pointer: from, strides: pick(inUpdates, updateWindowDims) }, width)
      }
      combineWindow(context, kind, dtype, window, [
        { pointer: place, strides: pick(rowMajorStrides(shape), kept) },
        { pointer: from, strides: pick(rowMajorStrides(updates.aval.shape), updateWindowDims) },
      ])
    }
    eachWindow(context, windows, [addressOf(body, slotOf(out)), from], write, () => {})
  },
}
