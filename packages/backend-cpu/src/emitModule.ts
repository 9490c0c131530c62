import type { Region, Var, WholeRegion } from '@proj/backend'
import { type HostCall, hostCall } from './host.ts'
import { Emitter, scalarType } from './lane/emit.ts'
import { Graph, type Helper, type Leaf } from './lane/graph.ts'
import type { FunctionContext } from './lower/functionContext.ts'
import { lowerRegion } from './lower/region.ts'
import type { Frame, MemoryPlan, Slot } from './memory.ts'
import type { Base } from './nest/kernel.ts'
import { Body, type ValType } from './wasm/body.ts'
import { ModuleBuilder } from './wasm/module.ts'

/** A leaf that is a parameter of the function. */
interface Parameter extends Leaf {
  readonly index: number
}

/**
 * Writes the module of a plan: a function for each region, which takes the arena's address, and `run`, which calls them in order. (A loop
 * in a function of its own is what the engine's optimising tier takes up first.) `env.host(number, arena)` does what is left to the host.
 */
export function emitModule(
  memory: MemoryPlan,
  { hasRelaxed }: { readonly hasRelaxed: boolean },
): { readonly bytes: Uint8Array<ArrayBuffer>; readonly hosts: readonly HostCall[] } {
  const module = new ModuleBuilder()
  const host = module.import('host', ['i32', 'i32'])
  const helpers = new Map<string, number>()
  const helper = (one: Helper): number => {
    const known = helpers.get(one.name)
    if (known !== undefined) return known
    const fn = module.declare(one.params.map(scalarType), [scalarType(one.result)])
    helpers.set(one.name, fn)
    module.define(fn, helperBody(one, helper))
    return fn
  }
  const routines = new Map<string, number>()
  const routine = (name: string, params: readonly ValType[], write: (body: Body) => void): number => {
    const known = routines.get(name)
    if (known !== undefined) return known
    const fn = module.declare(params)
    routines.set(name, fn)
    const body = new Body(params)
    write(body)
    module.define(fn, body)
    return fn
  }
  const hosts: HostCall[] = []
  const callHost = (body: Body, region: WholeRegion, { slots }: Frame) => {
    hosts.push(hostCall(region, slots))
    body
      .i32(hosts.length - 1)
      .get(0)
      .call(host)
  }
  const known = new Map<Frame, readonly number[]>()
  const functionsOf = (frame: Frame): readonly number[] => {
    let functions = known.get(frame)
    if (functions === undefined) known.set(frame, (functions = frame.regions.map((_, i) => functionOf(frame, i))))
    return functions
  }
  const functionOf = (frame: Frame, index: number): number => {
    const [body, region] = [new Body(['i32']), frame.regions[index] as Region]
    const context: FunctionContext = {
      body,
      helper,
      routine,
      baseOf: basesIn(body, frame),
      slotOf: (variable) => frame.slots.get(variable) as Slot,
      inPlace: frame.inPlace,
      functionsOf,
      callHost: (whole) => callHost(body, whole, frame),
      hasRelaxed,
      scratch: frame.scratch[index] as number,
    }
    lowerRegion(context, region, frame.layouts[index])
    const fn = module.declare(['i32'])
    module.define(fn, body)
    return fn
  }
  const run = new Body(['i32'])
  for (const fn of functionsOf(memory)) run.get(0).call(fn)
  const fn = module.declare(['i32'])
  module.define(fn, run)
  module.export('run', fn)
  return { bytes: module.toBytes(), hosts }
}

/** Where buffers are for the code of one function, whose first parameter is the arena's address. */
function basesIn(body: Body, { slots }: Frame): (variable: Var) => Base {
  const pointers = new Map<Var, Base>()
  return (variable) => {
    const slot = slots.get(variable) as Slot
    if (slot.kind === 'arena') return { local: 0, offset: slot.offset }
    let base = pointers.get(variable)
    if (base === undefined) {
      base = { local: body.local('i32'), offset: 0, isTight: slot.isTight === true }
      body
        .get(0)
        .memory('i32.load', 4 * slot.index)
        .set(base.local)
      pointers.set(variable, base)
    }
    return base
  }
}

function helperBody({ params, body: definition }: Helper, helper: (helper: Helper) => number): Body {
  const body = new Body(params.map(scalarType))
  if (typeof definition !== 'function') {
    definition.write(body)
    return body
  }
  const graph = new Graph()
  const leaves = params.map((type, index) =>
    graph.leaf(type, { key: `parameter ${index}`, level: 0, index } as Parameter),
  )
  const result = definition(graph, leaves)
  const emitter = new Emitter(graph, [result], 'scalar', {
    body,
    helper,
    leaf: (leaf) => body.get((leaf as Parameter).index),
  })
  emitter.level(0)
  emitter.value(result)
  return body
}
