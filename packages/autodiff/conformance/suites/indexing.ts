import { grad, type NDArray } from '../../src/index.ts'
import type { IndexedArray, IndexOptions } from '../../src/numpy/indexing.ts'
import type { Index } from '../../src/numpy/indexSyntax.ts'
import { type Check, loadFixture } from '../check.ts'
import { expectLike, type Packed, unpack } from '../fixture.ts'

type Entry = { readonly value: Index } | { readonly array: Packed }
type Update = Exclude<keyof IndexedArray, 'get' | 'apply'>
/** `x.at(...index)[method](values, options)` and its gradients by `x` and, where given, by `values`. */
interface IndexCase {
  readonly x: Packed
  readonly index: readonly Entry[]
  readonly method: Update | 'get'
  readonly values?: { readonly value: number } | { readonly array: Packed }
  readonly options?: IndexOptions
  readonly out: Packed
  readonly weights?: Packed
  readonly grads?: readonly Packed[]
}

const entryOf = (entry: Entry): Index => ('array' in entry ? unpack(entry.array) : entry.value)
const describeEntry = (entry: Entry): string =>
  'array' in entry ? `${entry.array[0]}[${entry.array[1].join()}]` : JSON.stringify(entry.value)
const titleOf = ({ x, index, method, values, options }: IndexCase): string => {
  const what =
    values === undefined ? '' : 'array' in values ? `${values.array[0]}[${values.array[1].join()}]` : values.value
  return `${x[0]}.at(${index.map(describeEntry).join(', ')}).${method}(${what}${options === undefined ? '' : ` ${JSON.stringify(options)}`})`
}

function apply({ index, method, options = {} }: IndexCase, x: NDArray, values: NDArray | number): NDArray {
  const part = x.at(...index.map(entryOf))
  return method === 'get' ? part.get(options) : part[method](values, options)
}
const valuesOf = ({ values }: IndexCase): NDArray | number =>
  values === undefined ? 0 : 'array' in values ? unpack(values.array) : values.value

const close = { ulps: 2, absolute: 1e-6 }
const wide = { ulps: 16, absolute: 1e-5 }

function checkGradient(c: IndexCase, grads: readonly Packed[]): void {
  const loss = (x: NDArray, values: NDArray | number): NDArray =>
    apply(c, x, values)
      .mul(unpack(c.weights as Packed))
      .sum()
  const [ofX, ofValues] = grads
  const [x, values] = [unpack(c.x), valuesOf(c)]
  expectLike(grad((v: NDArray) => loss(v, values))(x), ofX as Packed, wide)
  if (ofValues !== undefined) expectLike(grad((v: NDArray) => loss(x, v))(values as NDArray), ofValues, wide)
}

function checksOf(c: IndexCase): Check[] {
  const [subject, title] = ['NDArray.at', titleOf(c)]
  const call = () => expectLike(apply(c, unpack(c.x), valuesOf(c)), c.out, c.method === 'pow' ? { ulps: 4 } : close)
  const { grads } = c
  return [
    { subject, title, run: call },
    ...(grads === undefined ? [] : [{ subject, title: `gradient of ${title}`, run: () => checkGradient(c, grads) }]),
  ]
}

/** Every way to read and to update a part of an array, and gradients of them. */
export const indexing = async (): Promise<readonly Check[]> =>
  (await loadFixture<IndexCase>('indexing')).flatMap(checksOf)
