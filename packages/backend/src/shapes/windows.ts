import { type Aval, formatAval, makeAval } from '../aval.ts'
import { ShapeError } from '../errors.ts'
import { kindsOf, monoids } from './order.ts'
import { checkPreferred } from './reduce.ts'
import { checkCount, checkKinds, checkOneOf, checkSameDType, shapeFamily } from './rule.ts'

/** `n` elements with `dilation - 1` holes between two. */
export const dilated = (n: number, dilation: number): number => (n === 0 ? 0 : (n - 1) * dilation + 1)

/** One entry of every list of a windowed op. */
interface Side {
  readonly size: number
  readonly window: number
  readonly stride: number
  readonly low: number
  readonly high: number
  readonly baseDilation: number
  readonly windowDilation: number
}

/** How many windows fit into a padded, dilated dimension. */
function places(where: string, side: Side): number {
  checkCount(where, 'window size', side.window, 0)
  checkCount(where, 'stride', side.stride, 1)
  checkCount(where, 'base dilation', side.baseDilation, 1)
  checkCount(where, 'window dilation', side.windowDilation, 1)
  const padded = side.low + dilated(side.size, side.baseDilation) + side.high
  if (!Number.isInteger(side.low) || !Number.isInteger(side.high) || padded < 0)
    throw new ShapeError(
      where,
      `padding (${side.low}, ${side.high}) of ${side.size} elements`,
      'use integers that crop no more than there is',
    )
  const window = dilated(side.window, side.windowDilation)
  return padded < window ? 0 : Math.floor((padded - window) / side.stride) + 1
}

function checkLists(where: string, lists: Readonly<Record<string, readonly number[]>>, count: number): void {
  for (const [name, list] of Object.entries(lists)) {
    if (list.length !== count)
      throw new ShapeError(
        where,
        `${name} [${list.join()}]`,
        `give ${count} entries, one for each dimension of a window`,
      )
  }
}

interface Groups {
  readonly featureGroupCount: number
  readonly batchGroupCount: number
}

function checkGroups(where: string, lhs: Aval, rhs: Aval, { featureGroupCount, batchGroupCount }: Groups): void {
  checkCount(where, 'featureGroupCount', featureGroupCount, 1)
  checkCount(where, 'batchGroupCount', batchGroupCount, 1)
  const [batch, inputs] = lhs.shape as readonly [number, number]
  const [outputs, perGroup] = rhs.shape as readonly [number, number]
  const complain = (found: string, remedy: string) => {
    throw new ShapeError(where, `${formatAval(lhs)} and ${formatAval(rhs)}, ${found}`, remedy)
  }
  if (featureGroupCount > 1 && batchGroupCount > 1)
    complain('groups of both channels and examples', 'leave one of the two counts at 1')
  if (inputs !== perGroup * featureGroupCount)
    complain(`${featureGroupCount} groups of channels`, `lhs must have ${perGroup * featureGroupCount} channels`)
  if (outputs % featureGroupCount !== 0)
    complain(`${featureGroupCount} groups of channels`, 'the count must divide the output channels')
  if (batch % batchGroupCount !== 0 || outputs % batchGroupCount !== 0)
    complain(`${batchGroupCount} groups of examples`, 'the count must divide the batch and the output channels')
}

export const windowShapes = shapeFamily({
  reduceWindow: ([x], params, where) => {
    const { kind, windowDimensions, windowStrides, low, high, baseDilation, windowDilation } = params
    checkOneOf(where, 'kind', kind, monoids)
    checkKinds(where, [x], kindsOf(kind))
    checkLists(where, { windowDimensions, windowStrides, low, high, baseDilation, windowDilation }, x.shape.length)
    const shape = x.shape.map((size, d) =>
      places(where, {
        size,
        window: windowDimensions[d] as number,
        stride: windowStrides[d] as number,
        low: low[d] as number,
        high: high[d] as number,
        baseDilation: baseDilation[d] as number,
        windowDilation: windowDilation[d] as number,
      }),
    )
    return [makeAval(shape, x.dtype)]
  },
  convGeneralDilated: ([lhs, rhs], params, where) => {
    const { windowStrides, low, high, lhsDilation, rhsDilation, preferredElementType } = params
    checkKinds(where, [lhs, rhs], ['float', 'int', 'uint'])
    checkSameDType(where, [lhs, rhs])
    checkPreferred(lhs.dtype, preferredElementType, where)
    if (lhs.shape.length < 2 || lhs.shape.length !== rhs.shape.length)
      throw new ShapeError(
        where,
        `${formatAval(lhs)} and ${formatAval(rhs)}`,
        'both have two dimensions of batch and channels and the same number of space',
      )
    checkLists(where, { windowStrides, low, high, lhsDilation, rhsDilation }, lhs.shape.length - 2)
    checkGroups(where, lhs, rhs, params)
    const space = lhs.shape.slice(2).map((size, d) =>
      places(where, {
        size,
        window: rhs.shape[d + 2] as number,
        stride: windowStrides[d] as number,
        low: low[d] as number,
        high: high[d] as number,
        baseDilation: lhsDilation[d] as number,
        windowDilation: rhsDilation[d] as number,
      }),
    )
    const batch = (lhs.shape[0] as number) / params.batchGroupCount
    return [makeAval([batch, rhs.shape[0] as number, ...space], preferredElementType)]
  },
})
