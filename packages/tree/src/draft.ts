import { openCopy, whileOpen } from './copy.ts'
import { FrozenError, TreeError } from './errors.ts'
import { seal } from './seal.ts'

/** Which arguments come back, changed: a position, or several. */
export interface ValueAndTreeOptions<N extends number | readonly number[]> {
  readonly argnums: N
}

type Picked<A extends readonly unknown[], N> = N extends readonly number[]
  ? { readonly [I in keyof N]: A[N[I] & keyof A] }
  : A[N & keyof A]

/**
 * Lets `f` assign to its arguments: it runs on open copies of them, and `[value, tree]` holds its result and the first argument as
 * it left it, sealed. The caller's trees never change, also when `f` throws.
 *
 * @throws {TreeError} when `f` is async or a generator: it would go on after the copy is finished
 * @example valueAndTree((counter: Counter) => counter.count++)(counter) // [0, Counter(count=1)]
 */
export function valueAndTree<A extends readonly unknown[], R>(
  f: (...args: A) => R,
): (...args: A) => readonly [value: R, tree: A[0]]
export function valueAndTree<A extends readonly unknown[], R, const N extends number | readonly number[]>(
  f: (...args: A) => R,
  options: ValueAndTreeOptions<N>,
): (...args: A) => readonly [value: R, tree: Picked<A, N>]
export function valueAndTree(
  f: (...args: unknown[]) => unknown,
  options: ValueAndTreeOptions<number | readonly number[]> = { argnums: 0 },
) {
  refuseLater(f)
  return (...args: unknown[]) => {
    const { argnums } = options
    for (const n of typeof argnums === 'number' ? [argnums] : argnums) checkArgnum(n, args.length)
    const [value, copies] = runOnCopies(f, args)
    return [value, typeof argnums === 'number' ? copies[argnums] : argnums.map((n) => copies[n])] as const
  }
}

function runOnCopies(
  f: (...args: unknown[]) => unknown,
  args: readonly unknown[],
): readonly [unknown, readonly unknown[]] {
  const nodes: object[] = []
  const copies = args.map((arg) => openCopy(arg, nodes))
  try {
    const value = whileOpen(nodes, () => f(...copies))
    copies.forEach(seal)
    refuseUnfinished(value)
    return [value, copies]
  } catch (error) {
    throw explain(error)
  }
}

function checkArgnum(n: number, count: number): void {
  if (Number.isInteger(n) && n >= 0 && n < count) return
  throw new TreeError(
    'valueAndTree',
    `argnums names argument ${n} of ${count}`,
    'pass positions from 0 up, fewer than there are arguments',
  )
}

const LATER = new Set(['AsyncFunction', 'GeneratorFunction', 'AsyncGeneratorFunction'])

function refuseLater(f: Function): void {
  if (LATER.has(f.constructor.name)) throw unfinished(`${f.name || 'the function'} is async or a generator`)
}

function refuseUnfinished(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  const tag = (value as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag]
  const isPromise = 'then' in value && typeof value.then === 'function'
  // The rest of an async function fails on the sealed copy; that failure is the one reported here.
  if (isPromise) Promise.resolve(value).catch(() => {})
  if (isPromise || tag === 'Generator' || tag === 'AsyncGenerator')
    throw unfinished(`the function returned a ${isPromise ? 'promise' : tag}`)
}

function unfinished(found: string): TreeError {
  return new TreeError(
    'valueAndTree',
    `${found}, and would go on after its copy of the tree is finished`,
    'make it an ordinary function: await outside and pass the result in',
  )
}

const PRIVATE = /private (member|field|method|name)|Receiver must be|invalid private/i
/** What V8, SpiderMonkey and JavaScriptCore say of an assignment to, an addition to and a deletion from a frozen object. */
const FROZEN = /to read ?only property|" is read-only$|not extensible|(?:Cannot|Unable to) delete|can't be deleted/
const NAME = /property '(.+?)'|"(.+?)"|property (\S+), object is not/
const OWNER = /of (?:object )?'?#<(.+?)>/

/**
 * The engine's own complaints about copies and sealed trees, said in terms of trees. Every other error as it is.
 *
 * @example String(explain(new TypeError("Cannot assign to read only property 'a' of object '#<Net>'"))) // FrozenError: Net.a: …
 */
export function explain(error: unknown): unknown {
  if (!(error instanceof TypeError) || error instanceof TreeError) return error
  const explained = explainPrivate(error.message) ?? explainFrozen(error.message)
  return explained === undefined ? error : Object.assign(explained, { cause: error })
}

function explainPrivate(message: string): TreeError | undefined {
  if (!PRIVATE.test(message)) return undefined
  return new TreeError(
    'valueAndTree',
    `a copy of the tree lacks a private member (${message}); the language does not let anyone copy those`,
    'use an ordinary field, or @field accessor, in place of #private and undecorated accessors',
  )
}

function explainFrozen(message: string): FrozenError | undefined {
  if (!FROZEN.test(message)) return undefined
  const name = NAME.exec(message)
    ?.slice(1)
    .find((found) => found !== undefined)
  const owner = OWNER.exec(message)?.[1] ?? 'tree'
  return new FrozenError(name === undefined ? owner : `${owner}.${name}`)
}
