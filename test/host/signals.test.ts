import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { withSignal } from '../../harness/host/signals.ts';

const aborted = (signal: AbortSignal): Promise<unknown> =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(signal.reason));
  });

describe('a signal of several causes', () => {
  it('is aborted by the first of them, for its reason', async () => {
    const [a, b] = [new AbortController(), new AbortController()];
    const reason = withSignal([a.signal, undefined, b.signal], null, aborted);
    b.abort('b');
    a.abort('a');
    assert.equal(await reason, 'b');
  });

  it('is aborted from the start by one that was', async () => {
    const isAborted = await withSignal([AbortSignal.abort('x')], null, (s) =>
      Promise.resolve(s.aborted),
    );
    assert.ok(isAborted);
  });

  it('is aborted when it is late', async () => {
    const reason = await withSignal([], 1, aborted);
    assert.equal((reason as DOMException).name, 'TimeoutError');
  });

  it('gives what the work gives, and listens no more', async () => {
    const a = new AbortController();
    let seen: AbortSignal | null = null;
    const work = (signal: AbortSignal): Promise<number> => {
      seen = signal;
      return Promise.resolve(7);
    };
    assert.equal(await withSignal([a.signal], 60_000, work), 7);
    a.abort();
    assert.equal((seen as AbortSignal | null)?.aborted, false);
    await assert.rejects(
      withSignal([a.signal], null, () => Promise.reject(new Error('w'))),
      /w/,
    );
  });
});
