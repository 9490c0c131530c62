import { afterEach, describe, expect, it, vi } from 'vitest'
import { fetchImages } from './download.ts'

/** An IDX file of `count` images of 2x3 pixels, numbered through. */
function idx(count: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(16 + count * 6).map((_, i) => i - 16)
  new DataView(bytes.buffer).setUint32(0, 0x803)
  ;[count, 2, 3].forEach((word, i) => new DataView(bytes.buffer).setUint32(4 + 4 * i, word))
  return bytes
}

/** Answers every request with `bytes`, some at a time. */
function serve(bytes: Uint8Array<ArrayBuffer>, { status = 200, chunk = 7 } = {}) {
  let cancelled = false
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let at = 0; at < bytes.length; at += chunk) controller.enqueue(bytes.slice(at, at + chunk))
      controller.close()
    },
    cancel: () => void (cancelled = true),
  })
  vi.stubGlobal('fetch', async () => new Response(body, { status }))
  return { cancelled: () => cancelled }
}

afterEach(() => vi.unstubAllGlobals())

describe('fetchImages', () => {
  it('reads the first images of a file', async () => {
    serve(idx(10))
    const images = await fetchImages('digits', 2)
    expect(images).toMatchObject({ count: 2, height: 2, width: 3 })
    expect([...images.pixels]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
  })

  it('reads all of them when there are fewer', async () => {
    serve(idx(3))
    expect((await fetchImages('digits', 100)).count).toBe(3)
  })

  it('gives the same whatever the pieces are in which the file arrives', async () => {
    for (const chunk of [1, 5, 16, 17, 1000]) {
      serve(idx(4), { chunk })
      expect((await fetchImages('digits', 3)).pixels).toEqual(idx(3).subarray(16))
    }
  })

  it('reports the share that has arrived', async () => {
    serve(idx(10))
    const shares: number[] = []
    await fetchImages('digits', 10, (share) => shares.push(share))
    expect(shares.at(-1)).toBe(1)
    expect(shares).toEqual([...shares].sort((a, b) => a - b))
  })

  it('names a file that is not there', async () => {
    serve(new Uint8Array(), { status: 404 })
    await expect(fetchImages('digits', 1)).rejects.toMatchObject({
      name: 'DataError',
      message: expect.stringMatching(/^digits: the server answered 404; see /),
    })
  })

  it('says so when there is no server', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')))
    await expect(fetchImages('digits', 1)).rejects.toThrow('digits: it cannot be reached (Failed to fetch); see ')
  })

  it('refuses a page of text, a short file and an empty one', async () => {
    serve(new TextEncoder().encode('<!doctype html><title>not found</title>') as Uint8Array<ArrayBuffer>)
    await expect(fetchImages('digits', 1)).rejects.toThrow(/^digits: it starts with 0x3c21646f/)
    serve(idx(3).slice(0, 30))
    await expect(fetchImages('digits', 3)).rejects.toThrow('3 images of 2x3 take 34 bytes, and it has 30')
    serve(new Uint8Array())
    await expect(fetchImages('digits', 3)).rejects.toThrow('0 bytes are no IDX file')
  })
})
