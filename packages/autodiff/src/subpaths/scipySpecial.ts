// The public list of `@proj/autodiff/scipy/special`.
import '../install.ts'

export * from '../scipy/special/index.ts'
