/**
 * What every answer of the HTTP API has in common. An error is always
 *
 *     { "error": "code", "message": "for people", "happened": false }
 *
 * `happened` is false where nothing was changed and nothing will be, `"unknown"` where nobody knows.
 */
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Json, Lane } from '../../harness/core/host.ts';
import type { Outcome } from '../../harness/core/system.ts';
import { busy } from '../store-client/store-client.ts';

/** Asks a component of this node; `patienceUs` longer than an operation's deadline, 0 by default. */
export type Ask = (
  lane: Lane,
  f: string,
  key?: string,
  value?: Json,
  patienceUs?: number,
) => Promise<Outcome>;

export type Body = Readonly<Record<string, Json | undefined>>;

/** What goes back, however it is sent. */
export interface Reply {
  readonly status: ContentfulStatusCode;
  readonly body: Body;
  readonly headers: Readonly<Record<string, string>>;
}

/** Ends a request before anything was done. */
export class Refusal extends Error {
  readonly status: ContentfulStatusCode;
  readonly code: string;

  constructor(status: ContentfulStatusCode, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** What is tried again in a second may go better. */
const retryable: ReadonlySet<number> = new Set([429, 503]);

/** `more` stands beside the three fields of every error. */
export function failed(
  c: Context,
  refusal: Pick<Refusal, 'status' | 'code' | 'message'>,
  more: Body = {},
): Response {
  return sent(c, failure(refusal, more));
}

/** What `ok` brings, as `body` has it; otherwise the error. */
export function answer(
  c: Context,
  outcome: Outcome,
  body: (o: Outcome & { readonly type: 'ok' }) => Body = asItIs,
): Response {
  return sent(c, replyTo(c.req.method, outcome, body));
}

function sent(c: Context, { body, status, headers }: Reply): Response {
  return c.json(body, status, headers);
}

export function failure(
  { status, code, message }: Pick<Refusal, 'status' | 'code' | 'message'>,
  more: Body = {},
): Reply {
  const headers = retryable.has(status) ? { 'retry-after': '1' } : {};
  return { status, body: { error: code, message, happened: false, ...more }, headers };
}

export function replyTo(
  method: string,
  outcome: Outcome,
  body: (o: Outcome & { readonly type: 'ok' }) => Body = asItIs,
): Reply {
  switch (outcome.type) {
    case 'ok':
      return { status: 200, body: body(outcome), headers: {} };
    case 'fail':
      return failure(refusalOf(outcome.error));
    case 'info':
      return unanswered(method, outcome.error);
  }
}

function asItIs({ value, version, node }: Outcome & { readonly type: 'ok' }): Body {
  return { value, version, node };
}

/** A question that nobody answered has changed nothing; of a change nobody knows. */
function unanswered(method: string, error: string): Reply {
  if (method === 'GET') {
    const hint = error === stopped ? 'ask another one' : 'there may be no leader now';
    const message = `${error}: ${hint}`;
    return failure({ status: 503, code: 'no-answer', message });
  }
  const message = `${error}: read what is there before you try again`;
  return failure({ status: 504, code: 'unknown', message }, { happened: 'unknown' });
}

type Known = readonly [status: ContentfulStatusCode, code: string, message: string];

/** The error of what the node has not begun, or not ended, when it stopped. */
export const stopped = 'the node has stopped';

/** By the error of the operation. */
const known: Readonly<Record<string, Known>> = {
  [busy]: [429, 'busy', 'too many requests are under way through this node'],
  'too many watches': [429, 'busy', 'too many watches are open at this node'],
  'cas-mismatch': [409, 'cas-mismatch', 'the key holds another value'],
  'unknown-lease': [404, 'unknown-lease', 'the lease has ended: register or acquire again'],
  held: [409, 'held', 'somebody holds the lock'],
  'not-held': [409, 'not-held', 'the grant with this token has ended'],
  fenced: [409, 'fenced', 'a newer token was granted for the lock'],
  'this node has no such duty': [404, 'no-such-path', 'this node is no server: ask one'],
  'too-large': [413, 'too-large', 'more than one operation may touch: ask for less'],
  'future-revision': [409, 'future-revision', 'the store has not come to this revision yet'],
  compacted: [
    410,
    'compacted',
    'this revision is forgotten: read anew, and go on from the revision of that answer',
  ],
  [stopped]: [503, 'stopped', `${stopped}: ask another one`],
  'no server answered': [503, 'no-answer', 'no server answered'],
};

function refusalOf(error: string): Pick<Refusal, 'status' | 'code' | 'message'> {
  const found = known[error];
  if (found !== undefined) return { status: found[0], code: found[1], message: found[2] };
  const reason = /^bad-request: (.*)$/.exec(error)?.[1] ?? null;
  if (reason === null) return { status: 409, code: 'refused', message: error };
  return reason.includes('at most')
    ? { status: 413, code: 'too-large', message: reason }
    : { status: 400, code: 'bad-request', message: reason };
}
