import { BackendError, type Executable, evaluateJaxpr, type Jaxpr, type TypedArray } from '@proj/backend'
import { CpuBuffer, checkAlive, elementsOf, storageOf } from './storage.ts'

/** Runs a Jaxpr without WebAssembly. */
export class ReferenceExecutable implements Executable<CpuBuffer> {
  #jaxpr: Jaxpr | undefined
  readonly #name: string

  constructor(jaxpr: Jaxpr, name: string) {
    this.#jaxpr = jaxpr
    this.#name = name
  }

  run(inputs: readonly CpuBuffer[], donated?: ReadonlySet<number>): CpuBuffer[] {
    const jaxpr = this.#alive()
    const results = evaluateJaxpr(
      jaxpr,
      inputs.map((input) => this.#elements(input)),
    )
    for (const index of donated ?? []) (inputs[index] as CpuBuffer).isFreed = true
    return results.map(
      (data, i) => new CpuBuffer((jaxpr.outputs[i] as Jaxpr['outputs'][number]).aval.dtype, storageOf(data)),
    )
  }

  dispose(): void {
    this.#jaxpr = undefined
  }

  explain(): string {
    return `${this.#name}: ${this.#alive().eqns.length} equations, run one by one without WebAssembly`
  }

  #alive(): Jaxpr {
    if (this.#jaxpr === undefined)
      throw new BackendError(this.#name, 'the executable was disposed', 'compile the Jaxpr again')
    return this.#jaxpr
  }

  #elements(input: CpuBuffer): TypedArray {
    checkAlive(this.#name, input)
    return elementsOf(input.dtype, input.storage.plain as Uint8Array<ArrayBuffer>)
  }
}
