import type { FunctionContext } from '../lower/functionContext.ts'
import type { Base } from '../nest/access.ts'
import { Kernel } from '../nest/kernel.ts'

/** `exp(-2πi k/n)` to the last bit or nearly: only angles up to an eighth of the circle are handed to sine and cosine. */
export function rootOfUnity(k: number, n: number): readonly [re: number, im: number] {
  const eighth = Math.floor((8 * k) / n)
  const rest = 8 * k - eighth * n
  const odd = eighth % 2
  const angle = ((odd === 0 ? rest : n - rest) / n) * (Math.PI / 4)
  const [c, s] = odd === 0 ? [Math.cos(angle), Math.sin(angle)] : [Math.sin(angle), Math.cos(angle)]
  const [x, y] = [
    [c, s],
    [-s, c],
    [-c, -s],
    [s, -c],
  ][(eighth >> 1) % 4] as [number, number]
  return [x, -y]
}

/** A table of the roots of unity: `rows` by `columns` of them, all real parts before all imaginary ones. */
export interface Roots {
  readonly n: number
  readonly rows: number
  readonly columns: number
}

export function rootsFor(n: number): Roots {
  const columns = 2 ** Math.ceil(Math.log2(n) / 2)
  return { n, columns, rows: Math.ceil(n / columns) }
}

/** Elements of each part. */
export const rootCount = ({ rows, columns }: Roots): number => rows * columns

/** What the table is made from: the first row and the first column, of float64. */
export const seedBytes = ({ rows, columns }: Roots): number => 16 * (rows + columns)

/** `(to)`: writes roots as constants of the code, real parts first. */
function writeSeeds(context: FunctionContext, name: string, roots: readonly (readonly [number, number])[]): number {
  return context.routine(`roots ${name}`, ['i32'], (body) => {
    const parts = [0, 1].flatMap((part) => roots.map((root) => root[part] as number))
    parts.forEach((number, i) =>
      body
        .get(0)
        .f64(number)
        .memory('f64.store', 8 * i),
    )
  })
}

/** Fills a table of the dtype at `to`, given room for the seeds: every root is the product of two. Addresses in locals. */
export function writeRoots(
  context: FunctionContext,
  roots: Roots,
  dtype: 'float32' | 'float64',
  to: number,
  room: number,
): void {
  const { n, rows, columns } = roots
  const { body } = context
  const list = (count: number, step: number) => Array.from({ length: count }, (_, k) => rootOfUnity(k * step, n))
  const columnRoom = body.local('i32')
  body
    .get(room)
    .i32(16 * columns)
    .op('i32.add')
    .set(columnRoom)
  body.get(room).call(writeSeeds(context, `${n} by 1 to ${columns}`, list(columns, 1)))
  body.get(columnRoom).call(writeSeeds(context, `${n} by ${columns} to ${rows}`, list(rows, columns)))
  const kernel = new Kernel(context, { sizes: [rows, columns], kept: 2 }, 1)
  const pass = kernel.pass()
  pass.forbidOverrun()
  const g = pass.main
  const read = (local: number, offset: number, strides: readonly number[]) =>
    pass.read(g, 'f64', { local, offset: 0 }, { strides, offset }, 'float64')
  const [a, b] = [read(columnRoom, 0, [1, 0]), read(columnRoom, rows, [1, 0])]
  const [c, d] = [read(room, 0, [0, 1]), read(room, columns, [0, 1])]
  const products = [g.sub(g.mul(a, c), g.mul(b, d)), g.add(g.mul(a, d), g.mul(b, c))]
  products.forEach((product, part) => {
    const base: Base = { local: to, offset: 0 }
    const value = dtype === 'float32' ? g.op('demote', product) : product
    pass.store('main', value, base, { strides: [columns, 1], offset: part * rows * columns }, dtype)
  })
  kernel.emit()
}
