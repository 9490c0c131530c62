import type { Jaxpr } from '../jaxpr.ts'
import { removeDeadCode } from './deadCode.ts'
import { inline } from './inline.ts'
import { simplify } from './simplify.ts'

/**
 * The same function in fewer, simpler equations: calls inlined, constants folded, identities applied, nothing computed twice or in vain. The
 * results are equal to the bit (the payload of a NaN aside), inputs keep their number and order. An output may have become an input or a
 * literal. Linear in the number of equations.
 *
 * @example formatJaxpr(cleanUp(jaxpr))
 */
export const cleanUp = (jaxpr: Jaxpr): Jaxpr => removeDeadCode(simplify(removeDeadCode(inline(jaxpr))))
