import { type ArrayLike, type NDArray, numpy as np, ShapeError, typeOf } from '@proj/autodiff'
import { softmax } from './normalise.ts'

export interface AttentionOptions {
  /** Added to the logits: broadcasts to `[batch, heads, queries, keys]`. */
  readonly bias?: ArrayLike
  /** Bool, likewise: where it is false nothing is attended to. */
  readonly mask?: ArrayLike
  /** Of the logits; `1 / √size` unless told. */
  readonly scale?: number
  /** Whether a query sees only keys up to its own position. */
  readonly isCausal?: boolean
  /** `int32[batch]`: how many queries, or keys, of each example count. */
  readonly querySeqLengths?: ArrayLike
  readonly keyValueSeqLengths?: ArrayLike
  /** How many keys a query sees to its left and right; one number is both. */
  readonly localWindowSize?: number | readonly [left: number, right: number]
}

/**
 * Attention: `softmax(query · keyᵀ · scale + bias) · value`, head by head. `query` is `[batch, queries, heads, size]` (or without
 * batch), `key` and `value` `[batch, keys, kvHeads, size]`; `kvHeads` divides `heads`: groups of heads share theirs. The logits and their
 * softmax are in float32 at least.
 *
 * Source: Vaswani et al., "Attention is all you need", NeurIPS 2017.
 *
 * @throws {ShapeError} when the three do not fit together
 * @example nn.dotProductAttention(np.ones([3, 1, 4]), np.ones([5, 1, 4]), np.ones([5, 1, 4])).shape // [3, 1, 4]
 */
export function dotProductAttention(
  query: ArrayLike,
  key: ArrayLike,
  value: ArrayLike,
  options: AttentionOptions = {},
): NDArray {
  const given = [query, key, value].map((x) => np.asarray(x))
  const isSingle = given[0]?.ndim === 3
  const [q, k, v] = given.map((x) => (isSingle ? np.expandDims(x, 0) : x)) as [NDArray, NDArray, NDArray]
  checkShapes(q, k, v)
  const out = attend(q, k, v, options)
  return isSingle ? np.squeeze(out, 0) : out
}

function checkShapes(q: NDArray, k: NDArray, v: NDArray): void {
  const [batch, , heads, size] = q.shape
  const [kBatch, , kHeads, kSize] = k.shape
  const fits = q.ndim === 4 && k.ndim === 4 && batch === kBatch && size === kSize && k.shape.join() === v.shape.join()
  if (!fits || (heads as number) % (kHeads as number) !== 0)
    throw new ShapeError(
      'nn.dotProductAttention',
      `query ${typeOf(q)}, key ${typeOf(k)}, value ${typeOf(v)}`,
      'give [batch, queries, heads, size] and twice [batch, keys, kvHeads, size], kvHeads a divisor of heads',
    )
}

function attend(query: NDArray, key: NDArray, value: NDArray, options: AttentionOptions): NDArray {
  const [batch, queries, heads, size] = query.shape as [number, number, number, number]
  const [, , kvHeads] = key.shape as [number, number, number, number]
  const groups = heads / kvHeads
  const dtype = np.promoteTypes(query.dtype, 'float32')
  const grouped = query.reshape([batch, queries, kvHeads, groups, size])
  const logits = np
    .einsum('btkgh,bskh->bkgts', grouped.astype(dtype), key.astype(dtype))
    .mul(options.scale ?? 1 / Math.sqrt(size))
    .reshape([batch, heads, queries, -1])
  const biased = options.bias === undefined ? logits : logits.add(options.bias).astype(dtype)
  const mask = maskOf(biased, options)
  // Large enough to vanish, small enough that a row that is all masked stays finite.
  const chosen = mask === undefined ? biased : np.where(mask, biased, -0.7 * 3.4028234663852886e38)
  const weights = softmax(chosen).astype(value.dtype).reshape([batch, kvHeads, groups, queries, -1])
  const out = np.einsum('bkgts,bskh->btkgh', weights, value).reshape([batch, queries, heads, value.shape[3] as number])
  if (options.querySeqLengths === undefined) return out
  const counts = np.less(np.arange(queries), np.expandDims(options.querySeqLengths, 1))
  return out.mul(counts.reshape([batch, queries, 1, 1]).astype(out.dtype))
}

/** All the reasons not to look, together; `undefined` when there is none. */
function maskOf(logits: NDArray, options: AttentionOptions): NDArray | undefined {
  const [, , queries, keys] = logits.shape as [number, number, number, number]
  const { mask, isCausal = false, querySeqLengths, keyValueSeqLengths, localWindowSize } = options
  const row = np.arange(queries).reshape([1, 1, queries, 1])
  const column = np.arange(keys).reshape([1, 1, 1, keys])
  const lengths = (counts: ArrayLike): NDArray => np.asarray(counts).reshape([-1, 1, 1, 1])
  const [left, right] =
    typeof localWindowSize === 'number' ? [localWindowSize, localWindowSize] : (localWindowSize ?? [])
  const masks = [
    mask === undefined ? undefined : np.asarray(mask),
    isCausal ? np.lessEqual(column, row) : undefined,
    left === undefined ? undefined : np.lessEqual(row, column.add(left)),
    right === undefined ? undefined : np.greaterEqual(row, column.sub(right)),
    querySeqLengths === undefined ? undefined : np.less(row, lengths(querySeqLengths)),
    keyValueSeqLengths === undefined ? undefined : np.less(column, lengths(keyValueSeqLengths)),
  ].filter((m) => m !== undefined)
  return masks.length === 0 ? undefined : masks.reduce((a, b) => np.logicalAnd(a, b))
}
