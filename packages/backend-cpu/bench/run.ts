// How fast single programs run: `npx tsx --conditions=@proj/source bench/run.ts [part of a name] [plain]`; `plain` is without
// fused multiply-adds. Medians, and the best, which says more on a machine that has other work.
import { cpu } from '../src/index.ts'
import { hasRelaxedSimd } from '../src/relaxed.ts'
import { microkernelRate } from './microkernelRate.ts'
import { products } from './products.ts'
import { autoEncoderGradient, chain, convolution, fill, matmul, sum, unary, type Workload } from './workloads.ts'

const million = 1 << 20
const workloads: readonly Workload[] = [
  autoEncoderGradient(),
  chain(million, false),
  chain(million, true),
  ...(['exp', 'log', 'sin', 'tanh', 'erf', 'erfInv', 'logistic'] as const).map((op) => unary(op, million)),
  sum(1024, 1024, 0),
  sum(1024, 1024, 1),
  sum(1, 10 * million, 1),
  matmul(64),
  matmul(128),
  matmul(256),
  matmul(512),
  matmul(512, 0, 0),
  matmul(512, 1, 1),
  matmul(1024),
  convolution(8, 64, 56),
  convolution(1, 64, 30),
  ...products,
]

const median = (xs: readonly number[]): number => [...xs].sort((a, b) => a - b)[xs.length >> 1] as number

function time(workload: Workload): void {
  const backend = cpu({ relaxedSimd: process.argv[3] !== 'plain' })
  const start = performance.now()
  const executable = backend.compile(workload.jaxpr, { name: workload.name })
  const compiled = performance.now() - start
  const inputs = workload.jaxpr.inputs.map(({ aval }) => backend.put(fill(aval, workload.range), aval))
  const times: number[] = []
  const end = performance.now() + 700
  while (times.length < 20 || (performance.now() < end && times.length < 200)) {
    // Short programs are timed in bunches, as the clock is coarse.
    const bunch = workload.work < 1e5 ? 200 : 1
    const before = performance.now()
    for (let i = 0; i < bunch; i++) for (const result of executable.run(inputs)) backend.free(result)
    times.push((performance.now() - before) / bunch)
  }
  const ms = median(times)
  const rate = (workload.work / ms / 1e6).toFixed(2)
  const best = (workload.work / Math.min(...times) / 1e6).toFixed(2)
  console.log(
    `${workload.name.padEnd(38)} ${(ms * 1000).toFixed(1).padStart(9)} µs  ${rate.padStart(7)} (${best.padStart(6)}) ${workload.unit}  compile ${compiled.toFixed(1)} ms`,
  )
}

function showMicrokernel(): void {
  for (const isFused of [false, true]) {
    if (isFused && !hasRelaxedSimd()) continue
    const { median, best } = microkernelRate(isFused)
    const name = `microkernel alone, ${isFused ? 'fused' : 'plain'}`
    console.log(
      `${name.padEnd(38)} ${''.padStart(12)}  ${median.toFixed(2).padStart(7)} (${best.toFixed(2).padStart(6)}) GFLOP/s`,
    )
  }
}

const wanted = process.argv[2] ?? ''
for (const workload of workloads) if (workload.name.includes(wanted)) time(workload)
if ('microkernel matmul'.includes(wanted)) showMicrokernel()
