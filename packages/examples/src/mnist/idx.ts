/** A file of examples that is missing, or is not what its name says. */
export class DataError extends Error {
  override readonly name = 'DataError'

  /** Reads `where: found; remedy`. */
  constructor(where: string, found: string, remedy: string) {
    super(`${where}: ${found}; ${remedy}.`)
  }
}

/** Greyscale images of one size, 0 (paper) to 255 (ink). */
export interface Images {
  readonly count: number
  readonly height: number
  readonly width: number
  /** Image after image, row after row: `count · height · width` bytes. */
  readonly pixels: Uint8Array
}

/** Two zeros, then the element type (8: unsigned byte), then the number of dimensions. */
const imagesOfBytes = 0x00000803
const headerBytes = 16

/**
 * Reads the IDX format of the MNIST files: four big-endian words (magic, count, height, width), then the pixels.
 *
 * @param name for messages
 * @throws {DataError} when `bytes` are something else, or fewer or more than the header promises
 *
 * Source: LeCun, Cortes, Burges, "The MNIST database of handwritten digits", file formats.
 */
export function parseImages(bytes: Uint8Array, name: string): Images {
  const remedy = 'fetch the file again'
  if (bytes.length < headerBytes) throw new DataError(name, `${bytes.length} bytes are no IDX file`, remedy)
  const header = new DataView(bytes.buffer, bytes.byteOffset, headerBytes)
  const [magic, count, height, width] = [0, 4, 8, 12].map((at) => header.getUint32(at)) as [
    number,
    number,
    number,
    number,
  ]
  if (magic !== imagesOfBytes)
    throw new DataError(name, `it starts with 0x${hex(magic)}, not 0x${hex(imagesOfBytes)}`, remedy)
  const expected = headerBytes + count * height * width
  if (bytes.length !== expected) {
    const found = `${count} images of ${height}x${width} take ${expected} bytes, and it has ${bytes.length}`
    throw new DataError(name, found, remedy)
  }
  return { count, height, width, pixels: bytes.subarray(headerBytes) }
}

const hex = (word: number) => word.toString(16).padStart(8, '0')
