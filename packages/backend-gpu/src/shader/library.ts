import { errorSnippets } from './math/errorFunction.ts'
import { exponentialSnippets } from './math/exponential.ts'
import { floatSnippets } from './math/float.ts'
import { integerSnippets } from './math/integer.ts'
import { trigonometricSnippets } from './math/trigonometric.ts'

/** GLSL functions by name; one calls another by that name, and generated code uses names that are not among these. */
const snippets: Readonly<Record<string, string>> = {
  ...floatSnippets,
  ...integerSnippets,
  ...exponentialSnippets,
  ...trigonometricSnippets,
  ...errorSnippets,
}

export const snippetNames = Object.keys(snippets)

/** Those names of `text` that are functions of the library. */
function namesIn(text: string): Set<string> {
  const names = new Set<string>()
  for (const [word] of text.matchAll(/\b[a-zA-Z]\w*(?=\()/g)) if (Object.hasOwn(snippets, word)) names.add(word)
  return names
}

/** The functions that `body` needs, each after those it calls itself. */
export function libraryFor(body: string): string {
  const done = new Set<string>()
  const parts: string[] = []
  const add = (name: string) => {
    if (done.has(name)) return
    done.add(name)
    const text = snippets[name] as string
    for (const other of namesIn(text)) add(other)
    parts.push(text.trim())
  }
  for (const name of namesIn(body)) add(name)
  return parts.join('\n')
}
