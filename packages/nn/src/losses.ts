import { lax, type NDArray } from '@proj/autodiff'

/** Mean of squared differences, over everything. */
export const meanSquaredError = (prediction: NDArray, target: NDArray): NDArray =>
  lax.square(prediction.sub(target)).mean()

/**
 * Cross entropy between `labels` in [0, 1] and `sigmoid(logits)`, elementwise.
 *
 * Source: `max(z, 0) - z·y + log(1 + e^-|z|)`, which never overflows.
 */
export const sigmoidBinaryCrossEntropy = (logits: NDArray, labels: NDArray): NDArray =>
  lax
    .max(logits, 0)
    .sub(logits.mul(labels))
    .add(lax.log1p(lax.exp(lax.neg(lax.abs(logits)))))
