/** Families of operations, drawn before a run as plain lists. */
import { assert } from '../core/assert.ts';
import type { Json } from '../core/host.ts';
import { limits } from '../core/limits.ts';
import type { Prng } from '../core/prng.ts';
import type { Operation } from '../core/program.ts';

/** Weights of the operations in the mix; an absent one is 0. */
export type Mix = Readonly<Partial<Record<KvOperation, number>>>;
type KvOperation = 'read' | 'read-stale' | 'write' | 'cas' | 'delete';

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
 * operation's id), which lets the fast checkers decide; `cas` goes from what the client last read.
 */
export function kvOperations(draw: Prng, spec: KvSpec): Operation[][] {
  assert(spec.clients * spec.count <= limits.operationsMax, 'too many operations', { ...spec });
  const mix = Object.entries(spec.mix) as [KvOperation, number][];
  return lists(draw, spec, (d, id) => {
    const f = weighted(d, mix);
    const value: Json = f === 'cas' ? ['$last', id] : f === 'write' ? id : null;
    return { f, key: `${spec.prefix ?? 'k'}${d.below(spec.keys)}`, value };
  });
}

export interface RequestSpec {
  readonly clients: number;
  readonly count: number;
  readonly pauseUs: number;
  readonly services: readonly string[];
}

/** Calls of services, each through the client's cache, breaker and balancer. */
export function requestOperations(draw: Prng, spec: RequestSpec): Operation[][] {
  return lists(draw, spec, (d) => ({ f: 'request', key: d.pick(spec.services), value: null }));
}

/** Joins lists of several families for the same clients, in turn; ids are given anew. */
export function interleave(...families: readonly (readonly Operation[])[][]): Operation[][] {
  const clients = Math.max(...families.map((f) => f.length));
  let id = 0;
  return Array.from({ length: clients }, (_, c) => {
    const own = families.map((f) => f[c] ?? []);
    const longest = Math.max(...own.map((l) => l.length));
    const out: Operation[] = [];
    for (let i = 0; i < longest; i++) {
      for (const list of own) {
        const op = list[i];
        if (op !== undefined) out.push({ ...op, id: id++ });
      }
    }
    return out;
  });
}

function lists(
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
