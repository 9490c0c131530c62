import { sameShape } from '../aval.ts'
import type { Atom } from '../jaxpr.ts'
import { filled, instead, type Rule, type RuleTable } from './rule.ts'

const at = (list: readonly number[], i: number): number => list[i] as number

const reshaped = (x: Atom, newSizes: readonly number[]) => instead('reshape', [x], { newSizes })

/** Moving dimensions of size 1 about moves nothing in memory. */
const keepsOrder = (permutation: readonly number[], shape: readonly number[]): boolean => {
  const moved = permutation.filter((axis) => shape[axis] !== 1)
  return moved.every((axis, i) => i === 0 || axis > at(moved, i - 1))
}

const transpose: Rule<'transpose'> = ([x], { permutation }, context) => {
  if (permutation.every((axis, i) => axis === i)) return x
  const first = context.definition(x, 'transpose')
  if (first !== undefined)
    return instead('transpose', first.inputs, {
      permutation: permutation.map((axis) => at(first.params.permutation, axis)),
    })
  return keepsOrder(permutation, x.aval.shape)
    ? reshaped(
        x,
        permutation.map((axis) => at(x.aval.shape, axis)),
      )
    : undefined
}

const reshape: Rule<'reshape'> = ([x], { newSizes }, context) => {
  if (sameShape(x.aval.shape, newSizes)) return x
  const first = context.definition(x, 'reshape')
  return first && reshaped(first.inputs[0], newSizes)
}

const broadcastInDim: Rule<'broadcastInDim'> = ([x], { shape, broadcastDimensions }, context) => {
  if (sameShape(x.aval.shape, shape)) return x
  const first = context.definition(x, 'broadcastInDim')
  if (first !== undefined) {
    const composed = first.params.broadcastDimensions.map((dimension) => at(broadcastDimensions, dimension))
    return instead('broadcastInDim', first.inputs, { shape, broadcastDimensions: composed })
  }
  // Only dimensions of size 1 are new.
  const grows = shape.some((n, dimension) => n !== (x.aval.shape[broadcastDimensions.indexOf(dimension)] ?? 1))
  return grows ? undefined : reshaped(x, shape)
}

const slice: Rule<'slice'> = ([x], { startIndices, limitIndices, strides }, context, output) => {
  if (sameShape(x.aval.shape, output.aval.shape)) return x
  const first = context.definition(x, 'slice')
  if (first === undefined) return undefined
  const inner = first.params
  const steps = strides.map((step, i) => step * at(inner.strides, i))
  const starts = startIndices.map((start, i) => at(inner.startIndices, i) + start * at(inner.strides, i))
  const limits = limitIndices.map((limit, i) =>
    Math.min(at(inner.limitIndices, i), at(inner.startIndices, i) + limit * at(inner.strides, i)),
  )
  return instead('slice', first.inputs, {
    startIndices: starts,
    limitIndices: limits.map((n, i) => Math.max(n, at(starts, i))),
    strides: steps,
  })
}

const pad: Rule<'pad'> = ([x], { low, high, interior }) => {
  const isNothing = (n: number) => n === 0
  const isTouched = interior.some((n, i) => n !== 0 && at(x.aval.shape, i) > 1)
  return low.every(isNothing) && high.every(isNothing) && !isTouched ? x : undefined
}

const concatenate: Rule<'concatenate'> = (inputs, { dimension }) => {
  const full = inputs.filter((input) => input.aval.shape[dimension] !== 0)
  if (full.length <= 1) return full[0] ?? inputs[0]
  return full.length < inputs.length ? instead('concatenate', full, { dimension }) : undefined
}

const rev: Rule<'rev'> = ([x], { dimensions }, context) => {
  const first = context.definition(x, 'rev')
  const from = first === undefined ? x : first.inputs[0]
  const once = x.aval.shape
    .map((_, i) => i)
    .filter((i) => dimensions.includes(i) !== (first?.params.dimensions.includes(i) ?? false))
  const turned = once.filter((i) => at(x.aval.shape, i) > 1)
  if (turned.length === 0) return from
  return first === undefined && turned.length === dimensions.length
    ? undefined
    : instead('rev', [from], { dimensions: turned })
}

/** Over no axes, or over axes of size 1, one element is all there is. */
const single: Rule<'reduceSum' | 'reduceProd' | 'reduceMax' | 'reduceMin' | 'reduceAnd' | 'reduceOr'> = (
  [x],
  { axes },
  _context,
  output,
) => {
  if (axes.length === 0) return x
  return axes.every((axis) => x.aval.shape[axis] === 1) ? reshaped(x, output.aval.shape) : undefined
}

const firstOfOne: Rule<'argmax' | 'argmin'> = ([x], { axis }, _context, output) =>
  x.aval.shape[axis] === 1 ? filled(0, output) : undefined

export const movement: RuleTable = {
  transpose,
  reshape,
  broadcastInDim,
  slice,
  pad,
  concatenate,
  rev,
  reduceSum: single,
  reduceProd: single,
  reduceMax: single,
  reduceMin: single,
  reduceAnd: single,
  reduceOr: single,
  argmax: firstOfOne,
  argmin: firstOfOne,
}
