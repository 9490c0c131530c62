import type { Graph, Node } from '../lane/graph.ts'
import { exp } from './exp.ts'

/** Source of all coefficients: FreeBSD msun, s_erf.c. */
const efx = 1.28379167095512586316e-1 // 2/√π - 1
const pp = [
  1.28379167095512558561e-1, -3.2504210724700149937e-1, -2.84817495755985104766e-2, -5.77027029648944159157e-3,
  -2.37630166566501626084e-5,
]
const qq = [
  1, 3.97917223959155352819e-1, 6.50222499887672944485e-2, 5.08130628187576562776e-3, 1.32494738004321644526e-4,
  -3.9602282787753681232e-6,
]
const erx = 8.45062911510467529297e-1
const pa = [
  -2.36211856075265944077e-3, 4.14856118683748331666e-1, -3.72207876035701323847e-1, 3.18346619901161753674e-1,
  -1.10894694282396677476e-1, 3.54783043256182359371e-2, -2.166375594868790843e-3,
]
const qa = [
  1, 1.06420880400844228286e-1, 5.40397917702171048937e-1, 7.18286544141962662868e-2, 1.26171219808761642112e-1,
  1.36370839120290507362e-2, 1.1984499846799107417e-2,
]
const ra = [
  -9.86494403484714822705e-3, -6.93858572707181764372e-1, -1.05586262253232909814e1, -6.23753324503260060396e1,
  -1.62396669462573470355e2, -1.84605092906711035994e2, -8.12874355063065934246e1, -9.81432934416914548592,
]
const sa = [
  1, 1.96512716674392571292e1, 1.376577541435190426e2, 4.34565877475229228821e2, 6.45387271733267880336e2,
  4.29008140027567833386e2, 1.08635005541779435134e2, 6.57024977031928170135, -6.04244152148580987438e-2,
]
const rb = [
  -9.86494292470009928597e-3, -7.99283237680523006574e-1, -1.77579549177547519889e1, -1.60636384855821916062e2,
  -6.37566443368389627722e2, -1.02509513161107724954e3, -4.83519191608651397019e2,
]
const sb = [
  1, 3.03380607434824582924e1, 3.25792512996573918826e2, 1.53672958608443695994e3, 3.19985821950859553908e3,
  2.55305040643316442583e3, 4.74528541206955367215e2, -2.24409524465858183362e1,
]

const rational = (g: Graph, x: Node, top: readonly number[], bottom: readonly number[]): Node =>
  g.div(g.polynomial(x, top), g.polynomial(x, bottom))

/** erfc(size) for size >= 1.25: e^(-z² - 9/16) e^((z-x)(z+x) + R/S) / x, where z is x cut to its high word. */
function tail(g: Graph, size: Node): Node {
  const s = g.div(g.f64(1), g.mul(size, size))
  const isNear = g.op('lt', size, g.f64(1 / 0.35))
  const fraction = g.select(isNear, rational(g, s, ra, sa), rational(g, s, rb, sb))
  const z = g.op('float', g.op('and', g.op('bits', size), g.i64(-0x100000000n)))
  const head = exp(g, g.sub(g.f64(-0.5625), g.mul(z, z)))
  const rest = exp(g, g.add(g.mul(g.sub(z, size), g.add(z, size)), fraction))
  return g.div(g.mul(head, rest), size)
}

/** The parts of both functions, by size. */
function parts(g: Graph, x: Node) {
  const size = g.op('abs', x)
  const z = g.mul(x, x)
  const s = g.sub(size, g.f64(1))
  const below = (bound: number) => g.op('lt', size, g.f64(bound))
  return { size, below, y: rational(g, z, pp, qq), middle: rational(g, s, pa, qa) }
}

/** Of a float64. At most 1 ulp. */
export function erf(g: Graph, x: Node): Node {
  const { size, below, y, middle } = parts(g, x)
  const inner = g.add(x, g.mul(x, y))
  const far = g.select(below(6), g.sub(g.f64(1), tail(g, g.op('min', size, g.f64(6)))), g.f64(1))
  const outer = g.select(below(1.25), g.add(g.f64(erx), middle), far)
  const signed = g.select(g.op('lt', x, g.f64(0)), g.op('neg', outer), outer)
  const tiny = g.add(x, g.mul(x, g.f64(efx)))
  const value = g.select(below(0.84375), g.select(below(2 ** -28), tiny, inner), signed)
  return g.select(g.op('eq', x, x), value, x)
}

/** Of a float64. At most 1.5 ulp. */
export function erfc(g: Graph, x: Node): Node {
  const { size, below, y, middle } = parts(g, x)
  const one = g.f64(1)
  const isNegative = g.op('lt', x, g.f64(0))
  const small = g.select(
    g.op('lt', x, g.f64(0.25)),
    g.sub(one, g.add(x, g.mul(x, y))),
    g.sub(g.f64(0.5), g.add(g.sub(x, g.f64(0.5)), g.mul(x, y))),
  )
  const near = g.select(isNegative, g.add(one, g.add(g.f64(erx), middle)), g.sub(g.f64(1 - erx), middle))
  const end = tail(g, g.op('min', size, g.f64(30)))
  const far = g.select(isNegative, g.sub(g.f64(2), end), end)
  const value = g.select(below(0.84375), small, g.select(below(1.25), near, far))
  return g.select(g.op('eq', x, x), value, x)
}
