/** Validates only where fused multiply-adds are known: (module (func (drop (f32x4.relaxed_madd (v128.const 0) (…) (…))))) */
const zeros = [0xfd, 12, ...new Array<number>(16).fill(0)]
const probe = Uint8Array.from([
  0,
  0x61,
  0x73,
  0x6d,
  1,
  0,
  0,
  0,
  1,
  4,
  1,
  0x60,
  0,
  0,
  3,
  2,
  1,
  0,
  10,
  62,
  1,
  60,
  0,
  ...zeros,
  ...zeros,
  ...zeros,
  0xfd,
  0x85,
  0x02,
  0x1a,
  0x0b,
])

let known: boolean | undefined

/** Whether modules may use relaxed SIMD; where the engine has it behind a switch that can be set at run time (Node 20), sets that. */
export function hasRelaxedSimd(): boolean {
  known ??= WebAssembly.validate(probe) || (switchOn() && WebAssembly.validate(probe))
  return known
}

function switchOn(): boolean {
  try {
    // Not imported: a bundler for browsers would stumble over `node:v8`.
    const { process } = globalThis as { process?: { getBuiltinModule?(name: string): unknown } }
    const v8 = process?.getBuiltinModule?.('node:v8') as { setFlagsFromString(flags: string): void } | undefined
    v8?.setFlagsFromString('--experimental-wasm-relaxed-simd')
    return v8 !== undefined
  } catch {
    return false
  }
}
