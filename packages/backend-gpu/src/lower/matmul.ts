import { type DotRegion, type Read, rowMajorStrides, sizeOf, type Var } from '@proj/backend'
import type { Slot } from '../pass.ts'
import { affineText, divided, modulo, sum } from '../shader/index.ts'
import type { Shader } from '../shader/shader.ts'
import { type Context, shaderFor, slotOf } from './context.ts'
import { elementPoint } from './point.ts'
import { storePasses } from './stage.ts'

/** Below so many multiplications the three more passes cost more than packing saves. */
const packedWork = 2 ** 14

/** Rows of the result that one fragment computes, each into a colour attachment; any device has four. */
const tileRows = 4

interface Matrices {
  readonly batch: readonly number[]
  readonly lhs: readonly number[]
  readonly rhs: readonly number[]
  /** Sizes: `batch` products of `[rows, inner]` by `[inner, columns]`. */
  readonly rows: number
  readonly columns: number
  readonly inner: number
}

/** A contraction as batched matrices: which dimensions of the result are rows, columns and batch. */
function matricesOf({ roles, contract, epilogue }: DotRegion): Matrices {
  const of = (role: string) => roles.flatMap((r, d) => (r === role ? [d] : []))
  const size = (dimensions: readonly number[]) => sizeOf(dimensions.map((d) => epilogue.shape[d] as number))
  const [batch, lhs, rhs] = [of('batch'), of('lhs'), of('rhs')]
  return { batch, lhs, rhs, rows: size(lhs), columns: size(rhs), inner: sizeOf(contract) }
}

/** Whether a contraction is of floats, wide enough for tiles, and large. */
export function worthPacking(region: DotRegion): boolean {
  const { rows, columns, inner } = matricesOf(region)
  const floats = region.dtype === 'float32' && region.lhs.source.aval.dtype === 'float32'
  return floats && rows >= tileRows && columns >= 4 && inner >= 8 && inner * sizeOf(region.epilogue.shape) >= packedWork
}

const quarter = (n: number): number => Math.ceil(n / 4)

/** How the rows of a matrix lie in a buffer: over `sizes` from row to row, over `innerSizes` along one. */
interface Rows {
  readonly source: Var
  readonly offset: number
  readonly sizes: readonly number[]
  readonly strides: readonly number[]
  readonly innerSizes: readonly number[]
  readonly innerStrides: readonly number[]
}

function rowsOf({ contract, epilogue }: DotRegion, { source, at }: Read, own: readonly number[]): Rows {
  return {
    source,
    offset: at.offset,
    sizes: own.map((d) => epilogue.shape[d] as number),
    strides: own.map((d) => at.strides[d] as number),
    innerSizes: contract,
    innerStrides: at.strides.slice(epilogue.shape.length),
  }
}

/** The packed form of `rows`, made once for all products that use it. */
function pack(context: Context, rows: Rows): Slot {
  const { source, ...layout } = rows
  const forms = context.packed.get(source) ?? new Map<string, Slot>()
  context.packed.set(source, forms)
  const key = JSON.stringify(layout)
  const slot = forms.get(key) ?? packPass(context, rows)
  forms.set(key, slot)
  return slot
}

/** Four steps of the contraction to a texel, row after row; zeros fill the last texel of a row. */
function packPass(context: Context, { source, offset, sizes, strides, innerSizes, innerStrides }: Rows): Slot {
  const inner = sizeOf(innerSizes)
  const across = quarter(inner)
  const packed: Slot = { format: 'packed', texels: sizeOf(sizes) * across }
  const shader = shaderFor(context, packed.texels)
  const { main } = shader
  const from = slotOf(context, source)
  const row = main.define('int', divided('i', across))
  const base = main.define('int', sum([affineText({ text: row, sizes }, strides)], offset))
  const first = main.define('int', `(${modulo('i', across)}) * 4`)
  const values = [0, 1, 2, 3].map((c) => {
    const k = main.define('int', sum([first], c))
    const index = main.define('int', sum([base, affineText({ text: k, sizes: innerSizes }, innerStrides)]))
    const value = shader.element(from, shader.coordinate(from, index))
    return inner % 4 === 0 ? value : `${k} < ${inner} ? ${value} : 0.0`
  })
  context.passes.push(shader.finish('pack', [packed], [`vec4(${values.join(', ')})`]))
  return packed
}

/**
 * One fragment multiplies `tileRows` rows by four columns. Row `m` goes to attachment `m mod tileRows`, four columns to
 * a texel.
 */
function multiplyPass(
  context: Context,
  batches: number,
  { rows, columns, inner }: Matrices,
  lhs: Slot,
  rhs: Slot,
): Slot[] {
  const [across, down, steps] = [quarter(columns), Math.ceil(rows / tileRows), quarter(inner)]
  const texels = batches * down * across
  const outputs = Array.from({ length: tileRows }, (): Slot => ({ format: 'packed', texels }))
  const shader = shaderFor(context, texels)
  const { main } = shader
  shader.skipRest()
  const tile = main.define('int', divided('i', across))
  const batch = main.define('int', divided(tile, down))
  const row = main.define('int', `(${modulo(tile, down)}) * ${tileRows}`)
  const column = main.define('int', `(${modulo('i', across)}) * 4`)
  const startsOf = (count: number, total: number, first: string) =>
    Array.from({ length: count }, (_, n) =>
      main.define('int', `(${batch} * ${total} + min(${first} + ${n}, ${total - 1})) * ${steps}`),
    )
  const lhsStarts = startsOf(tileRows, rows, row)
  const rhsStarts = startsOf(4, columns, column)
  const sums = lhsStarts.map(() => main.fresh())
  for (const name of sums) main.lines.push(`vec4 ${name} = vec4(0.0);`)
  const body = main.inner()
  const fetch = (slot: Slot) => (start: string) =>
    body.define('vec4', shader.texel(slot, shader.coordinate(slot, body.define('int', `${start} + k`))))
  const right = rhsStarts.map(fetch(rhs))
  lhsStarts.map(fetch(lhs)).forEach((left, r) => {
    body.lines.push(`${sums[r]} += vec4(${right.map((texel) => `dot(${left}, ${texel})`).join(', ')});`)
  })
  main.lines.push(`for (int k = 0; k < ${steps}; k++) {`, ...body.lines, '}')
  context.passes.push(shader.finish(`matmul ${rows}x${inner}x${columns}`, outputs, sums))
  return outputs
}

/** The element of the product that belongs to element `i` of the result. */
function unpacked(
  shader: Shader,
  region: DotRegion,
  { batch, lhs, rhs, rows, columns }: Matrices,
  products: readonly Slot[],
): string {
  const { main } = shader
  const { shape } = region.epilogue
  const along = (dimensions: readonly number[]) => {
    const strides = rowMajorStrides(dimensions.map((d) => shape[d] as number))
    const of = shape.map((_, d) => (dimensions.includes(d) ? (strides[dimensions.indexOf(d)] as number) : 0))
    return main.define('int', elementPoint(main, shape).locate({ shape, strides: of, offset: 0 }).index)
  }
  const [b, m, n] = [along(batch), along(lhs), along(rhs)]
  const [across, down] = [quarter(columns), Math.ceil(rows / tileRows)]
  const index = main.define('int', `(${b} * ${down} + (${divided(m, tileRows)})) * ${across} + (${divided(n, 4)})`)
  const texel = main.fresh()
  main.lines.push(`vec4 ${texel};`)
  products.forEach((slot, r) => {
    const test = r < products.length - 1 ? `if ((${modulo(m, tileRows)}) == ${r}) ` : ''
    main.lines.push(`${r > 0 ? 'else ' : ''}${test}${texel} = ${shader.texel(slot, shader.coordinate(slot, index))};`)
  })
  return main.define('float', `${texel}[${modulo(n, 4)}]`)
}

/**
 * A large product of float matrices: both packed four steps to a texel, with transposes and broadcasts folded in,
 * multiplied in tiles of four by four, and unpacked on the way into the epilogue. (tfjs's packed kernel takes as long,
 * within the noise, before its textures are converted to ours and back: it is not used.)
 */
export function lowerMatmul(context: Context, region: DotRegion): void {
  const matrices = matricesOf(region)
  const { batch, lhs, rhs } = matrices
  const left = pack(context, rowsOf(region, region.lhs, [...batch, ...lhs]))
  const right = pack(context, rowsOf(region, region.rhs, [...batch, ...rhs]))
  const batches = sizeOf(batch.map((d) => region.epilogue.shape[d] as number))
  const products = multiplyPass(context, batches, matrices, left, right)
  storePasses(
    context,
    'unpack',
    region.epilogue,
    (shader, wanted) =>
      new Map(wanted.has(region.output) ? [[region.output, unpacked(shader, region, matrices, products)]] : []),
  )
}
