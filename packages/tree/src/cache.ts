import type { TreeDef } from './treeDef.ts'

/** Leaves in order, and the structure they came from. */
export type Flattened = readonly [leaves: readonly unknown[], treedef: TreeDef]

/** A base whose constructor returns its argument, so that the fields of a subclass are added to that object. */
class Target {
  constructor(object: object) {
    // biome-ignore lint/correctness/noConstructorReturn: what this class is for
    return object
  }
}

/**
 * What a sealed tree flattens to, kept in a private field of the tree itself: nobody sees it, it lives as long as the tree, and it
 * costs 4 ns to set where a WeakMap costs 170. Nothing in a sealed tree can change, so an entry stays true.
 */
class Remembered extends Target {
  #flat: Flattened

  constructor(tree: object, flat: Flattened) {
    super(tree)
    this.#flat = flat
  }

  static get(tree: object): Flattened | undefined {
    return #flat in tree ? tree.#flat : undefined
  }
}

/** For engines that add no private fields to frozen objects. */
const elsewhere = new WeakMap<object, Flattened>()

/** What `tree` flattens to, if it is sealed and was flattened before. */
export function recall(tree: object): Flattened | undefined {
  return Remembered.get(tree) ?? (needsElsewhere ? elsewhere.get(tree) : undefined)
}

let needsElsewhere = false

/** Only for sealed trees. */
export function remember(tree: object, flat: Flattened): void {
  if (recall(tree) !== undefined) return
  try {
    new Remembered(tree, flat)
  } catch {
    needsElsewhere = true
    elsewhere.set(tree, flat)
  }
}
