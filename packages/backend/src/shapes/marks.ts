import { type Aval, makeAval } from '../aval.ts'
import { ShapeError } from '../errors.ts'
import { kindsOf, monoids } from './order.ts'
import { checkAxis, checkCount, checkKinds, checkOneOf, shapeFamily } from './rule.ts'

function allGather(x: Aval, size: number, axis: number, tiled: boolean, where: string): Aval {
  checkCount(where, 'axisSize', size, 0)
  checkAxis(where, axis, x.shape.length + (tiled ? 0 : 1))
  const shape = tiled ? x.shape.with(axis, (x.shape[axis] as number) * size) : x.shape.toSpliced(axis, 0, size)
  return makeAval(shape, x.dtype)
}

/** Nobody sends or receives twice. */
function checkPairs(where: string, perm: readonly (readonly [number, number])[]): void {
  for (const side of [0, 1] as const) {
    const ends = perm.map((pair) => pair[side])
    if (new Set(ends).size !== ends.length || !ends.every((n) => Number.isInteger(n) && n >= 0))
      throw new ShapeError(
        where,
        `perm [${perm.map(([from, to]) => `[${from},${to}]`).join()}]`,
        'each example sends at most once and gets at most once',
      )
  }
}

export const markShapes = shapeFamily({
  optimizationBarrier: (ins) => ins,
  callback: (_ins, { outs, callback, name }, where) => {
    if (typeof callback !== 'function')
      throw new TypeError(`${where}(${name}): callback is ${String(callback)}; give a function.`)
    return outs.map(({ shape, dtype }) => makeAval(shape, dtype))
  },
  allReduce: ([x], { kind }, where) => {
    checkOneOf(where, 'kind', kind, monoids)
    checkKinds(where, [x], kindsOf(kind))
    return [makeAval(x.shape, x.dtype)]
  },
  allGather: ([x], { axisSize, axis, tiled }, where) => [allGather(x, axisSize, axis, tiled, where)],
  ppermute: ([x], { perm }, where) => {
    checkPairs(where, perm)
    return [makeAval(x.shape, x.dtype)]
  },
  axisIndex: (_ins, { axisName }, where) => {
    if (axisName === '') throw new ShapeError(where, 'an axis without a name', 'name it')
    return [makeAval([], 'int32')]
  },
})
