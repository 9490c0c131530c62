// The public list of `@proj/autodiff/numpy`.
import '../install.ts'

export * from '../numpy/index.ts'
