import { type Aval, makeAval, sizeOf } from '../aval.ts'
import { mapBodies } from '../bodies.ts'
import { makeEqn } from '../builder.ts'
import type { TypedArray } from '../dtype.ts'
import { type Atom, type Eqn, isVar, type Jaxpr, makeLiteral, makeVar, type Var } from '../jaxpr.ts'
import type { OpName, Params } from '../ops.ts'
import { encode } from '../reference/element.ts'
import { evaluateJaxpr } from '../reference/evaluate.ts'
import { removeDeadCode } from '../rewrite/deadCode.ts'
import { inline } from '../rewrite/inline.ts'
import type { Trial } from './trial.ts'

/** Smaller programs that may do what this one does. */
type Step = (trial: Trial) => Iterable<Trial>

/** The trial without the equations and inputs that nothing depends on. */
function trimmed(trial: Trial): Trial {
  const jaxpr = removeDeadCode(trial.jaxpr)
  const used = new Set<Atom>([...jaxpr.eqns.flatMap((eqn) => eqn.inputs), ...jaxpr.outputs])
  const kept = jaxpr.inputs.map((_, i) => i).filter((i) => used.has(jaxpr.inputs[i] as Var))
  return {
    jaxpr: { ...jaxpr, inputs: kept.map((i) => jaxpr.inputs[i] as Var) },
    calls: [kept.map((i) => trial.calls[0][i] as TypedArray), kept.map((i) => trial.calls[1][i] as TypedArray)],
    aliases: kept.map((i, k) => {
      const place = kept.indexOf(trial.aliases[i] as number)
      return place < 0 ? k : place
    }),
    donated: new Set([...kept.keys()].filter((k) => trial.donated.has(kept[k] as number))),
  }
}

/** With other equations or outputs, and inputs added at the end. */
function changed(trial: Trial, jaxpr: Jaxpr, added: readonly [TypedArray[], TypedArray[]] = [[], []]): Trial {
  const calls = [
    [...trial.calls[0], ...added[0]],
    [...trial.calls[1], ...added[1]],
  ] as const
  const aliases = [...trial.aliases, ...added[0].map((_, k) => trial.aliases.length + k)]
  return trimmed({ ...trial, jaxpr, calls, aliases })
}

function* fewerOutputs(trial: Trial): Iterable<Trial> {
  const { jaxpr } = trial
  if (jaxpr.outputs.length < 2) return
  for (const output of jaxpr.outputs) yield changed(trial, { ...jaxpr, outputs: [output] })
  for (const i of jaxpr.outputs.keys()) yield changed(trial, { ...jaxpr, outputs: jaxpr.outputs.toSpliced(i, 1) })
}

/** The results of some equations as inputs, with the values they have. */
function* fewerEquations(trial: Trial): Iterable<Trial> {
  const { jaxpr, calls } = trial
  for (let length = jaxpr.eqns.length >> 1; length >= 1; length >>= 1) {
    for (let start = 0; start + length <= jaxpr.eqns.length; start += length) {
      const cut = jaxpr.eqns.slice(start, start + length)
      const made = cut.flatMap((eqn) => eqn.outputs)
      const values = calls.map((inputs) => evaluateJaxpr({ ...jaxpr, outputs: made }, inputs)) as [
        TypedArray[],
        TypedArray[],
      ]
      const eqns = jaxpr.eqns.toSpliced(start, length)
      yield changed(trial, { ...jaxpr, inputs: [...jaxpr.inputs, ...made], eqns }, values)
    }
  }
}

function withBodies(jaxpr: Jaxpr, change: (body: Jaxpr) => Jaxpr | undefined): Jaxpr | undefined {
  let isChanged = false
  const eqns = jaxpr.eqns.map((eqn) => ({
    ...eqn,
    params: mapBodies(eqn.params, (body) => {
      const smaller = isChanged ? undefined : change(body)
      isChanged ||= smaller !== undefined
      return smaller ?? body
    }),
  }))
  return isChanged ? { ...jaxpr, eqns } : undefined
}

/** Of the equations in all bodies together, the `n`th replaced by literals. */
function bodyWithout(jaxpr: Jaxpr, n: number, value: number): Jaxpr | undefined {
  let left = n
  const drop = (body: Jaxpr): Jaxpr | undefined => {
    if (left >= body.eqns.length) {
      left -= body.eqns.length
      return withBodies(body, drop)
    }
    const { outputs } = body.eqns[left] as Eqn
    const as = (atom: Atom): Atom => (outputs.includes(atom as Var) ? makeLiteral(value, atom.aval) : atom)
    const eqns = body.eqns.toSpliced(left, 1).map((eqn) => ({ ...eqn, inputs: eqn.inputs.map(as) }))
    return removeDeadCode({ ...body, eqns, outputs: body.outputs.map(as) })
  }
  return withBodies(jaxpr, drop)
}

function* smallerBodies(trial: Trial): Iterable<Trial> {
  for (const value of [0, 1]) {
    for (let n = 0; ; n++) {
      const jaxpr = bodyWithout(trial.jaxpr, n, value)
      if (jaxpr === undefined) break
      yield changed(trial, jaxpr)
    }
  }
}

function* inlined(trial: Trial): Iterable<Trial> {
  const jaxpr = inline(trial.jaxpr)
  if (jaxpr.eqns.length !== trial.jaxpr.eqns.length) yield changed(trial, jaxpr)
}

const sizeLists = new Set(['shape', 'newSizes', 'limitIndices', 'sliceSizes'])

/** Every size `from` made `to`, in shapes and in parameters that are shapes; throws where that does not fit. */
function resized(trial: Trial, from: number, to: number): Trial {
  const list = (sizes: readonly number[]) => sizes.map((n) => (n === from ? to : n))
  const names = new Map<Atom, Atom>()
  const atom = (old: Atom): Atom => {
    let fresh = names.get(old)
    if (fresh === undefined) {
      const aval = makeAval(list(old.aval.shape), old.aval.dtype)
      names.set(old, (fresh = isVar(old) ? makeVar(aval) : makeLiteral(old.value, aval)))
    }
    return fresh
  }
  const params = (old: Params<OpName>): Params<OpName> =>
    Object.fromEntries(
      Object.entries(old).map(([name, value]: [string, unknown]) => [
        name,
        sizeLists.has(name) ? list(value as number[]) : name === 'length' && value === from ? to : value,
      ]),
    ) as Params<OpName>
  const inputs = trial.jaxpr.inputs.map((input) => atom(input) as Var)
  const body = (jaxpr: Jaxpr): Jaxpr => ({
    inputs: jaxpr.inputs.map((input) => atom(input) as Var),
    eqns: jaxpr.eqns.map(equation),
    outputs: jaxpr.outputs.map(atom),
  })
  const equation = (eqn: Eqn): Eqn => {
    const made = makeEqn(eqn.op, eqn.inputs.map(atom) as never, mapBodies(params(eqn.params), body) as never)
    made.outputs.forEach((output, i) => names.set(eqn.outputs[i] as Var, output))
    return made
  }
  const eqns = trial.jaxpr.eqns.map(equation)
  const jaxpr = { inputs, eqns, outputs: trial.jaxpr.outputs.map(atom) }
  const cut = (arrays: readonly TypedArray[]) =>
    arrays.map((data, i) => data.slice(0, sizeOf((inputs[i] as Var).aval.shape)))
  return trimmed({ ...trial, jaxpr, calls: [cut(trial.calls[0]), cut(trial.calls[1])] })
}

function* smallerShapes(trial: Trial): Iterable<Trial> {
  const atoms = trial.jaxpr.eqns.flatMap((eqn) => [...eqn.inputs, ...eqn.outputs])
  const sizes = new Set([...trial.jaxpr.inputs, ...atoms].flatMap(({ aval }) => aval.shape))
  for (const from of [...sizes].sort((a, b) => b - a)) {
    for (const to of [1, 2, 3, from >> 1, from - 1]) {
      if (to >= from || to < 1) continue
      try {
        yield resized(trial, from, to)
      } catch {
        // Some equation does not take such shapes.
      }
    }
  }
}

/** Inputs of one number. */
function* plainerData(trial: Trial): Iterable<Trial> {
  const filled = (aval: Aval, value: number, data: TypedArray) => data.slice().fill(encode(aval.dtype)(value))
  for (const [i, { aval }] of trial.jaxpr.inputs.entries()) {
    for (const value of [0, 1]) {
      const plain = filled(aval, value, trial.calls[0][i] as TypedArray)
      const isPlain = trial.calls.every((call) =>
        [0, 1].some((n) => String(call[i]) === String(filled(aval, n, plain))),
      )
      if (!isPlain) yield { ...trial, calls: [trial.calls[0].with(i, plain), trial.calls[1].with(i, plain)] }
    }
  }
}

const steps: readonly Step[] = [fewerOutputs, fewerEquations, inlined, smallerBodies, smallerShapes, plainerData]

/**
 * A smaller trial that still fails: fewer outputs, equations and elements, plainer numbers.
 *
 * @param fails tells whether a trial fails as the first did
 */
export async function shrink(trial: Trial, fails: (trial: Trial) => Promise<boolean>): Promise<Trial> {
  let smallest = trial
  for (let isDone = false; !isDone; ) {
    isDone = true
    for (const step of steps) {
      for (
        let next = await firstFailing(step(smallest), fails);
        next;
        next = await firstFailing(step(smallest), fails)
      ) {
        smallest = next
        isDone = false
      }
    }
  }
  return smallest
}

async function firstFailing(trials: Iterable<Trial>, fails: (trial: Trial) => Promise<boolean>) {
  for (const trial of trials) if (await fails(trial)) return trial
  return undefined
}
