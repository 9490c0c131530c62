import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { countSuite, expectedSuites, forgetReports, type Suite, summary, total, withStatus } from './counts.ts'

let root = ''

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'counts-'))
  mkdirSync(join(root, 'packages'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function write(path: string, text = '') {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}

const file = (path: string, statuses: string[], more = {}) => ({
  name: join('/elsewhere', path),
  status: statuses.includes('failed') ? 'failed' : 'passed',
  assertionResults: statuses.map((status, i) => ({ fullName: `test ${i}`, status })),
  ...more,
})

const report = (path: string, ...testResults: object[]) => write(path, JSON.stringify({ testResults }))

const treeUnit: Suite = { folder: 'packages/tree', kind: 'unit', files: ['src/at.test.ts', 'src/map.test.ts'] }

describe('expectedSuites', () => {
  it('finds one suite for each folder and kind that has test files', () => {
    write('packages/tree/src/at.test.ts')
    write('packages/tree/src/deep/er.test.ts')
    write('packages/tree/src/page.browser.test.ts')
    write('packages/nn/src/index.ts')
    write('scripts/counts.test.ts')
    write('scripts/install.packed.test.ts')
    expect(expectedSuites(root)).toEqual([
      { folder: 'packages/tree', kind: 'unit', files: ['src/at.test.ts', 'src/deep/er.test.ts'] },
      { folder: 'packages/tree', kind: 'browser', files: ['src/page.browser.test.ts'] },
      { folder: 'scripts', kind: 'unit', files: ['counts.test.ts'] },
      { folder: 'scripts', kind: 'packed', files: ['install.packed.test.ts'] },
    ])
  })

  it('does not look into installed packages and build output', () => {
    write('packages/tree/node_modules/other/a.test.ts')
    write('packages/tree/dist/a.test.ts')
    expect(expectedSuites(root)).toEqual([])
  })
})

describe('countSuite', () => {
  it('adds up what the report of each file says', () => {
    const at = file('packages/tree/src/at.test.ts', ['passed', 'passed', 'skipped'])
    const map = file('packages/tree/src/map.test.ts', ['passed', 'todo', 'pending'])
    report('packages/tree/reports/unit.json', at, map)
    expect(countSuite(root, treeUnit)).toEqual({ passed: 3, failed: 0, skipped: 3, problems: [] })
  })

  it('names each failed test', () => {
    const at = file('packages/tree/src/at.test.ts', ['failed', 'passed', 'failed'])
    report('packages/tree/reports/unit.json', at, file('packages/tree/src/map.test.ts', ['passed']))
    const problems = ['packages/tree/src/at.test.ts: test 0', 'packages/tree/src/at.test.ts: test 2']
    expect(countSuite(root, treeUnit)).toEqual({ passed: 2, failed: 2, skipped: 0, problems })
  })

  it('counts a file that could not be loaded as one failure', () => {
    const at = file('packages/tree/src/at.test.ts', [], { status: 'failed', message: 'no such export\n  at line 3' })
    report('packages/tree/reports/unit.json', at, file('packages/tree/src/map.test.ts', ['passed']))
    const problems = ['packages/tree/src/at.test.ts: no such export']
    expect(countSuite(root, treeUnit)).toEqual({ passed: 1, failed: 1, skipped: 0, problems })
  })

  it('counts a suite without a report as a failure', () => {
    const problems = ['packages/tree (unit): it left no report']
    expect(countSuite(root, treeUnit)).toEqual({ passed: 0, failed: 1, skipped: 0, problems })
  })

  it.each(['', '{"testResu', 'null', '{"testResults": 3}'])('counts the report %j as a failure', (text) => {
    write('packages/tree/reports/unit.json', text)
    const problems = ['packages/tree (unit): its report cannot be read']
    expect(countSuite(root, treeUnit)).toEqual({ passed: 0, failed: 1, skipped: 0, problems })
  })

  it('counts a test file that the report does not name as a failure', () => {
    report('packages/tree/reports/unit.json', file('packages/tree/src/at.test.ts', ['passed']))
    const problems = ['packages/tree/src/map.test.ts: the unit suite did not run it']
    expect(countSuite(root, treeUnit)).toEqual({ passed: 1, failed: 1, skipped: 0, problems })
  })

  it('does not take a file of the same name in another package for its own', () => {
    const at = file('packages/tree/src/at.test.ts', ['passed'])
    report('packages/tree/reports/unit.json', at, file('packages/nn/src/map.test.ts', ['passed']))
    expect(countSuite(root, treeUnit).problems).toEqual([
      'packages/tree/src/map.test.ts: the unit suite did not run it',
    ])
  })
})

describe('forgetReports', () => {
  it('leaves nothing of an earlier run to be counted', () => {
    write('packages/tree/src/at.test.ts')
    report('packages/tree/reports/unit.json', file('packages/tree/src/at.test.ts', ['passed']))
    forgetReports(root)
    const [suite] = expectedSuites(root)
    expect(countSuite(root, suite as Suite).problems).toEqual(['packages/tree (unit): it left no report'])
  })
})

describe('the last line', () => {
  const one = { passed: 2, failed: 1, skipped: 0, problems: ['a'] }
  const two = { passed: 40, failed: 0, skipped: 3, problems: [] }

  it('sums all suites', () => {
    expect(total([one, two])).toEqual({ passed: 42, failed: 1, skipped: 3, problems: ['a'] })
    expect(total([])).toEqual({ passed: 0, failed: 0, skipped: 0, problems: [] })
  })

  it('mentions skipped tests only where there are any', () => {
    expect(summary(one)).toBe('2 passed, 1 failed')
    expect(summary(two)).toBe('40 passed, 0 failed, 3 skipped')
  })

  it('shows a failure when the runner failed and no report does', () => {
    expect(summary(withStatus(two, 1))).toBe('40 passed, 1 failed, 3 skipped')
    expect(withStatus(two, 130).problems).toEqual([
      'the runner ended with status 130, though no report names a failure',
    ])
  })

  it('does not count a failure twice', () => {
    expect(withStatus(one, 1)).toEqual(one)
    expect(withStatus(two, 0)).toEqual(two)
  })
})
