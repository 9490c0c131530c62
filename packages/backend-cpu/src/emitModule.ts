import type { Plan, Region } from '@proj/backend'
import { Emitter, scalarType } from './lane/emit.ts'
import { Graph, type Helper, type Leaf } from './lane/graph.ts'
import { lowerRegion } from './lower/region.ts'
import type { MemoryPlan } from './memory.ts'
import { Body } from './wasm/body.ts'
import { ModuleBuilder } from './wasm/module.ts'

/** A leaf that is a parameter of the function. */
interface Parameter extends Leaf {
  readonly index: number
}

/**
 * Writes the module of a plan: a function for each region, which takes the arena's address, and `run`, which calls them in order. (A loop
 * in a function of its own is what the engine's optimising tier takes up first.)
 */
export function emitModule(plan: Plan, memory: MemoryPlan): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder()
  const helpers = new Map<string, number>()
  const helper = (one: Helper): number => {
    const known = helpers.get(one.name)
    if (known !== undefined) return known
    const fn = module.declare(one.params.map(scalarType), [scalarType(one.result)])
    helpers.set(one.name, fn)
    module.define(fn, helperBody(one, helper))
    return fn
  }
  const function_ = (region: Region): number => {
    const body = new Body(['i32'])
    lowerRegion({ body, helper, baseOf: (variable) => ({ local: 0, offset: memory.offsets.get(variable) as number }) }, region)
    const fn = module.declare(['i32'])
    module.define(fn, body)
    return fn
  }
  const functions = plan.regions.map(function_)
  const run = new Body(['i32'])
  for (const fn of functions) run.get(0).call(fn)
  const fn = module.declare(['i32'])
  module.define(fn, run)
  module.export('run', fn)
  return module.toBytes()
}

function helperBody({ params, body: definition }: Helper, helper: (helper: Helper) => number): Body {
  const body = new Body(params.map(scalarType))
  if (typeof definition !== 'function') {
    definition.write(body)
    return body
  }
  const graph = new Graph()
  const leaves = params.map((type, index) => graph.leaf(type, { key: `parameter ${index}`, level: 0, index } as Parameter))
  const result = definition(graph, leaves)
  const emitter = new Emitter(graph, [result], 'scalar', { body, helper, leaf: (leaf) => body.get((leaf as Parameter).index) })
  emitter.level(0)
  emitter.value(result)
  return body
}
