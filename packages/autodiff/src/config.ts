/** Switches that change what a program computes. Compiled functions are kept apart by them. */
export interface Config {
  /**
   * Whether random bits at an index depend on the key and the index alone, as JAX has it by default since 0.5. `false` gives the bits of
   * older releases.
   */
  readonly threefryPartitionable: boolean
}

const defaults: Config = { threefryPartitionable: true }

let current: Config = defaults
let key = ''

/** Keys are interned: one string for each setting. */
const keys = new Map<string, string>()

function change(overrides: Partial<Config>): void {
  const next = { ...current }
  for (const [name, value] of Object.entries(overrides)) {
    if (!Object.hasOwn(defaults, name))
      throw new TypeError(`config: there is no ${name}; use one of ${Object.keys(defaults).join(', ')}.`)
    const expected = typeof defaults[name as keyof Config]
    if (typeof value !== expected) throw new TypeError(`config: ${name} cannot be ${String(value)}; use a ${expected}.`)
    Object.assign(next, { [name]: value })
  }
  current = next
  const text = JSON.stringify(current)
  key = keys.get(text) ?? text
  keys.set(text, key)
}
change({})

/**
 * The switches as they are now.
 *
 * @example config.update('threefryPartitionable', false)
 */
export const config: Config & {
  /** @throws {TypeError} when there is no such switch, or it takes no such value */
  update<K extends keyof Config>(name: K, value: Config[K]): void
} = {
  get threefryPartitionable() {
    return current.threefryPartitionable
  },
  update(name, value) {
    change({ [name]: value })
  },
}

/**
 * Runs `body` under other switches, which are put back when it returns or throws. An async `body` sees them up to its first await.
 *
 * @example withConfig({ threefryPartitionable: false }, () => random.split(key))
 */
export function withConfig<T>(overrides: Partial<Config>, body: () => T): T {
  const before = current
  change(overrides)
  try {
    return body()
  } finally {
    change(before)
  }
}

/** A text that is the same exactly when the switches are: part of the key under which a compiled function is kept. */
export const configKey = (): string => key
