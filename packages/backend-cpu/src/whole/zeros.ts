import type { FunctionContext } from '../lower/functionContext.ts'
import type { Body } from '../wasm/body.ts'
import type { Line } from './line.ts'

const loads = { float16: 'i32.load16_s', float32: 'i32.load', float64: 'i64.load' } as const
const stores = { float16: 'i32.store16', float32: 'i32.store', float64: 'i64.store' } as const

type Float = keyof typeof loads

const typeOf = (dtype: Float): 'i32' | 'i64' => (dtype === 'float64' ? 'i64' : 'i32')

/** Leaves on the stack whether bits in a local are those of 0 or of -0. */
function isZero(body: Body, bits: number, dtype: Float): void {
  body.get(bits)
  if (dtype === 'float64') body.i64(1n).op('i64.shl', 'i64.eqz')
  else body.i32(dtype === 'float16' ? 17 : 1).op('i32.shl', 'i32.eqz')
}

/** Moves a local on to the first element that is not negative, of a line in ascending order. */
function skipNegatives(body: Body, place: number, length: number, step: number, dtype: Float): void {
  const [half, probe] = [body.local('i32'), body.local('i32')]
  const type = typeOf(dtype)
  body.block(() => {
    body.loop(() => {
      body.get(length).op('i32.eqz').brIf(1)
      body.get(length).i32(1).op('i32.shr_u').set(half)
      body.get(place).get(half).i32(step).op('i32.mul', 'i32.add').tee(probe).memory(loads[dtype], 0)
      if (type === 'i64') body.i64(0n)
      else body.i32(0)
      body.op(`${type}.lt_s`).if(
        () => {
          body.get(probe).i32(step).op('i32.add').set(place)
          body.get(length).get(half).op('i32.sub').i32(1).op('i32.sub').set(length)
        },
        () => body.get(half).set(length),
      )
      body.br(0)
    })
  })
}

/**
 * Writes the zeros of a line over those of the same line in order, each where it belongs: -0 and 0 are equal, and equals keep their order. The line
 * is not empty.
 */
export function restoreZeros(context: FunctionContext, from: Line, to: Line, length: number): void {
  const { step, dtype } = from as Line & { readonly dtype: Float }
  const name = `zeros ${dtype} ${step} ${to.step}`
  const routine = context.routine(name, ['i32', 'i32', 'i32'], (body) => {
    const [source, target, count] = [0, 1, 2]
    const type = typeOf(dtype)
    const [left, bits] = [body.local('i32'), body.local(type)]
    body.get(count).set(left)
    skipNegatives(body, target, left, to.step, dtype)
    body.loop(() => {
      body.get(source).memory(loads[dtype], 0).set(bits)
      isZero(body, bits, dtype)
      body.if(() => {
        body.get(target).get(bits).memory(stores[dtype], 0)
        body.get(target).i32(to.step).op('i32.add').set(target)
      })
      body.get(source).i32(step).op('i32.add').set(source)
      body.get(count).i32(1).op('i32.sub').tee(count).brIf(0)
    })
  })
  context.body.get(from.pointer).get(to.pointer).i32(length).call(routine)
}
