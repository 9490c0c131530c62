import { makeAval } from '@proj/backend'
import { describe, expect, it, vi } from 'vitest'
import { Buffers } from './buffers.ts'
import { Device } from './device.ts'
import { TexturePool } from './texturePool.ts'
import { tfjsContext } from './tfjs.ts'

describe('reading back', () => {
  it('works where a device reads four channels only', async () => {
    const gl = await tfjsContext()
    const parameters = gl.getParameter.bind(gl)
    const spy = vi.spyOn(gl, 'getParameter').mockImplementation((name) => {
      return name === gl.IMPLEMENTATION_COLOR_READ_FORMAT ? gl.RGBA : parameters(name)
    })
    const device = new Device(gl)
    const buffers = new Buffers(device, new TexturePool(device, 0))
    for (const [dtype, values] of [
      ['float32', Float32Array.from({ length: 1500 }, (_, i) => i / 7)],
      ['int32', Int32Array.from({ length: 1500 }, (_, i) => -i * 1_000_003)],
      ['uint32', Uint32Array.from({ length: 1500 }, (_, i) => i * 2_000_003)],
      ['bool', Uint8Array.from({ length: 1500 }, (_, i) => i % 2)],
    ] as const) {
      const buffer = buffers.put(values, makeAval([1500], dtype))
      expect(buffers.getSync(buffer)).toEqual(values)
      expect(await buffers.get(buffer)).toEqual(values)
    }
    expect(spy).toHaveBeenCalled()
    spy.mockRestore()
  })
})
