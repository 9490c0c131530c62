import * as tf from '@tensorflow/tfjs'
import type { Dense } from '../arrays.ts'
import { serve } from '../serve.ts'
import { type Tasks, task } from '../task.ts'
import { versionOf } from '../version.ts'
import type { Inputs } from '../workloads.ts'

type Tensors = Record<string, tf.Tensor>

const toTensor = ({ values, shape }: Dense): tf.Tensor => tf.tensor(values, [...shape], 'float32')

const toTensors = (inputs: Inputs): Tensors =>
  Object.fromEntries(Object.entries(inputs).map(([name, dense]) => [name, toTensor(dense)]))

const get = (tensors: Tensors, name: string): tf.Tensor => tensors[name] as tf.Tensor

/** Both backends compute as they are called; what a call leaves behind is cleared away with it. */
const several = (run: () => tf.Tensor[]) =>
  task({
    run: () => tf.tidy(run),
    read: (results) => results.map((y) => Float32Array.from(y.dataSync())),
    drop: (results) => tf.dispose(results),
  })

function chain({ x }: Inputs, f: (x: tf.Tensor) => tf.Tensor) {
  const start = toTensor(x as Dense)
  return several(() => [f(f(f(f(f(start)))))])
}

function matmul({ a, b }: Inputs) {
  const [left, right] = [toTensor(a as Dense), toTensor(b as Dense)]
  return several(() => [tf.matMul(left, right)])
}

/** The gradient of a loss by tensors of these names, in that order. */
function gradient(loss: (net: Tensors) => tf.Tensor, net: Tensors, names: readonly string[]): () => tf.Tensor[] {
  const named = (...xs: tf.Tensor[]) => ({
    ...net,
    ...Object.fromEntries(names.map((name, i) => [name, xs[i] as tf.Tensor])),
  })
  const gradients = tf.grads((...xs) => loss(named(...xs)))
  const at = names.map((name) => get(net, name))
  return () => gradients(at)
}

function tiedGrad({ x, y, ...weights }: Inputs) {
  const [net, input, target] = [toTensors(weights), toTensor(x as Dense), toTensor(y as Dense)]
  const loss = (net: Tensors) => {
    const weight = (name: string) => get(net, `${name}.weight`)
    const bias = (name: string) => get(net, `${name}.bias`)
    const enc1 = tf.matMul(input, weight('enc1'), false, true).add(bias('enc1'))
    const enc2 = tf.matMul(enc1, weight('enc2'), false, true).add(bias('enc2'))
    const dec2 = tf.matMul(enc2, weight('enc2')).add(bias('dec2'))
    const dec1 = tf.matMul(dec2, weight('enc1')).add(bias('dec1'))
    return tf.squaredDifference(dec1, target).mean()
  }
  // It refuses to differentiate by what the loss does not read: the decoder's own weights, whose gradients are zero.
  const unused = ['dec2.weight', 'dec1.weight']
  const used = Object.keys(net).filter((name) => !unused.includes(name))
  const run = gradient(loss, net, used)
  return several(() => {
    const found = Object.fromEntries(run().map((g, i) => [used[i], g]))
    return Object.entries(net).map(([name, x]) => found[name] ?? tf.zerosLike(x))
  })
}

function mlpStep({ x, labels, ...weights }: Inputs) {
  const [net, input, target] = [toTensors(weights), toTensor(x as Dense), toTensor(labels as Dense)]
  const loss = ({ w1, b1, w2, b2 }: Tensors) => {
    const hidden = tf.relu(tf.matMul(input, w1 as tf.Tensor).add(b1 as tf.Tensor))
    const logits = tf.matMul(hidden, w2 as tf.Tensor).add(b2 as tf.Tensor)
    return tf.logSoftmax(logits).mul(target).sum(1).mean().neg()
  }
  const names = Object.keys(weights)
  const run = gradient(loss, net, names)
  return several(() => run().map((g, i) => get(net, names[i] as string).sub(g.mul(0.1))))
}

function deepTanh({ x, ...weights }: Inputs) {
  const [net, input] = [toTensors(weights), toTensor(x as Dense)]
  const names = Object.keys(weights)
  const loss = (net: Tensors) => {
    const last = names.reduce((h, name) => tf.tanh(tf.matMul(h, get(net, name))), input)
    return tf.square(last).mean()
  }
  return several(gradient(loss, net, names))
}

const each = (inputs: Inputs, f: (x: tf.Tensor) => tf.Tensor) => {
  const all = Object.values(toTensors(inputs))
  return several(() => all.map(f))
}

/** It computes as it is called, and so has neither jit nor loops. */
const tasks: Tasks = {
  tiedGrad,
  eagerAdd: ({ a, b }) => {
    const [left, right] = [toTensor(a as Dense), toTensor(b as Dense)]
    return several(() => [left.add(right)])
  },
  affineChain: (inputs) => chain(inputs, (x) => x.mul(1.5).add(0.5)),
  sinChain: (inputs) => chain(inputs, (x) => x.mul(1.5).sin().add(0.5)),
  matmul512: matmul,
  matmul1024: matmul,
  mlpStep,
  deepTanh,
  leaves: (inputs) => each(inputs, (x) => x.add(1)),
  eagerShapes: (inputs) => each(inputs, (x) => x.add(x)),
}

const [backend = 'cpu'] = process.argv.slice(2)

await serve(async () => {
  if (backend === 'wasm') await import('@tensorflow/tfjs-backend-wasm')
  if (!(await tf.setBackend(backend))) throw new Error(`tfjs: backend ${backend} did not start`)
  await tf.ready()
  return { version: versionOf('@tensorflow/tfjs'), tasks }
})
