import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { numpy as np, random } from '@proj/autodiff'
import { type Jaxpr, JaxprBuilder, makeAval, referenceKernels } from '@proj/backend'
import * as testing from '@proj/backend/testing'
import { AutoEncoder, optim } from '@proj/nn'
import { TreeClass } from '@proj/tree'

// What the examples in docstrings take as given: the arrays, trees and classes that they speak of.

class Counter extends TreeClass {
  count = 0
}
class Matrix {
  rows = 1
  cols = 2
  data = [1, 2]
}
class Complex {
  re: number
  im: number
  constructor(re: number, im: number) {
    this.re = re
    this.im = im
  }
}
class Batch {
  name = 'batch'
  images = [1, 2]
}
class Money {
  amount = 3
  currency = 'EUR'
}
class Flops {
  total = 3
  name = 'matmul'
}

function sinOfTwo(): Jaxpr {
  const builder = new JaxprBuilder()
  const x = builder.input(makeAval([2], 'float32'))
  return builder.finish(builder.emit('sin', [x], {}))
}

/** A test runner that runs nothing: the kit is run in the tests of each backend. */
const runner = { describe: (_name: string, body: () => void) => body(), it: () => {} }

export const given = () => ({
  ...testing,
  ...optim,
  ...runner,
  np,
  key: random.PRNGKey(0),
  x: np.array([1, 2, 3]),
  a: np.ones([2, 3]),
  b: np.ones([3, 4]),
  row: np.ones([3]),
  w: np.ones([2]),
  zeros: np.zeros([1]),
  net: new AutoEncoder({ key: random.PRNGKey(0) }),
  before: new AutoEncoder({ key: random.PRNGKey(1) }),
  counter: new Counter(),
  positive: (n: number) => n,
  jaxpr: sinOfTwo(),
  kernels: referenceKernels,
  mine: {
    name: 'mine',
    dtypes: ['float32'],
    put: (data: Float32Array) => data.slice(),
    getSync: (data: Float32Array) => data,
  },
  host: { load: (data: Float32Array) => data, store: (data: Float32Array) => data },
  fastDot: () => [],
  writeFileSync: (name: string, text: string) => writeFileSync(join(tmpdir(), `docs-${process.pid}-${name}`), text),
  Counter,
  Matrix,
  Complex,
  Batch,
  Money,
  Flops,
})
