import { evaluateJaxpr, type Executable, type Jaxpr } from '@proj/backend'
import { bufferOf, type CpuBuffer, elementsOf } from './buffers.ts'

/** Runs a Jaxpr without WebAssembly. */
export class ReferenceExecutable implements Executable<CpuBuffer> {
  readonly #jaxpr: Jaxpr
  readonly #name: string

  constructor(jaxpr: Jaxpr, name: string) {
    this.#jaxpr = jaxpr
    this.#name = name
  }

  run(inputs: readonly CpuBuffer[]): CpuBuffer[] {
    const results = evaluateJaxpr(this.#jaxpr, inputs.map(elementsOf))
    return results.map((data, i) => bufferOf(data, (this.#jaxpr.outputs[i] as Jaxpr['outputs'][number]).aval.dtype))
  }

  dispose(): void {}

  explain(): string {
    return `${this.#name}: ${this.#jaxpr.eqns.length} equations, run one by one without WebAssembly`
  }
}
