import { type Aval, makeAval } from '../aval.ts'
import { makeEqn } from '../builder.ts'
import type { TypedArray } from '../dtype.ts'
import { type Atom, type Eqn, type Jaxpr, scalarLiteral } from '../jaxpr.ts'
import { families, type OpName } from '../ops.ts'
import { type Maker, Pool } from './pool.ts'
import type { Random } from './random.ts'

/** Writes a Jaxpr of inputs of those avals out of what `pool` allows. */
export type Grow = (pool: Pool, avals: readonly Aval[], results: (eqns: readonly Eqn[]) => readonly Atom[]) => Jaxpr

/** Results that nobody uses, a few others, and the latest. */
export function someResults(pool: Pool, eqns: readonly Eqn[]): Atom[] {
  const used = new Set(eqns.flatMap((eqn) => eqn.inputs))
  const unused = eqns.flatMap((eqn) => eqn.outputs).filter((output) => !used.has(output))
  const others = Array.from({ length: pool.random.below(3) }, () => pool.any())
  return [...pool.random.some(unused, 0.9), ...others, pool.atoms.at(-1) as Atom]
}

const avalOf = (atom: Atom): Aval => makeAval(atom.aval.shape, atom.aval.dtype)

const int = makeAval([], 'int32')

const holdsJaxprs = (op: OpName): boolean => families[op] === 'call' || families[op] === 'control'

/** For a small body. */
function inner(pool: Pool, random: Random): Pool {
  const depth = pool.options.depth - 1
  const ops = depth > 0 ? pool.options.ops : pool.options.ops.filter((op) => !holdsJaxprs(op))
  const fresh = { seed: random.below(2 ** 31), size: random.between(0, 4), maxInputs: 0 }
  return new Pool({ ...pool.options, ...fresh, ops, depth })
}

/** Now and then one atom several times. */
function some(pool: Pool, random: Random, least: number, most: number): Atom[] {
  const favourite = random.chance(0.3) ? pool.any() : undefined
  return Array.from({ length: random.between(least, most) }, () => favourite ?? pool.any())
}

const reversed = (operands: readonly TypedArray[]): readonly TypedArray[] => operands.map((data) => data.toReversed())

const callback: Maker<'callback'> = (pool, random) => {
  const inputs = some(pool, random, 0, 3)
  return {
    inputs,
    params: { callback: reversed, outs: inputs.map(avalOf), hasEffect: random.chance(0.3), name: 'reversed' },
  }
}

const optimizationBarrier: Maker<'optimizationBarrier'> = (pool, random) => ({
  inputs: some(pool, random, 0, 3),
  params: {},
})

/** `jaxpr` with one result more, in front: what a scalar op makes of its inputs. */
function withResult(jaxpr: Jaxpr, op: 'lt' | 'add', inputs: readonly [Atom, Atom]): Jaxpr {
  const eqn = makeEqn(op, inputs, {})
  return { ...jaxpr, eqns: [...jaxpr.eqns, eqn], outputs: [...eqn.outputs, ...jaxpr.outputs] }
}

const never = () => undefined

/** Random calls, loops of a few turns and branches, their bodies written by `grow`; collectives are for no backend. */
export function controlMakers(grow: Grow) {
  const called = (pool: Pool, random: Random) => {
    const inputs = some(pool, random, 0, 3)
    const body = inner(pool, random)
    const jaxpr = grow(body, inputs.map(avalOf), (eqns) => someResults(body, eqns))
    return { inputs, params: { name: 'inner', jaxpr } }
  }
  const customCall: Maker<'customCall'> = (pool, random) => {
    const { inputs, params } = called(pool, random)
    return { inputs, params: { ...params, rules: {} } }
  }
  const checkpoint: Maker<'checkpoint'> = (pool, random) => {
    const { inputs, params } = called(pool, random)
    return { inputs, params: { ...params, policy: null } }
  }
  const scan: Maker<'scan'> = (pool, random) => {
    const operands = some(pool, random, 0, 4)
    const [consts, carry] = [random.some(operands), random.some(operands)]
    const rowed = pool.atoms.filter((atom) => atom.aval.shape.length > 0)
    const leader = rowed.length > 0 && random.chance(0.8) ? random.pick(rowed) : undefined
    const length = leader === undefined ? random.between(0, 3) : (leader.aval.shape[0] as number)
    const xs = random.some(rowed.filter((atom) => atom.aval.shape[0] === length))
    const rows = xs.map(({ aval }) => makeAval(aval.shape.slice(1), aval.dtype))
    const body = inner(pool, random)
    const jaxpr = grow(body, [...[...consts, ...carry].map(avalOf), ...rows], () => [
      ...carry.map((atom) => body.like(atom.aval)),
      ...some(body, random, 0, 2),
    ])
    const params = { jaxpr, length, reverse: random.chance(0.3), unroll: random.pick([1, 1, 2, 5]) }
    return {
      inputs: [...consts, ...carry, ...xs],
      params: { ...params, numConsts: consts.length, numCarry: carry.length },
    }
  }
  const whileLoop: Maker<'while'> = (pool, random) => {
    if (!['int32', 'bool'].every((dtype) => pool.options.dtypes.some((known) => known === dtype))) return undefined
    const operands = some(pool, random, 0, 4)
    const [toCondition, toBody, carry] = [random.some(operands, 0.2), random.some(operands), random.some(operands)]
    const avals = [int, ...carry.map(avalOf)]
    const ask = inner(pool, random)
    const most = scalarLiteral(random.between(0, 4), 'int32')
    const condJaxpr = grow(ask, [...toCondition.map(avalOf), ...avals], () => [])
    const body = inner(pool, random)
    const bodyJaxpr = grow(body, [...toBody.map(avalOf), ...avals], () => carry.map((atom) => body.like(atom.aval)))
    const params = { condConsts: toCondition.length, bodyConsts: toBody.length }
    return {
      inputs: [...toCondition, ...toBody, scalarLiteral(random.between(0, 2), 'int32'), ...carry],
      params: {
        ...params,
        condJaxpr: withResult(condJaxpr, 'lt', [condJaxpr.inputs[toCondition.length] as Atom, most]),
        bodyJaxpr: withResult(bodyJaxpr, 'add', [bodyJaxpr.inputs[toBody.length] as Atom, scalarLiteral(1, 'int32')]),
      },
    }
  }
  const cond: Maker<'cond'> = (pool, random) => {
    if (!pool.options.dtypes.includes('int32')) return undefined
    const operands = some(pool, random, 0, 3)
    const first = inner(pool, random)
    const made = grow(first, operands.map(avalOf), () => some(first, random, 1, 2))
    const others = Array.from({ length: random.between(0, 2) }, () => {
      const other = inner(pool, random)
      return grow(other, operands.map(avalOf), () => made.outputs.map((output) => other.like(output.aval)))
    })
    return { inputs: [pool.like(int), ...operands], params: { branches: [made, ...others] } }
  }
  return {
    jit: called,
    customCall,
    checkpoint,
    scan,
    while: whileLoop,
    cond,
    callback,
    optimizationBarrier,
    allReduce: never,
    allGather: never,
    ppermute: never,
    axisIndex: never,
  }
}
