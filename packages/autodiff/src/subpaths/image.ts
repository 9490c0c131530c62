// The public list of `@proj/autodiff/image`.
import '../install.ts'

export * from '../image/index.ts'
