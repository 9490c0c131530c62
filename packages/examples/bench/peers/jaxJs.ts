import type { Array as JaxArray } from '@jax-js/jax'
import type { Dense } from '../arrays.ts'
import { serve } from '../serve.ts'
import { type Tasks, task } from '../task.ts'
import { versionOf } from '../version.ts'
import type { Inputs } from '../workloads.ts'

// It looks for WebGPU as it loads, and Node 20 has no navigator to look at.
globalThis.navigator ??= {} as Navigator
const { blockUntilReady, defaultDevice, grad, init, jit, nn, numpy: np } = await import('@jax-js/jax')

type Arrays = Record<string, JaxArray>

const toArray = ({ values, shape }: Dense): JaxArray => np.array(values).reshape([...shape])

const toArrays = (inputs: Inputs): Arrays =>
  Object.fromEntries(Object.entries(inputs).map(([name, dense]) => [name, toArray(dense)]))

/** What takes an array uses it up, unless it is given one more reference. */
const keep = (arrays: Arrays): Arrays => Object.fromEntries(Object.entries(arrays).map(([name, x]) => [name, x.ref]))

const get = (arrays: Arrays, name: string): JaxArray => arrays[name] as JaxArray

/**
 * Calls return before anything is computed, so something must be waited for: `await` lets its threads work, `dataSync`
 * reads the results at once. Which is faster depends on the work, so both are timed.
 */
const [how = 'await'] = process.argv.slice(2)

const settle: <T extends Arrays>(results: T) => T | Promise<T> =
  how === 'await'
    ? (results) => blockUntilReady(results)
    : (results) => {
        for (const x of Object.values(results)) x.ref.dataSync()
        return results
      }

const several = (names: readonly string[], run: () => Arrays) =>
  task({
    run: () => settle(run()),
    read: (results) => names.map((name) => Float32Array.from(get(results, name).ref.dataSync())),
    drop: (results) => Object.values(results).forEach((x) => x.dispose()),
  })

const single = (run: () => JaxArray) => several(['y'], () => ({ y: run() }))

function chain({ x }: Inputs, f: (x: JaxArray) => JaxArray) {
  const whole = jit((start: JaxArray) => f(f(f(f(f(start))))))
  const start = toArray(x as Dense)
  return single(() => whole(start.ref))
}

function matmul({ a, b }: Inputs) {
  const [left, right] = [toArray(a as Dense), toArray(b as Dense)]
  return single(() => np.matmul(left.ref, right.ref))
}

/** The batch at once: a call for one example under vmap comes to the same program. */
function tiedLoss(net: Arrays, x: JaxArray, y: JaxArray): JaxArray {
  const weight = (name: string) => get(net, `${name}.weight`)
  const bias = (name: string) => get(net, `${name}.bias`)
  const enc1 = np.matmul(x, weight('enc1').ref.transpose()).add(bias('enc1'))
  const enc2 = np.matmul(enc1, weight('enc2').ref.transpose()).add(bias('enc2'))
  const dec2 = np.matmul(enc2, weight('enc2')).add(bias('dec2'))
  const dec1 = np.matmul(dec2, weight('enc1')).add(bias('dec1'))
  weight('dec1').dispose()
  weight('dec2').dispose()
  return np.square(dec1.sub(y)).mean()
}

function tiedGrad({ x, y, ...weights }: Inputs) {
  const gradient = jit(grad(tiedLoss))
  const [net, input, target] = [toArrays(weights), toArray(x as Dense), toArray(y as Dense)]
  return several(Object.keys(weights), () => gradient(keep(net), input.ref, target.ref))
}

function mlpLoss({ w1, b1, w2, b2 }: Arrays, x: JaxArray, labels: JaxArray): JaxArray {
  const hidden = nn.relu(np.matmul(x, w1 as JaxArray).add(b1 as JaxArray))
  const logits = np.matmul(hidden, w2 as JaxArray).add(b2 as JaxArray)
  return nn.logSoftmax(logits).mul(labels).sum(1).mean().neg()
}

function mlpStep({ x, labels, ...weights }: Inputs) {
  const step = jit((net: Arrays, input: JaxArray, target: JaxArray) => {
    const gradients = grad(mlpLoss)(keep(net), input, target) as Arrays
    return Object.fromEntries(Object.entries(net).map(([name, w]) => [name, w.sub(get(gradients, name).mul(0.1))]))
  })
  const [net, input, target] = [toArrays(weights), toArray(x as Dense), toArray(labels as Dense)]
  return several(Object.keys(weights), () => step(keep(net), input.ref, target.ref))
}

function deepTanh({ x, ...weights }: Inputs) {
  const loss = (net: Arrays, input: JaxArray) => {
    let h = input
    for (const w of Object.values(net)) h = np.tanh(np.matmul(h, w))
    return np.square(h).mean()
  }
  const gradient = jit(grad(loss))
  const [net, input] = [toArrays(weights), toArray(x as Dense)]
  return several(Object.keys(weights), () => gradient(keep(net), input.ref) as Arrays)
}

function leaves(inputs: Inputs) {
  const next = jit((arrays: Arrays) => Object.fromEntries(Object.entries(arrays).map(([name, x]) => [name, x.add(1)])))
  const arrays = toArrays(inputs)
  return several(Object.keys(inputs), () => next(keep(arrays)))
}

function freshJit({ x }: Inputs) {
  const start = toArray(x as Dense)
  return single(() => jit((h: JaxArray) => h.mul(1.5).add(0.5))(start.ref))
}

function eagerShapes(inputs: Inputs) {
  const arrays = Object.entries(toArrays(inputs))
  const doubled = () => Object.fromEntries(arrays.map(([name, x]) => [name, x.ref.add(x.ref)]))
  return several(Object.keys(inputs), doubled)
}

/** It has no loops of its own. */
const tasks: Tasks = {
  tiedGrad,
  eagerAdd: ({ a, b }) => {
    const [left, right] = [toArray(a as Dense), toArray(b as Dense)]
    return single(() => left.ref.add(right.ref))
  },
  affineChain: (inputs) => chain(inputs, (x) => x.mul(1.5).add(0.5)),
  sinChain: (inputs) => chain(inputs, (x) => np.sin(x.mul(1.5)).add(0.5)),
  matmul512: matmul,
  matmul1024: matmul,
  mlpStep,
  deepTanh,
  leaves,
  freshJit,
  eagerShapes,
}

await serve(async () => {
  await init('wasm')
  defaultDevice('wasm')
  return { version: versionOf('@jax-js/jax'), tasks }
})
