import { Picked } from './at.ts'
import type { AtMethod } from './atTypes.ts'
import { inspectCustom } from './brand.ts'
import { classType } from './classType.ts'
import { TreeError } from './errors.ts'
import { NODE_TYPE } from './nodeTypes.ts'
import { treeRepr } from './print.ts'
import type { NodeType } from './registry.ts'

/**
 * Base of classes whose instances are trees: the own fields are the children, in the order in which they are defined. Instances are
 * open while they are built and finished (sealed) by what keeps them; methods that assign to `this` then run on a copy, through
 * {@link valueAndTree} or `@sharing`.
 *
 * Use ordinary fields, or `@field accessor`; `#private` ones and undecorated accessors do not survive a copy.
 *
 * @example
 * class Linear extends TreeClass {
 *   constructor(public weight: NDArray, public bias: NDArray) { super() }
 * }
 */
export abstract class TreeClass {
  /** Read on the prototype of a subclass: each class is a kind of node of its own. */
  get [NODE_TYPE](): NodeType {
    return classType(this)
  }

  /** See {@link at}: `net.at(...path)` is `at(net, ...path)`. */
  get at(): AtMethod {
    return pick
  }

  /** Not `toString`: engines name the class in their errors only where that is inherited from `Object`. */
  [Symbol.toPrimitive](hint: string): string {
    if (hint === 'string') return treeRepr(this)
    throw new TreeError(
      this.constructor.name,
      'a tree is not a number',
      'compute on its leaves with tree.map or bcmap, or make the class leafwise',
    )
  }

  [inspectCustom](): string {
    return treeRepr(this)
  }
}

const pick = function (this: unknown, ...where: readonly unknown[]) {
  return new Picked(this, where)
} as AtMethod
