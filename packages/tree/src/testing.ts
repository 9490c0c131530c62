/** Trees at random, for property tests. */
import fc from 'fast-check'
import { TreeClass } from './treeClass.ts'

export class Pair extends TreeClass {
  left: unknown
  right: unknown

  constructor(left: unknown, right: unknown) {
    super()
    this.left = left
    this.right = right
  }
}

const leaf = fc.oneof(
  fc.integer(),
  fc.string(),
  fc.boolean(),
  fc.constant(null),
  fc.constant(undefined),
  fc.float32Array({ maxLength: 3 }),
)

/** Any tree of arrays, plain objects, Maps and class instances over any leaves. */
export const arbitraryTree: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(fc.string({ maxLength: 3 }), tie('tree'), { maxKeys: 4, noNullPrototype: true }),
    fc.array(fc.tuple(fc.string(), tie('tree')), { maxLength: 3 }).map((entries) => new Map(entries)),
    fc.tuple(tie('tree'), tie('tree')).map(([left, right]) => new Pair(left, right)),
  ),
})).tree
