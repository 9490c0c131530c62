// The public list of `@proj/autodiff/scipy`.
import '../install.ts'

export * from '../scipy/index.ts'
