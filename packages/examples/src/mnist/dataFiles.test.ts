import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadMnist } from './dataFiles.ts'
import { DataError } from './idx.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mnist-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const noImages = Uint8Array.from([0, 0, 8, 3, 0, 0, 0, 0, 0, 0, 0, 28, 0, 0, 0, 28])

describe('loadMnist', () => {
  it('finds all 70,000 digits in the installed package', () => {
    const { train, test } = loadMnist()
    expect(train).toMatchObject({ count: 60_000, height: 28, width: 28 })
    expect(test).toMatchObject({ count: 10_000, height: 28, width: 28 })
    // Mean and deviation of the training pixels as published everywhere: 0.1307 and 0.3081.
    const mean = average(train.pixels, (x) => x / 255)
    const deviation = Math.sqrt(average(train.pixels, (x) => (x / 255 - mean) ** 2))
    expect(mean).toBeCloseTo(0.1307, 4)
    expect(deviation).toBeCloseTo(0.3081, 4)
  })

  it('names the file that is missing, and what to do', () => {
    const path = join(folder, 'train-images-idx3-ubyte')
    expect(() => loadMnist(folder)).toThrow(DataError)
    expect(() => loadMnist(folder)).toThrow(
      `${path}: there is no such file; install the dependencies again with \`pnpm install --force\`.`,
    )
  })

  it('names the file that cannot be read', () => {
    writeFileSync(join(folder, 'train-images-idx3-ubyte'), noImages)
    mkdirSync(join(folder, 't10k-images-idx3-ubyte'))
    expect(() => loadMnist(folder)).toThrow(`${join(folder, 't10k-images-idx3-ubyte')}: it cannot be read (EISDIR)`)
  })

  it('names the file that is damaged', () => {
    writeFileSync(join(folder, 'train-images-idx3-ubyte'), 'not found')
    expect(() => loadMnist(folder)).toThrow(`${join(folder, 'train-images-idx3-ubyte')}: 9 bytes are no IDX file`)
  })
})

function average(pixels: Uint8Array, of: (pixel: number) => number): number {
  const values = Array.from({ length: 256 }, (_, pixel) => of(pixel))
  let sum = 0
  for (const pixel of pixels) sum += values[pixel] as number
  return sum / pixels.length
}
