/** Logarithms from exact arithmetic only: the last bit of `Math.log` may differ between engines. */
import { assert } from '../../harness/core/assert.ts';

/** More bits than a millionth needs, few enough for a double's error. */
const fractionBits = 44;
/** Above that error, far below 1: a logarithm that is a whole number of parts must not fall short. */
const slack = 1e-6;

/** ⌊scale · log_base(x)⌋ for whole `base` ≥ 2 and x ≥ 1. */
export function logScaled(base: number, x: number, scale: number): number {
  assert(base >= 2 && x >= 1, 'a logarithm of what is at least 1', { base, x });
  let whole = 0;
  for (; x >= base; whole++) x /= base;
  let fraction = 0;
  // Squaring doubles the logarithm, so its next binary digit comes out as a carry.
  for (let bit = 0.5, i = 0; i < fractionBits; i++, bit /= 2) {
    x *= x;
    if (x >= base) {
      x /= base;
      fraction += bit;
    }
  }
  return Math.floor(scale * (whole + fraction) + slack);
}

/** ⌈log2 x⌉ for whole x ≥ 1. */
export function log2Ceil(x: number): number {
  return x <= 1 ? 0 : 32 - Math.clz32(x - 1);
}

/** ⌈log10(x + 1)⌉ for whole x ≥ 0: the decimal digits of x. */
export function digits(x: number): number {
  let n = 0;
  for (; x >= 1; n++) x = Math.floor(x / 10);
  return n;
}
