/** `relu(x)`, `<lambda>(a, *rest)`: a function by name and parameters, in the notation of the other printers. */
export function printFunction(f: Function): string {
  const source = Function.prototype.toString.call(f)
  const name = f.name.replace(/^bound /, '') || '<lambda>'
  return /^class\b/.test(source) ? name : `${name}(${parameters(source).join(', ')})`
}

/** The names of the parameters, read from the source text; patterns print as `{}` or `[]`. */
function parameters(source: string): string[] {
  const bare = /^(?:async\s+)?([\w$]+)\s*=>/.exec(source)
  if (bare !== null) return [bare[1] as string]
  return splitTopLevel(source, source.indexOf('(') + 1)
    .map((part) => part.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '').trim())
    .filter((part) => part !== '' && !part.startsWith('[native code'))
    .map((part) => {
      if (part.startsWith('{')) return '{}'
      if (part.startsWith('[')) return '[]'
      return part.replace(/^\.\.\./, '*').split(/[\s=]/, 1)[0] as string
    })
}

/** The parts between commas from `start` to the bracket that closes there, commas inside brackets and strings not counted. */
function splitTopLevel(source: string, start: number): string[] {
  const parts: string[] = []
  let depth = 0
  let from = start
  for (let i = start; i < source.length; i++) {
    const c = source[i] as string
    if ('\'"`'.includes(c)) i = closingQuote(source, i)
    else if ('([{'.includes(c)) depth++
    else if (')]}'.includes(c) && depth-- === 0) return [...parts, source.slice(from, i)]
    else if (c === ',' && depth === 0) {
      parts.push(source.slice(from, i))
      from = i + 1
    }
  }
  return parts
}

function closingQuote(source: string, start: number): number {
  for (let i = start + 1; i < source.length; i++) {
    if (source[i] === '\\') i++
    else if (source[i] === source[start]) return i
  }
  return source.length
}
