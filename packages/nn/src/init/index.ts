// `jax.nn.initializers`, name for name in camelCase.
export type { Initializer, InitializerOptions } from './initializer.ts'
export { deltaOrthogonal, type OrthogonalOptions, orthogonal } from './orthogonal.ts'
export { constant, normal, ones, type TruncatedNormalOptions, truncatedNormal, uniform, zeros } from './simple.ts'
export {
  type Distribution,
  type FanMode,
  type FanOptions,
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  kaimingNormal,
  kaimingUniform,
  lecunNormal,
  lecunUniform,
  varianceScaling,
  xavierNormal,
  xavierUniform,
} from './varianceScaling.ts'
