import { BackendError } from '@proj/backend'
import { describe, expect, it } from 'vitest'
import { webgl } from './index.ts'
import { type CanvasScope, requireWebgl2 } from './tfjs.ts'

/** A place whose canvases give this context. */
const scopeOf = (context: unknown): CanvasScope => ({
  // The one method that is asked for.
  document: { createElement: () => ({ getContext: () => context }) } as unknown as Pick<Document, 'createElement'>,
})

describe('webgl()', () => {
  it('refuses plain Node, and says what to do', async () => {
    const refused = webgl()
    await expect(refused).rejects.toBeInstanceOf(BackendError)
    await expect(refused).rejects.toThrow(
      /^webgl: found neither OffscreenCanvas nor a document, as in plain Node; .*cpu\(\)/,
    )
  })

  it('refuses a browser without WebGL2', () => {
    expect(() => requireWebgl2(scopeOf(null))).toThrow(/^webgl: this browser gave no WebGL2 context; /)
  })

  it('refuses a device that cannot draw to float textures, and gives the context back', () => {
    let lost = 0
    const context = {
      getExtension: (name: string) => (name === 'WEBGL_lose_context' ? { loseContext: () => lost++ } : null),
    }
    expect(() => requireWebgl2(scopeOf(context))).toThrow(/EXT_color_buffer_float is missing/)
    expect(lost).toBe(1)
  })
})
