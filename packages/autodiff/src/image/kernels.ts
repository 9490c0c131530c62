import type { NDArray } from '../array.ts'
import { ShapeError } from '../errors.ts'
import * as lax from '../lax/index.ts'

/**
 * How `resize` and `scaleAndTranslate` fill in between pixels.
 *
 * @example image.resize(np.eye(2), [2, 4], image.ResizeMethod.NEAREST) // [[1, 1, 0, 0], [0, 0, 1, 1]]
 */
export const ResizeMethod = {
  NEAREST: 'nearest',
  LINEAR: 'linear',
  LANCZOS3: 'lanczos3',
  LANCZOS5: 'lanczos5',
  CUBIC: 'cubic',
} as const
export type ResizeMethod = (typeof ResizeMethod)[keyof typeof ResizeMethod]

/** Other names that JAX knows. */
const aliases = {
  bilinear: 'linear',
  trilinear: 'linear',
  triangle: 'linear',
  bicubic: 'cubic',
  tricubic: 'cubic',
} as const

/** A method, or another name of one. */
export type ResizeMethodName = ResizeMethod | keyof typeof aliases

/** The weight of a pixel at a distance of `x` pixels. */
export type Kernel = (x: NDArray) => NDArray

const { add, div, ge, gt, mul, select, sub } = lax

const triangle: Kernel = (x) => lax.max(sub(1, lax.abs(x)), 0)

/** Source: Keys, "Cubic convolution interpolation for digital image processing", 1981, with a = -½. */
function cubic(x: NDArray): NDArray {
  const near = add(mul(mul(sub(mul(x, 1.5), 2.5), x), x), 1)
  const far = add(mul(sub(mul(add(mul(x, -0.5), 2.5), x), 4), x), 2)
  return select(ge(x, 2), 0, select(ge(x, 1), far, near))
}

const lanczos =
  (radius: number): Kernel =>
  (x) => {
    const angle = mul(x, Math.PI)
    const top = mul(mul(lax.sin(angle), radius), lax.sin(div(angle, radius)))
    const bottom = select(lax.eq(x, 0), 1, mul(lax.square(x), Math.PI ** 2))
    return select(gt(x, radius), 0, select(gt(x, 1e-3), div(top, bottom), 1))
  }

const kernels: { readonly [M in Exclude<ResizeMethod, 'nearest'>]: Kernel } = {
  linear: triangle,
  cubic,
  lanczos3: lanczos(3),
  lanczos5: lanczos(5),
}

/** @throws {ShapeError} for a method that there is not */
export function methodOf(where: string, name: ResizeMethodName): ResizeMethod {
  const method = Object.hasOwn(aliases, name) ? aliases[name as keyof typeof aliases] : (name as ResizeMethod)
  if (method !== 'nearest' && !Object.hasOwn(kernels, method))
    throw new ShapeError(where, `method '${String(name)}'`, `use ${Object.values(ResizeMethod).join(', ')}`)
  return method
}

export const kernelOf = (method: Exclude<ResizeMethod, 'nearest'>): Kernel => kernels[method]
