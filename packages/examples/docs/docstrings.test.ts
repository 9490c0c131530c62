import * as autodiff from '@proj/autodiff'
import * as backend from '@proj/backend'
import * as backendCpu from '@proj/backend-cpu'
import * as nn from '@proj/nn'
import * as tree from '@proj/tree'
import { describe, it } from 'vitest'
import { docExamples } from './docstrings.ts'
import { given } from './given.ts'
import { run } from './run.ts'

// Those of `tree` are run by that package's own tests.
const libraries = { backend, 'backend-cpu': backendCpu, autodiff, nn }
const everything = Object.assign({}, tree, ...Object.values(libraries), { tree: tree.tree })

describe.each(Object.entries(libraries))('the examples in the docstrings of %s', (name, library) => {
  it.each(docExamples(name).map((example) => [example.where, example] as const))('%s', (_where, { code }) =>
    run(code, { ...everything, ...given(), ...library }),
  )
})
