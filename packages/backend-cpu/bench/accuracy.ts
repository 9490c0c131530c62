// Errors of float32 functions in units in the last place, with the worst input: `npx tsx --conditions=@proj/source bench/accuracy.ts [op] [stride]`.
// Every stride-th float32 is looked at; stride 1 is all of them. The truth is float64's, which is right to a few of its own units.
import { JaxprBuilder, makeAval, scalarFunction } from '@proj/backend'
import { cpu } from '../src/index.ts'

const ops = ['exp', 'log', 'sin', 'cos', 'tanh', 'logistic', 'erf', 'erfInv'] as const
const wanted = process.argv[2] ?? ''
const stride = Number(process.argv[3] ?? 401)
const count = 1 << 16

/** The distance of neighbours at `x`. */
function unit(x: number): number {
  const size = Math.abs(x)
  const exponent = Number.isFinite(size) && size > 0 ? Math.max(-126, Math.floor(Math.log2(size))) : -126
  return 2 ** (exponent - 23)
}

function measure(op: (typeof ops)[number]): string {
  const backend = cpu()
  const b = new JaxprBuilder()
  const aval = makeAval([count], 'float32')
  const executable = backend.compile(b.finish(b.emit(op, [b.input(aval)], {})), {})
  const truth = scalarFunction(op, 'float64', {})
  const bits = new Uint32Array(count)
  const x = new Float32Array(bits.buffer)
  let [worst, at, points] = [0, Number.NaN, 0]
  for (let start = 0; start < 2 ** 32; start += count * stride) {
    for (let i = 0; i < count; i++) bits[i] = start + i * stride
    const [result] = executable.run([backend.put(x.slice(), aval)])
    const got = backend.getSync?.(result as object) as Float32Array
    for (let i = 0; i < count && start + i * stride < 2 ** 32; i++) {
      const [from, found] = [x[i] as number, got[i] as number]
      const want = truth(from)
      points++
      if (Object.is(Math.fround(want), found)) continue
      const error = Math.abs(found - want) / unit(want)
      const size = Number.isNaN(error) || (want === 0 && found === 0) ? Number.POSITIVE_INFINITY : error
      if (size > worst) [worst, at] = [size, from]
    }
    backend.free(result as object)
  }
  return `| ${op.padEnd(8)} | ${worst.toFixed(3).padStart(8)} | ${String(at).padEnd(24)} | ${points} |`
}

console.log('| op       | worst, ulp | at                     | points |\n| --- | --- | --- | --- |')
for (const op of ops) if (op.includes(wanted)) console.log(measure(op))
