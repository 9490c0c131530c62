// The public list of `@proj/autodiff/numpy/linalg`.
import '../install.ts'

export * from '../numpy/linalg/index.ts'
