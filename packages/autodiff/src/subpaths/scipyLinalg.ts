// The public list of `@proj/autodiff/scipy/linalg`.
import '../install.ts'

export * from '../scipy/linalg/index.ts'
