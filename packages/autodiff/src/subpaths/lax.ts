// The public list of `@proj/autodiff/lax`.
import '../install.ts'

export * from '../control/index.ts'
export * from '../lax/index.ts'
