import type { Graph, Node } from '../../lane/graph.ts'
import { modestExp } from './exp.ts'
import { copySign } from './sign.ts'

/** Polynomials: scripts/polynomials.py. Of erf(x)/x - 1 in x² for |x| <= 1, error 2⁻²⁹. */
const inner = [
  0.12837916612625122, -0.3761262595653534, 0.11283578723669052, -0.026853347197175026, 0.005187162198126316,
  -0.0007997853099368513, 0.00007806903886375949,
]
/** log(erfc(x)) for x from 1 to 4, of which e to the power has an error of 2⁻³⁵. */
const outer = [
  0.00019900844199582934, -1.1296342611312866, -0.6330977082252502, -0.10856860131025314, 0.025321247056126595,
  -0.0042579881846904755, 0.0004568183212541044, -2.4199809558922425e-5, 1.748762912257007e-7,
]

/** Of a float32: a polynomial near 0, else 1 - erfc, that by its logarithm. At most 1 ulp. */
export function erf(g: Graph, x: Node): Node {
  const size = g.op('abs', x)
  const near = g.madd(size, g.polynomial(g.mul(size, size), inner), size)
  const far = g.sub(g.f32(1), modestExp(g, g.polynomial(g.op('atMost', size, g.f32(4)), outer)))
  return copySign(g, g.select(g.op('lt', size, g.f32(1)), near, far), x)
}
