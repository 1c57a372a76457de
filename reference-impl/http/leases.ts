/** Leases that keys go with: `PUT /kv/KEY?lease=` writes such a key. */
import type { Context, Hono } from 'hono';
import { z } from 'zod';
import { lanes } from '../lanes.ts';
import { answer } from './answers.ts';
import type { Ask } from './answers.ts';
import { badRequest, bodyOf, duration } from './input.ts';

const body = z.strictObject({ ttl: duration('1s', '24h').default(30_000_000) });

export function leaseRoutes(app: Hono, ask: Ask): void {
  app.post('/leases', async (c) => {
    const { ttl: ttlUs } = await bodyOf(c, body);
    const done = await ask(lanes.agent, 'grant', '', { ttlUs });
    return answer(c, done, ({ value: lease }) => ({ lease, ttlMs: ttlUs / 1_000 }));
  });
  app.put('/leases/:lease/renew', (c) => onLease(c, ask, 'renew-keys'));
  app.delete('/leases/:lease', (c) => onLease(c, ask, 'revoke'));
}

async function onLease(c: Context, ask: Ask, f: string): Promise<Response> {
  const text = c.req.param('lease') ?? '';
  if (!/^\d{1,15}$/.test(text)) throw badRequest(`lease is "${text}", wanted a whole number`);
  const done = await ask(lanes.agent, f, '', Number(text));
  return answer(c, done, ({ value: lease }) => ({ lease }));
}
