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
export { type IstftOptions, istft, type StftOptions, stft, type WindowName } from './stft.ts'
