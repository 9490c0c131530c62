type Method = (this: unknown, ...args: unknown[]) => unknown

/**
 * How many elements of arrays, Maps and Sets `run` looks at: work that is the same on an idle machine and on a busy one, by which tests tell
 * what is linear. Methods and iterators of arrays count as if they went to the end, but for `slice`, which counts what it takes, and `splice`,
 * which counts what is behind; loops over positions do not count.
 *
 * @example Math.round(workOf(() => new Array(20_000).fill(0)) / workOf(() => new Array(10_000).fill(0))) // 2
 */
export function workOf(run: () => void): number {
  let work = 0
  const restores: (() => void)[] = []
  const replace = (prototype: object, name: PropertyKey, wrap: (original: Method) => Method) => {
    const descriptor = Object.getOwnPropertyDescriptor(prototype, name) as PropertyDescriptor
    Object.defineProperty(prototype, name, { ...descriptor, value: wrap(descriptor.value as Method) })
    restores.push(() => Object.defineProperty(prototype, name, descriptor))
  }
  const counting = (sizeOf: (self: unknown) => number) => (original: Method) =>
    function (this: unknown, ...args: unknown[]) {
      work += sizeOf(this)
      return original.apply(this, args)
    }
  const whole = counting((self) => (self as ArrayLike<unknown>).length)
  const names = ['map', 'filter', 'flatMap', 'forEach', 'some', 'every', 'find', 'findIndex', 'indexOf', 'includes']
  const others = ['reduce', 'concat', 'join', 'fill', 'sort', 'entries', 'keys', 'values', Symbol.iterator]
  for (const name of [...names, ...others]) replace(Array.prototype, name, whole)
  replace(
    Array.prototype,
    'slice',
    (original) =>
      function (this: unknown, ...args: unknown[]) {
        const taken = original.apply(this, args)
        work += (taken as readonly unknown[]).length
        return taken
      },
  )
  replace(
    Array.prototype,
    'splice',
    (original) =>
      function (this: unknown, ...args: unknown[]) {
        work += (this as readonly unknown[]).length - (args[0] as number)
        return original.apply(this, args)
      },
  )
  const size = counting((self) => (self as ReadonlySet<unknown>).size)
  for (const { prototype } of [Map, Set]) {
    for (const name of ['forEach', 'entries', 'keys', 'values', Symbol.iterator]) replace(prototype, name, size)
    for (const name of ['has', 'delete'])
      replace(
        prototype,
        name,
        counting(() => 1),
      )
  }
  for (const name of ['get', 'set'])
    replace(
      Map.prototype,
      name,
      counting(() => 1),
    )
  try {
    run()
  } finally {
    for (const restore of restores) restore()
  }
  return work
}
