import { type Aval, type DType, isFloat, rowMajorStrides, sizeOf, type TypedArray } from '@proj/backend'

/** Arrays larger than this show only their edges, as in numpy. */
const threshold = 1000
const edge = 3
/** Lines up to this stay in one piece. */
const lineWidth = 100

/** Decimal digits that always tell two numbers of the dtype apart. */
const digits: { readonly [D in DType]?: number } = { float32: 9, float16: 5 }

/** The shortest decimal that rounds to `value` in its dtype. */
function formatNumber(value: number, dtype: DType): string {
  if (dtype === 'bool') return value === 0 ? 'false' : 'true'
  if (!isFloat(dtype)) return String(value)
  if (Object.is(value, -0)) return '-0'
  if (dtype === 'float32' && Number.isFinite(value)) {
    for (let p = 1; p < 9; p++) {
      const text = value.toPrecision(p)
      if (Math.fround(Number(text)) === value) return String(Number(text))
    }
  }
  const precision = digits[dtype]
  return precision === undefined ? String(value) : String(Number(value.toPrecision(precision)))
}

/** The positions along an axis that are shown; `null` stands for those left out. */
function shown(size: number, whole: boolean): (number | null)[] {
  if (whole || size <= 2 * edge) return Array.from({ length: size }, (_, i) => i)
  return [...Array(edge).keys(), null, ...Array.from({ length: edge }, (_, i) => size - edge + i)]
}

/**
 * Values in nested brackets; large arrays show their edges.
 *
 * @returns one line, or where that would be long, a row a line, in columns, on lines of their own
 */
export function formatValues(values: TypedArray, { shape, dtype }: Aval): string {
  const strides = rowMajorStrides(shape)
  const whole = sizeOf(shape) <= threshold
  const texts = new Map<number, string>()
  const text = (offset: number): string => {
    let found = texts.get(offset)
    if (found === undefined) texts.set(offset, (found = formatNumber(values[offset] as number, dtype)))
    return found
  }
  const build = (axis: number, offset: number, separator: (axis: number) => string, width: number): string => {
    const size = shape[axis]
    if (size === undefined) return text(offset).padStart(width)
    const items = shown(size, whole).map((i) =>
      i === null ? '...' : build(axis + 1, offset + i * (strides[axis] as number), separator, width),
    )
    return `[${items.join(separator(axis))}]`
  }
  const line = build(0, 0, () => ', ', 0)
  if (line.length <= lineWidth || shape.length < 2) return line
  const width = Math.max(0, ...[...texts.values()].map((t) => t.length))
  const breaks = (axis: number): string =>
    axis === shape.length - 1 ? ', ' : `,${'\n'.repeat(shape.length - 1 - axis)}${' '.repeat(axis + 1)}`
  return `\n${build(0, 0, breaks, width)}`
}
