/**
 * Barriers as keys: one a party, and one that says that all have come (ZooKeeper's recipe of double barriers). Whoever
 * comes or goes counts in the same transaction; whoever finds all there says so in a second one.
 */
import type { Json } from '../../core/host.ts';
import type { Operation } from '../../core/program.ts';
import type { Outcome } from '../../core/system.ts';
import { encode, rangeOf } from './codec.ts';
import { post, type Target } from './gateway.ts';

/** Operations of two requests, where all have come. */
export const barrierRequests = ['enter-barrier'] as const;

export interface BarrierAsked {
  readonly op: Operation;
  /** Before every key. */
  readonly prefix: string;
  readonly to: Target;
  readonly signal: AbortSignal;
}

/** Throws `GatewayError`. */
export async function askBarrier({ op, prefix, to, signal }: BarrierAsked): Promise<Outcome> {
  const { party, parties } = op.value as { readonly party: string; readonly parties: number };
  const folder = `${prefix}barrier/${op.key}/in/`;
  const key = encode(`${folder}${party}`);
  const ready = encode(`${prefix}barrier/${op.key}/ready`);
  const isEnter = op.f === 'enter-barrier';
  const change: Json = isEnter
    ? { requestPut: { key, value: encode('""') } }
    : { requestDeleteRange: { key } };
  const inside: Json = { requestRange: { ...rangeOf(folder), countOnly: true } };
  const success = [change, inside, { requestRange: { key: ready, countOnly: true } }];
  const { body } = await post(to, '/v3/kv/txn', { compare: [], success }, signal);
  const [, counted, open] = body.responses ?? [];
  const count = Number(counted?.response_range?.count ?? 0);
  if (!isEnter) return { type: 'ok', value: count === 0 };
  if (Number(open?.response_range?.count ?? 0) > 0) return { type: 'ok', value: true };
  if (count < parties) return { type: 'ok', value: false };
  await post(to, '/v3/kv/put', { key: ready, value: encode('""') }, signal);
  return { type: 'ok', value: true };
}
