// GLSL text of non-negative index arithmetic by known numbers. Powers of two become shifts: not every driver does that.

const log2Of = (k: number): number | undefined => (Number.isInteger(Math.log2(k)) ? Math.log2(k) : undefined)

const atom = (text: string): string => (/^\w+$/.test(text) ? text : `(${text})`)

export function divided(text: string, k: number): string {
  if (k === 1) return text
  const shift = log2Of(k)
  return shift === undefined ? `${atom(text)} / ${k}` : `${atom(text)} >> ${shift}`
}

export function modulo(text: string, k: number): string {
  if (k === 1) return '0'
  return log2Of(k) === undefined ? `${atom(text)} % ${k}` : `${atom(text)} & ${k - 1}`
}

export function times(text: string, k: number): string {
  if (k === 0 || text === '0') return '0'
  return k === 1 ? text : `${atom(text)} * ${k < 0 ? `(${k})` : k}`
}

/** The terms added up; `0` when there are none. */
export function sum(terms: readonly string[], constant = 0): string {
  const kept = terms.filter((term) => term !== '0').map((term) => (/[>&]/.test(term) ? `(${term})` : term))
  if (constant !== 0 || kept.length === 0) kept.push(constant < 0 ? `(${constant})` : String(constant))
  return kept.join(' + ')
}

/** A multi-index over `sizes` written as the one row-major number `text`. */
export interface Flat {
  readonly text: string
  readonly sizes: readonly number[]
}

/** `Σ index[d] · strides[d]`. Neighbouring dimensions that one stride walks through are not taken apart. */
export function affineText({ text, sizes }: Flat, strides: readonly number[]): string {
  const terms: string[] = []
  let inner = 1 // elements of one step of the group's last dimension
  let d = sizes.length - 1
  while (d >= 0) {
    const stride = strides[d] as number
    let size = sizes[d] as number
    d--
    while (d >= 0 && (strides[d] as number) === stride * size) size *= sizes[d--] as number
    if (stride !== 0 && size > 1) {
      const quotient = divided(text, inner)
      terms.push(times(d < 0 ? quotient : modulo(quotient, size), stride))
    }
    inner *= size
  }
  return sum(terms.reverse())
}

/** The coordinates of `flat`, one text each. */
export function coordinates({ text, sizes }: Flat): string[] {
  let inner = 1
  return sizes
    .map((_, d) => sizes.length - 1 - d)
    .map((d) => {
      const quotient = divided(text, inner)
      inner *= sizes[d] as number
      if (sizes[d] === 1) return '0'
      return d === 0 ? quotient : modulo(quotient, sizes[d] as number)
    })
    .reverse()
}

/** The texel of element `index` where rows hold `2^rowBits`; `oneRow` when all lie in the first. */
export const texelAt = (index: string, rowBits: number, oneRow: boolean): string =>
  oneRow ? `ivec2(${index}, 0)` : `ivec2(${modulo(index, 2 ** rowBits)}, ${atom(index)} >> ${rowBits})`

/** The element whose texel is `p`. */
export const elementOf = (p: string, rowBits: number, oneRow: boolean): string =>
  oneRow ? `${p}.x` : `(${p}.y << ${rowBits}) | ${p}.x`
