import { BackendError, JaxprBuilder, makeAval } from '@proj/backend'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { webgl } from './gpu.ts'
import { tfjsContext } from './tfjs.ts'

const aval = makeAval([5000], 'float32')
const values = Float32Array.from({ length: 5000 }, (_, i) => i / 100)

function sine() {
  const builder = new JaxprBuilder()
  const x = builder.input(aval)
  return builder.finish(builder.emit('sin', [x], {}))
}

describe('beside tfjs, in its own context', () => {
  it('both keep working when they take turns', async () => {
    const backend = await webgl()
    const executable = backend.compile(sine(), {})
    await tf.setBackend('webgl')
    for (let turn = 0; turn < 3; turn++) {
      const [ours] = executable.run([backend.put(values, aval)]) as [never]
      const theirs = tf.tidy(() => tf.matMul(tf.sin(tf.tensor2d(values, [50, 100])), tf.eye(100)))
      const [a, b] = [backend.getSync(ours), await theirs.data()]
      theirs.dispose()
      expect(Math.max(...a.map((x, i) => Math.abs((x as number) - (b[i] as number))))).toBeLessThan(2e-4)
      expect(a[100]).toBeCloseTo(Math.sin(1), 6)
    }
  })

  it('leaves the user’s choice of a tfjs backend alone', async () => {
    const before = tf.getBackend()
    await webgl()
    expect(tf.getBackend()).toBe(before)
  })
})

// Last: it takes the context away.
describe('a lost context', () => {
  it('is an error that says what to do, and webgl() then gives a new one', async () => {
    const backend = await webgl()
    const executable = backend.compile(sine(), { name: 'sine' })
    const x = backend.put(values, aval)
    const gl = await tfjsContext()
    const lost = new Promise((resolve) => gl.canvas.addEventListener('webglcontextlost', resolve))
    gl.getExtension('WEBGL_lose_context')?.loseContext()
    await lost
    expect(() => executable.run([x])).toThrow(BackendError)
    expect(() => executable.run([x])).toThrow(
      /^sine: the browser has taken the WebGL context away.*call setBackend\(webgl\(\)\)/,
    )
    expect(() => backend.put(values, aval)).toThrow(/^put: /)
    expect(() => backend.getSync(x)).toThrow(/^getSync: /)
    expect(() => backend.compile(sine(), {})).toThrow(/^compile: /)
    backend.free(x)
    const renewed = await webgl()
    const [out] = renewed.compile(sine(), {}).run([renewed.put(values, aval)]) as [never]
    expect(renewed.getSync(out)[100]).toBeCloseTo(Math.sin(1), 6)
  })
})
