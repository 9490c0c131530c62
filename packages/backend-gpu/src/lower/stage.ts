import {
  dense,
  type Operand,
  type OpName,
  type Params,
  rowOf,
  type Stage,
  type Step,
  sizeOf,
  type Var,
} from '@proj/backend'
import type { GpuDType } from '../layout.ts'
import type { ArraySlot } from '../pass.ts'
import type { Shader } from '../shader/shader.ts'
import { glsl, literal } from '../shader/text.ts'
import { type Context, chunked, shaderFor, slotOf } from './context.ts'
import { converted, elementwiseRows } from './elementwise.ts'
import { elementPoint, type Point } from './point.ts'

type AnyLowering = (ins: readonly string[], dtype: GpuDType, params: Params<OpName>) => string

const dtypeOf = (variable: Var): GpuDType => variable.aval.dtype as GpuDType

const operandDType = (operand: Operand): GpuDType => {
  if (operand.kind === 'local') return dtypeOf(operand.value)
  return operand.kind === 'read' ? dtypeOf(operand.source) : (operand.dtype as GpuDType)
}

/** Evaluates steps at one point of a stage, each value once. */
export class Evaluation {
  readonly #context: Context
  readonly #shader: Shader
  readonly #point: Point
  readonly #stage: Stage
  readonly #locals = new Map<Var, string>()

  /** @param known values at this point that come from elsewhere, say of a reduction */
  constructor(
    context: Context,
    shader: Shader,
    point: Point,
    stage: Stage,
    known: ReadonlyMap<Var, string> = new Map(),
  ) {
    this.#context = context
    this.#shader = shader
    this.#point = point
    this.#stage = stage
    for (const [variable, text] of known) this.#locals.set(variable, text)
  }

  run(steps: readonly Step[]): void {
    for (const step of steps) this.#step(step)
  }

  /** The text of an operand: a name or a literal. */
  operand(operand: Operand): string {
    if (operand.kind === 'constant') return literal(operand.dtype as GpuDType, operand.value)
    if (operand.kind === 'local') return this.value(operand.value)
    const { index, scope, own } = this.#point.locate(operand.at)
    if (operand.kind === 'index') {
      const dtype = operand.dtype as GpuDType
      return scope.define(glsl[dtype].value, converted(scope.define('int', index), 'int32', dtype))
    }
    const slot = slotOf(this.#context, operand.source)
    const at = own && this.#shader.liesAlike(slot) ? 'p' : this.#shader.coordinate(slot, scope.define('int', index))
    return scope.define(glsl[slot.format].value, this.#shader.element(slot, at))
  }

  /** A value of this stage: computed here, or stored before and read back. */
  value(variable: Var): string {
    const local = this.#locals.get(variable)
    return local ?? this.operand({ kind: 'read', source: variable, at: dense(this.#stage.shape) })
  }

  #step({ op, params, inputs, outputs }: Step): void {
    const texts = inputs.map((input) => this.operand(input))
    const dtype = operandDType(inputs[0] as Operand)
    const text = rowOf<AnyLowering>(elementwiseRows, op)(texts, dtype, params)
    if (outputs.length === 1) {
      const [output] = outputs as readonly [Var]
      this.#locals.set(output, this.#point.scope.define(glsl[dtypeOf(output)].value, text))
    } else {
      const pair = this.#point.scope.define('uvec2', text)
      outputs.forEach((output, k) => this.#locals.set(output, `${pair}.${k === 0 ? 'x' : 'y'}`))
    }
  }
}

/** Those steps that `wanted` depends on; values that already lie in a slot need none. */
export function neededSteps({ slots }: Context, steps: readonly Step[], wanted: Iterable<Var>): readonly Step[] {
  const needed = new Set<Var>(wanted)
  const kept: Step[] = []
  for (const step of steps.toReversed()) {
    if (!step.outputs.some((output) => needed.has(output) && !slots.has(output))) continue
    kept.push(step)
    for (const input of step.inputs) if (input.kind === 'local') needed.add(input.value)
  }
  return kept.reverse()
}

export const newSlot = (variable: Var): ArraySlot => ({
  format: dtypeOf(variable),
  texels: sizeOf(variable.aval.shape),
})

/** The ops of some steps, for people. */
export const namesOf = (steps: readonly Step[]): string => steps.map((step) => step.op).join(' ')

/** Values that a stage finds at its point without computing them, made in a shader about to be finished. */
export type Known = (shader: Shader, wanted: ReadonlySet<Var>) => ReadonlyMap<Var, string>

/**
 * Passes that store what a stage stores: one, unless it stores more than a pass can.
 *
 * @param known called once a pass, with all that the pass may ask for
 */
export function storePasses(context: Context, label: string, stage: Stage, known: Known = () => new Map()): void {
  const size = sizeOf(stage.shape)
  const slots = stage.stores.map((variable) => [variable, newSlot(variable)] as const)
  if (size > 0) {
    for (const part of chunked(slots, context.limits.drawBuffers)) {
      const wanted = part.map(([variable]) => variable)
      const steps = neededSteps(context, stage.steps, wanted)
      const shader = shaderFor(context, size)
      const given = known(shader, new Set([...wanted, ...localsOf(steps)]))
      const evaluation = new Evaluation(context, shader, elementPoint(shader.main, stage.shape), stage, given)
      evaluation.run(steps)
      const values = wanted.map((variable) => evaluation.value(variable))
      context.passes.push(
        shader.finish(
          [label, namesOf(steps)].filter(Boolean).join(' '),
          part.map(([, slot]) => slot),
          values,
        ),
      )
    }
  }
  for (const [variable, slot] of slots) context.slots.set(variable, slot)
}

const localsOf = (steps: readonly Step[]): Var[] =>
  steps.flatMap((step) => step.inputs.flatMap((input) => (input.kind === 'local' ? [input.value] : [])))
