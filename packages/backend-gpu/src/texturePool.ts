import { BackendError } from '@proj/backend'
import type { Device } from './device.ts'
import { allocatedSize, capacity, extentOf } from './layout.ts'
import type { Format, Slot } from './pass.ts'

/** Memory of the device. Several handles may hold one; it goes back to the pool when the last lets go. */
export interface Texture {
  readonly gl: WebGLTexture
  readonly bytes: number
  readonly shelf: Shelf
  holders: number
}

/** The free textures of one format and size. */
export interface Shelf {
  readonly format: Format
  readonly width: number
  readonly height: number
  readonly free: Texture[]
}

export interface MemoryStats {
  /** In use: handed out, or scratch of a run. */
  readonly textures: number
  readonly bytes: number
  /** Kept for reuse. */
  readonly freeTextures: number
  readonly freeBytes: number
}

const bytesOf: { readonly [F in Format]: number } = { float32: 4, int32: 4, uint32: 4, bool: 1, packed: 16 }

/** Asking the driver whether it had the memory waits for it: worth it for large textures only. */
const askAbove = 2 ** 24

/** Textures by format and size, made when there is none to reuse. */
export class TexturePool {
  readonly #device: Device
  readonly #keepBytes: number
  readonly #shelves = new Map<string, Shelf>()
  #textures = 0
  #bytes = 0
  #freeTextures = 0
  #freeBytes = 0

  /** @param keepBytes free textures beyond this are deleted */
  constructor(device: Device, keepBytes: number) {
    this.#device = device
    this.#keepBytes = keepBytes
  }

  /** Where textures for `slot` are kept; look it up once, take from it often. */
  shelf({ format, texels }: Slot): Shelf {
    const { textureSize } = this.#device.limits
    if (texels > capacity(textureSize)) {
      throw new BackendError(
        'webgl',
        `an array of ${texels} elements`,
        `this device holds up to ${capacity(textureSize)} in one; split it`,
      )
    }
    const [width, height] = allocatedSize(extentOf(texels, textureSize))
    const key = `${format} ${width} ${height}`
    let shelf = this.#shelves.get(key)
    if (shelf === undefined) {
      shelf = { format, width, height, free: [] }
      this.#shelves.set(key, shelf)
    }
    return shelf
  }

  /** A texture with one holder, of unknown contents. */
  take(shelf: Shelf): Texture {
    const reused = shelf.free.pop()
    const texture = reused ?? this.#create(shelf)
    if (reused !== undefined) this.#countFree(-1, texture)
    this.#count(1, texture)
    texture.holders = 1
    return texture
  }

  /** One holder fewer. The device runs in order, so draws under way do not mind. */
  release(texture: Texture): void {
    if (--texture.holders > 0) return
    this.#count(-1, texture)
    if (this.#freeBytes + texture.bytes > this.#keepBytes) {
      this.#device.gl.deleteTexture(texture.gl)
      return
    }
    texture.shelf.free.push(texture)
    this.#countFree(1, texture)
  }

  stats(): MemoryStats {
    return {
      textures: this.#textures,
      bytes: this.#bytes,
      freeTextures: this.#freeTextures,
      freeBytes: this.#freeBytes,
    }
  }

  #count(change: 1 | -1, { bytes }: Texture): void {
    this.#textures += change
    this.#bytes += change * bytes
  }

  #countFree(change: 1 | -1, { bytes }: Texture): void {
    this.#freeTextures += change
    this.#freeBytes += change * bytes
  }

  #create(shelf: Shelf): Texture {
    const { gl } = this.#device
    const { format, width, height } = shelf
    const internal = { float32: gl.R32F, int32: gl.R32I, uint32: gl.R32UI, bool: gl.R8UI, packed: gl.RGBA32F }[format]
    const texture = gl.createTexture()
    const bytes = width * height * bytesOf[format]
    gl.bindTexture(gl.TEXTURE_2D, texture)
    gl.texStorage2D(gl.TEXTURE_2D, 1, internal, width, height)
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST)
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST)
    if (bytes > askAbove && gl.getError() === gl.OUT_OF_MEMORY) {
      gl.deleteTexture(texture)
      throw new BackendError(
        'webgl',
        `the device has no ${bytes} bytes left`,
        'free arrays that are no longer needed, donate arguments, or use smaller batches',
      )
    }
    return { gl: texture, bytes, shelf, holders: 0 }
  }
}
