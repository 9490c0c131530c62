import { setFlagsFromString } from 'node:v8'
import wabt from 'wabt'

/** What one thread of WebAssembly can do here, whatever the program: the roofs of a roofline. */
export interface Roofs {
  /** Of arrays that fit no cache, read and written, in GB/s. */
  readonly bandwidth: number
  /** Vector multiplications and additions in registers, in GFLOP/s. */
  readonly plain: number
  /** The same as fused multiply-adds of relaxed SIMD; 0 where the engine has none. */
  readonly fused: number
}

/** As many independent chains of `a ← a·x + y` as registers hold, so that none waits for another. */
const chains = 12
const each = (write: (chain: number) => string): string => Array.from({ length: chains }, (_, i) => write(i)).join('\n')

const arithmetic = (name: string, step: (a: string) => string) => `
  (func (export "${name}") (param $turns i32) (result f32)
    (local $x v128) (local $y v128) ${each((i) => `(local $a${i} v128)`)}
    (local.set $x (f32x4.splat (f32.const 0.5)))
    (local.set $y (f32x4.splat (f32.const 0.25)))
    (loop $again
      ${each((i) => `(local.set $a${i} ${step(`(local.get $a${i})`)})`)}
      (br_if $again (local.tee $turns (i32.sub (local.get $turns) (i32.const 1)))))
    ${each((i) => (i === 0 ? '(local.get $a0)' : `(f32x4.add (local.get $a${i}))`))}
    f32x4.extract_lane 0)`

/** `y ← x·0.5`, 64 bytes a turn. */
const stream = `
  (func (export "stream") (param $from i32) (param $to i32) (param $bytes i32)
    (local $end i32)
    (local.set $end (i32.add (local.get $from) (local.get $bytes)))
    (loop $again
      ${[0, 16, 32, 48].map(halve).join('\n')}
      (local.set $to (i32.add (local.get $to) (i32.const 64)))
      (local.set $from (i32.add (local.get $from) (i32.const 64)))
      (br_if $again (i32.lt_u (local.get $from) (local.get $end)))))`

function halve(at: number): string {
  const value = `(f32x4.mul (v128.load offset=${at} (local.get $from)) (f32x4.splat (f32.const 0.5)))`
  return `(v128.store offset=${at} (local.get $to) ${value})`
}

const multiplyAdd = (a: string) => `(f32x4.add (f32x4.mul ${a} (local.get $x)) (local.get $y))`
const fusedMultiplyAdd = (a: string) => `(f32x4.relaxed_madd ${a} (local.get $x) (local.get $y))`

const streamed = 64 * 2 ** 20
const plainText = `(module (memory ${(2 * streamed) / 65536}) ${stream} ${arithmetic('run', multiplyAdd)}
  (export "memory" (memory 0)))`
const fusedText = `(module ${arithmetic('run', fusedMultiplyAdd)})`

type Exports = Readonly<Record<string, (...args: number[]) => unknown>>

/** Undefined where the engine does not know what the module asks for. */
async function instantiate(text: string): Promise<Exports | undefined> {
  const features = { simd: true, relaxed_simd: true }
  const bytes = (await wabt()).parseWat('roofs.wat', text, features).toBinary({}).buffer as Uint8Array<ArrayBuffer>
  if (!WebAssembly.validate(bytes)) return undefined
  return new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as Exports
}

/** The best of several runs, in calls a second: a roof is what nothing slowed down. */
function rate(run: () => unknown): number {
  let shortest = Number.POSITIVE_INFINITY
  for (let i = 0; i < 20; i++) {
    const started = performance.now()
    run()
    shortest = Math.min(shortest, performance.now() - started)
  }
  return 1000 / shortest
}

const turns = 1_000_000

/** In GFLOP/s. */
const arithmeticRate = (exports: Exports | undefined): number =>
  exports === undefined ? 0 : (rate(() => exports['run']?.(turns)) * turns * chains * 8) / 1e9

/** Measures the roofs, on the calling thread; takes a second. */
export async function measureRoofs(): Promise<Roofs> {
  // Node 20 has relaxed SIMD behind this flag; it counts for modules made from now on.
  setFlagsFromString('--experimental-wasm-relaxed-simd')
  const [plain, fused] = [await instantiate(plainText), await instantiate(fusedText)]
  return {
    bandwidth: (rate(() => plain?.['stream']?.(0, streamed, streamed)) * 2 * streamed) / 1e9,
    plain: arithmeticRate(plain),
    fused: arithmeticRate(fused),
  }
}
