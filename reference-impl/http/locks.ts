/** Locks: a lease on a name, with a fencing token that grows with each grant. */
import type { Context, Hono } from 'hono';
import { z } from 'zod';
import type { Outcome } from '../../harness/core/system.ts';
import { lanes } from '../lanes.ts';
import { answer, failed } from './answers.ts';
import type { Ask } from './answers.ts';
import { bodyOf, duration, nameIn, requireNumber } from './input.ts';

const acquisition = z.strictObject({
  ttl: duration('1s', '1h').default(15_000_000),
  /** How long to wait for a lock that somebody holds. */
  wait: duration('0s', '60s').default(0),
});

/** Between two looks at a lock that is held: a small share of any TTL. */
const lookEveryMs = 200;
/** Of this node, past it 429. */
const waitingMax = 128;

interface Held {
  readonly lock: { readonly lease: number; readonly ttlUs: number } | null;
  readonly newest: number;
}

export function lockRoutes(app: Hono, ask: Ask): void {
  const waiting = { count: 0 };
  app.get('/locks/:name', async (c) => {
    const lock = nameIn(c, 'name', 'lock');
    return answer(c, await ask(lanes.agent, 'holder', lock), (o) => {
      const held = heldIn(o);
      const ttlMs = held.lock === null ? undefined : held.lock.ttlUs / 1_000;
      return { lock, isHeld: held.lock !== null, token: held.lock?.lease, ttlMs };
    });
  });
  app.put('/locks/:name', async (c) => {
    const lock = nameIn(c, 'name', 'lock');
    const { ttl, wait } = await bodyOf(c, acquisition);
    if (wait > 0 && waiting.count >= waitingMax) {
      const message = `${waitingMax} requests wait for locks at this node`;
      return failed(c, { status: 429, code: 'busy', message });
    }
    waiting.count += 1;
    try {
      return await acquire(c, ask, { lock, ttlUs: ttl, waitMs: wait / 1_000 });
    } finally {
      waiting.count -= 1;
    }
  });
  app.put('/locks/:name/renew', async (c) => {
    const [lock, token] = [nameIn(c, 'name', 'lock'), requireNumber(c, 'token')];
    const told = await ask(lanes.agent, 'holder', lock);
    if (told.type !== 'ok') return answer(c, told);
    if (heldIn(told).lock?.lease !== token) return notHeld(c, lock, token);
    return answer(c, await ask(lanes.agent, 'renew-lock', lock, token), () => ({ lock, token }));
  });
  app.delete('/locks/:name', async (c) => {
    const [lock, token] = [nameIn(c, 'name', 'lock'), requireNumber(c, 'token')];
    const done = await ask(lanes.agent, 'release', lock, token);
    return answer(c, done, ({ version }) => ({ lock, token, revision: version }));
  });
}

async function acquire(
  c: Context,
  ask: Ask,
  {
    lock,
    ttlUs,
    waitMs,
  }: { readonly lock: string; readonly ttlUs: number; readonly waitMs: number },
): Promise<Response> {
  const untilMs = performance.now() + waitMs;
  for (;;) {
    const done = await ask(lanes.agent, 'acquire', lock, { ttlUs });
    const isHeld = done.type === 'fail' && done.error === 'held';
    if (!isHeld)
      return answer(c, done, ({ value }) => ({ lock, token: value, ttlMs: ttlUs / 1_000 }));
    // Who is gone waits no longer: what it acquired then would be nobody's.
    while (!c.req.raw.signal.aborted && performance.now() < untilMs) {
      await new Promise((wake) => setTimeout(wake, lookEveryMs));
      const told = await ask(lanes.agent, 'holder', lock);
      if (told.type === 'ok' && heldIn(told).lock === null) break;
    }
    if (performance.now() >= untilMs || c.req.raw.signal.aborted) return answer(c, done);
  }
}

function notHeld(c: Context, lock: string, token: number): Response {
  const message = `the grant ${token} of ${lock} has ended`;
  return failed(c, { status: 409, code: 'not-held', message });
}

function heldIn(o: Outcome & { readonly type: 'ok' }): Held {
  return o.value as unknown as Held;
}
