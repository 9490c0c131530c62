// Errors of float32 functions against the true value, in units in the last place, each with its worst input:
// `npx tsx --conditions=@proj/source bench/accuracy.ts [op,op…|all] [stride] [fused|plain] [part/parts]`. Every stride-th float32 is looked at;
// stride 1 is all 2³² of them, in `parts` runs if that is too long. Functions of two arguments are looked at in pairs that a generator
// draws, as many as a stride of 1 to 400 leaves of 4 billion. The truth is float64's function, right to a few of its own units.
import { type DType, JaxprBuilder, makeAval, scalarFunction } from '@proj/backend'
import { cpu } from '../src/index.ts'

const unary = [
  ...['exp', 'exp2', 'expm1', 'log', 'log1p', 'sin', 'cos', 'tan', 'asin', 'acos', 'atan', 'sinh', 'cosh', 'tanh'],
  ...['asinh', 'acosh', 'atanh', 'logistic', 'erf', 'erfc', 'erfInv', 'rsqrt', 'cbrt'],
]
const binary = ['pow', 'atan2']
const [which = 'all', strideText = '401', mode = 'fused', slice = '1/1'] = process.argv.slice(2)
const stride = Number(strideText)
const [part, parts] = slice.split('/').map(Number) as [number, number]
const count = 1 << 16
const all = 2 ** 32

/** The distance of neighbours at `x`. */
function unit(x: number): number {
  const size = Math.abs(x)
  const exponent = Number.isFinite(size) && size > 0 ? Math.min(127, Math.max(-126, Math.floor(Math.log2(size)))) : -126
  return 2 ** (exponent - 23)
}

interface Worst {
  ulps: number
  at: string
  points: number
}

/** Runs `op` on blocks of floats by their bits, as `fill` writes them. */
function measure(op: string, blocks: number, fill: (block: number, operands: readonly Uint32Array[]) => void): Worst {
  const backend = cpu({ relaxedSimd: mode !== 'plain' })
  const b = new JaxprBuilder()
  const aval = makeAval([count], 'float32' satisfies DType)
  const arity = binary.includes(op) ? 2 : 1
  const inputs = Array.from({ length: arity }, () => b.input(aval))
  const executable = backend.compile(b.finish(b.emit(op as 'atan2', inputs as never, {})), {})
  const truth = scalarFunction(op as 'atan2', 'float64', {}) as (...xs: number[]) => number
  const words = inputs.map(() => new Uint32Array(count))
  const floats = words.map(({ buffer }) => new Float32Array(buffer))
  const [x, y] = floats as [Float32Array, Float32Array | undefined]
  const worst: Worst = { ulps: 0, at: '', points: 0 }
  for (let block = Math.floor((blocks * (part - 1)) / parts); block < Math.floor((blocks * part) / parts); block++) {
    fill(block, words)
    const buffers = floats.map((data) => backend.put(data, aval))
    const [result] = executable.run(buffers)
    const got = backend.getSync?.(result as object) as Float32Array
    worst.points += count
    for (let i = 0; i < count; i++) {
      const found = got[i] as number
      const want = y === undefined ? truth(x[i] as number) : truth(x[i] as number, y[i] as number)
      if (Object.is(Math.fround(want), found)) continue
      const error = Math.abs(found - want) / unit(want)
      const isBad =
        Number.isNaN(error) || (want === 0 && found === 0) || (!Number.isFinite(found) && Math.abs(want) < 2 ** 128)
      if (isBad || error > worst.ulps) {
        worst.ulps = isBad ? Infinity : error
        worst.at = floats.map((data) => String(data[i])).join(', ')
      }
    }
    for (const buffer of [...buffers, result]) backend.free(buffer as object)
  }
  return worst
}

const inOrder = (block: number, [words]: readonly Uint32Array[]): void => {
  for (let i = 0; i < count; i++) (words as Uint32Array)[i] = (block * count + i) * stride
}

/** Half of the pairs any bits, half ordinary numbers, whose powers mostly are ordinary, too. */
function pairs(block: number, operands: readonly Uint32Array[]): void {
  let state = block + 1
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) | 0) >>> 0
  const [x, y] = operands.map(({ buffer }) => new Float32Array(buffer)) as [Float32Array, Float32Array]
  for (let i = 0; i < count; i++) {
    for (const words of operands) words[i] = next() ^ (next() >>> 16)
    if (i % 2 === 1) continue
    x[i] = 2 ** (((next() / all) * 2 - 1) * 2 ** (i % 8))
    y[i] = (((next() / all) * 2 - 1) * 140) / Math.log2(x[i] as number)
  }
}

const ops = which === 'all' ? [...unary, ...binary] : which.split(',')
console.log('| function | largest error, ulp | at | inputs |\n| --- | --- | --- | --- |')
for (const op of ops) {
  const blocks = Math.ceil(all / count / stride)
  const { ulps, at, points } = measure(op, blocks, binary.includes(op) ? pairs : inOrder)
  console.log(`| ${op} | ${Math.max(0.5, ulps).toFixed(3)} | ${at} | ${points} |`)
}
