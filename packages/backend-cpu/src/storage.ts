import { BackendError, type DType, dtypes, type TypedArray } from '@proj/backend'
import { copyOf } from './outOfMemory.ts'

/**
 * Where the bytes of an array are: in a plain ArrayBuffer that the garbage collector sees, or in the engine's memory. Never written again
 * once an array of it has been handed out.
 */
export class Storage {
  readonly size: number
  /** Absent while the bytes are in the engine's memory. */
  plain: Uint8Array<ArrayBuffer> | undefined
  /** In the engine's memory; -1 while the bytes are not there. */
  address = -1
  /** How many arrays share it. */
  handles = 0

  constructor(size: number, plain?: Uint8Array<ArrayBuffer>) {
    this.size = size
    this.plain = plain
  }
}

/** One array: what the backend hands out. */
export class CpuBuffer {
  readonly dtype: DType
  readonly storage: Storage
  isFreed = false

  constructor(dtype: DType, storage: Storage) {
    this.dtype = dtype
    this.storage = storage
    storage.handles++
  }
}

/** @throws {BackendError} when the array was freed */
export function checkAlive(where: string, buffer: CpuBuffer): void {
  if (buffer.isFreed)
    throw new BackendError(where, 'the array was freed', 'keep it until its last use; donated arrays are freed too')
}

/** A copy of bytes, as elements. */
export function elementsOf(dtype: DType, bytes: Uint8Array): TypedArray {
  const View = dtypes[dtype].array as unknown as new (buffer: ArrayBuffer) => TypedArray
  return new View(copyOf(bytes).buffer)
}

/** A storage of its own for a copy of `data`. */
export const storageOf = (data: TypedArray): Storage =>
  new Storage(data.byteLength, copyOf(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)))
