/**
 * Who may import whom. A package names another one, never a path into it, and only those on its line; this holds for
 * its tests too.
 */
const layers = {
  tree: { packages: [], npm: [] },
  backend: { packages: [], npm: [] },
  'backend-cpu': { packages: ['backend'], npm: [] },
  'backend-gpu': { packages: ['backend'], npm: ['@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-webgl'] },
  autodiff: { packages: ['tree', 'backend', 'backend-cpu'], npm: [] },
  nn: { packages: ['tree', 'autodiff', 'backend-gpu'], npm: [] },
}

/** What tests and development may use besides. */
const tools = [
  'vitest',
  '@vitest/[^/]+',
  'fast-check',
  'playwright-core',
  'vite',
  'typescript',
  'esbuild',
  '@types/node',
]

const test = '\\.test\\.ts$'
const config = '^packages/[^/]+/[^/]+\\.config\\.ts$'
const anyOf = (names) => `(${names.join('|')})`
const modules = (names) => `node_modules/${anyOf(names)}/`

/** Sources of the package and of those below it: everything else under packages/ is above it, or beside it. */
const layerRule = ([name, { packages }]) => ({
  name: `${name}-imports-only-below`,
  comment: `@proj/${name} may import ${packages.map((below) => `@proj/${below}`).join(', ') || 'no other package'}.`,
  severity: 'error',
  from: { path: `^packages/${name}/`, pathNot: '/conformance/[^/]+\\.browser\\.test\\.ts$' },
  to: { path: '^packages/', pathNot: `^packages/${anyOf([name, ...packages])}/` },
})

const npmRule = ([name, { npm }]) => ({
  name: `${name}-needs-no-more-from-npm`,
  comment: `Of other people's packages, @proj/${name} may import ${npm.join(', ') || 'none'}.`,
  severity: 'error',
  from: { path: `^packages/${name}/src/`, pathNot: test },
  to: { path: 'node_modules/', pathNot: npm.length > 0 ? modules(npm) : [] },
})

const toolsRule = ([name, { npm }]) => ({
  name: `${name}-tests-need-no-more-from-npm`,
  comment: 'Tests and what stands beside src/ may use the test runner and its kin, and what the package itself uses.',
  severity: 'error',
  from: { path: [`^packages/${name}/.*${test}`, `^packages/${name}/(?!src/)`], pathNot: config },
  to: { path: 'node_modules/', pathNot: modules([...tools, ...npm]) },
})

const librarySources = { path: `^packages/${anyOf(Object.keys(layers))}/src/`, pathNot: test }

module.exports = {
  forbidden: [
    ...Object.entries(layers).flatMap((layer) => [layerRule(layer), npmRule(layer), toolsRule(layer)]),
    {
      name: 'the-gpu-is-opt-in',
      comment: 'Only @proj/nn/gpu may import @proj/backend-gpu: it is an optional peer.',
      severity: 'error',
      from: { path: '^packages/nn/', pathNot: '^packages/nn/src/gpu(\\.browser)?(\\.test)?\\.ts$' },
      to: { path: '^packages/backend-gpu/' },
    },
    {
      name: 'packages-by-name',
      comment: 'Another package is imported by its name, never by a path into it.',
      severity: 'error',
      from: { path: '^packages/([^/]+)/', pathNot: config },
      // What JAX was asked is counted for COMPATIBILITY.md, and is no part of what the package ships.
      to: { pathNot: ['^packages/$1/', '^packages/autodiff/conformance/suites\\.ts$'], dependencyTypes: ['local'] },
    },
    {
      name: 'no-cycles',
      comment: 'Files import in one direction. Types alone may look back.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'runs-anywhere',
      comment: 'Libraries run in browsers: reach a Node module through process.getBuiltinModule, where there is one.',
      severity: 'error',
      from: librarySources,
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'resolves',
      comment: 'The import leads nowhere, or to a package that package.json does not name.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'declared',
      comment: 'What is imported is named in package.json.',
      severity: 'error',
      from: { pathNot: config },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'ships-with-its-dependencies',
      comment: 'What a library imports is a dependency or a peer, not a development dependency.',
      severity: 'error',
      from: librarySources,
      to: {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['npm', 'npm-peer', 'npm-optional', 'type-only'],
      },
    },
    {
      name: 'tests-are-not-imported',
      comment: 'A test file is nobody’s dependency.',
      severity: 'error',
      from: {},
      to: { path: test },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/(dist|reports)/' },
    combinedDependencies: true,
    tsPreCompilationDeps: true,
    detectProcessBuiltinModuleCalls: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@proj/source', 'import', 'types', 'default'],
      extensions: ['.ts', '.d.ts', '.js', '.json'],
    },
  },
}
