import { describe, expect, it } from 'vitest'
import { bars, curves, roofline } from './charts.ts'
import { page } from './page.ts'
import type { Row } from './report.ts'

const timing = (median: number) => ({ median, lowerQuartile: median, upperQuartile: median, samples: 9 })
const row: Row = {
  name: 'add',
  title: 'adding & more',
  flops: 1e6,
  bytes: 2e6,
  entries: [
    { peer: 'ours', firstMs: 1, difference: 0, timing: timing(0.5) },
    { peer: 'slow', firstMs: 2, difference: 0, timing: timing(50) },
    { peer: 'wrong', problem: 'its results are wrong' },
  ],
}

/** The texts of an SVG, and what it says of its marks to screen readers. */
const textsIn = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]+)</g)].map(([, text]) => text)
const marksIn = (svg: string) => [...svg.matchAll(/aria-label="([^"]+)"/g)].map(([, label]) => label)

describe('bars', () => {
  it('has a bar for each peer that was timed, in units of ours, and its time in words', async () => {
    const svg = await bars([row], 'here and now')
    expect(textsIn(svg)).toEqual(expect.arrayContaining(['adding &amp; more', 'here and now', '500 µs', '50.0 ms']))
    expect(marksIn(svg)).toContainEqual(expect.stringMatching(/ratio: 100; peer: slow/))
    expect(svg).not.toContain('wrong')
  })
})

describe('roofline', () => {
  const roofs = { bandwidth: 10, plain: 40, fused: 50 }

  it('puts peers at their intensity and rate', async () => {
    const svg = await roofline([row], roofs, '')
    // 10⁶ operations in 0.5 ms are 2 GFLOP/s; half an operation a byte.
    expect(marksIn(svg)).toContainEqual(expect.stringMatching(/intensity: 0\.5; rate: 2; peers: ours/))
    expect(textsIn(svg)).toEqual(expect.arrayContaining(['add', 'relaxed SIMD, 50 GFLOP/s']))
  })

  it('draws no roof of what the engine lacks, and leaves out workloads whose operations nobody counted', async () => {
    const { flops: _, ...uncounted } = row
    const svg = await roofline([uncounted], { ...roofs, fused: 0 }, '')
    expect(svg).not.toContain('relaxed')
    expect(svg).not.toContain('peers: ours')
  })
})

describe('curves', () => {
  it('has a panel for each curve and a line for each peer', async () => {
    const points = [1, 10, 100].flatMap((size) => ['ours', 'slow'].map((peer) => ({ size, peer, ms: size / 10 })))
    const svg = await curves([{ name: 'growing', title: 'growing', of: 'layers', points }], '')
    expect(textsIn(svg)).toEqual(expect.arrayContaining(['growing', 'layers', 'ours', 'slow']))
    expect(marksIn(svg).filter((label) => /layers: \d+; ms: [\d.]+; peer: ours/.test(label ?? ''))).not.toHaveLength(0)
  })

  it('has a line for each workload where threads are counted', async () => {
    const points = [1, 2].map((size) => ({ size, peer: 'matmul', ms: 4 / size }))
    const svg = await curves([{ name: 'threads', title: 'by threads', of: 'threads', points }], '')
    expect(textsIn(svg)).toEqual(expect.arrayContaining(['by threads', 'threads', 'matmul', '1', '2']))
  })
})

describe('page', () => {
  it('is one page that loads nothing, with the figures as text', () => {
    const html = page({ caption: 'a < b', rows: [row], pictures: ['<svg></svg>'] })
    expect(html).toContain('a &lt; b')
    expect(html).toContain('adding &amp; more')
    expect(html).not.toMatch(/\b(src|href)=/)
  })
})
