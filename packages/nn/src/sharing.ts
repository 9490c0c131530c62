import { TreeError, tree, valueAndTree } from '@proj/tree'

// biome-ignore lint/suspicious/noExplicitAny: a method of any parameters; `any` alone accepts every one
type Method = (this: any, ...args: any[]) => unknown

/**
 * Makes a method run on a copy of its object, and keeps only what it returns: inside, weights can be tied by assignment, and the
 * object stays as it was.
 *
 * Works as a decorator (`@sharing`, both the standard form and TypeScript's legacy one) and on a plain function, which then copies `this`
 * if it is called as a method of a tree, else its first argument.
 *
 * @throws {TreeError} when the method is async or a generator, or is called without its object
 * @example
 * class Tied extends TreeClass {
 *   @sharing call(x: NDArray) {
 *     this.decoder.weight = this.encoder.weight.T
 *     return this.decoder.call(this.encoder.call(x))
 *   }
 * }
 *
 * Source: sepes, "Sharing/Tie weights".
 */
export function sharing<F extends Method>(method: F): F
export function sharing<F extends Method>(method: F, context: ClassMethodDecoratorContext): F
export function sharing<F extends Method>(
  target: object,
  name: string | symbol,
  descriptor: TypedPropertyDescriptor<F>,
): TypedPropertyDescriptor<F>
export function sharing(first: unknown, second?: unknown, descriptor?: TypedPropertyDescriptor<Method>): unknown {
  if (descriptor !== undefined)
    return { ...descriptor, value: shareMethod(checkMethod(descriptor.value, second), String(second)) }
  if (isContext(second)) return shareMethod(checkMethod(first, second.name), String(second.name))
  return shareFunction(checkMethod(first, 'the argument'))
}

const isContext = (x: unknown): x is ClassMethodDecoratorContext =>
  typeof x === 'object' && x !== null && 'kind' in x && 'name' in x

function checkMethod(method: unknown, name: unknown): Method {
  if (typeof method !== 'function')
    throw new TreeError(
      'sharing',
      `${String(name)} is no method`,
      'put @sharing on a method, not on a field or an accessor',
    )
  valueAndTree(method as Method) // refuses what goes on after it returned: async functions and generators
  return method as Method
}

function runOnCopy(method: Method, self: unknown, args: readonly unknown[]): unknown {
  const [value] = valueAndTree((copy: unknown) => method.apply(copy, [...args]))(self)
  return value
}

function shareMethod(method: Method, name: string): Method {
  const shared = function (this: unknown, ...args: unknown[]): unknown {
    if (this === undefined || this === null)
      throw new TreeError(
        name,
        'called without its object, as a method loses it when passed along',
        `pass an arrow instead: (...args) => model.${name}(...args)`,
      )
    return runOnCopy(method, this, args)
  }
  return named(shared, name)
}

function shareFunction(f: Method): Method {
  const shared = function (this: unknown, ...args: unknown[]): unknown {
    if (isTreeObject(this)) return runOnCopy(f, this, args)
    const [first, ...rest] = args
    const [value] = valueAndTree((copy: unknown) => f(copy, ...rest))(first)
    return value
  }
  return named(shared, f.name)
}

/** Whether `x` is an instance of a class that is a tree; a plain object is only where a function is kept. */
function isTreeObject(x: unknown): boolean {
  if (typeof x !== 'object' || x === null || Array.isArray(x)) return false
  const prototype: unknown = Object.getPrototypeOf(x)
  return prototype !== Object.prototype && prototype !== null && !tree.structure(x).isLeaf
}

const named = (f: Method, name: string): Method => Object.defineProperty(f, 'name', { value: name, configurable: true })
