import { join } from 'node:path'
import { findChromium } from './chromium.ts'
import { countSuite, expectedSuites, forgetReports, summary, total, withStatus } from './counts.ts'
import { turbo } from './turbo.ts'

/*
 * `pnpm test`: every suite of every package, in Node and in a browser, then the counts of all of them as the last line.
 * Arguments go to turbo: `pnpm test --force` runs what its cache would replay.
 */

const root = join(import.meta.dirname, '..')

const { executablePath } = await findChromium()
console.log(`browser: ${executablePath}`)

forgetReports(root)
const status = turbo(['test', 'test:browser', 'test:scripts', 'test:packed', '--continue', ...process.argv.slice(2)])

const counted = expectedSuites(root).map((suite) => ({ suite, counts: countSuite(root, suite) }))
const result = withStatus(total(counted.map(({ counts }) => counts)), status)

console.log()
for (const { suite, counts } of counted) console.log(`${suite.folder} (${suite.kind}): ${summary(counts)}`)
for (const problem of result.problems) console.log(`FAILED ${problem}`)
console.log(summary(result))
process.exitCode = result.failed > 0 ? 1 : 0
