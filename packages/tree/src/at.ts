import type { At } from './atTypes.ts'
import { snapshot } from './copy.ts'
import { valueAndTree } from './draft.ts'
import { collect, edit, keep, onlyPart } from './edit.ts'
import { TreeError } from './errors.ts'
import { type IsLeaf, leaves, structure, viewOf } from './flatten.ts'
import { settle } from './seal.ts'
import { intersect, type Selection, selectMask, selectPath, type View } from './selection.ts'
import { isExact, printStep, toStep } from './where.ts'

/**
 * Picks parts of a tree, to read or to change in a copy. Each argument goes one level deeper: a name, an index, a RegExp,
 * {@link anyOf}, {@link all}, {@link key}, a {@link rule}; a tree of booleans, laid over the tree from its root, narrows the choice.
 *
 * @throws {TreeError} for no argument, a negative index, a mask that does not fit; {@link LookupError} when nothing matches
 * @example at({ a: [1, 2] }, 'a', 1).set(5) // { a: [1, 5] }
 */
export const at: At = ((tree: unknown, ...where: readonly unknown[]) => new Picked(tree, where)) as unknown as At

export interface GetOptions {
  /** What stands in place of unselected leaves and elements; `null`, and nothing, unless given. */
  readonly fillValue?: unknown
  readonly isLeaf?: IsLeaf
}

/** The runtime of every form of {@link at}. Reading returns what is there; changed trees are new and sealed. */
export class Picked {
  readonly #tree: unknown
  readonly #where: readonly unknown[]
  readonly #selection: Selection

  constructor(tree: unknown, where: readonly unknown[]) {
    if (where.length === 0) {
      throw new TreeError('at', 'got nothing to look for', 'pass names, indices, or all for every leaf')
    }
    this.#tree = tree
    this.#where = where
    this.#selection = this.#select(viewOf())
  }

  get(options: GetOptions = {}): unknown {
    const view = viewOf(options.isLeaf)
    const selection = this.#selectionFor(options.isLeaf)
    if (isExact(this.#where) && !('fillValue' in options)) return onlyPart(this.#tree, selection, view)
    const fill = 'fillValue' in options ? { value: options.fillValue } : {}
    return snapshot(keep(this.#tree, selection, view, fill))
  }

  set(value: unknown, option?: IsLeaf): unknown {
    const isZipped = !isExact(this.#where) && structure(value, option) === structure(this.#tree, option)
    if (isZipped) return this.#edit((_, counterpart) => counterpart, option, value)
    return this.#edit(() => value, option)
  }

  apply(f: (part: unknown) => unknown, option?: IsLeaf): unknown {
    return this.#edit((part) => f(part), option)
  }

  scan(f: (part: unknown, state: unknown) => readonly [unknown, unknown], initial: unknown, option?: IsLeaf): unknown {
    let state = initial
    const tree = this.#edit((part) => {
      const [next, nextState] = f(part, state)
      state = nextState
      return next
    }, option)
    return [tree, state] as const
  }

  reduce(f: (accumulated: unknown, leaf: unknown) => unknown, ...initial: readonly unknown[]): unknown {
    const chosen = this.pluck().flatMap((part) => leaves(part))
    if (initial.length > 0) return chosen.reduce((sum, leaf) => f(sum, leaf), initial[0])
    if (chosen.length === 0) throw new TreeError(`${this}.reduce`, 'no leaf is selected', 'pass an initial value')
    return chosen.slice(1).reduce((sum, leaf) => f(sum, leaf), chosen[0])
  }

  pluck(count: number = Number.POSITIVE_INFINITY, option?: IsLeaf): readonly unknown[] {
    const found = collect(this.#tree, this.#selectionFor(option), viewOf(option))
    return found.slice(0, count)
  }

  call(method: string, ...args: readonly unknown[]): unknown {
    const target = isExact(this.#where) ? (this.get() as Record<string, unknown> | null) : null
    if (typeof target?.[method] !== 'function') {
      throw new TreeError(
        `${this}.call`,
        `there is no method ${method}`,
        'give names and indices that lead to a tree with this method',
      )
    }
    const run = valueAndTree((copy: Record<string, (...args: readonly unknown[]) => unknown>) =>
      copy[method]?.(...args),
    )
    const [value, changed] = run(target as never)
    return [value, this.#edit(() => changed)] as const
  }

  toString(): string {
    return `at(${this.#where.map((one) => printWhere(one)).join(', ')})`
  }

  #selectionFor(option: IsLeaf | undefined): Selection {
    return option === undefined ? this.#selection : this.#select(viewOf(option))
  }

  #select(view: View): Selection {
    const steps = this.#where.map(toStep)
    const path = steps.filter((step) => step !== undefined)
    const masks = this.#where.filter((_, i) => steps[i] === undefined)
    const start: Selection = path.length > 0 ? selectPath(this.#tree, path, view) : { type: 'whole' }
    return masks.reduce<Selection>((chosen, mask) => intersect(chosen, selectMask(this.#tree, mask, view)), start)
  }

  #edit(change: (part: unknown, counterpart: unknown) => unknown, option?: IsLeaf, other?: unknown): unknown {
    const put = (part: unknown, counterpart: unknown) => settle(change(part, counterpart))
    return snapshot(edit(this.#tree, this.#selectionFor(option), viewOf(option), put, other))
  }
}

function printWhere(one: unknown): string {
  const step = toStep(one)
  return step === undefined ? 'mask' : printStep(step)
}
