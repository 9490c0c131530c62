import { type Aval, BackendError, dtypes, formatAval, sizeOf, type TypedArray, UnsupportedOp } from '@proj/backend'
import type { Device } from './device.ts'
import { type GpuDType, isGpuDType } from './layout.ts'
import type { ArraySlot } from './pass.ts'
import type { MemoryStats, Texture, TexturePool } from './texturePool.ts'
import { Transfers } from './transfer.ts'

/** A handle on an array of the device. Its memory goes back when it is freed or collected. */
export class GpuBuffer {
  readonly dtype: GpuDType
  readonly size: number
  /** Absent once freed. */
  texture: Texture | undefined

  constructor(dtype: GpuDType, size: number, texture: Texture) {
    this.dtype = dtype
    this.size = size
    this.texture = texture
  }
}

/** Makes handles, and sees to it that each lets go of its texture once. */
export class Buffers {
  readonly pool: TexturePool
  readonly #device: Device
  readonly #transfers: Transfers
  readonly #collected: FinalizationRegistry<Texture>

  constructor(device: Device, pool: TexturePool) {
    this.pool = pool
    this.#device = device
    this.#transfers = new Transfers(device)
    this.#collected = new FinalizationRegistry((texture) => pool.release(texture))
  }

  /** A handle that becomes one of the texture's holders in the caller's place. */
  wrap({ format, texels }: ArraySlot, texture: Texture): GpuBuffer {
    const buffer = new GpuBuffer(format, texels, texture)
    this.#collected.register(buffer, texture, buffer)
    return buffer
  }

  put(data: TypedArray, aval: Aval): GpuBuffer {
    this.#device.check('put')
    const { dtype } = aval
    if (!isGpuDType(dtype)) {
      throw new UnsupportedOp(
        'put',
        `${formatAval(aval)} on webgl`,
        'cast to float32, int32, uint32 or bool first, or keep it on the cpu backend',
      )
    }
    const texels = sizeOf(aval.shape)
    if (data.length !== texels || !(data instanceof dtypes[dtype].array)) {
      throw new BackendError(
        'put',
        `${data.constructor.name}(${data.length}) for ${formatAval(aval)}`,
        `pass a ${dtypes[dtype].array.name} of ${texels}`,
      )
    }
    const slot: ArraySlot = { format: dtype, texels }
    return this.wrap(slot, this.upload(slot, data))
  }

  /** A texture of that content, with one holder: the caller. */
  upload(slot: ArraySlot, data: TypedArray): Texture {
    const texture = this.pool.take(this.pool.shelf(slot))
    this.#transfers.upload(texture, slot.format, data)
    return texture
  }

  /** Waits for the device and copies. */
  read(texture: Texture, { format, texels }: ArraySlot): TypedArray {
    return this.#transfers.readSync(texture, format, texels)
  }

  /** An array of one value, with one holder: the caller. */
  filled(slot: ArraySlot, value: number): Texture {
    const texture = this.pool.take(this.pool.shelf(slot))
    this.#transfers.fill(texture, slot.format, value)
    return texture
  }

  get(buffer: GpuBuffer): Promise<TypedArray> {
    this.#device.check('get')
    return this.#transfers.read(this.textureOf(buffer, 'get'), buffer.dtype, buffer.size)
  }

  getSync(buffer: GpuBuffer): TypedArray {
    this.#device.check('getSync')
    return this.#transfers.readSync(this.textureOf(buffer, 'getSync'), buffer.dtype, buffer.size)
  }

  free(buffer: GpuBuffer): void {
    const { texture } = buffer
    if (texture === undefined) return
    buffer.texture = undefined
    this.#collected.unregister(buffer)
    this.pool.release(texture)
  }

  /** @throws {BackendError} when the buffer has been freed */
  textureOf(buffer: GpuBuffer, where: string): Texture {
    if (buffer.texture !== undefined) return buffer.texture
    throw new BackendError(
      where,
      `a ${buffer.dtype} buffer of ${buffer.size} elements that was freed or donated`,
      'keep it until its last use',
    )
  }

  stats(): MemoryStats {
    return this.pool.stats()
  }
}
