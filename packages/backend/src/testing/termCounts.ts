import { sizeOf } from '../aval.ts'
import { rowOf } from '../jaxpr.ts'
import type { OpName, Params } from '../ops.ts'

type Count<K extends OpName> = (params: Params<K>, shapes: readonly (readonly number[])[]) => number

const product = (shape: readonly number[], axes: readonly number[]): number =>
  axes.reduce((size, axis) => size * (shape[axis] as number), 1)

const counts: { readonly [K in OpName]?: Count<K> } = {
  reduceSum: ({ axes }, [x = []]) => product(x, axes),
  reduceProd: ({ axes }, [x = []]) => product(x, axes),
  dotGeneral: ({ dimensionNumbers }, [x = []]) => product(x, dimensionNumbers.lhsContracting),
  convGeneralDilated: (_params, [, window = []]) => sizeOf(window.slice(1)),
  reduceWindow: ({ windowDimensions }) => sizeOf(windowDimensions),
  cumulative: ({ axis }, [x = []]) => x[axis] as number,
  scatter: (_params, [, , updates = []]) => sizeOf(updates),
}

/** How many numbers an op combines into one result, at most; 0 of ops that combine none. */
export const termCount = (op: OpName, params: Params<OpName>, shapes: readonly (readonly number[])[]): number =>
  rowOf<Count<OpName> | undefined>(counts, op)?.(params, shapes) ?? 0

/** Whether they are added up. */
export const isSum = (op: OpName, params: Params<OpName>): boolean =>
  'kind' in params ? params.kind === 'add' : op !== 'reduceProd'
