import { arrayInfo } from './arrayType.ts'
import { brand, hasBrand } from './brand.ts'
import { type Declaration, declaredFields, FIELD, slotsOf } from './classType.ts'
import { FrozenError, TreeError } from './errors.ts'
import { isMasked } from './mask.ts'

/** `named` comes in the options object of the constructor, `rest` takes its further arguments, `others` the options that no field names, `classVar` is a static property. */
export type FieldKind = 'named' | 'rest' | 'others' | 'classVar'

/** One step of a pipe: returns the value to go on with, or throws. */
export type Pipe<T> = (value: T) => T

export interface FieldOptions<T> {
  /** Used when the constructor gets no value; the same object for every instance. */
  readonly default?: T
  /** Makes the default, anew for every instance. */
  readonly factory?: () => T
  /** Whether the constructor takes it; true unless given. */
  readonly init?: boolean
  readonly kind?: FieldKind
  /** The name in the constructor. */
  readonly alias?: string
  /** Whether printers show it; true unless given. */
  readonly repr?: boolean
  readonly metadata?: Readonly<Record<string, unknown>>
  /** Validators and converters of every value put in, in order. Tracers and masked values pass by. */
  readonly onSetattr?: readonly Pipe<T>[]
  /** What a read goes through; the tree holds the value as it was put in. */
  readonly onGetattr?: readonly Pipe<T>[]
  readonly doc?: string
}

const SPEC: unique symbol = /* @__PURE__ */ brand('fieldSpec') as never

/** What {@link field} returns: a declaration for `autoinit`, and a decorator of accessors. */
export interface FieldOf<T, O = unknown> {
  readonly [SPEC]: FieldOptions<T> & O
  <This, V>(
    target: ClassAccessorDecoratorTarget<This, V>,
    context: ClassAccessorDecoratorContext<This, V>,
  ): ClassAccessorDecoratorResult<This, V>
}

type Unnamed<T> = Omit<FieldOptions<T>, 'alias' | 'kind' | 'default' | 'factory' | 'init'>

/**
 * Declares a field of a tree class: in {@link autoinit}, or on an accessor of a class with a constructor of its own.
 *
 * @throws {TreeError} for options of the wrong type
 * @example
 * class Layer extends TreeClass {
 *   @field({ onSetattr: [positive] }) accessor size = 3
 * }
 */
export function field<This, V>(
  target: ClassAccessorDecoratorTarget<This, V>,
  context: ClassAccessorDecoratorContext<This, V>,
): ClassAccessorDecoratorResult<This, V>
export function field<T>(
  options: Unnamed<T> & ({ readonly default: T } | { readonly factory: () => T }),
): FieldOf<T, { default: T }>
export function field<T>(options: Unnamed<T> & { readonly init: false }): FieldOf<T, { init: false }>
export function field<T>(options?: Unnamed<T>): FieldOf<T, object>
export function field<T, const O extends FieldOptions<T>>(options: O): FieldOf<T, O>
export function field(first: unknown = {}, context?: unknown): unknown {
  if (context !== undefined) return accessor({}, context as ClassAccessorDecoratorContext<object, unknown>)
  const options = checkOptions(first as FieldOptions<unknown>)
  const decorate = (_: unknown, at: ClassAccessorDecoratorContext<object, unknown>) => accessor(options, at)
  return Object.assign(decorate, { [SPEC]: options })
}

/** The options of a declaration; anything else is the default of a field. */
export function optionsOf(declared: unknown): FieldOptions<unknown> {
  return hasBrand(declared, SPEC) ? (declared as FieldOf<unknown>)[SPEC] : { default: declared }
}

/** A declared field, as {@link fields} lists it. */
export class Field implements Declaration {
  readonly name: string
  readonly options: FieldOptions<unknown>

  constructor(name: string, options: FieldOptions<unknown>) {
    this.name = name
    this.options = options
    Object.freeze(this)
  }

  get repr(): boolean {
    return this.options.repr ?? true
  }

  get hasDefault(): boolean {
    return 'default' in this.options || this.options.factory !== undefined
  }

  /** The name in the constructor. */
  get alias(): string {
    return this.options.alias ?? this.name
  }

  get kind(): FieldKind {
    return this.options.kind ?? 'named'
  }

  makeDefault(): unknown {
    return this.options.factory === undefined ? this.options.default : this.options.factory()
  }

  admit(value: unknown): unknown {
    if (isMasked(value) || arrayInfo(value)?.isTracer) return value
    return this.#pipe(this.options.onSetattr, value, 'refused the value')
  }

  read(node: object): unknown {
    const slots = slotsOf(node)
    if (!Object.hasOwn(slots, this.name)) {
      throw new TreeError(
        this.#where(node),
        'read before it was set',
        'set it in postInit, in the constructor, or through valueAndTree(...)',
      )
    }
    return this.#pipe(this.options.onGetattr, slots[this.name], 'failed on reading')
  }

  write(node: object, value: unknown): void {
    if (Object.isFrozen(node)) {
      throw new FrozenError(this.#where(node))
    }
    slotsOf(node)[this.name] = this.admit(value)
  }

  #where(node: object): string {
    return `${node.constructor.name}.${this.name}`
  }

  #pipe(pipe: readonly Pipe<unknown>[] = [], value: unknown, what: string): unknown {
    return pipe.reduce((current, f) => {
      try {
        return f(current)
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error)
        const failure = new TreeError(
          `field ${this.name}`,
          `${f.name || 'a function of its pipe'} ${what}: ${reason}`,
          'pass a value that it accepts',
        )
        throw Object.assign(failure, { cause: error })
      }
    }, value)
  }
}

/**
 * The fields that `autoinit` and `@field` declared, of a class or an instance; bases first. Nothing for anything else.
 *
 * @example fields(autoinit({ a: 1, b: 2 })).map((one) => one.name) // ['a', 'b']
 */
export function fields(x: unknown): readonly Field[] {
  const prototype = typeof x === 'function' ? (x.prototype as object | undefined) : x
  if (typeof prototype !== 'object' || prototype === null) return []
  return [
    ...declaredFields(
      typeof x === 'function' ? prototype : (Object.getPrototypeOf(prototype) as object | null),
    ).values(),
  ] as Field[]
}

/** Getter and setter over the slot of a field. The getter carries the declaration. */
export function slotAccess(declared: Field): { get(this: object): unknown; set(this: object, value: unknown): void } {
  const get = function (this: object) {
    return declared.read(this)
  }
  const set = function (this: object, value: unknown) {
    declared.write(this, value)
  }
  return { get: Object.assign(get, { [FIELD]: declared }), set }
}

/** The value lives in a slot and not in the accessor's private storage, which copies would not have. */
function accessor(options: FieldOptions<unknown>, context: ClassAccessorDecoratorContext<object, unknown>) {
  if (context.kind !== 'accessor' || context.static || context.private) {
    throw new TreeError(
      `@field ${String(context.name)}`,
      `stands on a ${context.kind}`,
      'write @field accessor name = value, public and not static',
    )
  }
  const declared = new Field(String(context.name), options)
  return {
    ...slotAccess(declared),
    init(this: object, value: unknown) {
      const initial = value === undefined && declared.hasDefault ? declared.makeDefault() : value
      if (initial !== undefined || options.init !== false) slotsOf(this)[declared.name] = declared.admit(initial)
      return undefined
    },
  }
}

const KINDS: readonly FieldKind[] = ['named', 'rest', 'others', 'classVar']

function checkOptions(options: FieldOptions<unknown>): FieldOptions<unknown> {
  const wrong = (what: string, remedy: string): never => {
    throw new TreeError('field', what, remedy)
  }
  const { init, alias, kind, metadata } = options
  if (init !== undefined && typeof init !== 'boolean') wrong(`init is ${String(init)}`, 'pass true or false')
  if (alias !== undefined && typeof alias !== 'string') wrong(`alias is ${String(alias)}`, 'pass a string')
  if (kind !== undefined && !KINDS.includes(kind)) wrong(`kind is ${String(kind)}`, `pass one of ${KINDS.join(', ')}`)
  if ('default' in options && options.factory !== undefined) wrong('has both default and factory', 'keep one')
  if (metadata !== undefined && typeof metadata !== 'object') wrong('metadata is no object', 'pass a record')
  for (const name of ['onSetattr', 'onGetattr'] as const) {
    const pipe: unknown = options[name]
    const isPipe = pipe === undefined || (Array.isArray(pipe) && pipe.every((f) => typeof f === 'function'))
    if (!isPipe) wrong(`${name} is not an array of functions`, 'pass [f, g], applied in this order')
  }
  return options
}
