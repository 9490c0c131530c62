import type { Aval } from './aval.ts'

/** A device buffer and how many handles and running programs still need it: kernels may hand on an operand's own. */
export interface Cell<Buffer> {
  readonly buffer: Buffer
  holders: number
}

/** What users of the backend hold. */
export interface Handle<Buffer> {
  readonly aval: Aval
  /** `undefined` once freed. */
  cell: Cell<Buffer> | undefined
}

/** Counts holders; the last one to let go frees the buffer. */
export class Memory<Buffer> {
  private readonly lost: FinalizationRegistry<Cell<Buffer>> | undefined

  constructor(private readonly freeBuffer: ((buffer: Buffer) => void) | undefined) {
    if (freeBuffer !== undefined) this.lost = new FinalizationRegistry((cell) => this.release(cell))
  }

  handle(cell: Cell<Buffer>, aval: Aval): Handle<Buffer> {
    const handle: Handle<Buffer> = { aval, cell }
    cell.holders++
    this.lost?.register(handle, cell, handle)
    return handle
  }

  release(cell: Cell<Buffer>): void {
    cell.holders--
    if (cell.holders === 0) this.freeBuffer?.(cell.buffer)
  }

  free(handle: Handle<Buffer>): void {
    const { cell } = handle
    if (cell === undefined) return
    handle.cell = undefined
    this.lost?.unregister(handle)
    this.release(cell)
  }
}
