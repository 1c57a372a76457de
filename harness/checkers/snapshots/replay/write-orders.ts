/** The independent judge of long forks: holds each read against an order of the writes. */
import type { Json } from '../../../core/host.ts';
import { canonical } from '../../canonical.ts';
import { isCompleted, type Op } from '../../operations.ts';

export interface WriteOrders {
  readonly kind: 'write-orders';
  /** By keys that are read together, the writes to them that anybody saw: canonical [key, value]. */
  readonly orders: ReadonlyMap<string, readonly string[]>;
}

/** Null when every read saw a beginning of the order of its keys and no more; otherwise what is wrong. */
export function refuteWriteOrders(ops: readonly Op[], { orders }: WriteOrders): string | null {
  const places = new Map<string, ReadonlyMap<string, number>>();
  for (const [keys, order] of orders) {
    const own = new Map(order.map((write, at) => [write, at]));
    if (own.size !== order.length) return `a write to ${keys} comes twice`;
    places.set(keys, own);
  }
  for (const op of ops) {
    if (!isCompleted(op) || !Array.isArray(op.output)) continue;
    const keys: string[] = [];
    const seen: string[] = [];
    for (const micro of op.output as readonly Json[]) {
      const [kind, key = null, value = null] = Array.isArray(micro) ? (micro as Json[]) : [];
      if (kind !== 'r') continue;
      keys.push(canonical(key));
      if (value !== null) seen.push(canonical([key, value]));
    }
    if (keys.length < 2) continue;
    const own = places.get(keys.sort().join());
    const size = new Set(seen).size;
    const isBeginning = seen.every((write) => (own?.get(write) ?? Infinity) < size);
    if (!isBeginning) return `read ${op.id} saw no beginning of the writes`;
  }
  return null;
}
