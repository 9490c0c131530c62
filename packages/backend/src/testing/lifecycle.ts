import { formatAval, makeAval } from '../aval.ts'
import type { Backend } from '../backend.ts'
import { JaxprBuilder } from '../builder.ts'
import type { DType, TypedArray } from '../dtype.ts'
import { numbersOf } from './compare.ts'
import { otherData, type Test } from './outcome.ts'
import { Random, randomData } from './random.ts'

function expectSame(what: string, dtype: DType, got: TypedArray, want: TypedArray): void {
  const [xs, ys] = [numbersOf(got, dtype), numbersOf(want, dtype)]
  if (xs.length !== ys.length || xs.some((x, i) => x !== ys[i] && !(Number.isNaN(x) && Number.isNaN(ys[i]))))
    throw new Error(`${what}: got ${xs.slice(0, 8).join()}, put ${ys.slice(0, 8).join()}`)
}

function buffersOf(backend: Backend, dtype: DType): Test[] {
  const sample = (shape: readonly number[]) => {
    const aval = makeAval(shape, dtype)
    return { aval, data: randomData(new Random(1), aval, false) }
  }
  const roundTrip = async (shape: readonly number[]) => {
    const { aval, data } = sample(shape)
    expectSame(formatAval(aval), dtype, await backend.get(backend.put(data, aval)), data)
  }
  const putCopies = async () => {
    const { aval, data } = sample([7])
    const kept = data.slice()
    const buffer = backend.put(data, aval)
    data.set(otherData(data, dtype))
    expectSame('after the caller wrote to its own array', dtype, await backend.get(buffer), kept)
  }
  const getCopies = async () => {
    const { aval, data } = sample([7])
    const buffer = backend.put(data, aval)
    const first = await backend.get(buffer)
    first.set(otherData(first, dtype))
    expectSame('after the caller wrote to what it got', dtype, await backend.get(buffer), data)
    const second = backend.getSync?.(buffer)
    if (second !== undefined) expectSame('getSync', dtype, second, data)
  }
  return [
    ...[[], [0], [1], [67], [2, 0], [3, 5], [2, 1, 3, 4]].map((shape) => ({
      title: `${dtype}[${shape}] comes back as it went`,
      run: () => roundTrip(shape),
    })),
    { title: `put copies ${dtype}`, run: putCopies },
    { title: `get copies ${dtype}`, run: getCopies },
  ]
}

function sum() {
  const builder = new JaxprBuilder()
  const aval = makeAval([67], 'float32')
  const [x, y] = [builder.input(aval), builder.input(aval)]
  return { aval, jaxpr: builder.finish(builder.emit('add', [x, y], {})) }
}

const filled = (value: number) => new Float32Array(67).fill(value)

async function freesTwice(backend: Backend): Promise<void> {
  const { aval, jaxpr } = sum()
  const executable = backend.compile(jaxpr, {})
  const [x, y] = [backend.put(filled(1), aval), backend.put(filled(2), aval)]
  const [result] = executable.run([x, y])
  for (const buffer of [x, x, y]) backend.free(buffer)
  const [other] = executable.run([backend.put(filled(5), aval), backend.put(filled(6), aval)])
  expectSame('the result, its operands freed', 'float32', await backend.get(result), filled(3))
  expectSame('a later result', 'float32', await backend.get(other), filled(11))
  executable.dispose()
  executable.dispose()
}

async function outlivesExecutable(backend: Backend): Promise<void> {
  const { aval, jaxpr } = sum()
  const executable = backend.compile(jaxpr, {})
  const [result] = executable.run([backend.put(filled(1), aval), backend.put(filled(2), aval)])
  executable.dispose()
  expectSame('the result, its executable disposed', 'float32', await backend.get(result), filled(3))
}

async function takesDonations(backend: Backend): Promise<void> {
  const { aval, jaxpr } = sum()
  const executable = backend.compile(jaxpr, {})
  const kept = backend.put(filled(1), aval)
  let total = backend.put(filled(0), aval)
  for (let i = 0; i < 5; i++) [total] = executable.run([total, kept], new Set([0])) as [unknown]
  expectSame('five sums into a donated buffer', 'float32', await backend.get(total), filled(5))
  expectSame('the operand that was kept', 'float32', await backend.get(kept), filled(1))
  executable.dispose()
}

/** What the contract promises of buffers: copies in and out, and no harm from giving back early. */
export function lifecycle(backend: Backend): Test[] {
  const tests = [...backend.dtypes].flatMap((dtype) => buffersOf(backend, dtype))
  if (!backend.dtypes.has('float32')) return tests
  return [
    ...tests,
    { title: 'freed twice does nothing, and results stay', run: () => freesTwice(backend) },
    { title: 'results outlive their executable', run: () => outlivesExecutable(backend) },
    { title: 'donated inputs may be reused, others may not', run: () => takesDonations(backend) },
  ]
}
