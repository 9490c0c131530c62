import { readFileSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import ts from 'typescript'

const root = resolve(import.meta.dirname, '../../autodiff')

/** A public value, and what its doc comment has. */
export interface PublicName {
  /** As users reach it: `lax.scan`, or `scipy/stats: norm.pdf` where only a subpath leads there. */
  readonly name: string
  readonly file: string
  readonly isFunction: boolean
  readonly text: string
  readonly examples: number
}

interface Exports {
  readonly [path: string]: string | { readonly '@proj/source': string }
}

/** The sources of `@proj/autodiff` and its subpaths. */
function entries(): (readonly [prefix: string, file: string])[] {
  const { exports } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as { exports: Exports }
  return Object.entries(exports).flatMap(([path, target]) =>
    typeof target === 'string'
      ? []
      : [[path === '.' ? '' : `${path.slice(2)}: `, resolve(root, target['@proj/source'])] as const],
  )
}

/** Every value that users can import, once each, under the first of its names. */
export function publicValues(): PublicName[] {
  const files = entries()
  const { config } = ts.readConfigFile(`${root}/tsconfig.json`, ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root)
  const program = ts.createProgram(
    files.map(([, file]) => file),
    options,
  )
  const checker = program.getTypeChecker()
  const found = new Map<ts.Symbol, PublicName>()
  const visit = (module: ts.Symbol, prefix: string): void => {
    for (const symbol of checker.getExportsOfModule(module)) {
      const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
      const name = prefix + symbol.name
      if (target.flags & ts.SymbolFlags.ValueModule) visit(target, `${name}.`)
      else if (target.flags & ts.SymbolFlags.Value && !found.has(target)) {
        const described = describe(checker, target, name)
        if (described !== undefined) found.set(target, described)
      }
    }
  }
  for (const [prefix, file] of files) {
    const source = program.getSourceFile(file)
    const module = source && checker.getSymbolAtLocation(source)
    if (module !== undefined) visit(module, prefix)
  }
  return [...found.values()]
}

/** What stands at the declaration; nothing for what is another package's. */
function describe(checker: ts.TypeChecker, symbol: ts.Symbol, name: string): PublicName | undefined {
  const declaration = symbol.valueDeclaration ?? symbol.declarations?.[0]
  const file = declaration && relative(root, declaration.getSourceFile().fileName)
  if (declaration === undefined || file === undefined || !file.startsWith('src/')) return undefined
  const type = checker.getTypeOfSymbol(symbol)
  return {
    name,
    file,
    isFunction: type.getCallSignatures().length + type.getConstructSignatures().length > 0,
    text: ts.displayPartsToString(symbol.getDocumentationComment(checker)),
    examples: symbol.getJsDocTags(checker).filter((tag) => tag.name === 'example').length,
  }
}
