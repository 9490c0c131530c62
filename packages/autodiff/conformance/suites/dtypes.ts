import { type DType, isDType } from '@proj/backend'
import { expect } from 'vitest'
import { numpy as np } from '../../src/index.ts'
import type { Optimize } from '../../src/numpy/contraction.ts'
import { type Check, loadFixture } from '../check.ts'

type Row = readonly unknown[]
type Table = readonly [name: keyof typeof questions, rows: readonly Row[]]

const einsumPathOf = ([subscripts, shapes, path]: Row): void => {
  const arrays = (shapes as readonly (readonly number[])[]).map((shape) => np.zeros(shape))
  const costOf = (optimize: Optimize): number => np.einsumPath(subscripts as string, ...arrays, { optimize })[1].cost
  // JAX counts additions as well as multiplications.
  expect(costOf('optimal')).toBeLessThanOrEqual(costOf(path as Optimize))
}

/** Whether a row of each table is true of us; see `oracle/numpy_more_oracle.py`. */
const questions = {
  canCast: ([a, b, casting, answer]: Row) => expect(np.canCast(a as never, b as never, casting as never)).toBe(answer),
  isdtype: ([dtype, kind, answer]: Row) => expect(np.isdtype(dtype as never, kind as never)).toBe(answer),
  issubdtype: ([dtype, group, answer]: Row) => expect(np.issubdtype(dtype as never, group as never)).toBe(answer),
  finfo: ([dtype, numbers, least]: Row) => {
    const { smallestSubnormal, ...info } = np.finfo(dtype as DType)
    expect(info).toMatchObject(numbers as object)
    expect(smallestSubnormal).toBe(least)
  },
  iinfo: ([dtype, bits, min, max]: Row) => expect(np.iinfo(dtype as DType)).toMatchObject({ bits, min, max }),
  optimalPaths: einsumPathOf,
} as const
const subjects: { readonly [name: string]: string } = { optimalPaths: 'einsumPath' }

/** What JAX takes two dtypes to. */
const promotionChecks = (rows: readonly Row[]): Check[] =>
  rows
    .filter(([a, b]) => isDType(a as string) && isDType(b as string))
    .flatMap(([a, b, dtype]) => {
      // int16 is missing here: what JAX takes to it goes to int32.
      const wanted = dtype === 'int16' ? 'int32' : dtype
      const title = `${a} with ${b}`
      return [
        {
          subject: 'numpy.promoteTypes',
          title,
          run: () => expect(np.promoteTypes(a as DType, b as DType)).toBe(wanted),
        },
        { subject: 'numpy.resultType', title, run: () => expect(np.resultType(a as DType, b as DType)).toBe(wanted) },
      ]
    })

/** What dtypes are, and what becomes of two of them. */
export async function dtypes(): Promise<readonly Check[]> {
  const tables = await loadFixture<Table>('dtypes')
  const known = tables.flatMap(([name, rows]) =>
    rows.map((row) => ({
      subject: `numpy.${subjects[name] ?? name}`,
      title: JSON.stringify(row.slice(0, 3)),
      run: () => questions[name](row),
    })),
  )
  return [...known, ...promotionChecks(await loadFixture<Row>('promotion'))]
}
