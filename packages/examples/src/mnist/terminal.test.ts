import { describe, expect, it } from 'vitest'
import { Terminal } from './terminal.ts'

function record(isTTY: boolean, colours = false) {
  let text = ''
  const output = { isTTY, hasColors: () => colours, write: (more: string) => (text += more) }
  return { terminal: new Terminal(output), text: () => text }
}

const hundred = Array.from({ length: 100 }, (_, i) => (i + 1) / 100)

describe('Terminal', () => {
  it('redraws one line on a terminal, and ends it when done', () => {
    const { terminal, text } = record(true)
    terminal.progress(0.5, 'half')
    terminal.progress(1, 'whole')
    expect(text()).toBe('\r\x1b[2Khalf\r\x1b[2Kwhole\n')
  })

  it('ends the line that changes before it prints another', () => {
    const { terminal, text } = record(true)
    terminal.progress(0.5, 'half')
    terminal.print('stopped')
    expect(text()).toBe('\r\x1b[2Khalf\nstopped\n')
  })

  it('writes a line for each tenth where the output is a file', () => {
    const { terminal, text } = record(false)
    for (const share of hundred) terminal.progress(share, `${share}`)
    expect(text().split('\n')).toEqual(['0.01', '0.1', '0.2', '0.3', '0.4', '0.5', '0.6', '0.7', '0.8', '0.9', '1', ''])
  })

  it('begins anew after the end', () => {
    const { terminal, text } = record(false)
    for (const share of [0.5, 1, 0.5, 1]) terminal.progress(share, `${share}`)
    expect(text()).toBe('0.5\n1\n0.5\n1\n')
  })

  it('shows colours only on a terminal that has them', () => {
    expect(record(true, true).terminal.look).toEqual({ colour: true })
    expect(record(true, false).terminal.look).toEqual({ colour: false })
    expect(record(false, true).terminal.look).toEqual({ colour: false })
  })
})
