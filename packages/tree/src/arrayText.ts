import { type ArrayInfo, isInexact, isInteger, printShape, type Values } from './arrayType.ts'

/** `f32[2,3](μ=2.50, σ=1.71, ∈[0.00,5.00])`: dtype, shape, mean, standard deviation, range. Without values, dtype and shape. */
export function summarize(info: ArrayInfo): string {
  const head = printShape(info)
  const isFloat = isInexact(info.dtype) && !info.dtype.startsWith('complex')
  if (!isFloat && !isInteger(info.dtype)) return head
  const values = info.values()
  if (values === null || values.length === 0) return head
  const { mean, deviation, low, high } = statistics(values)
  const bound = (x: number | bigint) => (isFloat ? fixed2(Number(x)) : String(x))
  const isOpen = (x: number | bigint) => Math.abs(Number(x)) === Number.POSITIVE_INFINITY
  const range = `${isOpen(low) ? '(' : '['}${bound(low)},${bound(high)}${isOpen(high) ? ')' : ']'}`
  return `${head}(μ=${fixed2(mean)}, σ=${fixed2(deviation)}, ∈${range.replaceAll('inf', '∞')})`
}

export interface Statistics {
  readonly mean: number
  /** Of the population: divided by the count. */
  readonly deviation: number
  readonly low: number | bigint
  readonly high: number | bigint
}

/** Mean, deviation and range in double precision; a NaN makes all of them NaN. */
export function statistics(values: Values): Statistics {
  const list = values as ArrayLike<number | bigint>
  let sum = 0
  let low = list[0] as number | bigint
  let high = low
  for (let i = 0; i < list.length; i++) {
    const x = list[i] as number | bigint
    sum += Number(x)
    if (x < low || Number.isNaN(x)) low = x
    if (x > high || Number.isNaN(x)) high = x
  }
  const mean = sum / list.length
  let squares = 0
  for (let i = 0; i < list.length; i++) squares += (Number(list[i]) - mean) ** 2
  return { mean, deviation: Math.sqrt(squares / list.length), low, high }
}

/** Two decimals as Python prints them: ties to even, `inf`, `nan`, and the sign of a negative zero. */
export function fixed2(x: number): string {
  if (Number.isNaN(x)) return 'nan'
  if (!Number.isFinite(x)) return x < 0 ? '-inf' : 'inf'
  if (x < 0 || Object.is(x, -0)) return `-${fixed2(-x)}`
  if (x >= 1e21) return `${BigInt(x)}.00`
  const eighths = x * 8
  const isTie = Number.isInteger(eighths) && eighths % 2 === 1
  return isTie && eighths % 4 === 1 ? (x - 0.005).toFixed(2) : x.toFixed(2)
}

/** The values of a flat array, `[0. 1.5 2.]`, the way numpy prints them. */
export function printValues(values: Values, dtype: string): string {
  const isFloat = isInexact(dtype)
  const one = (x: unknown) =>
    isFloat && Number.isInteger(x) && Math.abs(x as number) < 1e16 ? `${Object.is(x, -0) ? '-0' : x}.` : String(x)
  return `[${Array.from(values as ArrayLike<unknown>, one).join(' ')}]`
}
