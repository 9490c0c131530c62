import type { Graph, Node } from '../lane/graph.ts'
import { expOfSum } from './exp.ts'
import { splitExponent } from './log.ts'

/** A float64 and what it lacks: together about 106 bits. */
interface Double {
  readonly hi: Node
  readonly lo: Node
}

/** Of |x| >= |y|. Source: Dekker, "A floating-point technique for extending the available precision", 1971; the products too. */
function quickSum(g: Graph, x: Node, y: Node): Double {
  const hi = g.add(x, y)
  return { hi, lo: g.sub(y, g.sub(hi, x)) }
}

function split(g: Graph, x: Node): Double {
  const c = g.mul(x, g.f64(2 ** 27 + 1))
  const hi = g.sub(c, g.sub(c, x))
  return { hi, lo: g.sub(x, hi) }
}

function product(g: Graph, x: Node, y: Node): Double {
  const hi = g.mul(x, y)
  const [a, b] = [split(g, x), split(g, y)]
  const lo = g.add(g.add(g.sub(g.mul(a.hi, b.hi), hi), g.add(g.mul(a.hi, b.lo), g.mul(a.lo, b.hi))), g.mul(a.lo, b.lo))
  return { hi, lo }
}

/** Powers from s⁵ on of log((1+s)/(1-s)) / 2s, in s². */
const series = [1 / 5, 1 / 7, 1 / 9, 1 / 11, 1 / 13, 1 / 15, 1 / 17, 1 / 19, 1 / 21]
const third: readonly [number, number] = [1 / 3, 1.850371707708594e-17]
const ln2Hi = 6.9314718036912381649e-1
const ln2Lo = 1.90821492927058770002e-10

/** log x of a positive finite float64 to about 68 bits: 2s (1 + s²/3 + s⁴/5 + …), s = (m-1)/(m+1), plus multiples of ln 2. */
function preciseLog(g: Graph, x: Node): Double {
  const { k, m } = splitExponent(g, x)
  const f = g.sub(m, g.f64(1))
  const d = quickSum(g, g.f64(2), f)
  const s = g.div(f, d.hi)
  const back = product(g, s, d.hi)
  const low = g.div(g.sub(g.sub(g.sub(f, back.hi), back.lo), g.mul(s, d.lo)), d.hi)
  const square = product(g, s, s)
  const squareLow = g.add(square.lo, g.mul(g.f64(2), s, low))
  const cubic = product(g, square.hi, g.f64(third[0]))
  const cubicLow = g.add(cubic.lo, g.mul(square.hi, g.f64(third[1])), g.mul(squareLow, g.f64(third[0])))
  const rest = g.mul(g.mul(square.hi, square.hi), g.polynomial(square.hi, series))
  const bracket = quickSum(g, cubic.hi, g.add(cubicLow, rest))
  const correction = product(g, s, bracket.hi)
  const twice = (node: Node) => g.mul(g.f64(2), node)
  const head = quickSum(g, twice(s), twice(correction.hi))
  const tail = g.add(head.lo, twice(g.add(low, correction.lo, g.add(g.mul(s, bracket.lo), g.mul(low, bracket.hi)))))
  const whole = quickSum(g, g.mul(k, g.f64(ln2Hi)), head.hi)
  const isSmall = g.op('eq', k, g.f64(0))
  const sum = quickSum(
    g,
    g.select(isSmall, head.hi, whole.hi),
    g.add(g.select(isSmall, g.f64(0), whole.lo), g.add(tail, g.mul(k, g.f64(ln2Lo)))),
  )
  return sum
}

/** |x|^y, by logarithms; `y` below 2⁷⁰ in size. */
function ofSize(g: Graph, size: Node, y: Node): Node {
  const l = preciseLog(g, size)
  const p = product(g, y, l.hi)
  return expOfSum(g, p.hi, g.add(p.lo, g.mul(y, l.lo)))
}

/** `x^y` of float64s with the special cases of C. At most 2 ulp. */
export function pow(g: Graph, x: Node, y: Node): Node {
  const [zero, one] = [g.f64(0), g.f64(1)]
  const size = g.op('abs', x)
  const bounded = g.op('min', g.op('max', y, g.f64(-(2 ** 70))), g.f64(2 ** 70))
  const isUp = g.op('gt', y, zero)
  const atZero = g.select(isUp, zero, g.f64(Infinity))
  const atInfinity = g.select(isUp, g.f64(Infinity), zero)
  const inside = ofSize(g, size, bounded)
  const positive = g.select(
    g.op('eq', size, zero),
    atZero,
    g.select(g.op('eq', size, g.f64(Infinity)), atInfinity, inside),
  )
  const half = g.mul(y, g.f64(0.5))
  const isWhole = g.op('eq', g.op('floor', y), y)
  const isOdd = g.op('and', isWhole, g.op('ne', g.op('floor', half), half))
  const isNegative = g.op('lt_s', g.op('bits', x), g.i64(0n))
  const signed = g.select(g.op('and', isNegative, isOdd), g.op('neg', positive), positive)
  const isReal = g.op('or', isWhole, g.op('or', g.op('not', g.op('lt', x, zero)), g.op('eq', size, g.f64(Infinity))))
  const isNumber = g.op('and', g.op('eq', x, x), g.op('eq', y, y))
  const value = g.select(g.op('and', isReal, isNumber), signed, g.f64(NaN))
  return g.select(g.op('or', g.op('eq', y, zero), g.op('eq', x, one)), one, value)
}
