import type { WholeRegion } from '@proj/backend'
import type { FunctionContext } from '../lower/functionContext.ts'

/** An equation with an order of its own on its way to code. */
export interface WholeLowering {
  /** Room that it needs while it runs, in bytes. */
  scratchBytes?(region: WholeRegion): number
  emit(context: FunctionContext, region: WholeRegion): void
}
