import type { Graph, Helper, Node } from '../lane/graph.ts'
import type { Body } from '../wasm/body.ts'

/** The binary digits of 2/π after the point, 64 to a word; the word before them is 0. */
const twoOverPi = [
  0n,
  0xa2f9836e4e441529n,
  0xfc2757d1f534ddc0n,
  0xdb6295993c439041n,
  0xfe5163abdebbc561n,
  0xb7246e3a424dd2e0n,
  0x06492eea09d1921cn,
  0xfe1deb1cb129a73en,
  0xe88235f52ebb4484n,
  0xe99c7026b45f7e41n,
  0x3991d639835339f4n,
  0x9c845f8bbdf9283bn,
  0x1ff897ffde05980fn,
  0xef2f118b5a0a6d1fn,
  0x6d367ecf27cb09b7n,
  0x4f463f669e5fea2dn,
  0x7527bac7ebe5f17bn,
  0x3d0739f78a5292ean,
  0x6bfb5fb11f8d5d08n,
  0x56033046fc7b6babn,
]

/** Word number `index` of 2/π. */
const wordOf: Helper = {
  name: 'word of 2/π',
  params: ['i32'],
  result: 'i64',
  body: {
    write(body: Body) {
      const choose = (index: number): void => {
        if (index === 0) {
          body.get(0).table(twoOverPi.length)
          return
        }
        body.block(() => choose(index - 1))
        body.i64(twoOverPi[index - 1] as bigint).op('return')
      }
      body.block(() => choose(twoOverPi.length))
      body.i64(0n)
    },
  },
}

const mask32 = 0xffffffffn

/** The high 64 bits of a product. */
function highProduct(g: Graph, x: Node, y: Node): Node {
  const [xh, yh] = [g.shift('shr_u', x, 32), g.shift('shr_u', y, 32)]
  const [xl, yl] = [g.op('and', x, g.i64(mask32)), g.op('and', y, g.i64(mask32))]
  const cross = g.add(g.mul(xh, yl), g.shift('shr_u', g.mul(xl, yl), 32))
  const other = g.add(g.mul(xl, yh), g.op('and', cross, g.i64(mask32)))
  return g.add(g.mul(xh, yh), g.shift('shr_u', cross, 32), g.shift('shr_u', other, 32))
}

/**
 * The quadrant and rest of a float64 angle of at least 1: the bits of 2/π that matter for its exponent times its significand, in integers.
 * For scalar code. Source: Payne & Hanek, "Radian reduction for trigonometric functions", SIGNUM 1983.
 */
export function largeAngle(g: Graph, x: Node): { quadrant: Node; rest: Node; restLow: Node } {
  const bits = g.op('bits', x)
  const biased = g.op('and', g.shift('shr_u', g.op('high', bits), 20), g.i32(0x7ff))
  const significand = g.op('or', g.op('and', bits, g.i64(0xfffffffffffffn)), g.i64(0x10000000000000n))
  // |x| = significand · 2^(biased - 1075): bits of 2/π of weight above 2¹ only add multiples of 4.
  const first = g.add(biased, g.i32(-1075 - 2 + 64))
  const index = g.shift('shr_u', first, 6)
  const count = g.op('toI64_u', g.op('and', first, g.i32(63)))
  const words = [0, 1, 2, 3].map((i) => g.call(wordOf, g.add(index, g.i32(i))))
  const left = (word: Node, next: Node): Node => {
    const rest = g.op('shr_uBy', g.shift('shr_u', next, 1), g.op('xor', count, g.i64(63n)))
    return g.op('or', g.op('shlBy', word, count), rest)
  }
  const [w0, w1, w2] = [0, 1, 2].map((i) => left(words[i] as Node, words[i + 1] as Node)) as [Node, Node, Node]
  const low = g.mul(significand, w1)
  const middle = g.add(low, highProduct(g, significand, w2))
  const carry = g.op('toI64_u', g.op('toI32', g.op('lt_u', middle, low)))
  const top = g.add(g.mul(significand, w0), highProduct(g, significand, w1), carry)
  const quadrant = g.shift('shr_u', g.add(top, g.i64(1n << 61n)), 62)
  const fraction = g.sub(top, g.shift('shl', quadrant, 62))
  const turns = g.add(
    g.mul(g.op('toF64_s', fraction), g.f64(2 ** -62)),
    g.mul(g.op('toF64_u', middle), g.f64(2 ** -126)),
  )
  const isNegative = g.op('lt', x, g.f64(0))
  const angle = g.add(g.mul(turns, g.f64(Math.PI / 2)), g.sub(x, x)) // NaN for an infinity
  const quarter = g.op('low', quadrant)
  const rest = g.select(isNegative, g.op('neg', angle), angle)
  return { quadrant: g.select(isNegative, g.sub(g.i32(0), quarter), quarter), rest, restLow: rest }
}
