import type { TypedArray } from '../dtype.ts'
import type { Kernel, KernelTable } from '../kernel.ts'
import { generate, read } from './element.ts'
import { eachLine } from './order.ts'

/** `exp(∓2πi · k/n)`; the sine of small parts of the circle keeps its bits. */
function root(k: number, n: number, sign: number): readonly [re: number, im: number] {
  const angle = (2 * Math.PI * k) / n
  return [Math.cos(angle), sign * Math.sin(angle)]
}

/** In place, of a power of two. Source: Cooley & Tukey, "An algorithm for the machine calculation of complex Fourier series" (1965). */
function powerOfTwo(re: Float64Array, im: Float64Array, sign: number): void {
  const n = re.length
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1
    for (; j & bit; bit >>= 1) j ^= bit
    j ^= bit
    if (i < j) {
      ;[re[i], re[j]] = [re[j] as number, re[i] as number]
      ;[im[i], im[j]] = [im[j] as number, im[i] as number]
    }
  }
  for (let half = 1; half < n; half *= 2) {
    for (let k = 0; k < half; k++) {
      const [c, s] = root(k, 2 * half, sign)
      for (let i = k; i < n; i += 2 * half) butterfly(re, im, i, i + half, c, s)
    }
  }
}

function butterfly(re: Float64Array, im: Float64Array, i: number, j: number, c: number, s: number): void {
  const [a, b] = [re[j] as number, im[j] as number]
  const [x, y] = [a * c - b * s, a * s + b * c]
  re[j] = (re[i] as number) - x
  im[j] = (im[i] as number) - y
  re[i] = (re[i] as number) + x
  im[i] = (im[i] as number) + y
}

/** In place, of any length, as a convolution with a chirp. Source: Bluestein, "A linear filtering approach to the computation of the DFT" (1970). */
function anyLength(re: Float64Array, im: Float64Array, sign: number): void {
  const n = re.length
  const size = 2 ** Math.ceil(Math.log2(2 * n - 1))
  const array = () => new Float64Array(size)
  const [a, b, c, d] = [array(), array(), array(), array()] // the signal, and the chirp
  const chirp = Array.from({ length: n }, (_, k) => root((k * k) % (2 * n), 2 * n, sign))
  chirp.forEach(([x, y], k) => {
    const [p, q] = [re[k] as number, im[k] as number]
    a[k] = p * x - q * y
    b[k] = p * y + q * x
    c[k] = c[(size - k) % size] = x
    d[k] = d[(size - k) % size] = -y
  })
  powerOfTwo(a, b, -1)
  powerOfTwo(c, d, -1)
  for (let k = 0; k < size; k++) {
    const [p, q, x, y] = [a[k] as number, b[k] as number, c[k] as number, d[k] as number]
    a[k] = (p * x - q * y) / size
    b[k] = (p * y + q * x) / size
  }
  powerOfTwo(a, b, 1)
  chirp.forEach(([x, y], k) => {
    const [p, q] = [a[k] as number, b[k] as number]
    re[k] = p * x - q * y
    im[k] = p * y + q * x
  })
}

/** The discrete Fourier transform of one line, in place. */
export function transform(re: Float64Array, im: Float64Array, inverse: boolean): void {
  const n = re.length
  if (n < 2) return
  const fast = (n & (n - 1)) === 0 ? powerOfTwo : anyLength
  fast(re, im, inverse ? 1 : -1)
  if (!inverse) return
  for (let k = 0; k < n; k++) {
    re[k] = (re[k] as number) / n
    im[k] = (im[k] as number) / n
  }
}

const fft: Kernel<'fft', TypedArray> = ([x, y], { rank, inverse }, [outRe, outIm]) => {
  const { shape } = x.aval
  const [re, im] = [x, y].map((part) => Float64Array.from(part.buffer, (_, i) => read(part)(i))) as [
    Float64Array,
    Float64Array,
  ]
  for (let axis = shape.length - rank; axis < shape.length; axis++) {
    eachLine(x.aval, axis, (places) => {
      const [lineRe, lineIm] = [re, im].map((part) => Float64Array.from(places, (place) => part[place] as number)) as [
        Float64Array,
        Float64Array,
      ]
      transform(lineRe, lineIm, inverse)
      places.forEach((place, i) => {
        re[place] = lineRe[i] as number
        im[place] = lineIm[i] as number
      })
    })
  }
  return [generate(outRe, (i) => re[i] as number), generate(outIm, (i) => im[i] as number)]
}

export const fourier: KernelTable<TypedArray, 'fft'> = { fft }
