// The public list of `@proj/autodiff/scipy/signal`.
import '../install.ts'

export * from '../scipy/signal/index.ts'
