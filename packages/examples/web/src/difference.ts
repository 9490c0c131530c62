/** The numbers of one array of a tree. */
export interface Leaf {
  readonly path: string
  readonly values: Float32Array
}

/**
 * The largest difference between arrays of two trees, each in parts of the largest value its array has in `expected`.
 * Where all of those are zero, the difference itself. 0 when the trees agree to the bit.
 *
 * @throws {RangeError} when the trees have other arrays, or arrays of other sizes
 */
export function relativeDifference(found: readonly Leaf[], expected: readonly Leaf[]): number {
  if (found.length !== expected.length) {
    throw new RangeError(
      `relativeDifference: ${found.length} arrays and ${expected.length}; compare trees of one kind.`,
    )
  }
  return Math.max(0, ...expected.map((leaf, i) => leafDifference(found[i]!, leaf)))
}

function leafDifference(found: Leaf, expected: Leaf): number {
  if (found.path !== expected.path || found.values.length !== expected.values.length) {
    const sides = [found, expected].map(({ path, values }) => `${path} of ${values.length}`)
    throw new RangeError(`relativeDifference: ${sides.join(' and ')}; compare trees of one kind.`)
  }
  const scale = largest(expected.values) || 1
  return largest(expected.values.map((value, i) => found.values[i]! - value)) / scale
}

/** In absolute value; NaN if there is one. */
const largest = (values: Float32Array): number => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
