import { mapBodies } from '../bodies.ts'
import { checkCollectives } from '../check.ts'
import type { Jaxpr } from '../jaxpr.ts'
import { families } from '../ops.ts'
import { removeDeadCode } from './deadCode.ts'
import { inline } from './inline.ts'
import { withoutHoles } from './phases.ts'
import { simplify } from './simplify.ts'

/** Bodies are often shared, and Jaxprs never change. */
const cleaned = new WeakMap<Jaxpr, Jaxpr>()

function cleanBody(body: Jaxpr): Jaxpr {
  let clean = cleaned.get(body)
  if (clean === undefined) {
    cleaned.set(body, (clean = cleanUp(body)))
    cleaned.set(clean, clean)
  }
  return clean
}

const cleanBodies = (jaxpr: Jaxpr): Jaxpr => ({
  ...jaxpr,
  eqns: jaxpr.eqns.map((eqn) =>
    families[eqn.op] === 'control' ? { ...eqn, params: mapBodies(eqn.params, cleanBody) } : eqn,
  ),
})

/**
 * The same function in fewer, simpler equations: calls inlined, constants folded, identities applied, nothing computed twice or in vain, and
 * so within the Jaxprs of control ops. The results are equal to the bit (the payload of a NaN aside), inputs keep their number and order;
 * effects stay, as often and in the same order. An output may have become an input or a literal. Linear in the number of equations.
 *
 * @throws {AxisNameError} where a collective is left that no `vmap` has bound: no backend runs it
 * @example formatJaxpr(cleanUp(jaxpr))
 */
export function cleanUp(jaxpr: Jaxpr): Jaxpr {
  const flat = checkCollectives(inline(jaxpr))
  return removeDeadCode(simplify(cleanBodies(withoutHoles(removeDeadCode(flat)))))
}
