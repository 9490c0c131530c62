import { type Aval, sameShape } from '../aval.ts'
import type { DType } from '../dtype.ts'
import { type Atom, type Eqn, isVar, rowOf, type Var } from '../jaxpr.ts'
import { families, type OpName, type Params } from '../ops.ts'
import { type Affine, broadcast, dense, permute, reshape, reverse, slice } from './affine.ts'

/** Where the elements of a value come from, once movement has been folded into affine maps. */
export type Origin =
  | { readonly kind: 'constant'; readonly value: number; readonly dtype: DType }
  | { readonly kind: 'index'; readonly dtype: DType; readonly at: Affine }
  /** `base` is an input, or made by an equation that is no view. */
  | { readonly kind: 'value'; readonly base: Var; readonly at: Affine }

type ViewRule<P> = (at: Affine, params: P, x: Aval) => Affine | undefined

/** A reduction over dimensions of size 1 only takes them away. */
const reduceRule: ViewRule<Params<'reduceSum'>> = (at, { axes }) =>
  axes.every((axis) => at.shape[axis] === 1)
    ? reshape(
        at,
        at.shape.filter((_, d) => !axes.includes(d)),
      )
    : undefined

const viewRules: { readonly [K in OpName]?: ViewRule<Params<K>> } = {
  broadcastInDim: (at, { shape, broadcastDimensions }) => broadcast(at, shape, broadcastDimensions),
  reshape: (at, { newSizes }) => reshape(at, newSizes),
  transpose: (at, { permutation }) => permute(at, permutation),
  slice: (at, { startIndices, limitIndices, strides }) => slice(at, startIndices, limitIndices, strides),
  rev: (at, { dimensions }) => reverse(at, dimensions),
  pad: (at, { low, high, interior }) => {
    const crops = [...low, ...high].every((n) => n <= 0) && interior.every((n) => n === 0)
    const limit = at.shape.map((n, d) => Math.max(-(low[d] as number), n + (high[d] as number)))
    return crops
      ? slice(
          at,
          low.map((n) => -n),
          limit,
          low.map(() => 1),
        )
      : undefined
  },
  concatenate: (at, _params, x) => (sameShape(at.shape, x.shape) ? at : undefined),
  stopGradient: (at) => at,
  name: (at) => at,
  convertElementType: (at, { newDtype }, x) => (newDtype === x.dtype ? at : undefined),
  reduceSum: reduceRule,
  reduceProd: reduceRule,
  reduceMax: reduceRule,
  reduceMin: reduceRule,
  reduceAnd: reduceRule,
  reduceOr: reduceRule,
}

function iota({ dtype, shape, dimension }: Params<'iota'>): Origin {
  const strides = shape.map((_, d) => (d === dimension ? 1 : 0))
  return { kind: 'index', dtype, at: { shape, strides, offset: 0 } }
}

/** The only position of a dimension of size 1. */
const onlyPosition = ({ axis, indexDtype }: Params<'argmax'>, [x]: readonly Atom[]): Origin | undefined =>
  x?.aval.shape[axis] === 1 ? { kind: 'constant', value: 0, dtype: indexDtype } : undefined

type Creation = (params: Params<OpName>, inputs: readonly Atom[]) => Origin | undefined

/** Values that are known without reading an operand. */
const creations: { readonly [K in OpName]?: (params: Params<K>, inputs: readonly Atom[]) => Origin | undefined } = {
  iota,
  argmax: onlyPosition,
  argmin: onlyPosition,
}

type AnyRule = (at: Affine, params: Params<OpName>, x: Aval) => Affine | undefined

/** What each variable is a view of. */
export class Origins {
  readonly #views = new Map<Var, Origin>()

  of(atom: Atom): Origin {
    if (!isVar(atom)) return { kind: 'constant', value: atom.value, dtype: atom.aval.dtype }
    let origin = this.#views.get(atom)
    if (origin === undefined)
      this.#views.set(atom, (origin = { kind: 'value', base: atom, at: dense(atom.aval.shape) }))
    return origin
  }

  /** Notes that `variable` is `origin`. */
  set(variable: Var, origin: Origin): void {
    this.#views.set(variable, origin)
  }

  /** Whether the equation is only a view of its operands, which is noted; it then needs no region. */
  absorb(eqn: Eqn): boolean {
    if (families[eqn.op] === 'barrier') {
      eqn.outputs.forEach((output, i) => this.set(output, this.of(eqn.inputs[i] as Atom)))
      return true
    }
    const origin = rowOf<Creation | undefined>(creations, eqn.op)?.(eqn.params, eqn.inputs) ?? this.#viewOf(eqn)
    if (origin === undefined) return false
    this.set(eqn.outputs[0] as Var, origin)
    return true
  }

  #viewOf(eqn: Eqn): Origin | undefined {
    const rule = rowOf<AnyRule | undefined>(viewRules, eqn.op)
    if (rule === undefined || (eqn.op === 'concatenate' && eqn.inputs.length > 1)) return undefined
    const x = this.of(eqn.inputs[0] as Atom)
    if (x.kind === 'constant') return families[eqn.op] === 'movement' ? constantMove(eqn, x) : undefined
    const at = rule(x.at, eqn.params, (eqn.inputs[0] as Atom).aval)
    return at && { ...x, at }
  }
}

/** Moving copies of one number about gives copies of it; only padding brings in another. */
const constantMove = (eqn: Eqn, x: Origin): Origin | undefined => (eqn.op === 'pad' ? undefined : x)
