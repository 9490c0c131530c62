import { parse, View } from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'
import { duration, type Row } from './report.ts'
import type { Roofs } from './roofs.ts'
import { type Curve, threads } from './scaling.ts'

/** A picture as SVG, drawn without a browser. */
export const draw = (spec: TopLevelSpec): Promise<string> =>
  new View(parse(compile({ background: 'white', ...spec }).spec), { renderer: 'none' }).toSVG()

const ourColour = '#0b6e99'

/** Shades of one colour for ours, others for the rest. */
const [shades, colours] = [
  [ourColour, '#4a9cc0', '#86bdd6', '#bcdbe8'],
  ['#e8924a', '#e5b567', '#8a8f98', '#b4b9c1', '#6a994e', '#9d6b9e', '#c0504d'],
]

const peerColour = (peers: readonly string[]) => {
  const isOurs = (peer: string) => peer.startsWith('@proj')
  const colourOf = (peer: string) => {
    const [like, range] = [peers.filter((other) => isOurs(other) === isOurs(peer)), isOurs(peer) ? shades : colours]
    return range[like.indexOf(peer) % range.length] as string
  }
  return { domain: [...peers], range: peers.map(colourOf) }
}

const peersIn = (rows: readonly Row[]): string[] => [
  ...new Set(rows.flatMap(({ entries }) => entries.flatMap(({ peer, timing }) => (timing ? [peer] : [])))),
]

/** For each workload, how many times our time each peer takes; bars to the right are slower than ours. */
export function bars(rows: readonly Row[], caption: string): Promise<string> {
  const values = rows.flatMap(({ title, entries }) => {
    const ours = entries[0]?.timing?.median
    return entries.flatMap(({ peer, timing }) =>
      timing && ours ? [{ title, peer, ratio: timing.median / ours, label: duration(timing.median) }] : [],
    )
  })
  const peers = peersIn(rows)
  const y = { field: 'peer', type: 'nominal', sort: peers, title: null, axis: { labelLimit: 240 } } as const
  const scale = { type: 'log' as const, domain: [0.1, 2000] }
  const x = { field: 'ratio', type: 'quantitative' as const, scale }
  const axis = { title: 'times ours', values: [0.1, 1, 10, 100, 1000], format: '~g' }
  return draw({
    title: { text: 'Later calls, medians', subtitle: caption, anchor: 'start', offset: 16 },
    data: { values },
    facet: { field: 'title', type: 'nominal', sort: rows.map(({ title }) => title), title: null },
    columns: 2,
    spec: {
      width: 330,
      height: { step: 17 },
      layer: [
        {
          mark: 'bar',
          encoding: {
            x: { ...x, axis },
            x2: { datum: 1 },
            y,
            color: { field: 'peer', scale: peerColour(peers), legend: null },
          },
        },
        { mark: { type: 'rule', color: ourColour, strokeWidth: 2 }, encoding: { x: { datum: 1 } } },
        {
          mark: { type: 'text', align: 'left', dx: 4, fontSize: 10 },
          encoding: { x: { field: 'labelAt', type: 'quantitative' }, y, text: { field: 'label' } },
        },
      ],
    },
    transform: [{ calculate: 'max(datum.ratio, 1)', as: 'labelAt' }],
    config: { facet: { spacing: 22 }, header: { labelAnchor: 'start', labelFontWeight: 'bold', labelLimit: 480 } },
  })
}

interface Point {
  readonly name: string
  readonly peer: string
  /** Floating-point operations for each byte that must be read or written. */
  readonly intensity: number
  /** GFLOP/s. */
  readonly rate: number
}

const pointsOf = ({ name, flops, bytes, entries }: Row): Point[] =>
  flops === undefined || bytes === undefined
    ? []
    : entries.flatMap(({ peer, timing }) =>
        timing ? [{ name, peer, intensity: flops / bytes, rate: flops / timing.median / 1e6 }] : [],
      )

/** A roof: what memory allows up to the ridge, then what arithmetic does. */
function roof(name: string, peak: number, bandwidth: number, ends: readonly [number, number]) {
  return [ends[0], peak / bandwidth, ends[1]].map((intensity) => ({
    roof: name,
    intensity,
    rate: Math.min(peak, bandwidth * intensity),
  }))
}

/** How near each workload comes to what one thread of WebAssembly can do. Source: Williams, Waterman, Patterson, "Roofline", 2009. */
export function roofline(rows: readonly Row[], { bandwidth, plain, fused }: Roofs, caption: string): Promise<string> {
  const points = rows.flatMap(pointsOf)
  const ends = [0.05, 2 * Math.max(10, ...points.map(({ intensity }) => intensity))] as const
  const roofs = [
    ...roof(`SIMD, ${plain.toFixed(0)} GFLOP/s, ${bandwidth.toFixed(0)} GB/s`, plain, bandwidth, ends),
    ...(fused > 0 ? roof(`relaxed SIMD, ${fused.toFixed(0)} GFLOP/s`, fused, bandwidth, ends) : []),
  ]
  const x = { field: 'intensity', type: 'quantitative', scale: { type: 'log', nice: false } } as const
  const y = { field: 'rate', type: 'quantitative', scale: { type: 'log' } } as const
  const [ours] = peersIn(rows)
  return draw({
    title: { text: 'Roofline of one thread', subtitle: caption, anchor: 'start', offset: 12 },
    config: { legend: { labelLimit: 300 } },
    width: 560,
    height: 340,
    layer: [
      {
        data: { values: roofs },
        mark: { type: 'line', color: '#444' },
        encoding: {
          x: { ...x, title: 'operations a byte' },
          y: { ...y, title: 'GFLOP/s' },
          strokeDash: { field: 'roof', title: 'roofs' },
        },
      },
      {
        data: { values: points },
        mark: { type: 'point', filled: true, size: 70, opacity: 0.85 },
        encoding: { x, y, color: { field: 'peer', scale: peerColour(peersIn(rows)), title: 'peers' } },
      },
      // Above and below by turns, so that neighbours can be read.
      ...[-11, 15].map((dy, turn) => ({
        data: { values: points.filter(({ peer }) => peer === ours).filter((_, i) => i % 2 === turn) },
        mark: { type: 'text' as const, dy, fontSize: 10, color: ourColour },
        encoding: { x, y, text: { field: 'name' } },
      })),
    ],
  })
}

const powersOfTen = [0.001, 0.01, 0.1, 1, 10, 100, 1000, 10_000]

/** What a call costs as its work grows: a panel for each curve, a line for each peer, or, by threads, for each workload. */
export function curves(all: readonly Curve[], caption: string): Promise<string> {
  const [ofPeers, ofThreads] = [all.filter(({ name }) => name !== threads), all.filter(({ name }) => name === threads)]
  const names = (some: readonly Curve[]) => [...new Set(some.flatMap(({ points }) => points.map(({ peer }) => peer)))]
  const panel =
    (peers: readonly string[]) =>
    ({ title, of, points }: Curve) => ({
      title: { text: title, anchor: 'start' as const, fontSize: 11 },
      width: 330,
      height: 220,
      data: { values: points.map(({ size, peer, ms }) => ({ size, peer, ms })) },
      mark: { type: 'line' as const, point: true },
      encoding: {
        x: {
          field: 'size',
          type: 'quantitative' as const,
          title: of,
          axis: { format: '~s', values: [...new Set(points.map(({ size }) => size))] },
          scale: { type: 'log' as const, nice: false },
        },
        y: {
          field: 'ms',
          type: 'quantitative' as const,
          title: 'ms',
          axis: { format: '~g', values: powersOfTen },
          scale: { type: 'log' as const },
        },
        color: { field: 'peer', scale: peerColour(peers), title: null },
      },
    })
  return draw({
    title: { text: 'What a call costs as its work grows', subtitle: caption, anchor: 'start', offset: 16 },
    config: { legend: { labelLimit: 480 } },
    vconcat: [
      ...(ofPeers.length > 0 ? [{ columns: 2, concat: ofPeers.map(panel(names(ofPeers))) }] : []),
      ...ofThreads.map(panel(names(ofThreads))),
    ],
    resolve: { scale: { color: 'independent' } },
  })
}
