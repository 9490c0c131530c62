import { serve } from './channel.ts'
import { Engine } from './engine.ts'

const engine = new Engine()

const service = {
  gradients: engine.gradients.bind(engine),
  load: engine.load.bind(engine),
  open: engine.open.bind(engine),
  advance: engine.advance.bind(engine),
  inspect: engine.inspect.bind(engine),
}

/** What the worker answers to. */
export type EngineService = typeof service

serve(self, service)
