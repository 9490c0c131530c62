import { parseArgs } from 'node:util'
import { DataError } from './mnist/idx.ts'

/*
 * `pnpm demo [sharing] [mnist] [custom-backend] [--quick]`: runs the examples named, or the first two.
 */

interface Example {
  readonly title: string
  run(quick: boolean): unknown
}

const examples: Readonly<Record<string, Example>> = {
  sharing: {
    title: 'Gradients of an auto-encoder that shares its weights',
    run: async () => (await import('./sharing/main.ts')).main(),
  },
  mnist: {
    title: 'Two auto-encoders learn handwritten digits: one shares its weights, one does not',
    run: async (quick) => (await import('./mnist/main.ts')).main({ quick }),
  },
  'custom-backend': {
    title: 'The gradients of the shared weights again, on a backend from outside the packages',
    run: async () => (await import('./custom-backend/main.ts')).main(),
  },
}

const whenNoneIsNamed = ['sharing', 'mnist']

class UsageError extends Error {}

function parse(): { names: readonly string[]; quick: boolean } {
  try {
    const { values, positionals } = parseArgs({ allowPositionals: true, options: { quick: { type: 'boolean' } } })
    const unknown = positionals.find((name) => !Object.hasOwn(examples, name))
    if (unknown !== undefined) throw new Error(`There is no example '${unknown}'.`)
    return { names: positionals.length > 0 ? positionals : whenNoneIsNamed, quick: values.quick === true }
  } catch (error) {
    const names = Object.keys(examples).map((name) => `[${name}]`)
    throw new UsageError(`${(error as Error).message}\nusage: pnpm demo ${names.join(' ')} [--quick]`)
  }
}

async function main(): Promise<void> {
  const { names, quick } = parse()
  for (const name of names) {
    const { title, run } = examples[name] as Example
    console.log(`== ${title}\n`)
    await run(quick)
    console.log()
  }
}

try {
  await main()
} catch (error) {
  // What the user can put right needs no stack trace.
  console.error(error instanceof DataError || error instanceof UsageError ? error.message : error)
  process.exitCode = 1
}
