import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { built } from './built.ts'

describe('built', () => {
  it('makes a program that Node runs by itself', async () => {
    const path = await built(join('compile', 'one.ts'))
    const { stdout, stderr } = spawnSync(process.execPath, [path, 'chain', '10'], { encoding: 'utf8' })
    expect(stderr).toBe('')
    expect(JSON.parse(stdout)).toMatchObject({ equations: 10 })
  })
})
