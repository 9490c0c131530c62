import type { Aval } from './aval.ts'
import { isJaxpr } from './bodies.ts'
import { type Atom, isVar, type Jaxpr, type Var } from './jaxpr.ts'

/** Equal texts for equal numbers; unlike `String`, it tells -0 from 0. */
const numberKey = (value: number): string => (Object.is(value, -0) ? '-0' : `${value}`)

/** Unlike `formatAval`: weakness does not change what is computed. */
const avalKey = (aval: Aval): string => `${aval.dtype}[${aval.shape.join()}]`

const identities = new WeakMap<object, number>()
let latest = 0

/** A number of its own for each function and each object that is more than data. */
function identityOf(value: object): number {
  let identity = identities.get(value)
  if (identity === undefined) identities.set(value, (identity = ++latest))
  return identity
}

/** Records of plain values, which may be written out; rules and policies hold functions. */
function isRecord(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return (
    (prototype === Object.prototype || prototype === null) &&
    Object.values(value).every((item) => typeof item !== 'function')
  )
}

/** Of parameters that hold no Jaxpr, and so read the same in every key. */
const texts = new WeakMap<object, string>()

/**
 * Writes keys. Jaxprs in parameters are written once each, in order of first meeting, and referred to by number: a body called from many
 * places costs its own length, not its length times the calls.
 */
class KeyWriter {
  private readonly bodies = new Map<string, number>()
  private readonly seen = new Map<Jaxpr, number>()
  /** How often a Jaxpr was referred to. */
  private references = 0

  jaxpr(jaxpr: Jaxpr): string {
    const numbers = new Map<Var, number>()
    const define = (variable: Var) => void numbers.set(variable, numbers.size)
    const use = (atom: Atom) =>
      isVar(atom) ? `%${numbers.get(atom)}` : `${numberKey(atom.value)}:${avalKey(atom.aval)}`
    const lines = [jaxpr.inputs.map((input) => avalKey(input.aval)).join(' ')]
    jaxpr.inputs.forEach(define)
    for (const { op, params, inputs, outputs } of jaxpr.eqns) {
      lines.push(`${op}${this.params(params)}(${inputs.map(use).join(' ')})`)
      outputs.forEach(define)
    }
    lines.push(jaxpr.outputs.map(use).join(' '))
    return lines.join('\n')
  }

  /** Parameters in the order of their names, whoever wrote them. */
  params(params: object): string {
    const known = texts.get(params)
    if (known !== undefined) return known
    const names = Object.keys(params)
    if (names.length === 0) return ''
    const before = this.references
    let text = '{'
    for (const name of names.sort()) {
      const value = (params as Readonly<Record<string, unknown>>)[name]
      if (value !== undefined && name !== 'weakType') text += `${name}=${this.param(value)};`
    }
    text += '}'
    if (this.references === before) texts.set(params, text)
    return text
  }

  private param(value: unknown): string {
    if (typeof value === 'number') return numberKey(value)
    if (typeof value === 'string') return JSON.stringify(value)
    if (Array.isArray(value)) return `[${value.map((item) => this.param(item)).join()}]`
    if (isJaxpr(value)) return `@${this.body(value)}`
    if (typeof value === 'function') return `#${identityOf(value)}`
    if (typeof value !== 'object' || value === null) return String(value)
    return isRecord(value) ? this.params(value) : `#${identityOf(value)}`
  }

  private body(jaxpr: Jaxpr): number {
    this.references++
    const known = this.seen.get(jaxpr)
    if (known !== undefined) return known
    const text = this.jaxpr(jaxpr)
    const number = this.bodies.get(text) ?? this.bodies.size
    this.bodies.set(text, number)
    this.seen.set(jaxpr, number)
    return number
  }

  written(): string {
    return [...this.bodies.keys()].map((text) => `${text}\n;\n`).join('')
  }
}

/**
 * A string that two Jaxprs share exactly when they compute the same thing in the same way: ops, parameters, literals (NaN, ±0 and
 * ±∞ told apart), shapes and dtypes. Functions, and objects that hold some, are the same only when they are one object. Names of variables, sources and weak types are left out. Linear in the number of equations.
 */
export function jaxprKey(jaxpr: Jaxpr): string {
  const writer = new KeyWriter()
  const text = writer.jaxpr(jaxpr)
  return writer.written() + text
}

/** The same for an equation's parameters alone. */
export function paramsKey(params: object): string {
  const known = texts.get(params)
  if (known !== undefined) return known
  const writer = new KeyWriter()
  const text = writer.params(params)
  return writer.written() + text
}
