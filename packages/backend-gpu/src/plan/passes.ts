import type { Literal, PlainRegion, Plan, Var } from '@proj/backend'
import type { Context } from '../lower/context.ts'
import { lowerDot } from '../lower/dot.ts'
import { lowerMove } from '../lower/move.ts'
import { lowerReduce } from '../lower/reduce.ts'
import { newSlot, storePasses } from '../lower/stage.ts'
import { lowerWhole } from '../lower/whole.ts'
import type { ArraySlot, DeviceLimits, HostPass, Pass } from '../pass.ts'

/** What an executable does: draws, and where its arguments and results lie. */
export interface Passes {
  readonly passes: readonly (Pass | HostPass)[]
  readonly inputs: readonly ArraySlot[]
  /** A literal is filled in once: it needs no draw. */
  readonly outputs: readonly (ArraySlot | Literal)[]
}

const lowerings: {
  readonly [K in PlainRegion['kind']]: (context: Context, region: Extract<PlainRegion, { kind: K }>) => void
} = {
  loop: (context, { main }) => storePasses(context, 'loop', main),
  reduce: lowerReduce,
  dot: lowerDot,
  move: lowerMove,
  whole: lowerWhole,
}

/** Turns a plan's regions into shaders, in their order. */
export function passesOf(plan: Plan<PlainRegion>, limits: DeviceLimits): Passes {
  const slots = new Map<Var, ArraySlot>()
  const context: Context = { limits, slots, passes: [], packed: new Map() }
  const inputs = plan.inputs.map((input) => {
    const slot = newSlot(input)
    slots.set(input, slot)
    return slot
  })
  for (const region of plan.regions) {
    const lower = lowerings[region.kind] as (context: Context, region: PlainRegion) => void // the row of its own kind
    lower(context, region)
  }
  const outputs = plan.outputs.map((output) =>
    output.kind === 'literal' ? output.literal : (slots.get(output.source) as ArraySlot),
  )
  return { passes: context.passes, inputs, outputs }
}
