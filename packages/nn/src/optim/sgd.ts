import { type GradientTransformation, scale } from './transform.ts'

/** Gradient descent: each step is `-learningRate · gradient`. */
export const sgd = (learningRate: number): GradientTransformation<null> => scale(-learningRate)
