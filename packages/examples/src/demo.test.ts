import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const program = join(import.meta.dirname, 'demo.ts')

const demo = (...args: string[]) =>
  spawnSync(process.execPath, ['--conditions=@proj/source', '--import', 'tsx', program, ...args], { encoding: 'utf8' })

describe('the demo', () => {
  it('runs the example that is named, and no other', () => {
    const { stdout, stderr, status } = demo('sharing')
    expect(stderr).toBe('')
    expect(stdout).toContain('bias=f32[1](μ=622.29, σ=0.00, ∈[622.29,622.29])')
    expect(stdout).not.toContain('digits')
    expect(status).toBe(0)
  }, 60_000)

  it.each([
    ['an example that is none', 'nonsense', "There is no example 'nonsense'."],
    ['an option that is none', '--fast', "Unknown option '--fast'"],
  ])(
    'says what there is when asked for %s',
    (_, argument, message) => {
      const { stdout, stderr, status } = demo(argument)
      expect(stdout).toBe('')
      expect(stderr).toContain(message)
      expect(stderr).toContain('usage: pnpm demo [sharing] [mnist] [custom-backend] [--quick]')
      expect(stderr).not.toContain('    at ')
      expect(status).toBe(1)
    },
    60_000,
  )
})
