import { byteSize, dtypes, sizeOf, type Var, type WholeRegion } from '@proj/backend'
import { pushAddress } from '../lower/address.ts'
import { addressOf, copyBuffer, type Width } from '../lower/copy.ts'
import type { FunctionContext } from '../lower/functionContext.ts'
import { copyBox } from './box.ts'
import type { WholeLowering } from './lowering.ts'
import { byteStrides, clamp } from './windows.ts'

/** Moves `pointer` to where a window of `sizes` begins, operand by operand of `starts`. */
function moveToStart(
  { body, slotOf }: FunctionContext,
  pointer: number,
  starts: WholeRegion['inputs'],
  shape: readonly number[],
  sizes: readonly number[],
  strides: readonly number[],
): void {
  const start = body.local('i32')
  starts.forEach(({ source }, d) => {
    const most = (shape[d] as number) - (sizes[d] as number)
    if (most === 0) return
    pushAddress(body, slotOf(source)).memory('i32.load', 0).set(start)
    clamp(body, start, most)
    body
      .get(pointer)
      .get(start)
      .i32(strides[d] as number)
      .op('i32.mul', 'i32.add')
      .set(pointer)
  })
  body.release('i32', start)
}

export const dynamicSlice: WholeLowering = {
  emit(context, { inputs: [x, ...starts], outputs: [output] }) {
    const { body, slotOf } = context
    const [{ aval, source }, result] = [x as WholeRegion['inputs'][number], output as Var]
    const { shape } = result.aval
    if (sizeOf(shape) === 0) return
    const width = dtypes[aval.dtype].bytes as Width
    const [from, to] = [addressOf(body, slotOf(source)), addressOf(body, slotOf(result))]
    const strides = byteStrides(aval.shape, width)
    moveToStart(context, from, starts, aval.shape, shape, strides)
    copyBox(body, shape, { pointer: to, strides: byteStrides(shape, width) }, { pointer: from, strides }, width)
  },
}

export const dynamicUpdateSlice: WholeLowering = {
  emit(context, { inputs: [x, update, ...starts], outputs: [output] }) {
    const { body, slotOf } = context
    const [base, part] = [x, update] as readonly [WholeRegion['inputs'][number], WholeRegion['inputs'][number]]
    const result = output as Var
    copyBuffer(body, slotOf(base.source), slotOf(result), byteSize(base.aval))
    const { shape } = part.aval
    if (sizeOf(shape) === 0) return
    const width = dtypes[base.aval.dtype].bytes as Width
    const [from, to] = [addressOf(body, slotOf(part.source)), addressOf(body, slotOf(result))]
    const strides = byteStrides(base.aval.shape, width)
    moveToStart(context, to, starts, base.aval.shape, shape, strides)
    copyBox(body, shape, { pointer: to, strides }, { pointer: from, strides: byteStrides(shape, width) }, width)
  },
}
