// The public list of `@proj/autodiff/random`.
import '../install.ts'

export * from '../random/index.ts'
