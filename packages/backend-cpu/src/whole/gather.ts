import { type DType, dtypes, isFloat, type Params, sizeOf, type Var, type WholeRegion } from '@proj/backend'
import { addressOf, storeBits, type Width } from '../lower/copy.ts'
import { bitsOf } from '../lower/lanes.ts'
import { copyBox, walkBox } from './box.ts'
import type { WholeLowering } from './lowering.ts'
import { byteStrides, eachWindow, others, pick } from './windows.ts'

/** What stands for elements outside the operand unless the program says. */
function defaultFill(dtype: DType): number {
  if (isFloat(dtype)) return Number.NaN
  const { kind, bytes } = dtypes[dtype]
  if (kind === 'bool') return 1
  return kind === 'int' ? -(2 ** (8 * bytes - 1)) : 2 ** (8 * bytes) - 1
}

export const gather: WholeLowering = {
  emit(context, region) {
    const { body, slotOf } = context
    const { dimensionNumbers, sliceSizes, mode, fillValue } = region.params as Params<'gather'>
    const [x, indices] = region.inputs as readonly [WholeRegion['inputs'][number], WholeRegion['inputs'][number]]
    const [out] = region.outputs as readonly [Var]
    const { shape, dtype } = x.aval
    if (sizeOf(out.aval.shape) === 0) return
    if (sizeOf(shape) === 0) return context.callHost(region)
    const { offsetDims, collapsedSliceDims, operandBatchingDims, startIndexMap } = dimensionNumbers
    const width = dtypes[dtype].bytes as Width
    const kept = others(shape.length, collapsedSliceDims, operandBatchingDims)
    const slice = pick(sliceSizes, kept)
    const outStrides = byteStrides(out.aval.shape, width)
    const to = { pointer: addressOf(body, slotOf(out)), strides: pick(outStrides, offsetDims) }
    const windows = {
      shape,
      width,
      indices,
      moved: startIndexMap,
      operandBatching: operandBatchingDims,
      indexBatching: dimensionNumbers.startIndicesBatchingDims,
      sizes: sliceSizes,
      clips: mode !== 'fillOrDrop',
      batchStrides: pick(outStrides, others(outStrides.length, offsetDims)),
    }
    const fill = bitsOf(fillValue ?? defaultFill(dtype), dtype)
    eachWindow(
      context,
      windows,
      [addressOf(body, slotOf(x.source)), to.pointer],
      (place) => copyBox(body, slice, to, { pointer: place, strides: pick(byteStrides(shape, width), kept) }, width),
      () => {
        const turns = slice.map((times, d) => ({ times, steps: [to.strides[d] as number] }))
        walkBox(body, turns, [to.pointer], () => storeBits(body, to.pointer, fill, width))
      },
    )
  },
}
