/**
 * How often each thing is done when all get as much time, one costs `costs[i]` of any unit, above 0, and together they are done
 * `count` times: each `atLeast` times, so that the sum may be more.
 */
export function allotted(
  costs: readonly number[],
  count: number,
  atLeast: number,
): readonly number[] {
  const time = count / costs.reduce((sum, cost) => sum + 1 / cost, 0);
  return costs.map((cost) => Math.max(atLeast, Math.ceil(time / cost)));
}
