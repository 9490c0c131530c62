import { type Cost, stages, totalOf } from './cost.ts'

const columns = (rows: readonly (readonly string[])[]): string =>
  rows.map((row) => row.map((cell) => cell.padStart(10)).join('')).join('\n')

/** Costs in microseconds an equation, a line for each size. */
export function table(costs: readonly Cost[]): string {
  const lines = costs.map((cost) => [
    String(cost.equations),
    ...stages.map((stage) => ((1000 * cost.ms[stage]) / cost.equations).toFixed(1)),
    totalOf(cost).toFixed(0),
  ])
  return columns([['equations', ...stages, 'total ms'], ...lines])
}

/**
 * The power of the number of equations that tracing and compiling together grow with, between the two largest programs: 1 is linear, 2
 * quadratic.
 *
 * @throws {RangeError} for fewer than two programs
 */
export function growthOf(costs: readonly Cost[]): number {
  const [small, large] = costs.toSorted((a, b) => a.equations - b.equations).slice(-2)
  if (small === undefined || large === undefined)
    throw new RangeError('growthOf: one program does not grow; measure at least two sizes.')
  return Math.log(totalOf(large) / totalOf(small)) / Math.log(large.equations / small.equations)
}
