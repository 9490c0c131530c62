/** What every complaint of this package is. Its message reads `where: what was found; what to do.` */
export class TreeError extends TypeError {
  override name = 'TreeError'

  constructor(where: string, found: string, remedy: string) {
    super(`${where}: ${found}; ${remedy}.`)
  }
}

/** An assignment to a tree that is finished. */
export class FrozenError extends TreeError {
  override name = 'FrozenError'

  constructor(where: string) {
    super(where, 'cannot change a finished tree', 'use valueAndTree(...), @sharing or at(...).set(...)')
  }
}

/** A computation on a leaf that is masked. */
export class MaskedError extends TreeError {
  override name = 'MaskedError'
}

/** A path that selects nothing. */
export class LookupError extends TreeError {
  override name = 'LookupError'
}
