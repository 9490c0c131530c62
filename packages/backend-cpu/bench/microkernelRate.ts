import type { FunctionContext } from '../src/lower/functionContext.ts'
import { microkernel } from '../src/lower/microkernel.ts'
import { routinesIn } from '../src/lower/routines.ts'
import { Body } from '../src/wasm/body.ts'
import { ModuleBuilder } from '../src/wasm/module.ts'

/** Rows, columns and depth of packed panels that stay in the caches. */
const size = { rows: 96, columns: 64, depth: 256 } as const

/** A module whose `run` is so many calls of the kernel of matrix products on panels that are packed already. */
function moduleOf(hasRelaxed: boolean, calls: number): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder()
  const routine = routinesIn(module)
  const { rows, columns, depth } = size
  const kernel = microkernel({ routine, hasRelaxed } as FunctionContext, 4 * columns)
  const [a, b] = [0, 4 * rows * depth]
  const c = b + 4 * columns * depth
  const tile = c + 4 * rows * columns
  const run = new Body(['i32'])
  run.repeat(calls, () => {
    for (const place of [a, b, c, tile]) run.get(0).i32(place).op('i32.add')
    run.i32(rows).i32(columns).i32(depth).i32(0).call(kernel)
  })
  const fn = module.declare(['i32'])
  module.define(fn, run)
  module.export('run', fn)
  return module.toBytes()
}

/** The rate of the microkernel alone, in GFLOP/s: the median and the best of many samples. What a matrix product can reach at most. */
export function microkernelRate(hasRelaxed: boolean): { readonly median: number; readonly best: number } {
  const calls = 20
  const memory = new WebAssembly.Memory({ initial: 16 })
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(moduleOf(hasRelaxed, calls)), {
    env: { memory, host: () => {} },
  })
  const run = exports.run as (arena: number) => void
  const work = 2 * size.rows * size.columns * size.depth * calls
  const rates: number[] = []
  for (let i = 0; i < 300; i++) {
    const before = performance.now()
    run(1024)
    rates.push(work / (performance.now() - before) / 1e6)
  }
  rates.sort((x, y) => x - y)
  return { median: rates[rates.length >> 1] as number, best: rates.at(-1) as number }
}
