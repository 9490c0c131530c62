import { draw } from '../charts.ts'
import { type Cost, stages, totalOf } from './cost.ts'

/** The costs of a program at each size, the smallest first. */
export interface Measured {
  readonly name: string
  readonly title: string
  readonly costs: readonly Cost[]
}

const names = ['all', ...stages]
const colours = ['#222', '#0b6e99', '#e8924a', '#6a994e', '#9d6b9e', '#c0504d', '#8a8f98', '#e5b567']

/** The line that a cost which is linear, and ends where this one does, would be. */
function linear(costs: readonly Cost[]): { equations: number; ms: number }[] {
  const [first, last] = [costs[0], costs.at(-1)] as [Cost, Cost]
  const slope = totalOf(last) / last.equations
  return [first, last].map(({ equations }) => ({ equations, ms: slope * equations }))
}

/** Milliseconds by the number of equations, both in powers of ten: a panel for each program, a line for each stage, dashed what is linear. */
export function chart(all: readonly Measured[], caption: string): Promise<string> {
  const x = {
    field: 'equations',
    type: 'quantitative' as const,
    title: 'equations',
    axis: { values: [100, 300, 1000, 3000, 10_000, 20_000], format: '~s' },
    scale: { type: 'log' as const, nice: false, domain: [70, 25_000] },
  }
  const y = {
    field: 'ms',
    type: 'quantitative' as const,
    title: 'ms',
    axis: { values: [0.1, 1, 10, 100, 1000, 10_000], format: '~g' },
    scale: { type: 'log' as const, nice: false, domain: [0.1, 10_000], clamp: true },
  }
  const panel = ({ title, costs }: Measured) => ({
    title: { text: title, anchor: 'start' as const, fontSize: 11 },
    width: 260,
    height: 200,
    layer: [
      {
        data: { values: linear(costs) },
        mark: { type: 'line' as const, color: '#999', strokeDash: [5, 4] },
        encoding: { x, y },
      },
      {
        data: {
          values: costs.flatMap((cost) => [
            { equations: cost.equations, stage: 'all', ms: totalOf(cost) },
            ...stages.map((stage) => ({ equations: cost.equations, stage, ms: cost.ms[stage] })),
          ]),
        },
        mark: { type: 'line' as const, point: { size: 18 } },
        encoding: {
          x,
          y,
          color: { field: 'stage', scale: { domain: names, range: colours }, title: 'stage' },
          strokeWidth: { condition: { test: "datum.stage == 'all'", value: 2.5 }, value: 1.2 },
        },
      },
    ],
  })
  return draw({
    title: {
      text: 'Tracing and compiling, cold, by the number of equations; dashed: linear',
      subtitle: caption,
      anchor: 'start',
      offset: 16,
    },
    columns: 3,
    concat: all.map(panel),
  })
}
