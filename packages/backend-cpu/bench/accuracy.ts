// Errors of float32 functions against the true value, in units in the last place, each with its worst input, with fused multiplications and
// additions and without: `npx tsx --conditions=@proj/source bench/accuracy.ts [op,op…|all] [stride]`. Every stride-th float32 is looked at;
// stride 1 is all 2³² of them, some minutes a function. Functions of two arguments are looked at in pairs that a generator draws, as many.
// The truth is the compiled float64 function, other code, held to JavaScript's at every so-manieth input and wherever an error is the largest.
import { type Backend, JaxprBuilder, makeAval, scalarFunction } from '@proj/backend'
import { cpu } from '../src/index.ts'

const unary = [
  ...['exp', 'exp2', 'expm1', 'log', 'log1p', 'sin', 'cos', 'tan', 'asin', 'acos', 'atan', 'sinh', 'cosh', 'tanh'],
  ...['asinh', 'acosh', 'atanh', 'logistic', 'erf', 'erfc', 'erfInv', 'rsqrt', 'cbrt'],
]
const binary = ['pow', 'atan2']
const [which = 'all', strideText = '401'] = process.argv.slice(2)
const stride = Number(strideText)
const count = 1 << 16
const all = 2 ** 32
const aval = makeAval([count], 'float32')
const modes = { fused: cpu({ threads: 1 }), plain: cpu({ threads: 1, relaxedSimd: false }) }

type Floats = Float32Array | Float64Array
type Compiled<Out> = (operands: readonly Float32Array[]) => Out

/** The function of float32s, computed in `dtype`. */
function compiled<Out extends Floats>(op: string, dtype: 'float32' | 'float64', backend: Backend): Compiled<Out> {
  const b = new JaxprBuilder()
  const inputs = Array.from({ length: binary.includes(op) ? 2 : 1 }, () => b.input(aval))
  const operands = inputs.map((x) => b.emit('convertElementType', [x], { newDtype: dtype })[0])
  const executable = backend.compile(b.finish(b.emit(op as 'atan2', operands as never, {})), {})
  return (operands) => {
    const buffers = operands.map((data) => backend.put(data, aval))
    const [result] = executable.run(buffers)
    const got = backend.getSync?.(result as object) as Out
    for (const buffer of [...buffers, result]) backend.free(buffer as object)
    return got
  }
}

const wide = new Float64Array(1)
const wideBits = new Uint32Array(wide.buffer)

/** The distance of neighbours among float32 at `x`. */
function unit(x: number): number {
  wide[0] = x
  const exponent = (((wideBits[1] as number) >>> 20) & 0x7ff) - 1023
  return 2 ** (Math.min(127, Math.max(-126, exponent)) - 23)
}

interface Worst {
  ulps: number
  at: string
}

/** Zeros of the other sign, numbers for NaN or the reverse, and infinities for what is none count as an infinite error. */
function errorOf(want: number, found: number): number {
  const isWrong =
    Number.isNaN(want) !== Number.isNaN(found) ||
    (want === 0 && found === 0) ||
    (!Number.isFinite(found) && Math.abs(want) < 2 ** 128)
  return isWrong ? Infinity : Math.abs(found - want) / unit(want)
}

/** Where the largest error of a block is, if it is larger than those before. */
function compare(worst: Worst, truths: Float64Array, got: Float32Array, check: (i: number) => void): number {
  let at = -1
  for (let i = 0; i < count; i++) {
    const [want, found] = [truths[i] as number, got[i] as number]
    if (Object.is(Math.fround(want), found)) continue
    const error = errorOf(want, found)
    if (error <= worst.ulps) continue
    check(i)
    worst.ulps = error
    at = i
  }
  return at
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

const checkEvery = 61

/** @throws where the compiled float64 function is not JavaScript's, to a thousandth of a float32's unit */
function checkerOf(op: string, floats: readonly Float32Array[], truths: () => Float64Array): (i: number) => void {
  const truth = scalarFunction(op as 'atan2', 'float64', {}) as (...xs: number[]) => number
  return (i) => {
    const xs = floats.map((data) => data[i] as number)
    const [want, got] = [truth(...xs), truths()[i] as number]
    const isNear = errorOf(want, got) < 1e-3 || Math.abs(want - got) < 1e-12 * Math.abs(want)
    if (!Object.is(want, got) && !isNear)
      throw new Error(`${op}(${xs}) in float64 is ${got}, where JavaScript has ${want}`)
  }
}

/** The largest errors of the modes over `blocks` blocks of floats. */
function measure(op: string, blocks: number): Worst[] {
  const functions = Object.values(modes).map((backend) => compiled<Float32Array>(op, 'float32', backend))
  const exact = compiled<Float64Array>(op, 'float64', modes.plain)
  const worsts = functions.map((): Worst => ({ ulps: 0.5, at: '' }))
  const words = Array.from({ length: binary.includes(op) ? 2 : 1 }, () => new Uint32Array(count))
  const floats = words.map(({ buffer }) => new Float32Array(buffer))
  let truths = new Float64Array()
  const check = checkerOf(op, floats, () => truths)
  const fill = binary.includes(op) ? pairs : inOrder
  for (let block = 0; block < blocks; block++) {
    fill(block, words)
    truths = exact(floats)
    for (let i = block % checkEvery; i < count; i += checkEvery) check(i)
    functions.forEach((f, k) => {
      const worst = worsts[k] as Worst
      const at = compare(worst, truths, f(floats), check)
      if (at >= 0) worst.at = floats.map((data) => String(data[at])).join(', ')
    })
  }
  return worsts
}

console.log(
  `| function | ${Object.keys(modes).join(' | at | ')} | at | inputs |\n| --- | --- | --- | --- | --- | --- |`,
)
for (const op of which === 'all' ? [...unary, ...binary] : which.split(',')) {
  const blocks = Math.ceil(all / count / stride)
  const cells = measure(op, blocks).flatMap(({ ulps, at }) => [ulps.toFixed(3), at])
  console.log(`| ${[op, ...cells, blocks * count].join(' | ')} |`)
}
