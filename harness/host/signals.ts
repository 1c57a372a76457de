/** Signals of several causes. */

/**
 * What `work` comes to, with a signal that is aborted when one of `signals` is (with its reason), or after `ms`
 * (with a `TimeoutError`; null: never). By hand: in Node 20 one made by `AbortSignal.any` may be collected while
 * somebody waits for it, and then never fires.
 */
export async function withSignal<T>(
  signals: readonly (AbortSignal | undefined)[],
  ms: number | null,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const any = new AbortController();
  const forget: (() => void)[] = [];
  for (const signal of signals) {
    if (signal === undefined) continue;
    const end = (): void => any.abort(signal.reason);
    if (signal.aborted) end();
    signal.addEventListener('abort', end, { once: true });
    forget.push(() => signal.removeEventListener('abort', end));
  }
  if (ms !== null) {
    const late = (): void => any.abort(new DOMException(`not within ${ms} ms`, 'TimeoutError'));
    const alarm = setTimeout(late, ms);
    forget.push(() => clearTimeout(alarm));
  }
  try {
    return await work(any.signal);
  } finally {
    for (const f of forget) f();
  }
}
