import { brand, hasBrand } from './brand.ts'
import { TreeError } from './errors.ts'
import { type Key, keyValue } from './path.ts'

const WHERE: unique symbol = /* @__PURE__ */ brand('where') as never

/** Decides which children of a node one step of a path selects. */
export interface Step {
  readonly [WHERE]: string
  matches(key: Key, node: unknown): boolean
  /** As the last step, selects every leaf below instead of the child as a whole. */
  readonly spreads: boolean
}

/** A step made by {@link key}, whose name the types may know. */
export interface KeyStep<K = unknown> extends Step {
  readonly key: K
}

function step(text: string, matches: Step['matches'], spreads = false): Step {
  return Object.freeze({ [WHERE]: text, matches, spreads })
}

/**
 * Every child at its level; as the last step, every leaf below.
 *
 * @example at([[1, 2], [3, 4]], all, 0).set(0) // [[0, 2], [0, 4]]
 */
export const all: Step = /* @__PURE__ */ step('all', () => true, true)

/**
 * The field, property, Map entry or position `k`, for what types cannot see: functions, Map keys that are no strings, names known
 * only at run time.
 *
 * @example at({ activation: Math.sin }, key('activation')).get() === Math.sin // true
 */
export function key<const K>(k: K): KeyStep<K> {
  const matches = (candidate: Key) => Object.is(keyValue(candidate), k)
  return Object.freeze({ [WHERE]: `key(${show(k)})`, matches, spreads: false, key: k })
}

/**
 * What any of the given steps selects, at one level.
 *
 * @throws {TreeError} for no step at all, and for a mask, which is not a step
 * @example at({ enc1: 1, dec1: 2, dec2: 3 }, anyOf('enc1', /dec\d/)).set(0) // { enc1: 0, dec1: 0, dec2: 0 }
 */
export function anyOf(...options: readonly (string | number | RegExp | Step)[]): Step {
  if (options.length === 0)
    throw new TreeError('anyOf', 'got no options', 'pass at least one name, index, RegExp or rule')
  const steps = options.map((option) => toStep(option) ?? refuseMask(option))
  return step(
    `anyOf(${steps.map(printStep).join(', ')})`,
    (candidate, node) => steps.some((one) => one.matches(candidate, node)),
    steps.every((one) => one.spreads),
  )
}

function refuseMask(option: unknown): never {
  throw new TreeError(
    'anyOf',
    `${show(option)} is not a step`,
    'pass names, indices, RegExps and rules; a mask is an argument of at of its own',
  )
}

/**
 * A step that selects by a predicate on the key and the node it leads to.
 *
 * @param options.spreads as the last step, select every leaf below; false unless given
 * @example at([1, 'a', 2], rule((_, node) => typeof node === 'number')).set(0) // [0, 'a', 0]
 */
export function rule(
  matches: (key: Key, node: unknown) => boolean,
  options: { readonly spreads?: boolean } = {},
): Step {
  return step(`rule(${matches.name})`, matches, options.spreads ?? false)
}

/**
 * `where` as a step; `undefined` says that it can only be a mask.
 *
 * @throws {TreeError} for a negative or fractional index
 */
export function toStep(where: unknown): Step | undefined {
  if (hasBrand(where, WHERE)) return where as Step
  if (typeof where === 'string') return named(where)
  if (typeof where === 'number') return indexed(where)
  return Object.prototype.toString.call(where) === '[object RegExp]' ? matching(where as RegExp) : undefined
}

function named(name: string): Step {
  return step(show(name), (candidate) => keyName(candidate) === name)
}

function indexed(index: number): Step {
  if (!Number.isInteger(index) || index < 0) {
    throw new TreeError('at', `${index} is not a position`, 'count from 0; use length - 1 for the last element')
  }
  return step(String(index), (candidate) => 'index' in candidate && candidate.index === index)
}

/** The whole name has to match, as one step is one name. */
function matching(pattern: RegExp): Step {
  const whole = new RegExp(`^(?:${pattern.source})$`, pattern.flags.replace(/[gy]/g, ''))
  return step(String(pattern), (candidate) => {
    const name = keyName(candidate)
    return name !== undefined && whole.test(name)
  })
}

/** The name that a string or RegExp is compared with; positions have none. */
function keyName(candidate: Key): string | undefined {
  const value = keyValue(candidate)
  return typeof value === 'string' ? value : undefined
}

export function printStep(one: Step): string {
  return one[WHERE]
}

export function show(x: unknown): string {
  if (typeof x === 'function') return `function ${x.name}`
  return typeof x === 'string'
    ? JSON.stringify(x)
    : typeof x === 'object'
      ? Object.prototype.toString.call(x)
      : String(x)
}

/** Whether a path is of names and positions only, so that it leads to one place. */
export function isExact(path: readonly unknown[]): boolean {
  return path.every(
    (one) => typeof one === 'string' || typeof one === 'number' || (hasBrand(one, WHERE) && 'key' in (one as object)),
  )
}
