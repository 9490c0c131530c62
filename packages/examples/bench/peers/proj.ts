import { grad, jit, lax, type NDArray, numpy as np, random, setBackend, stopGradient, vmap } from '@proj/autodiff'
import { cpu } from '@proj/backend-cpu'
import { AutoEncoder, relu } from '@proj/nn'
import { tree, treeMask, treeUnmask } from '@proj/tree'
import type { Dense } from '../arrays.ts'
import { serve } from '../serve.ts'
import { type Task, type Tasks, task } from '../task.ts'
import { versionOf } from '../version.ts'
import type { Inputs } from '../workloads.ts'

type Arrays = Record<string, NDArray>

const toArray = ({ values, shape }: Dense): NDArray => np.array(values).reshape(shape)

const toArrays = (inputs: Inputs): Arrays =>
  Object.fromEntries(Object.entries(inputs).map(([name, dense]) => [name, toArray(dense)]))

const read = (x: NDArray): Float32Array => x.dataSync() as Float32Array

const [threads, isFreeing] = [Number(process.argv[2]), process.argv[3] === 'freed']

const free = (results: unknown) => tree.leaves(results).forEach((x) => (x as NDArray).dispose())

/** Results are left to the collector, or freed after each call, as other peers ask their users to. */
const ours = <Result>(parts: Task<Result>) => task<Result>(isFreeing ? { ...parts, drop: free } : parts)

/** Calls return when their results are computed. */
const single = (run: () => NDArray) => ours({ run, read: (y) => [read(y)] })

const several = (names: readonly string[], run: () => Arrays) =>
  ours({ run, read: (results) => names.map((name) => read(results[name] as NDArray)) })

function chain({ x }: Inputs, f: (x: NDArray) => NDArray) {
  const whole = jit((start: NDArray) => f(f(f(f(f(start))))))
  const start = toArray(x as Dense)
  return single(() => whole(start))
}

function matmul({ a, b }: Inputs) {
  const [left, right] = [toArray(a as Dense), toArray(b as Dense)]
  return single(() => left.matmul(right))
}

/** The program of src/sharing, as it stands there. */
function tiedGrad({ x, y, ...weights }: Inputs) {
  const gradient = jit(
    grad((net: AutoEncoder, x: NDArray, y: NDArray) => {
      const model = treeUnmask(net)
      return vmap((row: NDArray) => model.tiedCall(row))(x)
        .sub(y)
        .square()
        .mean()
    }),
  )
  const model = new AutoEncoder({ key: random.PRNGKey(0) })
  for (const name of layers) {
    model[name].weight = toArray(weights[`${name}.weight`] as Dense)
    model[name].bias = toArray(weights[`${name}.bias`] as Dense)
  }
  const [net, input, target] = [treeMask(model), toArray(x as Dense), toArray(y as Dense)]
  return ours({
    run: () => gradient(net, input, target),
    read: (found) => layers.flatMap((name) => [read(found[name].weight), read(found[name].bias)]),
  })
}

const layers = ['enc1', 'enc2', 'dec2', 'dec1'] as const

function logSoftmax(logits: NDArray): NDArray {
  const shifted = logits.sub(stopGradient(logits.max(1, { keepdims: true })))
  return shifted.sub(shifted.exp().sum(1, { keepdims: true }).log())
}

function mlpLoss({ w1, b1, w2, b2 }: Arrays, x: NDArray, labels: NDArray): NDArray {
  const hidden = relu(x.matmul(w1 as NDArray).add(b1 as NDArray))
  const logits = hidden.matmul(w2 as NDArray).add(b2 as NDArray)
  return logSoftmax(logits).mul(labels).sum(1).mean().neg()
}

function mlpStep({ x, labels, ...weights }: Inputs) {
  const step = jit((net: Arrays, x: NDArray, labels: NDArray) => {
    const gradients = grad(mlpLoss)(net, x, labels)
    return tree.map((w: NDArray, g: NDArray) => w.sub(g.mul(0.1)), net, gradients)
  })
  const [net, input, target] = [toArrays(weights), toArray(x as Dense), toArray(labels as Dense)]
  return several(Object.keys(weights), () => step(net, input, target))
}

function deepTanh({ x, ...weights }: Inputs) {
  const names = Object.keys(weights)
  const gradient = jit(
    grad((net: Arrays, x: NDArray) => {
      const last = names.reduce((h, name) => h.matmul(net[name] as NDArray).tanh(), x)
      return last.square().mean()
    }),
  )
  const [net, input] = [toArrays(weights), toArray(x as Dense)]
  return several(names, () => gradient(net, input))
}

/** The same loss over a plain tree, so that one step after the other hands it on. */
function tiedLoss(net: Arrays, x: NDArray, y: NDArray): NDArray {
  const linear = (h: NDArray, weight: NDArray, bias: string) => h.matmul(weight).add(net[`${bias}.bias`] as NDArray)
  const [first, second] = [net['enc1.weight'] as NDArray, net['enc2.weight'] as NDArray]
  const encoded = linear(linear(x, first.T, 'enc1'), second.T, 'enc2')
  return linear(linear(encoded, second, 'dec2'), first, 'dec1')
    .sub(y)
    .square()
    .mean()
}

function scanSteps({ x, y, ...weights }: Inputs) {
  const train = jit((net: Arrays, input: NDArray, target: NDArray) => {
    const step = (at: Arrays) => {
      const gradients = grad(tiedLoss)(at, input, target)
      return [tree.map((w: NDArray, g: NDArray) => w.sub(g.mul(0.001)), at, gradients), null] as const
    }
    return lax.scan(step, net, null, { length: 1000 })[0]
  })
  const [net, input, target] = [toArrays(weights), toArray(x as Dense), toArray(y as Dense)]
  return several(Object.keys(weights), () => train(net, input, target))
}

function loopSteps({ x }: Inputs) {
  const loop = jit((start: NDArray) => lax.foriLoop(0, 10_000, (_, h: NDArray) => h.mul(0.999).add(0.001), start))
  const start = toArray(x as Dense)
  return single(() => loop(start))
}

function leaves(inputs: Inputs) {
  const next = jit((arrays: Arrays) => tree.map((x: NDArray) => x.add(1), arrays))
  const arrays = toArrays(inputs)
  return several(Object.keys(inputs), () => next(arrays))
}

function freshJit({ x }: Inputs) {
  const start = toArray(x as Dense)
  return single(() => jit((h: NDArray) => h.mul(1.5).add(0.5))(start))
}

function eagerShapes(inputs: Inputs) {
  const arrays = Object.entries(toArrays(inputs))
  return several(Object.keys(inputs), () => Object.fromEntries(arrays.map(([name, x]) => [name, x.add(x)])))
}

const tasks: Required<Tasks> = {
  tiedGrad,
  eagerAdd: ({ a, b }) => {
    const [left, right] = [toArray(a as Dense), toArray(b as Dense)]
    return single(() => left.add(right))
  },
  affineChain: (inputs) => chain(inputs, (x) => x.mul(1.5).add(0.5)),
  sinChain: (inputs) => chain(inputs, (x) => x.mul(1.5).sin().add(0.5)),
  matmul512: matmul,
  matmul1024: matmul,
  mlpStep,
  deepTanh,
  leaves,
  scanSteps,
  loopSteps,
  freshJit,
  eagerShapes,
}

await setBackend(cpu({ threads }))
await serve(async () => ({ version: versionOf('@proj/autodiff'), tasks }))
