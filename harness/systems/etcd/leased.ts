/**
 * What etcd does by leases: locks, elections and registrations are keys that go with a lease. A lease is
 * asked for first, so these operations take two requests; a lease without a key shows nowhere.
 */
import { randomInt } from 'node:crypto';
import type { Json } from '../../core/host.ts';
import type { Operation } from '../../core/program.ts';
import type { Outcome } from '../../core/system.ts';
import { decodeKey, encode, rangeOf } from './codec.ts';
import { GatewayError, post } from './gateway.ts';
import type { Answer, Target } from './gateway.ts';

/** Operations of two requests each: a lease, and the key that goes with it. */
export const twoRequests = ['acquire', 'acquire-permit', 'campaign', 'register'] as const;

/** Leases are numbers of 64 bits, and JSON has fewer. */
const leasesMax = 2 ** 47;

/** An operation that some lease is behind, ready to be asked. */
export interface Leased {
  readonly op: Operation;
  /** Before every key. */
  readonly prefix: string;
  /** Do writes that a lock protects look at its token? */
  readonly isFenced: boolean;
  /** Do look-ups ask the member alone? */
  readonly serializable: boolean;
  readonly to: Target;
  readonly signal: AbortSignal;
}

/** The leases of what one session holds, by operation and token. */
export class Leases {
  private readonly ids = new Map<string, number>();
  /** Which key of its semaphore each permit is. */
  private readonly permits = new Map<string, string>();

  /** Null: this is none of its operations. Throws `GatewayError`. */
  async request(asked: Leased): Promise<Outcome | null> {
    const { op } = asked;
    switch (op.f) {
      case 'acquire':
        return this.take(asked, `lock/${op.key}`);
      case 'release':
        return drop(asked, `lock/${op.key}`);
      case 'write-fenced':
        return writeFenced(asked);
      case 'acquire-permit':
        return this.takePermit(asked);
      case 'release-permit':
        return drop(asked, this.permits.get(`${op.key} ${JSON.stringify(op.value)}`) ?? noPermit);
      case 'campaign':
        return this.take(asked, `election/${op.key}`);
      case 'renew-term':
        return keepAlive(asked, this.ids.get(`election/${op.key} ${JSON.stringify(op.value)}`));
      case 'resign':
        return drop(asked, `election/${op.key}`);
      case 'leader':
        return leaderOf(asked);
      case 'register':
        return register(asked);
      case 'renew':
        return keepAlive(asked, op.value);
      case 'deregister':
        return revoke(asked);
      case 'discover':
        return discover(asked);
      default:
        return null;
    }
  }

  /** The token is the revision at which the key came to be. */
  private async take(asked: Leased, name: string): Promise<Outcome> {
    const lease = await grant(asked);
    const key = encode(`${asked.prefix}${name}`);
    const isFree = { key, target: 'VERSION', result: 'EQUAL', version: '0' };
    const answer = await txn(asked, isFree, { requestPut: { key, lease, value: encode('""') } });
    if (answer.body.succeeded !== true) return { type: 'fail', error: 'held' };
    this.ids.set(`${name} ${answer.revision}`, lease);
    return { type: 'ok', value: answer.revision, version: answer.revision };
  }

  /** The first of its keys that is free, in one transaction: what fails is followed by the next. */
  private async takePermit(asked: Leased): Promise<Outcome> {
    const { op, prefix, to, signal } = asked;
    const { permits } = op.value as { readonly permits: number };
    const lease = await grant(asked);
    const names = Array.from({ length: permits }, (_, n) => `semaphore/${op.key}/${n}`);
    const whole = names.reduceRight<Readonly<Record<string, Json>> | null>((failure, name) => {
      const key = encode(`${prefix}${name}`);
      return {
        compare: [{ key, target: 'VERSION', result: 'EQUAL', version: '0' }],
        success: [{ requestPut: { key, lease, value: encode('""') } }],
        ...(failure !== null && { failure: [{ requestTxn: failure }] }),
      };
    }, null);
    const answer = await post(to, '/v3/kv/txn', whole ?? {}, signal);
    const taken = names[branchOf(answer.body)];
    if (taken === undefined) return { type: 'fail', error: 'held' };
    this.permits.set(`${op.key} ${answer.revision}`, taken);
    return { type: 'ok', value: answer.revision, version: answer.revision };
  }
}

/** No key of ours. */
const noPermit = 'semaphore';

/** How often it failed before it succeeded; -1: it did not. */
function branchOf(body: Answer['body']): number {
  let failed = 0;
  for (let at: Answer['body'] | undefined = body; at !== undefined; failed++) {
    if (at.succeeded === true) return failed;
    at = at.responses?.[0]?.response_txn;
  }
  return -1;
}

async function grant({ op, to, signal }: Leased): Promise<number> {
  const { ttlUs } = op.value as { readonly ttlUs: number };
  const ID = randomInt(1, leasesMax);
  try {
    await post(to, '/v3/lease/grant', { ID, TTL: Math.ceil(ttlUs / 1_000_000) }, signal);
  } catch (error) {
    // A lease alone changes nothing that anybody sees: whatever became of it, nothing happened.
    if (error instanceof GatewayError) throw new GatewayError(error.message, true);
    throw error;
  }
  return ID;
}

async function drop(asked: Leased, name: string): Promise<Outcome> {
  const key = encode(`${asked.prefix}${name}`);
  const answer = await txn(asked, hasToken(key, asked.op.value), { requestDeleteRange: { key } });
  if (answer.body.succeeded !== true) return { type: 'fail', error: 'not-held' };
  return { type: 'ok', value: asked.op.value, version: answer.revision };
}

async function writeFenced(asked: Leased): Promise<Outcome> {
  const { op, prefix, isFenced, to, signal } = asked;
  const { lock, token, value } = op.value as { lock: string; token: Json; value: Json };
  if (token === null) return { type: 'fail', error: 'no token' };
  const written = { key: encode(`${prefix}${op.key}`), value: encode(JSON.stringify(value)) };
  if (!isFenced) {
    const { revision } = await post(to, '/v3/kv/put', written, signal);
    return { type: 'ok', value: op.value, version: revision };
  }
  const isHeld = hasToken(encode(`${prefix}lock/${lock}`), token);
  const answer = await txn(asked, isHeld, { requestPut: written });
  if (answer.body.succeeded !== true) return { type: 'fail', error: 'fenced' };
  return { type: 'ok', value: op.value, version: answer.revision };
}

async function leaderOf({ op, prefix, serializable, to, signal }: Leased): Promise<Outcome> {
  const key = encode(`${prefix}election/${op.key}`);
  const { body } = await post(to, '/v3/kv/range', { key, serializable }, signal);
  const [kv] = body.kvs ?? [];
  return { type: 'ok', value: kv === undefined ? null : Number(kv.create_revision) };
}

async function register(asked: Leased): Promise<Outcome> {
  const { op, prefix, to, signal } = asked;
  const lease = await grant(asked);
  const { instance } = op.value as { readonly instance: string };
  const key = encode(`${prefix}registry/${op.key}/${instance}`);
  const { revision } = await post(to, '/v3/kv/put', { key, lease, value: encode('""') }, signal);
  return { type: 'ok', value: lease, version: revision };
}

async function keepAlive({ op, to, signal }: Leased, lease: Json | undefined): Promise<Outcome> {
  if (typeof lease !== 'number') return { type: 'fail', error: 'no such lease in this session' };
  const { body } = await post(to, '/v3/lease/keepalive', { ID: lease }, signal);
  // Of a lease that is gone there is no TTL.
  if (body.result?.TTL === undefined) return { type: 'fail', error: 'the lease has ended' };
  return { type: 'ok', value: op.value };
}

async function revoke({ op, to, signal }: Leased): Promise<Outcome> {
  if (typeof op.value !== 'number') return { type: 'fail', error: 'nothing is registered' };
  try {
    const { revision } = await post(to, '/v3/lease/revoke', { ID: op.value }, signal);
    return { type: 'ok', value: op.value, version: revision };
  } catch (error) {
    if (!(error instanceof GatewayError) || !error.message.includes('lease not found')) throw error;
    return { type: 'fail', error: 'the lease has ended' };
  }
}

async function discover({ op, prefix, serializable, to, signal }: Leased): Promise<Outcome> {
  const range = rangeOf(`${prefix}registry/${op.key}/`);
  const { body } = await post(
    to,
    '/v3/kv/range',
    { ...range, serializable, keys_only: true },
    signal,
  );
  const found = (body.kvs ?? []).map((kv) => decodeKey(kv).split('/').at(-1) ?? '');
  return { type: 'ok', value: found };
}

/** Is this still the grant with this token? */
function hasToken(key: string, token: Json): Readonly<Record<string, Json>> {
  return { key, target: 'CREATE', result: 'EQUAL', create_revision: String(token ?? -1) };
}

function txn({ to, signal }: Leased, compare: Json, then: Json): Promise<Answer> {
  return post(to, '/v3/kv/txn', { compare: [compare], success: [then] }, signal);
}
