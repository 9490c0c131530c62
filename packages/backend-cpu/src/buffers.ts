import { dtypes, type DType, type TypedArray } from '@proj/backend'

/** An array's elements: `bytes` of a plain ArrayBuffer, which several arrays may share. Never written once handed out. */
export interface CpuBuffer {
  readonly dtype: DType
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** A copy of `data`. */
export function bufferOf(data: TypedArray, dtype: DType): CpuBuffer {
  return { dtype, bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice() }
}

/** A copy of the elements. */
export function elementsOf({ dtype, bytes }: CpuBuffer): TypedArray {
  const View = dtypes[dtype].array as unknown as new (buffer: ArrayBuffer) => TypedArray
  return new View(bytes.slice().buffer)
}
