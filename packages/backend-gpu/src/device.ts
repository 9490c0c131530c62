import { BackendError } from '@proj/backend'
import type { DeviceLimits } from './pass.ts'

/** Never more, so that every device compiles the same programs; WebGL2 promises 16 samplers and 4 draw buffers. */
const most = { samplers: 16, drawBuffers: 8 }

const readLimits = (gl: WebGL2RenderingContext): DeviceLimits => ({
  textureSize: 2 ** Math.floor(Math.log2(gl.getParameter(gl.MAX_TEXTURE_SIZE))),
  samplers: Math.min(most.samplers, gl.getParameter(gl.MAX_TEXTURE_IMAGE_UNITS)),
  drawBuffers: Math.min(
    most.drawBuffers,
    gl.getParameter(gl.MAX_DRAW_BUFFERS),
    gl.getParameter(gl.MAX_COLOR_ATTACHMENTS),
  ),
})

/** tfjs's context as we use it: our own framebuffers and vertex array, and tfjs's state put back after each use. */
export class Device {
  readonly gl: WebGL2RenderingContext
  readonly limits: DeviceLimits
  readonly #vertices: WebGLVertexArrayObject
  /** By the number of colour attachments. */
  readonly #framebuffers: WebGLFramebuffer[] = []
  #inUse = false

  constructor(gl: WebGL2RenderingContext) {
    this.gl = gl
    this.limits = readLimits(gl)
    this.#vertices = gl.createVertexArray()
  }

  /** @throws {BackendError} once the browser has taken the context away; what was on it is gone */
  check(where: string): void {
    if (!this.gl.isContextLost()) return
    throw new BackendError(
      where,
      'the browser has taken the WebGL context away, with all arrays on it (the device was reset, or memory ran out)',
      'call setBackend(webgl()) for a new one and make the arrays again, from a checkpoint say',
    )
  }

  /** Runs `work` in our state of the context. tfjs expects its scissor test on, and nothing of ours bound. Uses nest: the outermost puts back. */
  use<T>(work: () => T): T {
    if (this.#inUse) return work()
    this.#inUse = true
    const { gl } = this
    gl.bindVertexArray(this.#vertices)
    gl.disable(gl.SCISSOR_TEST)
    try {
      return work()
    } finally {
      this.#inUse = false
      gl.bindFramebuffer(gl.FRAMEBUFFER, null)
      gl.enable(gl.SCISSOR_TEST)
      gl.bindVertexArray(null)
    }
  }

  /** Binds a framebuffer with these attachments. Attaching anew was measured to cost no more than one for each. */
  target(textures: readonly WebGLTexture[]): void {
    const { gl } = this
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.#framebuffer(textures.length))
    textures.forEach((texture, k) => {
      gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0 + k, gl.TEXTURE_2D, texture, 0)
    })
  }

  #framebuffer(count: number): WebGLFramebuffer {
    const { gl } = this
    let framebuffer = this.#framebuffers[count]
    if (framebuffer === undefined) {
      framebuffer = gl.createFramebuffer()
      this.#framebuffers[count] = framebuffer
      gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer)
      gl.drawBuffers(Array.from({ length: count }, (_, k) => gl.COLOR_ATTACHMENT0 + k))
    }
    return framebuffer
  }
}
