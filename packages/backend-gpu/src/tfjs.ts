import { BackendError } from '@proj/backend'
import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl'

const remedy = 'use a browser with WebGL2 and hardware or software rendering turned on, or the default backend, cpu()'

/** Where a canvas can be had from: `globalThis`, or a stand-in for it in tests. */
export interface CanvasScope {
  readonly OffscreenCanvas?: typeof OffscreenCanvas | undefined
  readonly document?: Pick<Document, 'createElement'> | undefined
}

function probeContext({ OffscreenCanvas: Canvas, document }: CanvasScope): WebGL2RenderingContext | null {
  const canvas = Canvas !== undefined ? new Canvas(1, 1) : document?.createElement('canvas')
  if (canvas === undefined) {
    throw new BackendError('webgl', 'found neither OffscreenCanvas nor a document, as in plain Node', remedy)
  }
  return canvas.getContext('webgl2') as WebGL2RenderingContext | null
}

/**
 * Asks before tfjs does: it would fall back to WebGL1, or to half floats, and say so on the console only.
 *
 * @throws {BackendError} without a canvas, without WebGL2, or where float textures cannot be drawn to
 */
export function requireWebgl2(scope: CanvasScope): void {
  const gl = probeContext(scope)
  if (gl === null) throw new BackendError('webgl', 'this browser gave no WebGL2 context', remedy)
  const floats = gl.getExtension('EXT_color_buffer_float')
  gl.getExtension('WEBGL_lose_context')?.loseContext() // contexts are few: give this one back
  if (floats === null) {
    throw new BackendError(
      'webgl',
      'the extension EXT_color_buffer_float is missing, so float32 cannot be computed',
      remedy,
    )
  }
}

/**
 * The GL context of tfjs's WebGL backend, which user code on tfjs shares. A lost one is replaced.
 *
 * @throws {BackendError} as `requireWebgl2` does, or when tfjs cannot start its backend
 */
export async function tfjsContext(scope: CanvasScope = globalThis): Promise<WebGL2RenderingContext> {
  requireWebgl2(scope)
  // Dynamic, so that this package loads where tfjs does not.
  const [core, { MathBackendWebGL: WebglBackend }] = await Promise.all([
    import('@tensorflow/tfjs-core'),
    import('@tensorflow/tfjs-backend-webgl'),
  ])
  const find = () => core.findBackend('webgl') as MathBackendWebGL | null
  let backend = find()
  if (backend?.gpgpu.gl.isContextLost()) {
    core.removeBackend('webgl')
    core.registerBackend('webgl', () => new WebglBackend(), 2)
    backend = find()
  }
  if (backend === null || core.env().getNumber('WEBGL_VERSION') !== 2) {
    throw new BackendError('webgl', 'tfjs could not start its WebGL2 backend', remedy)
  }
  return backend.gpgpu.gl as WebGL2RenderingContext
}
