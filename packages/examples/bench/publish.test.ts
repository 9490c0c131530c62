import { describe, expect, it } from 'vitest'
import { captionOf, completed, type Found } from './publish.ts'

const machine = { cpu: 'a processor', cores: 2, load: 0, node: 'v20.0.0' }
const found = (date: string, ...names: string[]) => ({
  date,
  machine,
  results: names.map((name) => ({ name, date })),
})
const namesIn = ({ results }: Found<{ name: string; date: string }>) =>
  results.map(({ name, date }) => `${name} of ${date}`)

describe('completed', () => {
  it('puts what was measured now in its place among what was measured before', () => {
    const all = completed(found('June', 'b'), ['a', 'b', 'c'], found('May', 'c', 'a', 'b'))
    expect(namesIn(all)).toEqual(['a of May', 'b of June', 'c of May'])
    expect(all.date).toBe('June')
  })

  it('drops what has no name any more, what was never measured, and what another machine found', () => {
    expect(namesIn(completed(found('June', 'a'), ['a', 'new'], found('May', 'gone')))).toEqual(['a of June'])
    const other = { ...found('May', 'b'), machine: { ...machine, cores: 64 } }
    expect(namesIn(completed(found('June', 'a'), ['a', 'b'], other))).toEqual(['a of June'])
  })

  it('is the run itself where nothing was published', () => {
    expect(namesIn(completed(found('June', 'a'), ['a', 'b'], undefined))).toEqual(['a of June'])
  })
})

describe('captionOf', () => {
  it('says when and where', () => {
    expect(captionOf(found('2026-02-03T04:05:06Z'))).toBe('2026-02-03, a processor, 2 cores, Node v20.0.0')
  })
})
