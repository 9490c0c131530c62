import { dtypes, type TypedArray } from '@proj/backend'
import type { Device } from './device.ts'
import { extentOf, type GpuDType } from './layout.ts'
import type { Texture } from './texturePool.ts'

/** A rectangle of texels and the elements in it. */
interface Rectangle {
  readonly y: number
  readonly width: number
  readonly height: number
  /** Number of its first element. */
  readonly from: number
}

/** The full rows, and what is left in the last. */
function rectangles(n: number, textureSize: number): Rectangle[] {
  const { width, height, rowBits } = extentOf(n, textureSize)
  const full = height === 1 ? 0 : Math.floor(n / 2 ** rowBits)
  const rest = n - full * 2 ** rowBits
  const rows = full > 0 ? [{ y: 0, width, height: full, from: 0 }] : []
  return rest > 0 ? [...rows, { y: full, width: rest, height: 1, from: full * width }] : rows
}

interface Transfer {
  readonly format: GLenum
  readonly type: GLenum
  readonly channels: 1 | 4
  /** Of one channel. */
  readonly array: new (
    length: number,
  ) => TypedArray
}

/** Copies arrays to the device and back. */
export class Transfers {
  readonly #device: Device
  readonly #reading = new Map<GpuDType, Transfer>()

  constructor(device: Device) {
    this.#device = device
  }

  upload(texture: Texture, dtype: GpuDType, data: TypedArray): void {
    const { gl, limits } = this.#device
    const { format, type } = this.#plain(dtype)
    gl.bindTexture(gl.TEXTURE_2D, texture.gl)
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1)
    for (const { y, width, height, from } of rectangles(data.length, limits.textureSize)) {
      gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, y, width, height, format, type, data, from)
    }
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 4)
  }

  /** Sets all texels to one value. */
  fill(texture: Texture, dtype: GpuDType, value: number): void {
    const { gl } = this.#device
    const texel = [value, 0, 0, 0]
    this.#device.use(() => {
      this.#device.target([texture.gl])
      if (dtype === 'float32') gl.clearBufferfv(gl.COLOR, 0, new Float32Array(texel))
      else if (dtype === 'int32') gl.clearBufferiv(gl.COLOR, 0, new Int32Array(texel))
      else gl.clearBufferuiv(gl.COLOR, 0, new Uint32Array(texel))
    })
  }

  /** Waits for the device. */
  readSync(texture: Texture, dtype: GpuDType, n: number): TypedArray {
    const { gl } = this.#device
    const transfer = this.#transfer(texture, dtype)
    const raw = new transfer.array(n * transfer.channels)
    this.#readRectangles(texture, n, transfer, (x, y, width, height, from) => {
      gl.readPixels(x, y, width, height, transfer.format, transfer.type, raw, from * transfer.channels)
    })
    return firstChannel(raw, transfer, dtype)
  }

  /** Lets the page go on until the device is done. */
  async read(texture: Texture, dtype: GpuDType, n: number): Promise<TypedArray> {
    const { gl } = this.#device
    const transfer = this.#transfer(texture, dtype)
    const raw = new transfer.array(n * transfer.channels)
    const staging = gl.createBuffer()
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, staging)
    gl.bufferData(gl.PIXEL_PACK_BUFFER, Math.max(1, raw.byteLength), gl.STREAM_READ)
    this.#readRectangles(texture, n, transfer, (x, y, width, height, from) => {
      gl.readPixels(
        x,
        y,
        width,
        height,
        transfer.format,
        transfer.type,
        from * transfer.channels * raw.BYTES_PER_ELEMENT,
      )
    })
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, null)
    await this.#passed()
    this.#device.check('get')
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, staging)
    if (n > 0) gl.getBufferSubData(gl.PIXEL_PACK_BUFFER, 0, raw)
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, null)
    gl.deleteBuffer(staging)
    return firstChannel(raw, transfer, dtype)
  }

  #readRectangles(
    texture: Texture,
    n: number,
    { array }: Transfer,
    read: (x: number, y: number, width: number, height: number, from: number) => void,
  ): void {
    const { gl, limits } = this.#device
    const narrow = new array(0).BYTES_PER_ELEMENT < 4
    this.#device.use(() => {
      this.#device.target([texture.gl])
      if (narrow) gl.pixelStorei(gl.PACK_ALIGNMENT, 1)
      for (const { y, width, height, from } of rectangles(n, limits.textureSize)) read(0, y, width, height, from)
      if (narrow) gl.pixelStorei(gl.PACK_ALIGNMENT, 4)
    })
  }

  /** Resolves when the device has done all it was given. */
  async #passed(): Promise<void> {
    const { gl } = this.#device
    const fence = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0)
    if (fence === null) return // the context is lost
    gl.flush()
    while (gl.clientWaitSync(fence, 0, 0) === gl.TIMEOUT_EXPIRED) await new Promise((resolve) => setTimeout(resolve))
    gl.deleteSync(fence)
  }

  #plain(dtype: GpuDType): Transfer {
    const { gl } = this.#device
    const type = { float32: gl.FLOAT, int32: gl.INT, uint32: gl.UNSIGNED_INT, bool: gl.UNSIGNED_BYTE }[dtype]
    return { format: dtype === 'float32' ? gl.RED : gl.RED_INTEGER, type, channels: 1, array: dtypes[dtype].array }
  }

  /** One channel if the device reads so; four, which every device must, if not. */
  #transfer(texture: Texture, dtype: GpuDType): Transfer {
    const known = this.#reading.get(dtype)
    if (known !== undefined) return known
    const { gl } = this.#device
    const plain = this.#plain(dtype)
    const wide: Transfer = {
      format: dtype === 'float32' ? gl.RGBA : gl.RGBA_INTEGER,
      type: dtype === 'bool' ? gl.UNSIGNED_INT : plain.type,
      channels: 4,
      array: dtype === 'bool' ? Uint32Array : plain.array,
    }
    const offered = this.#device.use(() => {
      this.#device.target([texture.gl])
      return [gl.getParameter(gl.IMPLEMENTATION_COLOR_READ_FORMAT), gl.getParameter(gl.IMPLEMENTATION_COLOR_READ_TYPE)]
    })
    const transfer = offered[0] === plain.format && offered[1] === plain.type ? plain : wide
    this.#reading.set(dtype, transfer)
    return transfer
  }
}

function firstChannel(raw: TypedArray, { channels }: Transfer, dtype: GpuDType): TypedArray {
  if (channels === 1) return raw
  const values = new dtypes[dtype].array(raw.length / channels)
  for (let i = 0; i < values.length; i++) values[i] = raw[i * channels] as number
  return values
}
