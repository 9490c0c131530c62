import { type Affine, isDense } from '@proj/backend'
import { affineText, sum } from '../shader/index.ts'
import type { Scope } from '../shader/scope.ts'

/** Where the value of an affine map is found: which element, and in which block its text belongs. */
export interface Location {
  readonly index: string
  readonly scope: Scope
  /** The element is number `i`, the fragment's own. */
  readonly own: boolean
}

/** A place in a shader at which a stage is evaluated. */
export interface Point {
  readonly scope: Scope
  locate(at: Affine): Location
}

/** Element `i` of a stage of this shape. */
export const elementPoint = (scope: Scope, shape: readonly number[]): Point => ({
  scope,
  locate: (at) => {
    const offset = affineText({ text: 'i', sizes: shape }, at.strides)
    return { index: sum([offset], at.offset), scope, own: isDense(at) }
  },
})

/** Some of a stage's dimensions, and the row-major number that walks through them. */
export interface Walk {
  readonly text: string
  readonly dimensions: readonly number[]
}

/**
 * A point inside a loop: `outer` walks through the dimensions that stay put, `inner` through those the loop runs over.
 * What does not depend on the loop is computed before it.
 */
export function loopPoint(before: Scope, body: Scope, shape: readonly number[], outer: Walk, inner: Walk): Point {
  const text = ({ text: name, dimensions }: Walk, { strides }: Affine) => {
    const sizes = dimensions.map((d) => shape[d] as number)
    return affineText(
      { text: name, sizes },
      dimensions.map((d) => strides[d] as number),
    )
  }
  return {
    scope: body,
    locate: (at) => {
      const base = before.define('int', sum([text(outer, at)], at.offset))
      const moving = text(inner, at)
      return moving === '0'
        ? { index: base, scope: before, own: false }
        : { index: sum([base, moving]), scope: body, own: false }
    },
  }
}
