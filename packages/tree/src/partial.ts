import { brand, inspectCustom, sharedTable } from './brand.ts'
import { TreeError } from './errors.ts'
import { NODE_TYPE } from './nodeTypes.ts'
import { PRINT, type PrintRule, treeRepr } from './print.ts'
import { type NodeType, nodeType } from './registry.ts'
import { staticOf } from './static.ts'

/** Stands for an argument that comes later. */
export const hole: unique symbol = /* @__PURE__ */ brand('hole') as never

type AnyFunction = (...args: never[]) => unknown

/**
 * A function with some of its arguments given: `hole` leaves one open, the rest is appended.
 *
 * @throws {TreeError} for fewer arguments than holes
 * @example partial((a: string, b: string) => a + b, hole, 'b')('a') // 'ab'
 */
export function partial<R>(
  f: (...args: never[]) => R,
  ...given: readonly unknown[]
): (...args: readonly unknown[]) => R {
  return (...args) => {
    const open = given.filter((one) => one === hole).length
    if (args.length < open) {
      throw new TreeError(
        `partial ${f.name}`,
        `got ${args.length} arguments for ${open} holes`,
        'pass one for each hole',
      )
    }
    const later = args.slice()
    const all = given.map((one) => (one === hole ? later.shift() : one))
    return f(...([...all, ...later] as never[]))
  }
}

const shown = (x: unknown) => (x === hole ? 'hole' : x)

const partialType = /* @__PURE__ */ sharedTable('partial', () =>
  nodeType<Partial>({
    name: 'Partial',
    label: staticOf,
    open: (node) => ({ aux: [node.f, node.given], children: [] }),
    close: ([f, given]) => new Partial(f as AnyFunction, ...(given as unknown[])),
    keys: () => [],
    seal: () => true,
    isSealed: () => true,
    print: ([f, given]) => `Partial(${[f, ...(given as unknown[])].map((x) => treeRepr(shown(x))).join(', ')})`,
  }),
)

/**
 * {@link partial} as part of a tree: a node without leaves, compared by function and arguments. Run it with `call`.
 *
 * @example new Partial((a: number, b: number) => a - b, hole, 1).call(5) // 4
 */
export class Partial {
  readonly f: AnyFunction
  readonly given: readonly unknown[]

  constructor(f: AnyFunction, ...given: readonly unknown[]) {
    this.f = f
    this.given = Object.freeze(given.slice())
    Object.freeze(this)
  }

  get [NODE_TYPE](): NodeType {
    return partialType
  }

  call(...args: readonly unknown[]): unknown {
    return partial(this.f, ...this.given)(...args)
  }

  get [PRINT](): PrintRule<Partial> {
    return ({ f, given }, printer) => `Partial(${printer.list([f, ...given].map(shown))})`
  }

  [inspectCustom](): string {
    return treeRepr(this)
  }
}
