import { Body } from '../wasm/body.ts'
import type { ModuleBuilder } from '../wasm/module.ts'
import type { FunctionContext } from './functionContext.ts'

/** Functions of a module that several regions call, by name: each is written once, on first use. */
export function routinesIn(module: ModuleBuilder): FunctionContext['routine'] {
  const known = new Map<string, number>()
  return (name, params, write) => {
    const earlier = known.get(name)
    if (earlier !== undefined) return earlier
    const fn = module.declare(params)
    known.set(name, fn)
    const body = new Body(params)
    write(body)
    module.define(fn, body)
    return fn
  }
}
