/** The other end of a helper's channel: answers what it is asked, in order, and ends with the harness. */
import type { Server } from 'node:net';
import type { HelperAnswer } from './helper.ts';

export interface Serving<Q, A> {
  answer(question: Q, server: Server | undefined): Promise<A>;
  /** Does this question wait for nobody? */
  isApart?(question: Q): boolean;
}

/** Answers from now on; `tellReady` is for when all stands, or did not come to. */
export function serveHelper<Q, A>(
  o: Serving<Q, A>,
): {
  tellReady(value: A): void;
  tellFailed(e: unknown): void;
} {
  const tell = (answer: HelperAnswer<A>): void => {
    if (process.connected) process.send?.(answer);
  };
  // It ends with its channel, not by what is meant for the harness.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => undefined);
  // Not by exit, which waits for threads, and one may wait for the kernel.
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  // One after the other: changes come to be in the order in which they were asked for.
  let before: Promise<void> = Promise.resolve();
  process.on('message', ({ id, question }: { id: number; question: Q }, server?: Server) => {
    const mine = async (): Promise<void> => {
      try {
        tell({ id, value: await o.answer(question, server) });
      } catch (e) {
        tell({ id, error: messageOf(e) });
      }
    };
    if (o.isApart?.(question) === true) void mine();
    else before = before.then(mine);
  });
  return {
    tellReady: (value) => tell({ id: 0, value }),
    tellFailed: (e) => tell({ id: 0, error: messageOf(e) }),
  };
}

function messageOf(e: unknown): string {
  const { stderr, message } = e as Error & { readonly stderr?: string };
  return stderr?.trim() || message;
}
