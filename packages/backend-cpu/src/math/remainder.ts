import type { Graph, Helper, Node } from '../lane/graph.ts'
import type { Body } from '../wasm/body.ts'

const significandMask = (1n << 52n) - 1n

/** Leaves the significand of local `x` in `significand` and its biased exponent in `exponent`; `bits` has no sign. */
function take(body: Body, bits: number, significand: number, exponent: number): void {
  body.get(bits).i64(significandMask).op('i64.and').set(significand)
  body.get(bits).i64(52n).op('i64.shr_u').tee(exponent).op('i64.eqz')
  body.if(
    () => {
      // Subnormal: brought up to 53 bits, the exponent counted down.
      body.i64(1n).get(significand).op('i64.clz').i64(11n).op('i64.sub').tee(exponent).op('i64.sub')
      body.get(significand).get(exponent).op('i64.shl').set(significand).set(exponent)
    },
    () =>
      body
        .get(significand)
        .i64(1n << 52n)
        .op('i64.or')
        .set(significand),
  )
}

/**
 * C's fmod, exactly: the significand of `x` times 2ⁿ modulo that of `y`, eleven bits at a time.
 */
function write(body: Body): void {
  const [x, y] = [0, 1]
  const [xBits, yBits, xs, ys, xe, ye, shift] = Array.from({ length: 7 }, () => body.local('i64')) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const sizeBits = (from: number, to: number) => body.get(from).op('f64.abs', 'i64.reinterpret_f64').set(to)
  sizeBits(x, xBits)
  sizeBits(y, yBits)
  const infinity = 0x7ff0000000000000n
  // NaN: a NaN operand, an infinite dividend, a zero divisor.
  body
    .get(xBits)
    .i64(infinity)
    .op('i64.ge_u')
    .get(yBits)
    .i64(infinity)
    .op('i64.gt_u', 'i32.or')
    .get(yBits)
    .op('i64.eqz', 'i32.or')
  body.if(() => body.f64(NaN).op('return'))
  body.get(xBits).get(yBits).op('i64.lt_u')
  body.if(() => body.get(x).op('return'))
  take(body, xBits, xs, xe)
  take(body, yBits, ys, ye)
  body.get(xs).get(ys).op('i64.rem_u').set(xs)
  body.get(xe).get(ye).op('i64.sub').set(xe) // binary digits left to take
  body.block(() => {
    body.loop(() => {
      body.get(xe).op('i64.eqz').brIf(1)
      body.get(xe).i64(11n).get(xe).i64(11n).op('i64.lt_u', 'select').set(shift)
      body.get(xs).get(shift).op('i64.shl').get(ys).op('i64.rem_u').set(xs)
      body.get(xe).get(shift).op('i64.sub').set(xe).br(0)
    })
  })
  body.get(xs).op('i64.eqz')
  body.if(() => body.f64(0).get(x).op('f64.copysign', 'return'))
  body.get(xs).op('i64.clz').i64(11n).op('i64.sub').set(shift)
  body.get(xs).get(shift).op('i64.shl').set(xs)
  body.get(ye).get(shift).op('i64.sub').tee(ye).i64(0n).op('i64.gt_s')
  body.if(
    () => body.get(xs).i64(significandMask).op('i64.and').get(ye).i64(52n).op('i64.shl', 'i64.or').set(xs),
    () => body.get(xs).i64(1n).get(ye).op('i64.sub', 'i64.shr_u').set(xs),
  )
  body.get(xs).op('f64.reinterpret_i64').get(x).op('f64.copysign')
}

const fmod: Helper = { name: 'fmod', params: ['f64', 'f64'], result: 'f64', body: { write } }

/** C's fmod of float64s; of float32s by way of float64, where it is exact too. */
export const remainder = (g: Graph, x: Node, y: Node): Node => g.call(fmod, x, y)
