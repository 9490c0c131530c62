import { BackendError } from '@proj/backend'
import type { Device } from './device.ts'
import type { Pass } from './pass.ts'

/** One triangle that covers the whole target, out of no vertex data. */
const vertexSource = `#version 300 es
void main() {
  gl_Position = vec4(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0, 0.0, 1.0);
}`

/** A program, shared by all executables whose passes have the same text. */
export interface Program {
  readonly source: string
  readonly gl: WebGLProgram
  readonly fragment: WebGLShader
  ready: boolean
  users: number
}

/** Programs no executable uses, kept for the next that wants them. */
const keepUnused = 256

/** Programs by their source text. */
export class Programs {
  readonly #device: Device
  readonly #programs = new Map<string, Program>()
  /** In the order in which they fell out of use. */
  readonly #unused = new Set<Program>()
  #vertex: WebGLShader | undefined

  constructor(device: Device) {
    this.#device = device
  }

  get size(): number {
    return this.#programs.size
  }

  /** Programs for these passes, all handed to the driver before any is waited for: it may compile them side by side. */
  acquire(passes: readonly Pass[]): Program[] {
    const programs = passes.map((pass) => this.#request(pass))
    programs.forEach((program, k) => this.#finish(program, passes[k] as Pass))
    return programs
  }

  release(program: Program): void {
    if (--program.users > 0) return
    this.#unused.add(program)
    if (this.#unused.size <= keepUnused) return
    const oldest = this.#unused.values().next().value as Program
    this.#unused.delete(oldest)
    this.#programs.delete(oldest.source)
    this.#device.gl.deleteProgram(oldest.gl)
  }

  #request({ source }: Pass): Program {
    const program = this.#programs.get(source) ?? this.#create(source)
    program.users++
    this.#unused.delete(program)
    return program
  }

  #create(source: string): Program {
    const { gl } = this.#device
    this.#vertex ??= this.#shader(gl.VERTEX_SHADER, vertexSource)
    const fragment = this.#shader(gl.FRAGMENT_SHADER, source)
    const program: Program = { source, gl: gl.createProgram(), fragment, ready: false, users: 0 }
    gl.attachShader(program.gl, this.#vertex)
    gl.attachShader(program.gl, fragment)
    gl.linkProgram(program.gl)
    this.#programs.set(source, program)
    return program
  }

  #shader(kind: GLenum, source: string): WebGLShader {
    const { gl } = this.#device
    const shader = gl.createShader(kind)
    if (shader === null) {
      this.#device.check('compile')
      throw new BackendError('compile', 'the driver made no shader', 'reload the page')
    }
    gl.shaderSource(shader, source)
    gl.compileShader(shader)
    return shader
  }

  /** Waits for the driver, and binds sampler `k` to texture unit `k` for good. */
  #finish(program: Program, { label, inputs }: Pass): void {
    if (program.ready) return
    const { gl } = this.#device
    if (!gl.getProgramParameter(program.gl, gl.LINK_STATUS)) {
      this.#device.check('compile')
      const log = gl.getShaderInfoLog(program.fragment) || gl.getProgramInfoLog(program.gl)
      throw new BackendError(
        'compile',
        `the driver refuses the shader of "${label}": ${log}\n${program.source}`,
        'report it, with this text',
      )
    }
    gl.useProgram(program.gl)
    inputs.forEach((_, unit) => {
      gl.uniform1i(gl.getUniformLocation(program.gl, `s${unit}`), unit)
    })
    gl.deleteShader(program.fragment)
    program.ready = true
  }
}
