import type { Region, Var, WholeRegion } from '@proj/backend'
import { type HostCall, hostCall } from './host.ts'
import { Emitter, type Mode, registerType } from './lane/emit.ts'
import { Graph, type GraphOptions, type Helper, type Leaf } from './lane/graph.ts'
import { pushAddress } from './lower/address.ts'
import type { FunctionContext, RegionCall } from './lower/functionContext.ts'
import { lowerRegion } from './lower/region.ts'
import { routinesIn } from './lower/routines.ts'
import type { Frame, MemoryPlan, Slot } from './memory.ts'
import type { Base } from './nest/access.ts'
import { type RegionKey, regionKey } from './regionKey.ts'
import { Divider, type Threads } from './threads/divider.ts'
import { Body, type ValType } from './wasm/body.ts'
import { ModuleBuilder } from './wasm/module.ts'

/** A leaf that is a parameter of the function. */
interface Parameter extends Leaf {
  readonly index: number
}

export interface EmitOptions {
  readonly hasRelaxed: boolean
  readonly hasMarks?: boolean
  /** By which threads know the module. */
  readonly number: number
  /** Absent where the memory is not shared. */
  readonly threads?: Threads | undefined
}

export interface EmittedModule {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** What the module calls the host for, by number. */
  readonly hosts: readonly HostCall[]
  /** In nanoseconds, what a run is likely to do in parts. */
  readonly dividedWork: number
}

/** A guess at how often the body of a loop runs, where it is to be known before. */
const turns = 100

/** What the functions of a region have in common. */
interface RegionFunction {
  readonly params: readonly ValType[]
  basesIn(body: Body): (variable: Var) => Base
  readonly scratch: number
}

/**
 * Writes the module of a plan: a function for each region, which takes the arena's address, and `run`, which calls them in order. (A loop
 * in a function of its own is what the engine's optimising tier takes up first.) Regions that differ only in the places of their buffers
 * share one function, which takes the addresses from its callers. `env.host(number, arena)` does what is left to the host. A module with
 * marks calls `env.mark(number)` after each of the program's regions, and with -1 before the first.
 */
export function emitModule(
  memory: MemoryPlan,
  { hasRelaxed, hasMarks = false, number, threads }: EmitOptions,
): EmittedModule {
  const isShared = threads !== undefined
  const module = new ModuleBuilder({ isShared })
  const divider = threads && new Divider(module, number, threads)
  const host = module.import('host', ['i32', 'i32'])
  const mark = hasMarks ? module.import('mark', ['i32']) : undefined
  const helpers = new Map<string, number>()
  const helper = (one: Helper, mode: Mode): number => {
    const key = `${mode} ${one.name}`
    const known = helpers.get(key)
    if (known !== undefined) return known
    const params = one.params.map((type) => registerType(type, mode))
    const fn = module.declare(params, [registerType(one.result, mode)])
    helpers.set(key, fn)
    module.define(fn, helperBody(one, mode, { helper, isFused: hasRelaxed }))
    return fn
  }
  const routine = routinesIn(module)
  const hosts: HostCall[] = []
  const callHost = (body: Body, region: WholeRegion, { slots }: Frame) => {
    hosts.push(hostCall(region, slots))
    body
      .i32(hosts.length - 1)
      .get(0)
      .call(host)
  }
  const known = new Map<Frame, readonly RegionCall[]>()
  const callsOf = (frame: Frame): readonly RegionCall[] => {
    let calls = known.get(frame)
    if (calls === undefined) {
      const twins = twinsOf(frame)
      calls = frame.regions.map((region, i) => {
        const key = twins[i]
        return key === undefined ? ownCall(frame, region, i) : sharedCall(frame, region, i, key)
      })
      known.set(frame, calls)
    }
    return calls
  }
  const lowered = (frame: Frame, region: Region, index: number, own: RegionFunction): Body => {
    const { params, basesIn, scratch } = own
    const times = frame === memory ? 1 : turns
    const contextIn = (body: Body): FunctionContext => {
      const context: FunctionContext = {
        body,
        baseOf: basesIn(body),
        scratch,
        helper,
        routine,
        slotOf: (variable) => frame.slots.get(variable) as Slot,
        inPlace: frame.inPlace,
        callsOf,
        callHost: (whole) => callHost(body, whole, frame),
        hasRelaxed,
        threads: threads?.threads ?? 1,
        divide: (work, write) => {
          if (divider?.mayGain(work) === true) divider.divide({ body, params, times, contextIn }, work, write)
          else write(context, undefined, work.handed ?? [])
        },
      }
      return context
    }
    const body = new Body(params)
    lowerRegion(contextIn(body), region, frame.layouts[index])
    return body
  }
  const ownCall = (frame: Frame, region: Region, index: number): RegionCall => {
    const scratch = frame.scratch[index] as number
    const own: RegionFunction = { params: ['i32'], basesIn: (body) => basesIn(body, frame), scratch }
    const body = lowered(frame, region, index, own)
    const fn = module.declare(['i32'])
    module.define(fn, body)
    return (caller) => caller.get(0).call(fn)
  }
  const shared = new Map<string, number>()
  const sharedOf = (frame: Frame, region: Region, index: number, { text, buffers }: RegionKey): number => {
    const before = shared.get(text)
    if (before !== undefined) return before
    const params = ['i32', ...buffers.map(() => 'i32' as const)] as const
    const baseOf = (variable: Var): Base => {
      return { local: 1 + buffers.indexOf(variable), offset: 0, isTight: isTight(frame, variable) }
    }
    const body = lowered(frame, region, index, { params, basesIn: () => baseOf, scratch: 0 })
    const fn = module.declare(params)
    shared.set(text, fn)
    module.define(fn, body)
    return fn
  }
  const sharedCall = (frame: Frame, region: Region, index: number, key: RegionKey): RegionCall => {
    const target = sharedOf(frame, region, index, key)
    const places = key.buffers.map((variable) => frame.slots.get(variable) as Slot)
    return (caller) => {
      pushAddress(caller, { kind: 'arena', offset: frame.scratch[index] as number })
      for (const place of places) pushAddress(caller, place)
      caller.call(target)
    }
  }
  const run = new Body(['i32'])
  const markHere = (region: number) => mark !== undefined && run.i32(region).call(mark)
  markHere(-1)
  callsOf(memory).forEach((call, i) => {
    call(run)
    markHere(i)
  })
  const fn = module.declare(['i32'])
  module.define(fn, run)
  module.export('run', fn)
  return { bytes: module.toBytes(), hosts, dividedWork: divider?.work ?? 0 }
}

const isTight = ({ slots }: Frame, variable: Var): boolean => {
  const slot = slots.get(variable)
  return slot?.kind === 'pointer' && slot.isTight === true
}

/** For each region that another of its frame equals but for the places of buffers: its key. */
function twinsOf(frame: Frame): readonly (RegionKey | undefined)[] {
  if (frame.regions.length < 2) return []
  const keys = frame.regions.map((region) => (region.kind === 'whole' ? undefined : regionKey(region, frame)))
  const counts = new Map<string, number>()
  for (const key of keys) if (key !== undefined) counts.set(key.text, (counts.get(key.text) ?? 0) + 1)
  return keys.map((key) => (key !== undefined && (counts.get(key.text) as number) > 1 ? key : undefined))
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

function helperBody(
  { params, body: definition }: Helper,
  mode: Mode,
  { helper, isFused }: Pick<FunctionContext, 'helper'> & Required<GraphOptions>,
): Body {
  const body = new Body(params.map((type) => registerType(type, mode)))
  if (typeof definition !== 'function') {
    definition.write(body)
    return body
  }
  const graph = new Graph({ isFused })
  const leaves = params.map((type, index) =>
    graph.leaf(type, { key: `parameter ${index}`, level: 0, index } as Parameter),
  )
  const result = definition(graph, leaves)
  const leaf = (one: Leaf) => void body.get((one as Parameter).index)
  const emitter = new Emitter(graph, [result], mode, { body, helper, leaf })
  emitter.level(0)
  emitter.value(result)
  return body
}
