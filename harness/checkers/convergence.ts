/** Eventual agreement: do all copies of a thing become the same, when, and who was the last? */

/** A holder's copy changed; `value` null: it holds nothing. */
export interface CopyChange {
  readonly timeUs: number;
  readonly holder: number;
  readonly value: string | null;
  /** Of the copy, in the order of the source; a holder that starts anew has -1. */
  readonly revision: number;
}

export interface Convergence {
  /** The newest copy that anybody had at `dueUs`; null: nobody had one. */
  readonly newest: CopyChange | null;
  /** Holders that held something else at `dueUs`, with what that was; null: nothing ever. */
  readonly stragglers: readonly { readonly holder: number; readonly copy: CopyChange | null }[];
  /** From `fromUs` until the last holder that took the newest value had it, µs; 0: all had it by then. */
  readonly tookUs: number;
  /** Who that was; null: nobody had to change, or there are stragglers. */
  readonly last: number | null;
  /** Different values that were held at one moment between `fromUs` and `dueUs`, at most. */
  readonly drift: number;
}

/** `changes` of one thing in order of time; only those of `holders` count, but for the newest value. */
export function convergenceOf(
  changes: readonly CopyChange[],
  holders: readonly number[],
  { fromUs, dueUs }: { readonly fromUs: number; readonly dueUs: number },
): Convergence {
  const copies = new Map<number, CopyChange>();
  const isHolder = new Set(holders);
  let last: CopyChange | null = null;
  let drift = 0;
  const measure = (): void => {
    drift = Math.max(drift, new Set(holders.map((h) => copies.get(h)?.value ?? null)).size);
  };
  let isDue = false;
  for (const c of changes) {
    if (c.timeUs > dueUs) break;
    if (!isDue && c.timeUs > fromUs) {
      isDue = true;
      measure();
    }
    const isChange = (copies.get(c.holder)?.value ?? null) !== c.value;
    copies.set(c.holder, c);
    if (!isDue || !isHolder.has(c.holder)) continue;
    if (isChange) last = c;
    measure();
  }
  if (!isDue) measure();
  const newest = newestOf(copies);
  const stragglers = holders.flatMap((holder) => {
    const copy = copies.get(holder) ?? null;
    return (copy?.value ?? null) === (newest?.value ?? null) ? [] : [{ holder, copy }];
  });
  const hasLast = last !== null && stragglers.length === 0;
  return {
    newest,
    stragglers,
    tookUs: hasLast ? (last as CopyChange).timeUs - fromUs : 0,
    last: hasLast ? (last as CopyChange).holder : null,
    drift,
  };
}

function newestOf(copies: ReadonlyMap<number, CopyChange>): CopyChange | null {
  let newest: CopyChange | null = null;
  for (const c of copies.values()) {
    if (c.revision >= 0 && (newest === null || c.revision > newest.revision)) newest = c;
  }
  return newest;
}
