/** Families of operations, drawn before a run as plain lists. */
import { assert } from '../core/assert.ts';
import type { Json } from '../core/host.ts';
import { limits } from '../core/limits.ts';
import type { Prng } from '../core/prng.ts';
import type { Operation } from '../core/program.ts';

/** Weights of the operations in the mix; an absent one is 0. */
export type Mix = Readonly<Partial<Record<KvOperation, number>>>;
type KvOperation = 'read' | 'read-stale' | 'write' | 'cas' | 'delete' | 'write-all';

export interface KvSpec {
  readonly clients: number;
  /** Operations of each client. */
  readonly count: number;
  /** Mean pause between a client's operations, µs; drawn uniformly from 0 to twice this. */
  readonly pauseUs: number;
  readonly keys: number;
  readonly mix: Mix;
  /** Keys are this and a number: `k`. Agents keep copies of what is under `config/`. */
  readonly prefix?: string;
}

/**
 * Reads, writes and compare-and-sets over a few keys. Every written value is unique in the run (the
 * operation's id), which lets the fast checkers decide; `cas` goes from what the client last read,
 * `write-all` sets all the keys at once.
 */
export function kvOperations(draw: Prng, spec: KvSpec): Operation[][] {
  assert(spec.clients * spec.count <= limits.operationsMax, 'too many operations', { ...spec });
  const mix = Object.entries(spec.mix) as [KvOperation, number][];
  const prefix = spec.prefix ?? 'k';
  const keys = Array.from({ length: spec.keys }, (_, i) => `${prefix}${i}`);
  return drawOperations(draw, spec, (d, id) => {
    const f = weighted(d, mix);
    if (f === 'write-all') {
      return { f, key: prefix, value: Object.fromEntries(keys.map((key) => [key, id])) };
    }
    const value: Json = f === 'cas' ? ['$last', id] : f === 'write' ? id : null;
    return { f, key: `${prefix}${d.below(spec.keys)}`, value };
  });
}

export interface WatchSpec {
  readonly clients: number;
  readonly count: number;
  readonly pauseUs: number;
  /** Mean length of a watch, µs; drawn from half of it to one and a half. Stay below the deadline. */
  readonly forUs: number;
  /** What is watched, one of these at a time. */
  readonly prefixes: readonly string[];
  /** The last watch of each client begins at the first revision: it tells all that is still known. */
  readonly isReviewed?: boolean;
}

/** Watches, each of which begins where the client's last one of the same prefix ended. */
export function watchOperations(draw: Prng, spec: WatchSpec): Operation[][] {
  const halfUs = Math.floor(spec.forUs / 2);
  const all = drawOperations(draw, spec, (d) => {
    const forUs = d.between(halfUs, spec.forUs + halfUs);
    return { f: 'watch', key: d.pick(spec.prefixes), value: { forUs, after: '$last' } };
  });
  if (spec.isReviewed !== true) return all;
  return all.map((list) =>
    list.map((op, i) =>
      i < list.length - 1 ? op : { ...op, value: { forUs: spec.forUs, after: 0 } },
    ),
  );
}

export interface RequestSpec {
  readonly clients: number;
  readonly count: number;
  readonly pauseUs: number;
  readonly services: readonly string[];
}

/** Calls of services, each through the client's cache, breaker and balancer. */
export function requestOperations(draw: Prng, spec: RequestSpec): Operation[][] {
  return drawOperations(draw, spec, (d) => ({
    f: 'request',
    key: d.pick(spec.services),
    value: null,
  }));
}

/**
 * One list a client of what `one` draws: `count` operations each, after pauses of `pauseUs` in the mean
 * (µs, drawn uniformly from 0 to twice this). `id` is the operation's, unique in the run.
 */
export function drawOperations(
  draw: Prng,
  spec: { readonly clients: number; readonly count: number; readonly pauseUs: number },
  one: (draw: Prng, id: number) => Pick<Operation, 'f' | 'key' | 'value'>,
): Operation[][] {
  return Array.from({ length: spec.clients }, (_, client) => {
    const d = draw.fork(`client-${client}`);
    return Array.from({ length: spec.count }, (_, i) => {
      const id = i * spec.clients + client;
      return { id, afterUs: d.below(2 * spec.pauseUs + 1), ...one(d, id) };
    });
  });
}

function weighted<T>(draw: Prng, items: readonly (readonly [T, number])[]): T {
  const total = items.reduce((sum, [, weight]) => sum + weight, 0);
  let left = draw.below(total);
  for (const [item, weight] of items) {
    if (left < weight) return item;
    left -= weight;
  }
  return assert(false, 'weights do not add up', { total }) as never;
}
