// The public list of `@proj/autodiff/scipy/stats`.
import '../install.ts'

export * from '../scipy/stats/index.ts'
