import { eagerLoop, growth, trainingLoop, transientLoad, type Usage } from './workloads.ts'

/** Bytes of the process that are in memory. */
const resident = (): number => process.memoryUsage().rss

const megabytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1)

function report(name: string, run: () => Usage): void {
  const start = performance.now()
  const usage = run()
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  console.log(`${name}: ${seconds} s, value ${usage.value.toPrecision(3)}, grew by ${megabytes(growth(usage))} MB`)
  console.log(`  MB resident on the way: ${usage.bytes.map(megabytes).join(' ')}`)
}

/** All loops at full length: a million ops on small arrays, as many bytes again in large ones, 100,000 steps, and 1 GiB that is needed once. */
export function main(scale = 1): void {
  report('1,000,000 eager ops on 16 numbers', () => eagerLoop(1_000_000 * scale, 16, resident))
  report('20,000 eager ops on 100,000 numbers', () => eagerLoop(20_000 * scale, 100_000, resident))
  report('100,000 jitted steps', () => trainingLoop(100_000 * scale, resident))
  report('1 GiB for a moment, then small steps', () => transientLoad(scale, 3 * scale, resident))
}

if (process.argv[1] === import.meta.filename) main()
