import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const packages = fileURLToPath(new URL('../../', import.meta.url))

/** Where the public names of a package are listed. */
const entries: { readonly [root: string]: string } = {
  autodiff: 'autodiff/src/index.ts',
  tree: 'tree/src/index.ts',
  nn: 'nn/src/index.ts',
}

/** Every public name, types included, as a path from its package: `autodiff.numpy.linalg.norm`, `tree.tree.map`. */
export function publicNames(): ReadonlySet<string> {
  const files = Object.values(entries).map((entry) => packages + entry)
  const program = ts.createProgram(files, {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    customConditions: ['@proj/source'],
    allowImportingTsExtensions: true,
    noEmit: true,
  })
  const checker = program.getTypeChecker()
  const names = new Set<string>()
  for (const [root, entry] of Object.entries(entries)) {
    const file = program.getSourceFile(packages + entry)
    const module = file && checker.getSymbolAtLocation(file)
    if (module !== undefined) collect(checker, module, root, names)
  }
  return names
}

/** Namespaces, and objects that hold functions, are gone into. */
function collect(checker: ts.TypeChecker, module: ts.Symbol, path: string, names: Set<string>): void {
  for (const symbol of checker.getExportsOfModule(module)) {
    const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
    const own = `${path}.${symbol.name}`
    names.add(own)
    if (target.flags & ts.SymbolFlags.ValueModule) collect(checker, target, own, names)
    else if (target.flags & ts.SymbolFlags.Variable) {
      const members = checker.getTypeOfSymbol(target).getProperties()
      if (members.length <= 40) for (const member of members) names.add(`${own}.${member.name}`)
    }
  }
}
