import { type Aval, type Executable, JaxprBuilder, makeAval, type OpName, type Params } from '@proj/backend'
import { beforeAll, describe, expect, it } from 'vitest'
import type { GpuBuffer } from '../../buffers.ts'
import { type WebglBackend, webgl } from '../../gpu.ts'
import special from './fixtures/special.json'

let backend: WebglBackend
beforeAll(async () => {
  backend = await webgl()
})

type FloatOp = { [K in OpName]: Params<K> extends Record<string, never> ? K : never }[OpName]

/** `op` over the columns, all float32. */
function compute(op: FloatOp, columns: readonly Float32Array[]): Float32Array {
  const builder = new JaxprBuilder()
  const aval: Aval = makeAval([(columns[0] as Float32Array).length], 'float32')
  const inputs = columns.map(() => builder.input(aval))
  const [y] = builder.emit(op, inputs as never, {} as never) as readonly [(typeof inputs)[number]] // arity is the caller's
  const executable: Executable<GpuBuffer> = backend.compile(builder.finish([y]), {})
  const [out] = executable.run(columns.map((column) => backend.put(column, aval)))
  return backend.getSync(out as GpuBuffer) as Float32Array
}

const exponentOf = (x: number): number => Math.max(-126, Math.floor(Math.log2(Math.abs(x))))

/** The distance in units of the last place of the right answer; 0 where both are the same infinity or NaN, or are flushed. */
function ulps(got: number, want: number): number {
  const right = Math.fround(want)
  if (Object.is(got, right) || (Number.isNaN(got) && Number.isNaN(right))) return 0
  if (Math.abs(right) < 2 ** -126 && got === 0) return 0
  if (!Number.isFinite(got) || !Number.isFinite(right)) return Infinity
  return Math.abs(got - want) / 2 ** (exponentOf(right) - 23)
}

function worst(
  op: FloatOp,
  columns: readonly Float32Array[],
  oracle: (...xs: number[]) => number,
): [ulp: number, at: string] {
  const got = compute(op, columns)
  let [most, at] = [0, '']
  got.forEach((value, i) => {
    const xs = columns.map((column) => column[i] as number)
    const distance = ulps(value, oracle(...xs))
    if (!(distance <= most)) [most, at] = [distance, `${op}(${xs.join(', ')}) = ${value}, not ${oracle(...xs)}`]
  })
  return [most, at]
}

// A fixed sequence, so that a failure can be looked at again.
const sequence = (seed: number) => () => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
  return seed / 2 ** 32
}

const count = 20_000
const uniform = (from: number, to: number): Float32Array => {
  const next = sequence(7)
  return Float32Array.from({ length: count }, () => from + (to - from) * next())
}
/** Magnitudes between two powers of ten, both signs or positive only. */
const spread = (from: number, to: number, signed = true): Float32Array => {
  const next = sequence(11)
  return Float32Array.from(
    { length: count },
    () => (signed && next() < 0.5 ? -1 : 1) * 10 ** (from + (to - from) * next()),
  )
}
const specials = new Float32Array([
  0,
  -0,
  Infinity,
  -Infinity,
  NaN,
  1,
  -1,
  0.5,
  -0.5,
  2,
  -2,
  3.4e38,
  -3.4e38,
  1.2e-38,
  16777216,
  8192,
  Math.PI,
])

const wide = spread(-30, 30)
const positive = spread(-37, 38, false)
const small = spread(-12, 0)

const cases: readonly (readonly [FloatOp, (x: number) => number, readonly Float32Array[], number])[] = [
  ['exp', Math.exp, [uniform(-90, 90), small], 2],
  ['exp2', (x) => 2 ** x, [uniform(-127, 129), small], 2],
  ['expm1', Math.expm1, [uniform(-20, 89), uniform(-2, 2), small], 3],
  ['log', Math.log, [positive, uniform(0.5, 2)], 2],
  ['log1p', Math.log1p, [uniform(-1, 3), small, positive], 3],
  ['sqrt', Math.sqrt, [positive], 2],
  ['rsqrt', (x) => 1 / Math.sqrt(x), [positive], 2],
  ['cbrt', Math.cbrt, [wide], 2],
  ['sin', Math.sin, [uniform(-10, 10), uniform(-9000, 9000), wide, small], 3],
  ['cos', Math.cos, [uniform(-10, 10), uniform(-9000, 9000), wide, small], 3],
  ['tan', Math.tan, [uniform(-10, 10), uniform(-9000, 9000), wide, small], 4],
  ['asin', Math.asin, [uniform(-1, 1), small], 3],
  ['acos', Math.acos, [uniform(-1, 1), small], 3],
  ['atan', Math.atan, [uniform(-5, 5), wide], 3],
  ['sinh', Math.sinh, [uniform(-90, 90), uniform(-2, 2), small], 4],
  ['cosh', Math.cosh, [uniform(-90, 90), small], 4],
  ['tanh', Math.tanh, [uniform(-12, 12), small], 4],
  ['asinh', Math.asinh, [uniform(-10, 10), wide, small], 4],
  ['acosh', Math.acosh, [uniform(1, 10), positive.map((x) => 1 + x)], 4],
  ['atanh', Math.atanh, [uniform(-1, 1), small], 4],
  ['logistic', (x) => 1 / (1 + Math.exp(-x)), [uniform(-80, 80)], 4],
  ['floor', Math.floor, [uniform(-5, 5), wide], 0],
  ['ceil', Math.ceil, [uniform(-5, 5), wide], 0],
  ['sign', Math.sign, [wide], 0],
  ['abs', Math.abs, [wide], 0],
]

describe('functions of one float, against those of JavaScript in double precision', () => {
  it.each(cases)('%s is right to its last places, and at the edges', (op, oracle, columns, limit) => {
    for (const column of [...columns, specials]) {
      const [ulp, at] = worst(op, [column], oracle)
      expect(ulp, at).toBeLessThanOrEqual(limit)
    }
  })

  it.each([
    ['erf', 4],
    ['erfc', 8],
    ['erfInv', 4],
  ] as const)('%s is right to its last places, against scipy and JAX', (op, limit) => {
    const table = new Map(special[op].map(([x, y]) => [x as number, y as number]))
    const [ulp, at] = worst(op, [Float32Array.from(table.keys())], (x) => table.get(x) as number)
    expect(ulp, at).toBeLessThanOrEqual(limit)
  })
})

describe('functions of two floats', () => {
  const pairs = (xs: Float32Array, ys: Float32Array) => [xs, ys] as const
  const everyPair = () => {
    const grid = [...specials].flatMap((x) => [...specials].map((y) => [x, y] as const))
    return pairs(
      Float32Array.from(grid, ([x]) => x),
      Float32Array.from(grid, ([, y]) => y),
    )
  }
  // JavaScript makes 1 ** NaN and (-1) ** Infinity NaN; IEEE 754 and XLA make them 1.
  const pow = (x: number, y: number) => (x === 1 || (x === -1 && Math.abs(y) === Infinity) ? 1 : x ** y)

  it.each([
    ['pow', pow, pairs(spread(-3, 3, false), uniform(-12, 12)), 3],
    ['pow', pow, pairs(uniform(0.99, 1.01), spread(0, 4)), 3],
    ['pow', pow, pairs(uniform(-30, 30), uniform(-20, 20).map(Math.round)), 3],
    ['atan2', Math.atan2, pairs(wide, spread(-20, 20)), 3],
    ['atan2', Math.atan2, pairs(uniform(-2, 2), small), 3],
    ['rem', (x: number, y: number) => x % y, pairs(wide, small), 0],
    ['rem', (x: number, y: number) => x % y, pairs(uniform(-50, 50), uniform(-7, 7)), 0],
    ['max', Math.max, pairs(wide, small), 0],
    ['min', Math.min, pairs(wide, small), 0],
  ] as const)('%s is right to its last places', (op, oracle, columns, limit) => {
    const [ulp, at] = worst(op, columns, oracle)
    expect(ulp, at).toBeLessThanOrEqual(limit)
  })

  it.each([
    ['pow', pow],
    ['atan2', Math.atan2],
    ['rem', (x: number, y: number) => x % y],
  ] as const)('%s is right at the edges', (op, oracle) => {
    const [ulp, at] = worst(op, everyPair(), oracle)
    expect(ulp, at).toBeLessThanOrEqual(3)
  })

  it.each([
    ['max', Math.max],
    ['min', Math.min],
  ] as const)('%s keeps a NaN of either side', (op, oracle) => {
    const [xs, ys] = everyPair()
    const got = compute(op, [xs, ys])
    // Which zero comes back is nobody's promise.
    expect([...got].map((x) => x + 0)).toEqual([...xs].map((x, i) => oracle(x, ys[i] as number) + 0))
  })

  it('nextafter steps by one unit of the last place, and across zero', () => {
    const [xs, ys] = pairs(
      new Float32Array([1, 1, 0, -0, 1e-45, -1, 3.4028235e38, NaN, 2, 1]),
      new Float32Array([2, 0, 1, -1, -1, 0, Infinity, 1, 2, -5]),
    )
    const eps = 2 ** -23
    const least = 2 ** -149
    const want = [1 + eps, 1 - eps / 2, least, -least, 0, -1 + eps / 2, Infinity, NaN, 2, 1 - eps / 2]
    expect([...compute('nextafter', [xs, ys])]).toEqual(want)
  })
})
