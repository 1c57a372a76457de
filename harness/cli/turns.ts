/** Long synchronous work, with a turn for signals and output now and then. */

/** Between two turns: about what a person does not notice. */
const turnMs = 50;

/**
 * The result of `work`, which yields between simulated runs; null when `signal` came first. Signals
 * are seen within one simulated run and `turnMs`.
 */
export async function inTurns<T>(work: Generator<void, T>, signal: AbortSignal): Promise<T | null> {
  let turnedMs = performance.now();
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
    if (performance.now() - turnedMs > turnMs) {
      await turn();
      turnedMs = performance.now();
    }
    if (signal.aborted) return null;
  }
}

/** Lets signals and what was written be seen to. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
