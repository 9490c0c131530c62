import { type Affine, type MoveRegion, type Part, rowMajorStrides, sizeOf } from '@proj/backend'
import type { ArraySlot } from '../pass.ts'
import { coordinates, divided, modulo, sum, times } from '../shader/index.ts'
import type { Scope } from '../shader/scope.ts'
import type { Shader } from '../shader/shader.ts'
import { glsl } from '../shader/text.ts'
import { type Context, shaderFor } from './context.ts'
import type { Point } from './point.ts'
import { Evaluation, newSlot } from './stage.ts'

/** A coordinate as seen from a part, and what must hold for it to be within. */
interface Along {
  readonly position: string
  readonly conditions: readonly string[]
}

/** Coordinate `name` of the target, of size `size`, as seen from a part of `n` elements from `start` by `step`. */
function along(name: string, size: number, start: number, step: number, n: number): Along {
  const shifted = start === 0 ? name : `${name} - ${start}`
  const end = start + (n - 1) * step + 1
  const conditions: string[] = []
  if (start > 0) conditions.push(`${name} >= ${start}`)
  if (end < size) conditions.push(`${name} < ${end}`)
  if (step > 1) conditions.push(`(${modulo(shifted, step)}) == 0`)
  return { position: divided(shifted, step), conditions }
}

/** The element of a part at given coordinates, each a name or a number. */
const partPoint = (scope: Scope, positions: readonly string[]): Point => ({
  scope,
  locate: ({ strides, offset }: Affine) => {
    const terms = strides.map((stride, d) => times(positions[d] as string, stride))
    return { index: sum(terms, offset), scope, own: false }
  },
})

/** Copies of parts into one array, gathered from the target's side: the last part that covers an element gives it. */
export function lowerMove(context: Context, { target, shape, parts }: MoveRegion): void {
  const slot = newSlot(target)
  let rest = parts
  let before: Part | undefined
  while (rest.length > 0 && slot.texels > 0) {
    const taken = rest.slice(0, context.limits.samplers - 1)
    rest = rest.slice(taken.length)
    const written = rest.length > 0 ? newSlot(target) : slot
    movePass(context, shape, before === undefined ? taken : [before, ...taken], written)
    before = wholePart(context, target, shape, written)
  }
  context.slots.set(target, slot)
}

/** What has been gathered so far, as a part under the next ones. */
function wholePart(context: Context, target: MoveRegion['target'], shape: readonly number[], slot: ArraySlot): Part {
  const source = { ...target } // a variable of its own: an unfinished target has no other name
  context.slots.set(source, slot)
  const at = { shape, strides: rowMajorStrides(shape), offset: 0 }
  return { shape, start: shape.map(() => 0), step: shape.map(() => 1), value: { kind: 'read', source, at } }
}

function movePass(context: Context, shape: readonly number[], parts: readonly Part[], slot: ArraySlot): void {
  const shader = shaderFor(context, sizeOf(shape))
  const { main } = shader
  const type = glsl[slot.format].value
  const result = main.fresh()
  const whole = coordinates({ text: 'i', sizes: shape }).map((text) => main.define('int', text))
  main.lines.push(`${type} ${result};`)
  const branches = parts.toReversed().map((part) => branch(context, shader, shape, whole, part, result))
  const covering = branches.findIndex(({ condition }) => condition === '')
  branches.slice(0, covering < 0 ? branches.length : covering + 1).forEach(({ condition, scope }, k) => {
    main.lines.push(
      `${k > 0 ? 'else ' : ''}${condition === '' ? '' : `if (${condition}) `}{ ${scope.lines.join(' ')} }`,
    )
  })
  context.passes.push(shader.finish(parts.length === 1 ? 'copy' : `copy of ${parts.length} parts`, [slot], [result]))
}

function branch(
  context: Context,
  shader: Shader,
  shape: readonly number[],
  whole: readonly string[],
  part: Part,
  result: string,
) {
  const scope = shader.main.inner()
  const each = part.shape.map((n, d) =>
    along(whole[d] as string, shape[d] as number, part.start[d] as number, part.step[d] as number, n),
  )
  const point = partPoint(
    scope,
    each.map(({ position }) => scope.define('int', position)),
  )
  const stage = { shape: part.shape, steps: [], stores: [] }
  scope.lines.push(`${result} = ${new Evaluation(context, shader, point, stage).operand(part.value)};`)
  return { condition: each.flatMap(({ conditions }) => conditions).join(' && '), scope }
}
