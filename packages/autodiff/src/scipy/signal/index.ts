// `jax.scipy.signal`, name for name in camelCase.
export {
  type ConvolutionMode,
  type ConvolveOptions,
  convolve,
  convolve2d,
  correlate,
  correlate2d,
  fftconvolve,
} from './convolution.ts'
