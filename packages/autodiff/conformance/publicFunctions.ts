import * as autodiff from '../src/index.ts'

const isClass = (f: object): boolean => /^class\b/.test(Function.prototype.toString.call(f))
const isNamespace = (x: object): boolean =>
  x[Symbol.toStringTag as never] === 'Module' || x === autodiff.checkpointPolicies

/** The public function of that name, or undefined: `numpy.linalg.norm`. */
export const publicNamed = (name: string): unknown =>
  name
    .split('.')
    .reduce<unknown>((space, key) => (space as { readonly [key: string]: unknown } | undefined)?.[key], autodiff)

/** Every public function by its name; classes, constants and settings are none. */
export function publicFunctions(space: object = autodiff, path = ''): readonly (readonly [name: string, f: object])[] {
  return Object.entries(space).flatMap(([key, value]: [string, unknown]) => {
    if (typeof value === 'function') return isClass(value) ? [] : [[path + key, value] as const]
    if (typeof value === 'object' && value !== null && isNamespace(value))
      return publicFunctions(value, `${path}${key}.`)
    return []
  })
}
