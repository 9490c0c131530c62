/** Every error of this package reads `where: what was found; what to do.` */
function sentence(where: string, found: string, remedy: string): string {
  return `${where}: ${found}; ${remedy}.`
}

/** A shape that does not fit: operands that disagree, an axis out of range, a size that is no size. */
export class ShapeError extends TypeError {
  override readonly name = 'ShapeError'
  constructor(where: string, found: string, remedy: string) {
    super(sentence(where, found, remedy))
  }
}

/** A dtype an op cannot take, or a name that is no dtype. */
export class DTypeError extends TypeError {
  override readonly name = 'DTypeError'
  constructor(where: string, found: string, remedy: string) {
    super(sentence(where, found, remedy))
  }
}

/** A backend that cannot be had, was misused, or ran out of something. */
export class BackendError extends Error {
  override readonly name: string = 'BackendError'
  constructor(where: string, found: string, remedy: string, options?: ErrorOptions) {
    super(sentence(where, found, remedy), options)
  }
}

/** A backend met an op or a dtype that it has no lowering for. */
export class UnsupportedOp extends BackendError {
  override readonly name = 'UnsupportedOp'
}

/** A collective over an axis name that no `vmap` around it binds. */
export class AxisNameError extends Error {
  override readonly name = 'AxisNameError'
  constructor(where: string, axisName: string) {
    super(sentence(where, `no axis is named '${axisName}' here`, `bind it with vmap(f, { axisName: '${axisName}' })`))
  }
}

/** A Jaxpr that breaks its own rules: a use before its definition, avals that disagree. Always a bug, never bad input. */
export class JaxprError extends Error {
  override readonly name = 'JaxprError'
  constructor(where: string, found: string, remedy: string) {
    super(sentence(where, found, remedy))
  }
}
