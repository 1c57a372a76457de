/** Waiting that a signal breaks off. */

/** Rejects when the signal comes, whatever becomes of `work`. */
export async function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const { promise, forget } = rejectOn(signal);
  try {
    return await Promise.race([work, promise]);
  } finally {
    forget();
  }
}

/** A promise that rejects when the signal comes, and a way to listen no more. */
export function rejectOn(signal: AbortSignal | undefined): {
  promise: Promise<never>;
  forget: () => void;
} {
  let forget = (): void => undefined;
  const promise = new Promise<never>((_, reject) => {
    if (signal === undefined) return;
    const stop = (): void => reject(reasonOf(signal));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    forget = () => signal.removeEventListener('abort', stop);
  });
  promise.catch(() => undefined);
  return { promise, forget };
}

function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error('the run was stopped');
}
