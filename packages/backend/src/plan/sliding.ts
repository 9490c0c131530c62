import { makeAval } from '../aval.ts'
import { type Atom, type Eqn, makeLiteral, makeVar, type Var } from '../jaxpr.ts'
import type { OpName, Params } from '../ops.ts'
import { monoids } from '../reference/monoid.ts'
import { dilated } from '../shapes/windows.ts'
import type { Affine } from './affine.ts'
import { type Contraction, type Dimension, laidOut } from './contraction.ts'

interface Padding {
  readonly low: readonly number[]
  readonly high: readonly number[]
  readonly dilation: readonly number[]
}

/** `x` with `fill` around and between its elements; nothing where that changes nothing. */
function padded(x: Atom, { low, high, dilation }: Padding, fill: number): Eqn | undefined {
  if ([...low, ...high].every((n) => n === 0) && dilation.every((n) => n === 1)) return undefined
  const { shape, dtype } = x.aval
  const sizes = shape.map((n, d) => (low[d] as number) + dilated(n, dilation[d] as number) + (high[d] as number))
  return {
    op: 'pad',
    inputs: [x, makeLiteral(fill, makeAval([], dtype))],
    params: { low, high, interior: dilation.map((n) => n - 1) },
    outputs: [makeVar(makeAval(sizes, dtype))],
  }
}

/** An equation over windows as a `pad`, where there is padding, and the same equation of its result, which only slides. */
export interface Sliding {
  readonly pad: Eqn | undefined
  readonly slid: Eqn
}

const afterPad = (eqn: Eqn, pad: Eqn | undefined): Sliding => {
  const [x, ...others] = eqn.inputs
  return { pad, slid: { ...eqn, inputs: [(pad?.outputs[0] ?? x) as Atom, ...others] } }
}

/** Padding and holes as a `pad` of the first operand; what is left of the parameters is not to be read again. */
export function unpadded(eqn: Eqn): Sliding {
  const [x] = eqn.inputs as readonly [Atom]
  if (eqn.op === 'reduceWindow') {
    const { kind, low, high, baseDilation } = eqn.params as Params<'reduceWindow'>
    return afterPad(eqn, padded(x, { low, high, dilation: baseDilation }, monoids[kind].identity(x.aval.dtype)))
  }
  const { low, high, lhsDilation } = eqn.params as Params<'convGeneralDilated'>
  const padding = { low: [0, 0, ...low], high: [0, 0, ...high], dilation: [1, 1, ...lhsDilation] }
  return afterPad(eqn, padded(x, padding, 0))
}

const reductions = { add: 'reduceSum', mul: 'reduceProd', max: 'reduceMax', min: 'reduceMin' } as const satisfies {
  readonly [M in Params<'reduceWindow'>['kind']]: OpName
}

/** Every window of an array that needs no padding: over the dimensions of the result, then those of a window. */
export function windowsOf(at: Affine, out: readonly number[], params: Params<'reduceWindow'>): Affine {
  const { windowDimensions, windowStrides, windowDilation } = params
  const strides = (steps: readonly number[]) => at.strides.map((stride, d) => stride * (steps[d] as number))
  return {
    shape: [...out, ...windowDimensions],
    strides: [...strides(windowStrides), ...strides(windowDilation)],
    offset: at.offset,
  }
}

/** The reduction that is left of a `reduceWindow` once `windows` stands for all its windows. */
export function reductionOf(eqn: Eqn): { readonly windows: Var; readonly reduction: Eqn } {
  const { kind, windowDimensions } = eqn.params as Params<'reduceWindow'>
  const [output] = eqn.outputs as readonly [Var]
  const { shape, dtype } = output.aval
  const windows = makeVar(makeAval([...shape, ...windowDimensions], dtype))
  const axes = shape.map((_, d) => shape.length + d)
  return { windows, reduction: { ...eqn, op: reductions[kind], params: { axes }, inputs: [windows] } }
}

/** Of channels or of examples: only one of the two counts is above 1. */
export const groupsOf = ({ featureGroupCount, batchGroupCount }: Params<'convGeneralDilated'>): number =>
  featureGroupCount * batchGroupCount

/** The shape of a convolution's result with its groups as a dimension of their own, and still the same elements in the same order. */
export function groupedShape(shape: readonly number[], groups: number): number[] {
  const [batch, outputs, ...space] = shape as [number, number, ...number[]]
  return [batch, groups, outputs / groups, ...space]
}

/** What becomes of a dimension of the result in `groupedShape`. */
export const groupedDimensions = (d: number): readonly number[] => (d === 1 ? [1, 2] : [d > 1 ? d + 1 : d])

/**
 * A convolution that needs no padding, as a contraction over input channels and taps; groups run side by side.
 *
 * @param grouped the result's shape, as `groupedShape` gives it
 * @param permutation of its dimensions, in the order that they are wanted in
 */
export function convolution(
  params: Params<'convGeneralDilated'>,
  lhs: Affine,
  rhs: Affine,
  grouped: readonly number[],
  permutation: readonly number[],
): Contraction {
  const { windowStrides, rhsDilation, batchGroupCount } = params
  const [sBatch, sInput, ...sSpace] = lhs.strides as [number, number, ...number[]]
  const [rOutput, rInput, ...rWindow] = rhs.strides as [number, number, ...number[]]
  const [, perGroup, ...window] = rhs.shape as [number, number, ...number[]]
  const [batch, groups, outputs, ...space] = grouped as [number, number, number, ...number[]]
  const toNextGroup = batchGroupCount > 1 ? batch * sBatch : perGroup * sInput
  const result: Dimension[] = [
    { role: 'lhs', size: batch, lhs: sBatch, rhs: 0 },
    { role: 'batch', size: groups, lhs: toNextGroup, rhs: outputs * rOutput },
    { role: 'rhs', size: outputs, lhs: 0, rhs: rOutput },
    ...space.map((size, d): Dimension => {
      return { role: 'lhs', size, lhs: (sSpace[d] as number) * (windowStrides[d] as number), rhs: 0 }
    }),
  ]
  const contract: Dimension[] = [
    { role: 'batch', size: perGroup, lhs: sInput, rhs: rInput },
    ...window.map((size, d): Dimension => {
      return { role: 'batch', size, lhs: (sSpace[d] as number) * (rhsDilation[d] as number), rhs: rWindow[d] as number }
    }),
  ]
  const turned = permutation.map((d) => result[d] as Dimension)
  return laidOut(turned, contract, lhs.offset, rhs.offset)
}
