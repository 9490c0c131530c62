import { expect } from 'vitest'
import { isNDArray, lax, numpy, random } from '../../src/index.ts'
import { type Check, functionNamed, loadFixture } from '../check.ts'
import { type Case, describeCase, type PackedArgument, unpackArgument } from '../fixture.ts'

/** What JAX calls the parameters; see `oracle/names_oracle.py`. */
type Row = readonly [space: string, fn: string, names: readonly string[], needed: number]

const spaces = { numpy, lax, random } as never
const recorded: { readonly [space: string]: readonly string[] } = {
  numpy: ['numpy', 'numpyMore', 'ordering'],
  lax: ['lax', 'laxMore'],
  random: ['random'],
}

const isOptions = (arg: PackedArgument | undefined): boolean =>
  arg !== undefined && ('options' in arg || ('value' in arg && arg.value?.constructor === Object))

/** The same call with its optional arguments by name, or undefined where it has none by position. */
function named({ args, ...rest }: Case, names: readonly string[], needed: number): Case | undefined {
  const options = isOptions(args.at(-1)) ? args.at(-1) : undefined
  const places = options === undefined ? args : args.slice(0, -1)
  const moved = places.slice(needed)
  if (moved.length === 0 || moved.some((arg) => !('value' in arg || 'array' in arg))) return undefined
  const given =
    options === undefined ? {} : 'options' in options ? options : { options: (options as { value: object }).value }
  const entries = moved.map((arg, i) => [names[needed + i] as string, arg] as const)
  const values = entries.flatMap(([name, arg]) => ('value' in arg ? [[name, arg.value] as const] : []))
  const arrays = entries.flatMap(([name, arg]) => ('array' in arg ? [[name, arg.array] as const] : []))
  const all = {
    options: { ...('options' in given ? given.options : {}), ...Object.fromEntries(values) },
    arrays: { ...('arrays' in given ? given.arrays : {}), ...Object.fromEntries(arrays) },
  }
  return { ...rest, args: [...places.slice(0, needed), all] }
}

const plain = (x: unknown): unknown =>
  isNDArray(x) ? [x.dtype, x.shape, x.dataSync()] : Array.isArray(x) ? x.map(plain) : x

function expectAlike(space: string, asked: Case, recordedCase: Case): void {
  const f = functionNamed(spaces, space, asked.fn)
  const answer = (c: Case): unknown => plain(f(...c.args.map(unpackArgument)))
  expect(answer(asked)).toEqual(answer(recordedCase))
}

/** Recorded calls, which others of these checks hold against JAX, by the names of JAX's parameters. */
export async function byName(): Promise<readonly Check[]> {
  const rows = await loadFixture<Row>('names')
  const parts = Object.entries(recorded).map(async ([space, fixtures]) => {
    const known = new Map(rows.filter(([s]) => s === space).map(([, fn, ...row]) => [fn, row]))
    const cases = (await Promise.all(fixtures.map((name) => loadFixture<Case>(name)))).flat()
    return cases.flatMap((c): Check[] => {
      const row = known.get(c.fn)
      const asked = row === undefined ? undefined : named(c, ...row)
      if (asked === undefined || (c as { partitionable?: boolean }).partitionable === false) return []
      return [
        {
          subject: `${space}.${c.fn}`,
          title: `by name: ${describeCase(asked)}`,
          run: () => expectAlike(space, asked, c),
        },
      ]
    })
  })
  return (await Promise.all(parts)).flat()
}
