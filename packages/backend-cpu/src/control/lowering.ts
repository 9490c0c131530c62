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

/** Runs the regions of a frame: those that need to run only once, or the others. */
export function runFrame({ body, callsOf }: FunctionContext, frame: Frame, part: 'once' | 'each'): void {
  const calls = callsOf(frame)
  for (const call of part === 'once' ? calls.slice(0, frame.once) : calls.slice(frame.once)) call(body)
}

/** Closes many things at once. */
export const closing = (...open: readonly { close(): void }[]) => ({
  close: () => open.forEach((one) => one.close()),
})
