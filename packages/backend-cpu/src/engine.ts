import { BackendError } from '@proj/backend'

const pageBytes = 65536
const maxPages = 65536

/** The memory that all executables of a backend share: whoever runs has it from the start on. */
export class Engine {
  readonly memory = new WebAssembly.Memory({ initial: 1, maximum: maxPages })
  #bytes = new Uint8Array(this.memory.buffer as ArrayBuffer)

  /**
   * All of memory, with room for `size` bytes and the little that vector loads read past an end.
   *
   * @throws {BackendError} when there is not so much
   */
  reserve(size: number, name: string): Uint8Array<ArrayBuffer> {
    const missing = Math.ceil((size + 64) / pageBytes) - this.#bytes.length / pageBytes
    if (missing > 0) this.#grow(missing, size, name)
    return this.#bytes
  }

  instantiate(module: WebAssembly.Module): (arena: number) => void {
    const { exports } = new WebAssembly.Instance(module, { env: { memory: this.memory } })
    return exports['run'] as (arena: number) => void
  }

  #grow(pages: number, size: number, name: string): void {
    const now = this.#bytes.length
    try {
      this.memory.grow(pages)
    } catch (cause) {
      const found = `it needs ${size} bytes of memory at once, ${now} are there and ${pages * pageBytes} more could not be had`
      throw new BackendError(name, found, 'work on smaller pieces; WebAssembly has at most 4 GiB', { cause })
    }
    this.#bytes = new Uint8Array(this.memory.buffer as ArrayBuffer)
  }
}
