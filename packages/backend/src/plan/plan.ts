import { type Aval, makeAval, sizeOf } from '../aval.ts'
import { hasEffect } from '../bodies.ts'
import { type Atom, type Eqn, isVar, type Jaxpr, makeVar, type Var } from '../jaxpr.ts'
import { families, type Params } from '../ops.ts'
import { type Affine, broadcast, dense, isDense, slice, squeeze } from './affine.ts'
import { type Contraction, contraction } from './contraction.ts'
import { type Draft, isLocalView, type Place, Placement, type PlanLimits } from './placement.ts'
import type { DotRegion, Operand, Part, PlainRegion, Plan, PlanOutput, Read, Reduction, Stage, Step } from './region.ts'
import { sink } from './sink.ts'
import { convolution, groupedDimensions, groupedShape, groupsOf, reductionOf, unpadded, windowsOf } from './sliding.ts'
import { type Origin, Origins } from './views.ts'
import { concatenateWindows, padWindow, type Window } from './windows.ts'

export type { PlanLimits } from './placement.ts'

const defaultLimits: PlanLimits = { reads: 24, steps: 256 }

/**
 * Groups the equations of a Jaxpr (cleaned up: see `cleanUp`) into regions, each to become one loop nest or one shader,
 * and folds movement into the way buffers are read. Linear in the number of equations.
 */
export function planJaxpr(jaxpr: Jaxpr, limits: Partial<PlanLimits> = {}): Plan<PlainRegion> {
  return new Planner(jaxpr, { ...defaultLimits, ...limits }).plan()
}

type Buffered = Origin & { readonly kind: 'value' }

/** A shape from before it was turned. */
const unturned = (shape: readonly number[], permutation: readonly number[]): number[] =>
  shape.map((_, d) => shape[permutation.indexOf(d)] as number)

class Planner {
  readonly #jaxpr: Jaxpr
  readonly #origins = new Origins()
  readonly #placement: Placement
  readonly #limits: PlanLimits
  /** A dot whose only use is a transpose makes the transposed result at once. */
  readonly #turned = new Map<Var, Var>()
  readonly #permutations = new Map<Var, readonly number[]>()
  readonly #stored = new Set<Var>()
  /** By position; views and dead equations leave a hole. */
  readonly #eqns: (Eqn | undefined)[] = []
  readonly #moves = new Map<Draft, { target: Var; origin: Origin }>()
  /** Buffers made for atoms that are in none. */
  readonly #copies = new Map<Atom, Buffered>()

  constructor(jaxpr: Jaxpr, limits: PlanLimits) {
    this.#jaxpr = jaxpr
    this.#limits = limits
    this.#placement = new Placement(this.#origins, limits)
  }

  plan(): Plan<PlainRegion> {
    const eqns = alive(this.#jaxpr)
    this.#turn(eqns)
    for (const eqn of eqns) this.#place(eqn)
    const outputs = this.#jaxpr.outputs.map((output) => this.#output(output))
    sink(this.#jaxpr, this.#eqns, this.#origins, this.#placement, this.#limits)
    return { inputs: this.#jaxpr.inputs, regions: this.#build(), outputs }
  }

  /** Finds the dots whose result is wanted in another order only. */
  #turn(eqns: readonly Eqn[]): void {
    const users = new Map<Var, Eqn | 'many' | undefined>()
    const products = eqns.filter(({ op }) => op === 'dotGeneral' || op === 'convGeneralDilated')
    if (products.length === 0) return
    for (const { outputs } of products) users.set(outputs[0] as Var, undefined)
    const use = (atom: Atom, by: Eqn | 'many') => {
      if (isVar(atom) && users.has(atom)) users.set(atom, users.get(atom) === undefined ? by : 'many')
    }
    for (const eqn of eqns) for (const input of eqn.inputs) use(input, eqn)
    for (const output of this.#jaxpr.outputs) use(output, 'many')
    for (const eqn of products) {
      const [dot] = eqn.outputs as readonly [Var]
      const user = users.get(dot)
      if (user === undefined || user === 'many' || user.op !== 'transpose') continue
      const [output] = user.outputs as readonly [Var]
      this.#turned.set(dot, output)
      this.#permutations.set(output, (user.params as Params<'transpose'>).permutation)
    }
  }

  #place(eqn: Eqn): void {
    if (eqn.op === 'transpose' && this.#turned.has(eqn.inputs[0] as Var)) return
    if (this.#origins.absorb(eqn)) return
    const turned = this.#turned.get(eqn.outputs[0] as Var)
    const family = families[eqn.op]
    if (family === 'window') return this.#placeWindows(eqn)
    if (family === 'dot') for (const input of eqn.inputs) this.#materialise(input)
    if (family === 'whole' || family === 'control') for (const input of eqn.inputs) this.#dense(input)
    this.#add(turned === undefined ? eqn : { ...eqn, outputs: [turned] })
  }

  #add(eqn: Eqn): void {
    this.#placement.add(eqn, this.#eqns.length)
    this.#eqns.push(eqn)
  }

  /** Padding becomes a move; then windows are only read in an affine way, and reduced or contracted like anything else. */
  #placeWindows(eqn: Eqn): void {
    const { pad, slid } = unpadded(eqn)
    if (pad !== undefined) this.#place(pad)
    if (slid.op === 'reduceWindow') {
      const { windows, reduction } = reductionOf(slid)
      const x = this.#origins.of(slid.inputs[0] as Atom)
      const params = slid.params as Params<'reduceWindow'>
      const out = (slid.outputs[0] as Var).aval.shape
      this.#origins.set(windows, x.kind === 'constant' ? x : { ...x, at: windowsOf(x.at, out, params) })
      return this.#place(reduction)
    }
    for (const input of slid.inputs) this.#materialise(input)
    const turned = this.#turned.get(slid.outputs[0] as Var)
    this.#add(this.#ungrouped(turned === undefined ? slid : { ...slid, outputs: [turned] }))
  }

  /** A convolution in groups gives its result under another shape, which is seen as the wanted one. */
  #ungrouped(eqn: Eqn): Eqn {
    const groups = groupsOf(eqn.params as Params<'convGeneralDilated'>)
    const [output] = eqn.outputs as readonly [Var]
    if (groups === 1) return eqn
    const { shape, dtype } = output.aval
    const order = this.#permutations.get(output) ?? shape.map((_, d) => d)
    const permutation = order.flatMap((d) => groupedDimensions(d))
    const before = groupedShape(unturned(shape, order), groups)
    const grouped = makeVar(
      makeAval(
        permutation.map((d) => before[d] as number),
        dtype,
      ),
    )
    this.#permutations.set(grouped, permutation)
    this.#origins.set(output, { kind: 'value', base: grouped, at: dense(shape) })
    return { ...eqn, outputs: [grouped] }
  }

  /** Gives an atom that is in no buffer one of its own. */
  #materialise(atom: Atom): Buffered {
    const origin = this.#origins.of(atom)
    if (origin.kind === 'value') return origin
    return this.#copies.get(atom) ?? this.#copy(atom, origin)
  }

  /** The buffer that holds an atom and nothing else, row-major. */
  #dense(atom: Atom): Var {
    const copy = this.#copies.get(atom)
    if (copy !== undefined) return copy.base
    const origin = this.#origins.of(atom)
    return isWhole(origin) ? origin.base : this.#copy(atom, origin).base
  }

  #copy(atom: Atom, origin: Origin): Buffered {
    const target = makeVar(atom.aval)
    this.#moves.set(this.#placement.addMove(target), { target, origin })
    const copy: Buffered = { kind: 'value', base: target, at: dense(atom.aval.shape) }
    this.#copies.set(atom, copy)
    return copy
  }

  #output(atom: Atom): PlanOutput {
    const origin = this.#copies.get(atom) ?? this.#origins.of(atom)
    if (origin.kind === 'constant')
      return { kind: 'literal', literal: { kind: 'literal', value: origin.value, aval: atom.aval } }
    const source = this.#dense(atom)
    this.#stored.add(source)
    return { kind: 'buffer', source }
  }

  #build(): PlainRegion[] {
    const members = new Map<Draft, { eqn: Eqn; place: Place }[]>(this.#placement.drafts.map((draft) => [draft, []]))
    this.#eqns.forEach((eqn, i) => {
      const place = this.#placement.placeOf[i] as Place
      if (eqn !== undefined) members.get(place.draft)?.push({ eqn, place })
    })
    const filled = [...members].filter(([draft, eqns]) => eqns.length > 0 || this.#moves.has(draft))
    const regions = filled.map(([draft, eqns]) => this.#region(draft, eqns))
    return regions.map((region) => this.#withStores(region))
  }

  #region(draft: Draft, members: readonly { eqn: Eqn; place: Place }[]): PlainRegion {
    const move = this.#moves.get(draft)
    if (move !== undefined)
      return this.#moveRegion(move.target, [
        whole(
          move.target.aval.shape,
          this.#outside(move.origin, (at) => at),
        ),
      ])
    const root = members.find(({ eqn }) => families[eqn.op] !== 'elementwise')?.eqn as Eqn // of a dot, a move, a reduction
    if (draft.kind === 'move') return this.#moveOf(root)
    if (draft.kind === 'whole') return this.#whole(root)
    const stage = (slot: Place['slot'], key: string): Stage => {
      const steps = members.filter(({ eqn, place }) => place.slot === slot && families[eqn.op] === 'elementwise')
      const shape = key === '' ? [] : key.split(',').map(Number)
      return { shape, steps: steps.map(({ eqn, place }) => this.#step(eqn, place)), stores: [] }
    }
    if (draft.kind === 'loop') return { kind: 'loop', main: stage('main', draft.key) }
    const epilogue = stage('epilogue', draft.epilogueKey)
    if (draft.kind === 'dot') return this.#dot(root, epilogue)
    const reductions = members
      .filter(({ eqn }) => families[eqn.op] === 'reduce')
      .map(({ eqn, place }) => this.#reduction(eqn, place))
    const axes = draft.axes === '' ? [] : draft.axes.split(',').map(Number)
    return { kind: 'reduce', main: stage('main', draft.key), axes, reductions, epilogue }
  }

  #step(eqn: Eqn, place: Place): Step {
    return {
      op: eqn.op,
      params: eqn.params,
      inputs: eqn.inputs.map((atom) => this.#operand(atom, place)),
      outputs: eqn.outputs,
    }
  }

  #reduction(eqn: Eqn, place: Place): Reduction {
    return {
      op: eqn.op,
      params: eqn.params,
      input: this.#operand(eqn.inputs[0] as Atom, place),
      output: eqn.outputs[0] as Var,
    }
  }

  /** What `atom` is at a point of the stage at `place`. */
  #operand(atom: Atom, place: Place): Operand {
    const origin = this.#origins.of(atom)
    if (origin.kind === 'value') {
      const home = this.#placement.places.get(origin.base)
      if (home !== undefined && home.draft === place.draft && home.slot === place.slot && isLocalView(origin))
        return { kind: 'local', value: origin.base }
    }
    return this.#outside(origin, squeeze)
  }

  #outside(origin: Origin, shaped: (at: Affine) => Affine): Operand {
    if (origin.kind === 'constant') return origin
    if (origin.kind === 'index') return { ...origin, at: shaped(origin.at) }
    return this.#read(origin, shaped(origin.at))
  }

  #read({ base }: Buffered, at: Affine): Read {
    this.#stored.add(base)
    return { kind: 'read', source: base, at }
  }

  #moveOf(eqn: Eqn): PlainRegion {
    const target = eqn.outputs[0] as Var
    const ins = eqn.inputs.map((atom) => atom.aval)
    const origins = eqn.inputs.map((atom) => this.#origins.of(atom))
    const part = (window: Window): Part => ({
      ...window,
      value: this.#window(origins[window.operand] as Origin, window),
    })
    if (eqn.op === 'concatenate') {
      return this.#moveRegion(target, concatenateWindows(ins, eqn.params as Params<'concatenate'>).map(part))
    }
    const [x, fill] = ins as [Aval, Aval]
    if (eqn.op === 'reshape')
      return this.#moveRegion(
        target,
        [
          whole(
            x.shape,
            this.#outside(origins[0] as Origin, (at) => at),
          ),
        ],
        x.shape,
      )
    const filled = this.#outside(origins[1] as Origin, (at) => broadcast(at, target.aval.shape, fill.shape))
    const kept = part(padWindow(x, target.aval, eqn.params as Params<'pad'>))
    return this.#moveRegion(target, [whole(target.aval.shape, filled), kept])
  }

  #window(origin: Origin, { from, shape }: Window): Operand {
    const limit = from.map((start, d) => start + (shape[d] as number))
    return this.#outside(origin, (at) =>
      slice(
        at,
        from,
        limit,
        from.map(() => 1),
      ),
    )
  }

  #moveRegion(target: Var, parts: readonly Part[], shape = target.aval.shape): PlainRegion {
    this.#stored.add(target)
    return { kind: 'move', target, shape, parts: parts.filter((part) => sizeOf(part.shape) > 0) }
  }

  #whole({ op, params, inputs, outputs }: Eqn): PlainRegion {
    const operands = inputs.map((atom) => ({ source: this.#dense(atom), aval: atom.aval }))
    for (const { source } of operands) this.#stored.add(source)
    return { kind: 'whole', op, params, inputs: operands, outputs }
  }

  #dot(eqn: Eqn, epilogue: Stage): DotRegion {
    const { preferredElementType } = eqn.params as Params<'dotGeneral' | 'convGeneralDilated'>
    const [lhs, rhs] = eqn.inputs.map((atom) => this.#materialise(atom)) as [Buffered, Buffered]
    const output = eqn.outputs[0] as Var
    const { roles, contract, ...at } = this.#contraction(eqn, lhs.at, rhs.at)
    return {
      kind: 'dot',
      roles,
      contract,
      lhs: this.#read(lhs, at.lhs),
      rhs: this.#read(rhs, at.rhs),
      dtype: preferredElementType,
      output,
      epilogue,
    }
  }

  #contraction(eqn: Eqn, lhs: Affine, rhs: Affine): Contraction {
    const output = eqn.outputs[0] as Var
    if (eqn.op === 'convGeneralDilated') {
      const params = eqn.params as Params<'convGeneralDilated'>
      const { shape } = output.aval
      const order = this.#permutations.get(output) ?? shape.map((_, d) => d)
      const before = unturned(shape, order)
      if (groupsOf(params) > 1) return convolution(params, lhs, rhs, before, order)
      return convolution(
        params,
        lhs,
        rhs,
        groupedShape(before, 1),
        order.flatMap((d) => groupedDimensions(d)),
      )
    }
    const { dimensionNumbers } = eqn.params as Params<'dotGeneral'>
    return contraction(dimensionNumbers, lhs, rhs, this.#permutations.get(output))
  }

  /** Names what must outlive its stage, now that all uses are known. */
  #withStores(region: PlainRegion): PlainRegion {
    const keep = (stage: Stage, results: readonly Var[]): Stage => {
      const made = [...results, ...stage.steps.flatMap((step) => step.outputs)]
      return { ...stage, stores: made.filter((value) => this.#stored.has(value)) }
    }
    if (region.kind === 'loop') return { ...region, main: keep(region.main, []) }
    if (region.kind === 'dot') return { ...region, epilogue: keep(region.epilogue, [region.output]) }
    if (region.kind !== 'reduce') return region
    const results = region.reductions.map((reduction) => reduction.output)
    return { ...region, main: keep(region.main, []), epilogue: keep(region.epilogue, results) }
  }
}

const whole = (shape: readonly number[], value: Operand): Part => {
  return { shape, start: shape.map(() => 0), step: shape.map(() => 1), value }
}

/** Whether a value is its base from end to end, though perhaps of another shape. */
const isWhole = (origin: Origin): origin is Buffered =>
  origin.kind === 'value' && isDense(origin.at) && sizeOf(origin.at.shape) === sizeOf(origin.base.aval.shape)

/** The equations that some result depends on, or that the world outside sees. */
function alive(jaxpr: Jaxpr): Eqn[] {
  const wanted = new Set<Atom>(jaxpr.outputs)
  const eqns: Eqn[] = []
  for (let i = jaxpr.eqns.length - 1; i >= 0; i--) {
    const eqn = jaxpr.eqns[i] as Eqn
    if (!eqn.outputs.some((output) => wanted.has(output)) && !hasEffect(eqn)) continue
    for (const input of eqn.inputs) wanted.add(input)
    eqns.push(eqn)
  }
  return eqns.reverse()
}
