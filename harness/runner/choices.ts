/** Combinations, for searches that try them all. */

/** All choices of `k` of them. */
export function* choices<T>(items: readonly T[], k: number, from = 0): Generator<readonly T[]> {
  if (k === 0) yield [];
  else {
    for (let i = from; i <= items.length - k; i++) {
      for (const rest of choices(items, k - 1, i + 1)) yield [items[i] as T, ...rest];
    }
  }
}
