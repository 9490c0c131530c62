import { ARRAY } from './arrayType.ts'
import { printFields } from './classType.ts'
import { TreeError } from './errors.ts'
import { define, freezeNode, nodeTypeOf } from './nodeTypes.ts'
import type { Key } from './path.ts'
import { treeRepr } from './print.ts'
import { addNodeType, nodeType } from './registry.ts'
import { staticOf } from './static.ts'

type Class<N> = abstract new (...args: never[]) => N

export interface PytreeNodeOptions {
  /** The names (or positions) of the children, for paths; positions unless given. */
  readonly keys?: (aux: unknown, count: number) => readonly (string | number)[]
  /** Instances never change after they are made. Only then is what they flatten to remembered. */
  readonly immutable?: boolean
}

/**
 * Makes instances of exactly this class nodes of trees.
 *
 * @param flatten an instance's children and what else tells it apart, compared by value
 * @param unflatten the inverse
 * @throws {TreeError} when the class is a node already
 * @example
 * registerPytreeNode(Complex, (z) => [[z.re, z.im], null], (_, [re, im]) => new Complex(re as number, im as number))
 */
export function registerPytreeNode<N extends object>(
  constructor: Class<N>,
  flatten: (node: N) => readonly [children: Iterable<unknown>, aux: unknown],
  unflatten: (aux: unknown, children: readonly unknown[]) => N,
  options: PytreeNodeOptions = {},
): void {
  refuseNode(constructor)
  const { keys, immutable = false } = options
  const type = nodeType<N>({
    name: constructor.name,
    prototype: constructor.prototype as object,
    label: staticOf,
    open: (node) => {
      const [children, aux] = flatten(node)
      return { aux: [aux], children: [...children] }
    },
    close: ([aux], children) => unflatten(aux, children),
    keys: (aux, count) => childKeys(keys?.(aux[0], count), count),
    seal: () => immutable,
    isSealed: () => immutable,
    print: ([aux], parts) =>
      `${constructor.name}${aux === null || aux === undefined ? '' : `[${treeRepr(aux)}]`}(${parts.join(', ')})`,
  })
  addNodeType(constructor, type)
}

function childKeys(names: readonly (string | number)[] | undefined, count: number): readonly Key[] {
  if (names === undefined) return Array.from({ length: count }, (_, index) => ({ type: 'child', index }))
  return names.map((name) => (typeof name === 'string' ? { type: 'attr', name } : { type: 'index', index: name }))
}

function refuseNode(constructor: Class<object>): void {
  const prototype = constructor.prototype as object
  if (ARRAY in prototype || prototype instanceof Object.getPrototypeOf(Uint8Array)) {
    throw new TreeError(
      `registering ${constructor.name}`,
      'its instances are arrays, and arrays are leaves',
      'hold the array in a class of its own and register that',
    )
  }
  if (nodeTypeOf(Object.create(prototype)) === undefined) return
  throw new TreeError(
    `registering ${constructor.name}`,
    'the class is a tree node already',
    'register each class once, and do not register a TreeClass at all',
  )
}

/**
 * Makes instances of a class part of the structure: nodes without leaves, each equal to itself alone.
 *
 * @throws {TreeError} when the class is a node already
 * @example registerStatic(Config)
 */
export function registerStatic(constructor: Class<object>): void {
  refuseNode(constructor)
  const { name } = constructor
  const type = nodeType({
    name,
    prototype: constructor.prototype as object,
    open: (node) => ({ aux: [node], children: [] }),
    close: ([node]) => node,
    keys: () => [],
    seal: () => true,
    isSealed: () => true,
    print: () => name,
  })
  addNodeType(constructor, type)
}

export interface PytreeDataclassOptions {
  /** Fields that are children, in order; all own fields but the meta fields unless given. */
  readonly dataFields?: readonly string[]
  /** Fields that belong to the structure, compared by value. */
  readonly metaFields?: readonly string[]
}

type Fields = Record<string, unknown>
const fieldNames = (aux: readonly unknown[]) => aux[0] as readonly string[]

/**
 * Makes instances of a class that only holds fields nodes of trees. They are made again without calling the constructor, and
 * seal like any node.
 *
 * @throws {TreeError} when the class is a node already
 * @example registerPytreeDataclass(Batch, { metaFields: ['name'] })
 */
export function registerPytreeDataclass(constructor: Class<object>, options: PytreeDataclassOptions = {}): void {
  refuseNode(constructor)
  const { metaFields = [], dataFields } = options
  const prototype = constructor.prototype as object
  const namesOf = (node: Fields) => dataFields ?? Object.keys(node).filter((name) => !metaFields.includes(name))
  const type = nodeType<Fields>({
    name: constructor.name,
    prototype,
    label: staticOf,
    open: (node) => {
      const names = namesOf(node)
      return { aux: [names, metaFields.map((name) => node[name])], children: names.map((name) => node[name]) }
    },
    close: (aux, children) => {
      const node = Object.create(prototype) as Fields
      metaFields.forEach((name, i) => define(node, name, (aux[1] as unknown[])[i]))
      fieldNames(aux).forEach((name, i) => define(node, name, children[i]))
      return node
    },
    keys: (aux) => fieldNames(aux).map((name) => ({ type: 'attr', name })),
    seal: freezeNode,
    isSealed: (node) => Object.isFrozen(node),
    print: (aux, parts) => {
      const values = (aux[1] as readonly unknown[]).map((value) => treeRepr(value))
      return printFields(constructor.name)([...fieldNames(aux), ...metaFields], [...parts, ...values])
    },
  })
  addNodeType(constructor, type)
}
