import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DataError, type Images, parseImages } from './idx.ts'

/** The inverse of `parseImages`. */
function write({ count, height, width, pixels }: Images): Uint8Array {
  const bytes = new Uint8Array(16 + pixels.length)
  const header = new DataView(bytes.buffer)
  for (const [i, word] of [0x803, count, height, width].entries()) header.setUint32(4 * i, word)
  bytes.set(pixels, 16)
  return bytes
}

const small = fc.nat({ max: 5 })

const anyImages: fc.Arbitrary<Images> = fc
  .record({ count: small, height: small, width: small })
  .chain(({ count, height, width }) => {
    const length = count * height * width
    const pixels = fc.uint8Array({ minLength: length, maxLength: length })
    return fc.record({ count: fc.constant(count), height: fc.constant(height), width: fc.constant(width), pixels })
  })

const two = write({ count: 2, height: 1, width: 3, pixels: Uint8Array.of(1, 2, 3, 4, 5, 6) })

describe('parseImages', () => {
  it('reads back what was written', () => {
    fc.assert(
      fc.property(anyImages, (images) => {
        expect(parseImages(write(images), 'file')).toEqual(images)
      }),
    )
  })

  it('reads bytes that lie inside a larger buffer', () => {
    const around = new Uint8Array(two.length + 7)
    around.set(two, 3)
    expect(parseImages(around.subarray(3, 3 + two.length), 'file').pixels).toEqual(Uint8Array.of(1, 2, 3, 4, 5, 6))
  })

  it.each([
    ['too short for a header', two.slice(0, 15), 'some-file: 15 bytes are no IDX file'],
    ['cut off', two.slice(0, -1), 'some-file: 2 images of 1x3 take 22 bytes, and it has 21'],
    ['too long', new Uint8Array([...two, 0]), 'some-file: 2 images of 1x3 take 22 bytes, and it has 23'],
    ['of labels', two.with(3, 1), 'some-file: it starts with 0x00000801, not 0x00000803'],
  ])('refuses a file that is %s, by name and with a remedy', (_, bytes, message) => {
    expect(() => parseImages(bytes, 'some-file')).toThrow(DataError)
    expect(() => parseImages(bytes, 'some-file')).toThrow(`${message}; fetch the file again.`)
  })
})
