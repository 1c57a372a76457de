/** The natural logarithm by exact arithmetic: the last bit of `Math.log` may differ between engines. */

/** ln x for finite x > 0, by the four operations alone, so that every engine gives the same bits. */
export function ln(x: number): number {
  let halvings = 0;
  let m = x;
  for (; m > 1.5; m /= 2) halvings += 1;
  for (; m < 0.75; m *= 2) halvings -= 1;
  // ln m = 2 artanh z, whose series gains more than a digit a term as |z| ≤ 0.2.
  const z = (m - 1) / (m + 1);
  let sum = 0;
  for (let power = z, k = 1; k < 40; k += 2, power *= z * z) sum += power / k;
  return halvings * Math.LN2 + 2 * sum;
}
