import { type ExecutableStats, JaxprBuilder, makeAval } from '@proj/backend'
import { describe, expect, it } from 'vitest'
import { cpu } from './cpu.ts'

const square = makeAval([128, 128], 'float32')
const bytes = 4 * 128 * 128
/** What a slot of that many bytes takes. */
const slot = bytes + 32

/** `steps` steps that cannot be done in place, then a factor. */
function chain(steps: number) {
  const b = new JaxprBuilder()
  let x = b.input(square)
  for (let i = 0; i < steps; i++) [x] = b.emit('sin', b.emit('rev', [x], { dimensions: [0] }), {})
  return b.finish([...b.emit('cholesky', [x], {}), x])
}

const statsOf = (steps: number): ExecutableStats => {
  const stats = cpu().compile(chain(steps), { name: 'chain' }).stats?.()
  if (stats === undefined) throw new Error('cpu has figures')
  return stats
}

describe('stats', () => {
  it('counts what a call holds, and what of it is in use at one time', () => {
    const { peakBytes, liveBytes } = statsOf(4)
    // An argument and two results, where the intermediate results take turns.
    expect(peakBytes).toBeGreaterThanOrEqual(3 * slot)
    expect(peakBytes).toBeLessThan(3 * slot + 100)
    expect(liveBytes).toBe(peakBytes)
  })

  it('does not grow with the length of a chain', () => {
    const [short, long] = [statsOf(4), statsOf(40)]
    expect(long.peakBytes).toBe(short.peakBytes)
    expect(long.regions).toBe(41)
  })

  it('counts regions, those of the host apart, and the stages of compiling', () => {
    const { regions, hostRegions, codeBytes, inPlace, compileTimes } = statsOf(3)
    expect([regions, hostRegions, inPlace]).toEqual([4, 1, 0])
    expect(codeBytes).toBeGreaterThan(100)
    expect(Object.keys(compileTimes)).toEqual(['clean up', 'fuse', 'place', 'emit', 'module'])
    for (const time of Object.values(compileTimes)) expect(time).toBeGreaterThanOrEqual(0)
  })
})

describe('explain', () => {
  it('draws the arena, a line for each region', () => {
    const b = new JaxprBuilder()
    const x = b.input(makeAval([100], 'float32'))
    const [y] = b.emit('sin', b.emit('rev', [x], { dimensions: [0] }), {})
    const [z] = b.emit('cos', b.emit('rev', [y], { dimensions: [0] }), {})
    const text = cpu()
      .compile(b.finish([z]), { name: 'f' })
      .explain?.()
    // Two places of 448 bytes: the argument and the step between take turns with the result.
    const picture = text?.split('\n').slice(-2) ?? []
    for (const line of picture) expect(line).toMatch(/^ {4}[01] ([a-z])\1{13}([a-z])\2{13}$/)
    expect(text).toContain('f: 2 regions, module of ')
    expect(text).toContain('    0 loop[100] sin (f32[100]) -> f32[100]')
    expect(text).toMatch(/memory: 896 bytes, 1\.00 times the 896 bytes that are in use at one time/)
  })

  it('shows at most 32 lines of a long program', () => {
    const text = cpu().compile(chain(100), { name: 'f' }).explain?.() ?? ''
    const lines = text.slice(text.indexOf('arena by region')).split('\n').slice(1)
    expect(lines.length).toBeLessThanOrEqual(32)
    for (const line of lines) expect(line).toMatch(/^ +\d+ [a-z.]+$/)
  })
})
