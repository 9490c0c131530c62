export { BackendError, DTypeError, ShapeError, UnsupportedOp } from '@proj/backend'

/**
 * A value without a value: JavaScript asked a tracer for its number, or met one after the function that made it had returned.
 */
export class TracerError extends TypeError {
  override readonly name = 'TracerError'
  constructor(where: string, found: string, remedy: string) {
    super(`${where}: ${found}; ${remedy}.`)
  }
}

/** With `debugNans` or `debugInfs`: an op made a number that is none, or too large to be one. */
export class FloatingPointError extends Error {
  override readonly name = 'FloatingPointError'
  constructor(where: string, found: string, remedy: string) {
    super(`${where}: ${found}; ${remedy}.`)
  }
}

/** An option that does not exist, or a name of one that is spelt otherwise. */
export class OptionError extends TypeError {
  override readonly name = 'OptionError'
  constructor(where: string, found: string, remedy: string) {
    super(`${where}: ${found}; ${remedy}.`)
  }
}

/** A transform was given something it cannot transform: a loss that is no scalar, axes that do not fit the arguments. */
export class TransformError extends TypeError {
  override readonly name = 'TransformError'
  constructor(where: string, found: string, remedy: string) {
    super(`${where}: ${found}; ${remedy}.`)
  }
}
