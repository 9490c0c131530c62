// The public list of `@proj/autodiff/numpy/fft`.
import '../install.ts'

export * from '../numpy/fft/index.ts'
