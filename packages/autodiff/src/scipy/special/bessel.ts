import * as lax from '../../lax/index.ts'
import { unary } from './operands.ts'

/** The modified Bessel function of the first kind of order 0. @example scipy.special.i0([0, 1]) // [1, 1.2661] */
export const i0 = unary('i0', (x) => lax.mul(lax.exp(lax.abs(x)), lax.besselI0e(x)))
/** `e^-|x| i0(x)`, which does not overflow. @example scipy.special.i0e([0, 1]) // [1, 0.4658] */
export const i0e = unary('i0e', lax.besselI0e)
/** The modified Bessel function of the first kind of order 1. @example scipy.special.i1([0, 1]) // [0, 0.5652] */
export const i1 = unary('i1', (x) => lax.mul(lax.exp(lax.abs(x)), lax.besselI1e(x)))
/** `e^-|x| i1(x)`, which does not overflow. @example scipy.special.i1e([0, 1]) // [0, 0.2079] */
export const i1e = unary('i1e', lax.besselI1e)
