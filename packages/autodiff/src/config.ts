/** Switches that change what a program computes, or what is looked at while it does. */
export interface Config {
  /**
   * Whether random bits at an index depend on the key and the index alone, as JAX has it by default since 0.5. `false` gives the bits of
   * older releases.
   */
  readonly threefryPartitionable: boolean
  /** Whether an op or a compiled function that makes a NaN throws a FloatingPointError. Every result is read back: slow. */
  readonly debugNans: boolean
  /** The same for infinities. */
  readonly debugInfs: boolean
  /**
   * Whether a transform that ends throws when one of its tracers can still be reached. Each end of a transform walks the heap: slow, and only
   * where the engine lets a program do that, which is Node from 20.13 on.
   */
  readonly checkTracerLeaks: boolean
  /** Whether each tracing and compilation is logged, with the time it took, by `console.warn`. */
  readonly logCompiles: boolean
  /** Whether `jit` says, by `console.warn`, why it could not use a program it had. */
  readonly explainCacheMisses: boolean
  /** Whether `jit` runs its function as it stands, op by op, on values that can be printed. */
  readonly disableJit: boolean
}

const defaults: Config = {
  threefryPartitionable: true,
  debugNans: false,
  debugInfs: false,
  checkTracerLeaks: false,
  logCompiles: false,
  explainCacheMisses: false,
  disableJit: false,
}
const names = Object.keys(defaults) as readonly (keyof Config)[]

/** What a traced program depends on, or the tracing of it: the other switches look at calls, and leave programs as they are. */
const tracedUnder = ['threefryPartitionable', 'checkTracerLeaks'] as const satisfies readonly (keyof Config)[]

let current: Config = defaults
let key = ''

/** Keys are interned: one string for each setting. */
const keys = new Map<string, string>()

function change(overrides: Partial<Config>): void {
  const next = { ...current }
  for (const [name, value] of Object.entries(overrides)) {
    if (!Object.hasOwn(defaults, name))
      throw new TypeError(`config: there is no ${name}; use one of ${names.join(', ')}.`)
    const expected = typeof defaults[name as keyof Config]
    if (typeof value !== expected) throw new TypeError(`config: ${name} cannot be ${String(value)}; use a ${expected}.`)
    Object.assign(next, { [name]: value })
  }
  current = next
  const text = tracedUnder.map((name) => `${name}=${current[name]}`).join()
  key = keys.get(text) ?? text
  keys.set(text, key)
}
change({})

const switches = Object.fromEntries(names.map((name) => [name, { get: () => current[name], enumerable: true }]))

/**
 * The switches as they are now.
 *
 * @example config.update('threefryPartitionable', false)
 */
export const config = Object.defineProperties(
  {
    /** @throws {TypeError} when there is no such switch, or it takes no such value */
    update<K extends keyof Config>(name: K, value: Config[K]): void {
      change({ [name]: value })
    },
  },
  switches,
) as Config & {
  /** @throws {TypeError} when there is no such switch, or it takes no such value */
  update<K extends keyof Config>(name: K, value: Config[K]): void
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

/** A text that is the same exactly when the switches that programs depend on are: part of the key under which a compiled function is kept. */
export const configKey = (): string => key
