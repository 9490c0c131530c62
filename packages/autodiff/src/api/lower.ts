import { type Executable, type ExecutableStats, formatJaxpr, type Jaxpr } from '@proj/backend'
import { BackendError } from '../errors.ts'
import { executableOf } from '../evaluate.ts'

/**
 * A jitted function for arguments of certain shapes, traced. Prints as its Jaxpr.
 *
 * @example jit((x: NDArray) => x.sin()).lower(np.ones([3])).jaxpr.eqns.length // 1
 */
export class Lowered {
  readonly name: string
  readonly jaxpr: Jaxpr

  constructor(name: string, jaxpr: Jaxpr) {
    this.name = name
    this.jaxpr = jaxpr
  }

  /** What the backend makes of it; the same that runs when the function is called. */
  compile(): Compiled {
    return new Compiled(this.name, executableOf({ jaxpr: this.jaxpr, name: this.name }))
  }

  toString(): string {
    return formatJaxpr(this.jaxpr)
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString()
  }
}

/**
 * A compiled program, to be looked at.
 *
 * @example jit((x: NDArray) => x.sin()).lower(np.ones([3])).compile()
 */
export class Compiled {
  readonly name: string
  readonly #executable: Executable

  constructor(name: string, executable: Executable) {
    this.name = name
    this.#executable = executable
  }

  /** What was fused, where the memory goes, how large the code is: for people. */
  explain(): string {
    return this.#executable.explain?.() ?? `${this.name}: this backend does not say what it makes of a program`
  }

  /**
   * The same in numbers: bytes, regions, times.
   *
   * @throws {BackendError} when the backend does not say
   */
  stats(): ExecutableStats {
    const stats = this.#executable.stats?.()
    if (stats === undefined)
      throw new BackendError(this.name, 'this backend has no figures of its programs', 'use explain()')
    return stats
  }
}
