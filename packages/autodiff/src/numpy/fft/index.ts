// `jax.numpy.fft`, name for name. Complex arrays are pairs `{ real, imag }`.
export type { Complex } from '../../lax/fft.ts'
export { type FrequencyOptions, fftfreq, fftshift, ifftshift, rfftfreq, type ShiftOptions } from './frequencies.ts'
export {
  type FftNorm,
  type FftnOptions,
  type FftOptions,
  fft,
  fft2,
  fftn,
  hfft,
  ifft,
  ifft2,
  ifftn,
  ihfft,
  irfft,
  irfft2,
  irfftn,
  rfft,
  rfft2,
  rfftn,
} from './transforms.ts'
