import { grad, lax, type NDArray, numpy as np } from '@proj/autodiff'

type Arrays = readonly NDArray[]

/** A function, and the arrays that it is traced for. */
export interface Sized {
  readonly f: (arrays: Arrays) => unknown
  readonly args: Arrays
}

/** A family of programs that grow with a number. */
export interface Growing {
  readonly title: string
  /** A program of about `size` equations. */
  make(size: number): Sized
}

const vector = np.ones([8])

const repeat = <T>(times: number, step: (x: T, i: number) => T, start: T): T => {
  let x = start
  for (let i = 0; i < times; i++) x = step(x, i)
  return x
}

const ofVector = (f: (x: NDArray) => unknown): Sized => ({ f: ([x]) => f(x as NDArray), args: [vector] })

/** Equations that a tanh layer takes together with its gradient, about. */
const perLayer = 10

function deep(size: number): Sized {
  const weights = Array.from({ length: Math.ceil(size / perLayer) }, () => np.ones([8, 8]).div(8))
  const loss = (ws: Arrays, x: NDArray) =>
    ws
      .reduce((h, w) => h.matmul(w).tanh(), x)
      .square()
      .mean()
  return { f: ([x, ...ws]) => grad(loss)(ws, x as NDArray), args: [np.ones([8, 8]), ...weights] }
}

/** Equations for each leaf of the tree. */
const perLeaf = 7

function leaves(size: number): Sized {
  const loss = (ws: Arrays) => ws.reduce((sum, w) => sum.add(w.square().sum()), np.zeros([]))
  return { f: (ws) => grad(loss)(ws), args: Array.from({ length: Math.ceil(size / perLeaf) }, () => np.ones([4])) }
}

/** Sums of neighbours, until one is left. */
function pairs(size: number): Sized {
  const args = Array.from({ length: Math.ceil(size / 2) }, () => vector)
  const halved = (xs: Arrays): Arrays =>
    Array.from({ length: Math.ceil(xs.length / 2) }, (_, i) => {
      const [left, right] = [xs[2 * i] as NDArray, xs[2 * i + 1]]
      return right === undefined ? left : left.add(right).tanh()
    })
  const root = (xs: Arrays): NDArray => (xs.length === 1 ? (xs[0] as NDArray) : root(halved(xs)))
  return { f: root, args }
}

const perTurn = 3

/** Gates, each of which mixes what the one before it made with the first. */
function recurrent(size: number): Sized {
  const turn = (carry: NDArray) => {
    const next = repeat(size / perTurn, (h) => h.mul(0.5).add(carry).tanh(), carry)
    return [next, null] as const
  }
  return ofVector((x) => lax.scan(turn, x, null, { length: 10 })[0])
}

/** A scan in a scan in a scan, each with its share of the equations. */
function nested(size: number): Sized {
  const own = Math.ceil(size / 6)
  const around = (inner: (x: NDArray) => NDArray) => (x: NDArray) =>
    lax.scan((carry: NDArray) => [repeat(own, (h) => h.mul(0.5).add(0.25), inner(carry)), null] as const, x, null, {
      length: 2,
    })[0]
  return ofVector(around(around(around((x) => x))))
}

/** Shapes that programs have, each of which a pass could take too long for in its own way. */
export const programs = {
  chain: {
    title: 'elementwise, one after the other',
    make: (size) => ofVector((x) => repeat(size, (h, i) => (i % 2 === 0 ? h.mul(0.5) : h.add(0.25)), x)),
  },
  chainGrad: {
    title: 'the gradient of such a chain',
    make: (size) => ofVector(grad((x: NDArray) => repeat(size / 4, (h) => h.sin(), x).sum())),
  },
  normalised: {
    title: 'divided by its sum, again and again: few regions join',
    make: (size) => ofVector((x) => repeat(size / 3, (h) => h.div(h.sum()), x)),
  },
  deep: { title: 'the gradient of a tanh MLP, by depth', make: deep },
  leaves: { title: 'the gradient by the leaves of a tree', make: leaves },
  outputs: {
    title: 'many results of one value',
    make: (size) => ofVector((x) => Array.from({ length: size }, (_, i) => x.mul(i + 2))),
  },
  reused: {
    title: 'one value that every later one reads',
    make: (size) => ofVector((x) => repeat(size / 2, (h) => h.add(x.mul(h)), x)),
  },
  pairs: { title: 'a wide tree: neighbours joined, up to its root', make: pairs },
  recurrent: { title: 'a scan with a long body', make: recurrent },
  nested: { title: 'scans three deep', make: nested },
} satisfies Record<string, Growing>

export type ProgramName = keyof typeof programs
