import type { Var, WholeRegion } from '@proj/backend'
import type { FramePlanner } from '../framePlanner.ts'
import type { FunctionContext } from '../lower/functionContext.ts'
import type { Frame, Layout, OpenLayout, Slot } from '../memory.ts'

/** A control op on its way to code: plans and places for its Jaxprs first, then code that runs them. */
export interface ControlLowering<L extends Layout = Layout> {
  layout(region: WholeRegion, slots: ReadonlyMap<Var, Slot>, memory: FramePlanner): OpenLayout & { readonly layout: L }
  emit(context: FunctionContext, layout: L): void
}

/** Where each operand of a region is. */
export const operandSlots = ({ inputs }: WholeRegion, slots: ReadonlyMap<Var, Slot>): Slot[] =>
  inputs.map(({ source }) => slots.get(source) as Slot)

export const resultSlots = ({ outputs }: WholeRegion, slots: ReadonlyMap<Var, Slot>): Slot[] =>
  outputs.map((output) => slots.get(output) as Slot)

/** Calls the functions of a frame's regions: those that need to run only once, or the others. */
export function runFrame({ body, functionsOf }: FunctionContext, frame: Frame, part: 'once' | 'each'): void {
  const functions = functionsOf(frame)
  const some = part === 'once' ? functions.slice(0, frame.once) : functions.slice(frame.once)
  for (const fn of some) body.get(0).call(fn)
}

/** Closes many things at once. */
export const closing = (...open: readonly { close(): void }[]) => ({
  close: () => open.forEach((one) => one.close()),
})
