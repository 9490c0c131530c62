// The public list of `@proj/autodiff/ops`.
import '../install.ts'

export * from '../ops/index.ts'
