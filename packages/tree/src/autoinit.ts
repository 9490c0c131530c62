import { sharedTable } from './brand.ts'
import { TreeError } from './errors.ts'
import { Field, type FieldOf, type FieldOptions, fields, optionsOf, slotAccess } from './field.ts'
import { builtin, define, nodeTypeOf } from './nodeTypes.ts'
import { TreeClass } from './treeClass.ts'

type Declared = Record<string, unknown>
type OptionsOf<F> = F extends FieldOf<infer _, infer O> ? O : { default: F }
type Widen<T> = T extends number ? number : T extends string ? string : T extends boolean ? boolean : T
type ValueOf<F> =
  F extends FieldOf<infer T, infer O>
    ? unknown extends T
      ? O extends { default: infer D }
        ? Widen<D>
        : T
      : T
    : Widen<F>
type KindOf<F> = OptionsOf<F> extends { kind: infer K } ? K : 'named'
type Name<F, K> = OptionsOf<F> extends { alias: infer A extends string } ? A : K

/** Where a field goes: a required or optional option of the constructor, or none. */
type Place<F> =
  KindOf<F> extends 'named'
    ? OptionsOf<F> extends { init: false }
      ? 'none'
      : OptionsOf<F> extends { default: unknown } | { factory: unknown }
        ? 'optional'
        : 'required'
    : 'none'

type OptionsFor<D> = {
  -readonly [K in keyof D as Place<D[K]> extends 'required' ? Name<D[K], K> : never]: ValueOf<D[K]>
} & {
  -readonly [K in keyof D as Place<D[K]> extends 'optional' ? Name<D[K], K> : never]?: ValueOf<D[K]>
} & ('others' extends { [K in keyof D]: KindOf<D[K]> }[keyof D] ? { [other: string]: unknown } : unknown)

type RestFor<D> = { [K in keyof D]: KindOf<D[K]> extends 'rest' ? ValueOf<D[K]> : never }[keyof D]
type RestArgs<D> = [RestFor<D>] extends [never] ? [] : Extract<RestFor<D>, readonly unknown[]>

type Args<D> =
  object extends OptionsFor<D>
    ? [options?: OptionsFor<D>, ...rest: RestArgs<D>]
    : [options: OptionsFor<D>, ...rest: RestArgs<D>]

type FieldsOf<D> = { -readonly [K in keyof D as KindOf<D[K]> extends 'classVar' ? never : K]: ValueOf<D[K]> }
type StaticsOf<D> = { readonly [K in keyof D as KindOf<D[K]> extends 'classVar' ? K : never]: ValueOf<D[K]> }

/** The class that {@link autoinit} makes: `D` are its own fields and those of its bases. */
export type AutoClass<D, Base = TreeClass> = (new (
  ...args: Args<D>
) => Base & FieldsOf<D>) &
  StaticsOf<D> & { readonly declared?: D }
type DeclaredBy<B> = B extends { readonly declared?: infer D } ? (unknown extends D ? object : NonNullable<D>) : object
type InstanceOf<B> = B extends abstract new (...args: never[]) => infer I ? I : never

/**
 * A base class made from fields, whose constructor takes them by name. A value that is not a {@link field} is the default of one.
 * A method `postInit()` runs at the end of the constructor. A second argument is the class to extend, fields first.
 *
 * @throws {TreeError} for a default that instances would share and change, a reserved name, or two fields of kind `rest` or `others`
 * @example
 * class Layer extends autoinit({ size: field<number>(), bias: 0 }) {}
 * new Layer({ size: 3 }) // Layer(size=3, bias=0)
 */
export function autoinit<const D extends Declared>(declared: D): AutoClass<D>
export function autoinit<const D extends Declared, B extends abstract new (...args: never[]) => TreeClass>(
  declared: D,
  base: B,
): AutoClass<Omit<DeclaredBy<B>, keyof D> & D, InstanceOf<B>>
export function autoinit(declared: Declared, base: abstract new (...args: never[]) => TreeClass = TreeClass): unknown {
  const Parent = base as unknown as new (...args: unknown[]) => TreeClass
  class Auto extends Parent {
    constructor(...args: unknown[]) {
      super(SUBCLASS)
      if (args[0] !== SUBCLASS) initialize(this, args)
    }
  }
  for (const [name, given] of Object.entries(declared)) declare(Auto, name, optionsOf(given))
  checkKinds(fields(Auto))
  return Auto
}

/** Tells the constructor of a base that a subclass will set the fields. */
const SUBCLASS = /* @__PURE__ */ Symbol('the subclass initializes')
const RESERVED = ['constructor', 'at', 'postInit', '__proto__', 'prototype']

function declare(target: Function, name: string, options: FieldOptions<unknown>): void {
  if (RESERVED.includes(name))
    throw new TreeError('autoinit', `a field is named ${name}`, `use another name; reserved are ${RESERVED.join(', ')}`)
  checkDefault(name, options.default)
  if (options.kind === 'classVar') {
    define(target, name, options.default)
    return
  }
  const declared = new Field(name, options)
  Object.defineProperty(target.prototype, name, { ...slotAccess(declared), enumerable: false, configurable: true })
}

const excluded = /* @__PURE__ */ sharedTable('excludedDefaults', () => new Map<Function, string>())

/**
 * Forbids instances of a class as defaults in {@link autoinit}.
 *
 * @example excludeDefault(Money, 'amounts differ')
 */
export function excludeDefault(constructor: Function, reason = 'it is excluded'): void {
  excluded.set(constructor, reason)
}

function checkDefault(name: string, value: unknown): void {
  const refuse = (reason: string): never => {
    throw new TreeError(
      `field ${name}`,
      `its default cannot be shared by all instances: ${reason}`,
      'pass field({ factory: () => ... })',
    )
  }
  if (typeof value !== 'object' || value === null) return
  for (const [constructor, reason] of excluded) if (value instanceof constructor) refuse(reason)
  const type = nodeTypeOf(value)
  if (Object.values(builtin).some((one) => one === type)) refuse(`a mutable ${type?.name}`)
}

function checkKinds(all: readonly Field[]): void {
  for (const kind of ['rest', 'others'] as const) {
    const names = all.filter((one) => one.kind === kind).map((one) => one.name)
    if (names.length > 1)
      throw new TreeError('autoinit', `${names.join(' and ')} are both of kind ${kind}`, 'keep one of them')
  }
  const names = taken(all)
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined)
    throw new TreeError('autoinit', `two fields are called ${twice} in the constructor`, 'give one another alias')
}

/** What a constructor must know of its class. */
interface Plan {
  readonly all: readonly Field[]
  /** The names that its options have. */
  readonly taken: ReadonlySet<string>
}

const plans = new WeakMap<object, Plan>()

function planOf(node: object): Plan {
  const prototype = Object.getPrototypeOf(node) as object
  let plan = plans.get(prototype)
  if (plan === undefined) {
    const all = fields(node)
    plans.set(prototype, (plan = { all, taken: new Set(taken(all)) }))
  }
  return plan
}

function initialize(node: TreeClass, [options = {}, ...rest]: readonly unknown[]): void {
  const plan = planOf(node)
  const given = checkNames(node, options, plan)
  for (const one of plan.all) {
    const value = valueFor(node, one, given, rest, plan)
    if (value !== UNSET) one.write(node, value)
  }
  const { postInit } = node as { postInit?: () => void }
  if (typeof postInit === 'function') postInit.call(node)
}

const UNSET = /* @__PURE__ */ Symbol('unset')

type Options = Readonly<Record<string, unknown>>

function valueFor(node: object, one: Field, given: Options, rest: readonly unknown[], plan: Plan): unknown {
  if (one.kind === 'rest') return rest
  if (one.kind === 'others') return Object.fromEntries(othersIn(given, plan).map((name) => [name, given[name]]))
  if (one.options.init !== false && Object.hasOwn(given, one.alias)) return given[one.alias]
  if (one.hasDefault) return one.makeDefault()
  if (one.options.init === false) return UNSET
  throw new TreeError(`new ${node.constructor.name}`, `${one.alias} is missing`, `pass { ${one.alias}: ... }`)
}

const taken = (all: readonly Field[]) =>
  all.filter((one) => one.kind === 'named' && one.options.init !== false).map((one) => one.alias)

const othersIn = (given: Options, plan: Plan) => Object.keys(given).filter((name) => !plan.taken.has(name))

function checkNames(node: object, options: unknown, plan: Plan): Options {
  const where = `new ${node.constructor.name}`
  if (typeof options !== 'object' || options === null)
    throw new TreeError(where, `got ${String(options)}`, 'pass the fields as one object')
  const unknown = othersIn(options as Options, plan)
  if (unknown.length > 0 && !plan.all.some((one) => one.kind === 'others')) {
    const names = [...plan.taken].join(', ') || 'none'
    throw new TreeError(where, `${unknown.join(', ')} is no field`, `the fields are ${names}`)
  }
  return options as Options
}
