import { describe, expect, it } from 'vitest'
import { userEvent } from 'vitest/browser'
import { at, TreeClass, tree, treeHtml, treeMask, treeRepr, valueAndTree } from './index.ts'

class Layer extends TreeClass {
  weight = new Float32Array([1, 2, 4])
  calls = 0
}

async function open(html: string): Promise<Document> {
  const frame = document.createElement('iframe')
  frame.srcdoc = html
  document.body.append(frame)
  await new Promise((resolve) => frame.addEventListener('load', resolve))
  return frame.contentDocument as Document
}

describe('in a browser', () => {
  it('takes trees apart, edits and prints them', () => {
    const layer = new Layer()
    expect(tree.leaves(treeMask(layer))).toEqual([layer.weight])
    expect(at(layer, 'calls').set(2).calls).toBe(2)
    expect(valueAndTree((l: Layer) => l.calls++)(layer)[1].calls).toBe(1)
    expect(treeRepr(layer)).toBe('Layer(weight=f32[3](μ=2.33, σ=1.25, ∈[1.00,4.00]), calls=0)')
    expect(() => Object.assign(tree.seal(layer), { calls: 1 })).toThrow(TypeError)
  })

  it('treats arrays and objects of another window as nodes', async () => {
    const page = await open('<p>')
    const foreign = (page.defaultView as unknown as { eval(code: string): unknown }).eval(
      '({ a: [1, new Map([["k", 2]])] })',
    )
    expect(tree.leaves(foreign)).toEqual([1, 2])
    expect(tree.structure(foreign)).toBe(tree.structure({ a: [1, new Map([['k', 2]])] }))
  })

  it('shows a tree as a page that folds and says the path that was clicked', async () => {
    const page = await open(treeHtml({ layers: [new Layer()] }, { name: 'net' }))
    const folds = [...page.querySelectorAll('details')]
    expect(folds).toHaveLength(3)
    folds[1]?.querySelector('summary')?.click()
    expect(folds[1]?.open).toBe(false)
    const button = page.querySelector<HTMLButtonElement>('button[data-path="net.layers[0].weight"]')
    button?.click()
    await expect.poll(() => page.getElementById('status')?.textContent).toContain('net.layers[0].weight')
    expect(page.querySelectorAll('svg rect')).toHaveLength(16)
  })

  it('is worked by keyboard: Tab goes through folds and paths in order, Enter folds and copies', async () => {
    const page = await open(treeHtml({ layers: [new Layer()] }, { name: 'net' }))
    const [fold] = page.querySelectorAll('summary')
    const focused = () => page.activeElement?.closest('summary, button')?.textContent
    fold?.focus()
    const seen = [focused()]
    for (let i = 0; i < 4; i++) {
      await userEvent.keyboard('{Tab}')
      seen.push(focused())
    }
    expect(seen).toEqual(['net Object', 'net', '.layers Array', '.layers', '[0] Layer'])
    await userEvent.keyboard('{Enter}')
    expect([...page.querySelectorAll('details')].map((one) => one.open)).toEqual([true, true, false])
    page.querySelectorAll('button')[1]?.focus()
    await userEvent.keyboard('{Enter}')
    await expect.poll(() => page.getElementById('status')?.textContent).toContain('net.layers')
    expect([...page.querySelectorAll('details')].map((one) => one.open)).toEqual([true, true, false])
  })

  it('tells screen readers what eyes see: lists, names, a live status, words for colours and pictures', async () => {
    const before = { a: new Float32Array([1, 2]), gone: 1 }
    const page = await open(treeHtml({ a: new Float32Array([1, 3]), added: 1 }, { compareTo: before }))
    expect(page.documentElement.lang).toBe('en')
    expect([...page.querySelectorAll('ul')].every((list) => list.getAttribute('role') === 'list')).toBe(true)
    expect(page.querySelector('#status')?.getAttribute('role')).toBe('status')
    expect(page.querySelector('svg')?.getAttribute('role')).toBe('img')
    expect(page.querySelector('svg')?.getAttribute('aria-label')).toBe('histogram of 2 values from 1.00 to 3.00')
    expect([...page.querySelectorAll('button')].every((one) => one.title.startsWith('Copy tree'))).toBe(true)
    const lines = [...page.querySelectorAll('li li')].map((one) => one.textContent)
    expect(lines[0]).toMatch(/^\.a f32\[2\] changed .*\(μ=2\.00, .*\) was \(μ=1\.50, .*\)$/)
    expect(lines.slice(1)).toEqual(['.added number added 1', '.gone number removed 1'])
  })
})
