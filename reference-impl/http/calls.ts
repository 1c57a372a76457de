/**
 * Calls of demo services, through this node's own client: discovery, circuits, balancer. Whoever turns a call away
 * says when to come again, and so does this API, as HTTP has it: 429 with `Retry-After` in whole seconds (RFC 6585).
 */
import type { Context, Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { CallResult } from '../agent/wire.ts';
import { lanes } from '../lanes.ts';
import { answer, failed } from './answers.ts';
import type { Ask } from './answers.ts';
import { nameIn } from './input.ts';

export function callRoutes(app: Hono, ask: Ask): void {
  app.post('/call/:service', async (c) => {
    const service = nameIn(c, 'service');
    const told = await ask(lanes.agent, 'call-service', service);
    if (told.type !== 'ok') return answer(c, told);
    const { outcome, instance, fallbacks, ...why } = told.value as unknown as CallResult;
    if (outcome !== 'ok') return turnedAway(c, service, { outcome, ...why });
    return c.json({ service, instance, fallbacks });
  });
}

type Refused = Pick<CallResult, 'outcome' | 'error' | 'retryAfterUs'>;

function turnedAway(c: Context, service: string, refused: Refused): Response {
  const { error, retryAfterUs } = refused;
  const [status, code, happened] = statusOf(refused);
  const refusal = { status, code, message: `${service}: ${error}` };
  const response = failed(c, refusal, happened === false ? {} : { happened });
  if (status === 429) {
    response.headers.set('retry-after', String(Math.max(1, Math.ceil(retryAfterUs / 1_000_000))));
  }
  return response;
}

type Status = readonly [status: ContentfulStatusCode, code: string, happened: false | 'unknown'];

function statusOf({ outcome, error }: Refused): Status {
  if (outcome === 'timeout') return [504, 'unknown', 'unknown'];
  if (outcome === 'no-instance') return [503, 'no-instance', false];
  if (outcome === 'refused' || error === 'busy') return [429, 'busy', false];
  return error === 'denied' ? [403, 'denied', false] : [502, 'failed', 'unknown'];
}
