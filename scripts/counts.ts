import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join, sep } from 'node:path'

/** Where tests run is in the name: `x.test.ts` in Node, `x.browser.test.ts` in or with a browser. */
const kinds = ['unit', 'browser', 'packed'] as const
type Kind = (typeof kinds)[number]

/** `x.packed.test.ts` sees the packages as npm delivers them. */
const kindOf = (file: string): Kind => kinds.find((kind) => file.endsWith(`.${kind}.test.ts`)) ?? 'unit'

/** All tests of one kind in one folder: they run as one task and leave one report. */
export type Suite = { readonly folder: string; readonly kind: Kind; readonly files: readonly string[] }

/** Every entry of `problems` is one of `failed`. */
export type Counts = {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  readonly problems: readonly string[]
}

/** The part of vitest's JSON report that counts. */
type Report = { readonly testResults: readonly FileResult[] }
type FileResult = {
  readonly name: string
  readonly status: 'passed' | 'failed'
  readonly message?: string
  readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[]
}

const skippedFolders = new Set(['node_modules', 'dist', 'reports', '.turbo'])

const none: Counts = { passed: 0, failed: 0, skipped: 0, problems: [] }

const failure = (problem: string): Counts => ({ ...none, failed: 1, problems: [problem] })

/** The suites that must report: one for each folder and kind that has test files, whatever the runners' settings say. */
export function expectedSuites(root: string): Suite[] {
  const packages = readdirSync(join(root, 'packages')).map((name) => `packages/${name}`)
  return [...packages, 'scripts'].sort().flatMap((folder) => {
    const tests = testFiles(join(root, folder))
    const suites = kinds.map((kind) => ({ folder, kind, files: tests.filter((file) => kindOf(file) === kind) }))
    return suites.filter(({ files }) => files.length > 0)
  })
}

/** Paths below `folder`, with `/`. */
function testFiles(folder: string, prefix = ''): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = `${prefix}${entry.name}`
    if (entry.isDirectory() && !skippedFolders.has(entry.name)) return testFiles(join(folder, entry.name), `${path}/`)
    return entry.isFile() && entry.name.endsWith('.test.ts') ? [path] : []
  })
}

const reportPath = (root: string, { folder, kind }: Suite) => join(root, folder, 'reports', `${kind}.json`)

/** Removes earlier reports, so that what stands there after a run was written, or restored from the cache, by it. */
export function forgetReports(root: string): void {
  for (const each of expectedSuites(root)) rmSync(reportPath(root, each), { force: true })
}

/** Reads the suite's report. A missing or unreadable one is a failure, and so is a test file that it does not name. */
export function countSuite(root: string, suite: Suite): Counts {
  const path = reportPath(root, suite)
  const where = `${suite.folder} (${suite.kind})`
  if (!existsSync(path)) return failure(`${where}: it left no report`)
  const report = parse(readFileSync(path, 'utf8'))
  if (report === undefined) return failure(`${where}: its report cannot be read`)
  return total([...report.testResults.map((file) => countFile(suite, file)), ...missingFiles(suite, report)])
}

function parse(text: string): Report | undefined {
  try {
    const report: Partial<Report> | null = JSON.parse(text)
    return Array.isArray(report?.testResults) ? (report as Report) : undefined
  } catch {
    return undefined
  }
}

function countFile({ folder, files }: Suite, { name, status, message, assertionResults }: FileResult): Counts {
  const path = `${folder}/${files.find((file) => isAt(name, folder, file)) ?? name}`
  const having = (...wanted: string[]) => assertionResults.filter((test) => wanted.includes(test.status))
  const failed = having('failed')
  const passed = having('passed').length
  if (status === 'failed' && failed.length === 0) {
    return { ...none, passed, failed: 1, problems: [`${path}: ${firstLine(message) || 'failed outside its tests'}`] }
  }
  return {
    passed,
    failed: failed.length,
    skipped: assertionResults.length - passed - failed.length,
    problems: failed.map((test) => `${path}: ${test.fullName}`),
  }
}

const firstLine = (text = '') => text.trim().split('\n')[0]

/** A report restored from a cache may have been written in another checkout: only the end of its paths is ours. */
const isAt = (name: string, folder: string, file: string) => name.split(sep).join('/').endsWith(`/${folder}/${file}`)

function missingFiles({ folder, kind, files }: Suite, { testResults }: Report): Counts[] {
  const unseen = files.filter((file) => !testResults.some(({ name }) => isAt(name, folder, file)))
  return unseen.map((file) => failure(`${folder}/${file}: the ${kind} suite did not run it`))
}

/** The sum of `counts`. */
export function total(counts: readonly Counts[]): Counts {
  const sum = (of: (each: Counts) => number) => counts.reduce((before, each) => before + of(each), 0)
  return {
    passed: sum((each) => each.passed),
    failed: sum((each) => each.failed),
    skipped: sum((each) => each.skipped),
    problems: counts.flatMap(({ problems }) => problems),
  }
}

/** `12 passed, 0 failed`, and what was skipped if anything was. */
export const summary = ({ passed, failed, skipped }: Counts) =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`

/** The counts of a whole run: a runner that failed where every report is clean is a failure of its own. */
export function withStatus(counts: Counts, status: number): Counts {
  if (status === 0 || counts.failed > 0) return counts
  return total([counts, failure(`the runner ended with status ${status}, though no report names a failure`)])
}
